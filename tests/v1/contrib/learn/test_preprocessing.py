"""The vocabulary's numbers, as recorded from 1.15.5."""

import base64
import json
import os
import pickle
import subprocess
import zlib

import numpy as np
import pytest

from tf1_rnn.v1.contrib.learn.preprocessing import (
    ByteProcessor,
    CategoricalVocabulary,
    VocabularyProcessor,
    tokenizer,
)
from tools import oracle

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


# A vocabulary's life, told to either version: `log` is its state after each of the steps.
STORY = """
import random

def live(vocabulary_class, seed):
    draw = random.Random(seed)
    vocabulary = vocabulary_class(*draw.choice([(), ("?",), ("?", False)]))
    words = ["a", "b", "B", "cc", "d", 3, 12, "?", "<UNK>"]
    log = []
    for step in range(30):
        kind = draw.choice("aaaaaagft") if step else "a"
        if kind == "a":
            vocabulary.add(draw.choice(words), draw.choice([1, 1, 2, 5]))
        elif kind == "g":
            log.append(vocabulary.get(draw.choice(words)))
        elif kind == "f":
            vocabulary.freeze(draw.random() < 0.4)
        elif step > 24:
            vocabulary.trim(draw.choice([0, 1, 3]), draw.choice([-1, 0, 4, 8]))
            break
    state = dict(vars(vocabulary))
    for name in ("_mapping", "_freq"):
        state[name] = sorted(state[name].items(), key=str)
    log.append([len(vocabulary), sorted(state.items())])
    return log
"""
UNDER_1_15_5 = """
import json
from tensorflow.contrib.learn.python.learn.preprocessing import categorical_vocabulary as made
print(json.dumps([live(made.CategoricalVocabulary, seed) for seed in range(200)]))
"""


@pytest.mark.oracle
@pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
def test_a_vocabulary_lives_as_in_1_15_5():
    story = {}
    exec(STORY, story)
    ours = [story["live"](CategoricalVocabulary, seed) for seed in range(200)]
    command = [oracle.python(), "-W", "ignore", "-c", STORY + UNDER_1_15_5]
    told = subprocess.run(command, check=True, capture_output=True, env=oracle.environment())
    assert json.loads(json.dumps(ours)) == json.loads(told.stdout.splitlines()[-1])


def test_a_vocabulary_is_trimmed_and_asked_back():
    vocabulary = CategoricalVocabulary("?")
    for word, count in (("b", 3), ("a", 3), ("c", 1), (7, 3), ("d", 9)):
        vocabulary.add(word, count)
    vocabulary.trim(1, 9)
    assert [vocabulary.reverse(number) for number in range(4)] == ["?", 7, "a", "b"]
    assert len(vocabulary) == 4 and vocabulary.get("d") == 4
    vocabulary.freeze()
    assert vocabulary.get("c") == 0
    with pytest.raises(ValueError, match="support_reverse"):
        CategoricalVocabulary(support_reverse=False).reverse(0)


class Malicious:
    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_nothing_else_in_a_file_is_loaded(protocol, tmp_path):
    harm, harmless = Malicious(), str(tmp_path / "made")
    harm.path = harmless
    processor = VocabularyProcessor(4)
    processor.vocabulary_ = harm
    path = tmp_path / "vocabulary"
    path.write_bytes(pickle.dumps(processor, protocol))
    with pytest.raises(pickle.UnpicklingError, match=r"names (posix|os|nt)\.mkdir, which is not"):
        VocabularyProcessor.restore(str(path))
    assert not os.path.exists(harmless)
    pickle.loads(path.read_bytes())
    assert os.path.exists(harmless)


def by_spaces(texts):
    return (text.split() for text in texts)


def test_what_the_caller_allows_is_loaded(tmp_path):
    path = str(tmp_path / "vocabulary")
    VocabularyProcessor(2, tokenizer_fn=by_spaces).fit(["a-b c"]).save(path)
    with pytest.raises(pickle.UnpicklingError, match="by_spaces.*allow="):
        VocabularyProcessor.restore(path)
    restored = VocabularyProcessor.restore(path, allow=[by_spaces])
    assert [row.tolist() for row in restored.transform(["c a-b"])] == [[2, 1]]
