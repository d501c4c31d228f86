"""The vocabulary's numbers, as recorded from 1.15.5."""

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


def test_bytes():
    processor = ByteProcessor(6)
    arrays = [array.tolist() for array in processor.fit_transform(["abc", "abcdefghi"])]
    assert arrays == [[97, 98, 99, 0, 0, 0], [97, 98, 99, 100, 101, 102]]
    assert list(processor.reverse(np.array([[97, 98, 0]]))) == ["ab"]
