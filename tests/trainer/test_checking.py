"""From the arrays that a reader found to a `Dataset`, without a file in between."""

import numpy as np
import pytest

from tests.trainer.arrays import sequences
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import checking
from tf1_rnn.trainer.readers.source import Content

BOTH = ("train", "test")


def checked(parts=BOTH, labels=True, content=None, target=None, classes=None, **changes):
    found = Content(sequences(**changes), **(content or {}))
    return checking.dataset(found, "mine", parts, labels, target, classes)


def test_a_dataset_has_what_the_content_says():
    ids = {"train": tuple("abcdef"), "test": tuple("wxyz")}
    found = checked(content={"ids": ids, "features": ("p", "q", "r"), "notes": ["read twice"]})
    assert (found.name, found.target, found.n_classes) == ("mine", "class", 3)
    assert found.train.ids == ids["train"] and found.features == ("p", "q", "r")
    assert found.notes[0] == "read twice"


def test_arrays_of_the_reader_stay_as_they_are():
    arrays = sequences()
    before = {name: array.copy() for name, array in arrays.items()}
    checking.dataset(Content(arrays), "mine", BOTH)
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize(
    "rank, shape", [(2, (5, 1)), (3, (5, 3)), (4, (5, 4, 3, 1)), (5, (5, 2, 2, 3))]
)
def test_ranks_of_sequences_and_frames(rank, shape):
    kept = shape[:-1] if rank in (2, 4) else shape
    found = checked(x_train=np.ones([6, *kept]), x_test=np.ones([4, *kept]))
    assert found.train.x.shape == (6, *shape) and found.test.x.shape == (4, *shape)


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "float16", "float64"])
def test_every_type_of_number_becomes_float32(dtype):
    found = checked(x_train=np.ones([6, 5, 3], dtype), x_test=np.ones([4, 5, 3], dtype))
    assert found.train.x.dtype == found.test.x.dtype == np.float32


def test_a_validation_set_is_a_part_like_the_others():
    random = np.random.RandomState(1)
    valid = {"x_valid": random.rand(2, 7, 3), "y_valid": [1, 0], "lengths_valid": [7, 2]}
    found = checked(**{name: np.array(value) for name, value in valid.items()})
    assert found.valid.y.tolist() == [1, 0]
    # All parts are padded to the longest.
    assert {split.x.shape[1] for split in (found.train, found.valid, found.test)} == {7}
    assert not found.train.x[:, 5:].any()


def test_for_predictions_labels_are_not_looked_at():
    found = checked(("test",), labels=False, target="number", classes=None, y_test=np.array(["?"]))
    assert found.train is None and found.test.y is None and found.target == "number"


def test_what_was_left_out_is_named_with_the_reason():
    found = checked(content={"left_out": {"model": "pickled Python objects"}}, extra=np.ones(3))
    assert "not used: extra, model (pickled Python objects)" in found.notes
    with pytest.raises(RunError, match="x_test is pickled Python objects; expected numbers"):
        checked(content={"left_out": {"x_test": "pickled Python objects"}}, x_test=None)


@pytest.mark.parametrize(
    "arrays, found",
    [
        ({}, "found nothing"),
        ({"a": np.ones(1)}, "found a"),
        ({"x_train": np.ones(1)}, "no y_train, x_test, y_test"),
    ],
)
def test_what_is_missing(arrays, found):
    with pytest.raises(RunError, match=found):
        checking.dataset(Content(arrays), "mine", BOTH)


def test_values_larger_than_the_memory_are_refused(monkeypatch):
    monkeypatch.setattr("tf1_rnn.memory.available", lambda: 100)
    with pytest.raises(RunError, match="x_train as float32 takes .* give fewer or shorter"):
        checked()
