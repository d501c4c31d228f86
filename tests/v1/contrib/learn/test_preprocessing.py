"""The vocabulary's numbers, as recorded from 1.15.5."""

import base64
import zlib

import numpy as np

from tf1_rnn.v1.contrib.learn.preprocessing import ByteProcessor, VocabularyProcessor, tokenizer

DOCS = ["Hello World, don't panic ABCdef snake_case", "hello again hello 12 3.5"]


def test_words():
    assert list(tokenizer(DOCS)) == [
        ["Hello", "World", "don't", "panic", "AB", "Cdef", "snake_case"],
        ["hello", "again", "hello", "12", "3", "5"],
    ]


def test_numbers_count_as_words_come():
    processor = VocabularyProcessor(4)
    assert np.array(list(processor.fit_transform(DOCS))).tolist() == [[1, 2, 3, 4], [8, 9, 8, 10]]
    assert len(processor.vocabulary_) == 13
    assert processor.vocabulary_.get("never seen") == 0
    assert processor.vocabulary_.reverse(8) == "hello"


def test_rare_words_go_and_the_rest_is_sorted():
    processor = VocabularyProcessor(4, min_frequency=1)
    numbers = np.array(list(processor.fit_transform(DOCS * 2)))
    assert numbers.tolist() == [[7, 8, 10, 11], [1, 9, 1, 2]] * 2
    transformed = list(processor.transform(["hello unseen World"]))
    assert transformed[0].tolist() == [1, 0, 8, 0] and transformed[0].dtype == np.int64
    assert list(processor.reverse(transformed)) == ["hello <UNK> World <UNK>"]


def test_is_restored_as_it_was_saved(tmp_path):
    path = str(tmp_path / "vocabulary")
    processor = VocabularyProcessor(4).fit(DOCS)
    processor.save(path)
    restored = VocabularyProcessor.restore(path)
    assert restored.vocabulary_._mapping == processor.vocabulary_._mapping


# What 1.15.5's VocabularyProcessor(5, min_frequency=0) saved after fit(["a b c", "b d"]).
SAVED_BY_1_15_5 = zlib.decompress(
    base64.b64decode(
        "eNqdkstOAjEUhgcRwSIX77cXwM08gXHjchJjTDTdmEmnHGhDaed0Wm4JiS5MeGzLoLBn1f/8p/3P16ZfVe5AF8YO"
        "lJnG3GhnZRYrYFbH+dwJo/8LC7k1HIpC6mHsYObIh+Es84rZ+eumYyzB6OEbK0s86NHzKIrGbJb2Dfdj0C5VoIdO"
        "YDWp0da6J3U6sIAeNJ/jYRLRZnAn29AUa3uxceZgaKzkTKW7NPK8s3fgBI8Cb32JjR5th+mp1yNtpjp1ZgQaj2kt"
        "mI/vL8kTEtpYbxizPA9TsLnEk54ggboSbIatpFKqDNvJQak4dpJqqfrYTQ497a7PFz7PjXWphQnYAvB0tfH/6m3+"
        "2Seeh3zREm3REV0oScr3wgvOjVLAnTS6IH0YMK9cX3JH8JJnXiongy91qK9+8PoNb3oi4IkAJjph7SYVT+t/cbAA"
        "vF35jJK1UV5bLsDi3f7/YhtC8N5n8S+OK8iI"
    )
)


def test_what_1_15_5_saved_is_restored(tmp_path):
    path = tmp_path / "vocabulary"
    path.write_bytes(SAVED_BY_1_15_5)
    restored = VocabularyProcessor.restore(str(path))
    assert len(restored.vocabulary_) == 5
    assert [row.tolist() for row in restored.transform(["b d zz"])] == [[2, 4, 0, 0, 0]]


def test_bytes():
    processor = ByteProcessor(6)
    arrays = [array.tolist() for array in processor.fit_transform(["abc", "abcdefghi"])]
    assert arrays == [[97, 98, 99, 0, 0, 0], [97, 98, 99, 100, 101, 102]]
    assert list(processor.reverse(np.array([[97, 98, 0]]))) == ["ab"]
