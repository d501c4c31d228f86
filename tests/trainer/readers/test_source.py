"""Sequences one by one, put into arrays of one length; and two files as one."""

import numpy as np
import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers.source import Samples, padded, split_at


def samples(lengths=(2, 3, 1), parts=("train", "test", "train"), **more):
    values = [np.full([n, 2], 10.0 * n) for n in lengths]
    given = {"labels": [f"l{n}" for n in lengths], "parts": list(parts), **more}
    return Samples(values, **given)


def test_parts_padding_lengths_and_ids():
    content = samples(ids=[7, "b", 9], features=("p", "q"), notes=["a note"]).content()
    assert set(content.arrays) == {
        f"{k}_{p}" for k in ("x", "y", "lengths") for p in ("train", "test")
    }
    assert content.arrays["x_train"][..., 0].tolist() == [[20, 20, 0], [10, 0, 0]]
    assert content.arrays["lengths_train"].tolist() == [2, 1]
    assert content.arrays["y_train"].tolist() == ["l2", "l1"]
    assert content.ids == {"train": ("7", "9"), "test": ("b",)}
    assert content.as_names and content.features == ("p", "q") and content.notes == ["a note"]


def test_equal_lengths_need_no_lengths_and_parts_that_are_empty_no_arrays():
    content = samples((2, 2), ("test", "test"), labels=None).content()
    assert set(content.arrays) == {"x_test"}


@pytest.mark.parametrize(
    "more, target",
    [
        ({}, None),
        ({"number": True, "labels": [1.0, 2.0, 3.0]}, "number"),
        ({"by_step": True}, "step classes"),
    ],
)
def test_what_the_labels_are(more, target):
    if more.get("by_step"):
        more["labels"] = [np.arange(1, n + 1) for n in (2, 3, 1)]
    content = samples(**more).content()
    assert content.target == target
    if target == "step classes":
        assert content.arrays["y_train"].tolist() == [[1, 2, 0], [1, 0, 0]]


def test_no_sequences():
    with pytest.raises(RunError, match="holds no sequences"):
        samples((), ()).content()


def test_two_files_are_one():
    one, other = samples(parts=["valid", "train", "train"]), samples((5,), [None], notes=["x"])
    joined = one.joined(other, ("train", "test"))
    # What the first file says of its parts holds; the second is one part.
    assert joined.parts == ["valid", "train", "train", "test"] and len(joined) == 4
    nothing = samples(parts=())
    nothing.parts = None
    assert nothing.joined(other, ("train", "test")).parts == ["train"] * 3 + ["test"]
    assert one.joined(one, ("a", "b")).notes == []


@pytest.mark.parametrize("more", [{"labels": None}, {"by_step": True}])
def test_two_files_of_other_labels_are_refused(more):
    with pytest.raises(RunError, match="do not have the same labels"):
        samples().joined(samples(**more), ("train", "test"))


@pytest.mark.parametrize(
    "sequences, expected",
    [
        ([np.array([1, 2]), np.array([0.5])], [[1, 2, 0], [0.5, 0, 0]]),
        ([np.array(["a"]), np.array(["bcd", "e"])], [["a", "", ""], ["bcd", "e", ""]]),
    ],
)
def test_padding_keeps_the_widest_type(sequences, expected):
    assert padded(sequences, 3).tolist() == expected


def test_rows_are_split_by_sizes():
    assert [part.tolist() for part in split_at(np.arange(5), [2, 0, 3])] == [[0, 1], [], [2, 3, 4]]
