"""Labels block by block are those that `targets` tells of all of them at once."""

import numpy as np
import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.streaming.labels import Collector, StepClasses

STEPS = 3


def collected(*blocks, asked=None, classes=None, as_names=False, lengths=None):
    """Return the labels of blocks, each `y` or `(part, y)`, of sequences of three steps."""
    collector = Collector()
    for block in blocks:
        part, y = block if isinstance(block, tuple) else ("train", block)
        y = np.array(y)
        valid = np.ones([len(y), STEPS], bool)
        if lengths is not None:
            valid = np.arange(STEPS) < np.array(lengths)[:, np.newaxis]
        collector.add(part, y, valid)
    return collector.labels(asked, classes, as_names)


def test_text_is_numbered_over_all_blocks_in_their_order():
    found = collected(["b", "a"], ("test", ["a"]), [b"ccc", b"b"], ["a"])
    assert found.y.tolist() == [1, 0, 0, 2, 1, 0] and found.y.dtype == np.int32
    assert (found.target, found.n_classes, found.classes) == ("class", 3, ("a", "b", "ccc"))


def test_text_that_a_trained_model_does_not_know_is_refused():
    assert collected(("test", ["b"]), classes=("a", "b")).y.tolist() == [1]
    with pytest.raises(RunError, match="c"):
        collected(("test", ["c"]), classes=("a", "b"))


def test_numbers_are_classes_or_numbers_as_all_blocks_say():
    found = collected([0, 1], [2.0, 0.0])
    assert (found.target, found.n_classes, found.y.tolist()) == ("class", 3, [0, 1, 2, 0])
    found = collected([0, 1], [0.5, 0.25])
    assert (found.target, found.n_classes) == ("number", None)
    assert found.y.dtype == np.float32 and found.y.tolist() == [[0], [1], [0.5], [0.25]]


def test_rows_are_one_hot_only_if_all_are():
    one_hot = np.eye(4)[[3, 0]]
    found = collected(one_hot, np.eye(4, dtype=int)[[1]])
    assert (found.target, found.n_classes, found.y.tolist()) == ("class", 4, [3, 0, 1])
    found = collected(one_hot, [[0.5, 0, 0, 1]])
    assert found.target == "number"
    np.testing.assert_array_equal(found.y, [*one_hot, [0.5, 0, 0, 1]])


def test_classes_of_steps_ignore_values_after_a_sequence():
    found = collected([[0, 1, -9], [2, -9, -9]], lengths=[2, 1])
    assert (found.y, found.target, found.n_classes) == (None, "step classes", 3)
    y = found.steps.of(np.array([[1, 2, -9]]), np.array([2]))
    assert y.tolist() == [[1, 2, 0]]


def test_classes_of_steps_by_name():
    found = collected([["up", "down", "?"]], [["up", "still", "?"]], lengths=[2])
    assert found.classes == ("down", "still", "up")
    assert found.steps.of(np.array([["still", "up", "?"]]), np.array([2])).tolist() == [[1, 2, 0]]
    assert found.steps.of(np.array([["down"] * 3]), None).tolist() == [[0, 0, 0]]


def test_classes_of_steps_one_hot_and_in_a_column():
    y = np.eye(5)[[[0, 4, 2]]]
    found = collected(y)
    assert found.n_classes == 5 and found.steps == StepClasses(None, None)
    assert found.steps.of(y, None).tolist() == [[0, 4, 2]]
    found = collected(np.array([[[0], [1], [1]]]))
    assert found.steps.of(np.array([[[1], [0], [1]]]), None).tolist() == [[1, 0, 1]]


def test_a_class_of_a_step_that_a_model_does_not_have_is_refused():
    steps = collected([[0, 1, 2]]).steps
    steps.check(3)
    with pytest.raises(RunError, match="holds the label 2; expected 0 to 1"):
        steps.check(2)
    StepClasses(None, None).check(2)


@pytest.mark.parametrize(
    "blocks, words",
    [
        ([np.zeros(2, complex)], "y holds complex128; expected numbers or text"),
        ([np.zeros(2, "M8[s]")], "y holds datetime64"),
        ([[0, 1], ["a", "b"]], "the same layout as in the first shard"),
        ([[0, 1], [[0, 1], [1, 0]]], "the same layout as in the first shard"),
        ([[["a", "b"]]], r"y has shape \(1, 2\); expected a label a sequence, \(1,\), or one a"),
        ([np.zeros([2, 3, 2, 2])], r"y has shape \(2, 3, 2, 2\); expected a label a sequence"),
        ([np.zeros([2, 3, 2, 2], "U1")], r"y has shape \(2, 3, 2, 2\)"),
        ([np.zeros([2, 3, 2])], "expected classes of steps, or one-hot"),
        ([[[0.5, 1, 1]]], "y holds a number for each step"),
        ([[np.nan, 1.0]], "NaN"),
        ([[[np.nan, 1, 0]]], "NaN"),
        ([[0, 0]], "a single class, 0; expected at least two"),
        ([["a", "a"]], "a single class, a; expected two or more"),
        ([np.zeros([2, 0])], "y_train"),
    ],
)
def test_labels_that_cannot_be_learned_are_one_line(blocks, words):
    with pytest.raises(RunError, match=words) as caught:
        collected(*blocks)
    assert "\n" not in str(caught.value)


def test_labels_of_steps_that_were_asked_for_must_be_there():
    with pytest.raises(RunError, match="y has no label for each step: one a sequence"):
        collected([0, 1], asked="step classes")
    with pytest.raises(RunError, match="a number for each step"):
        collected([[0, 1, 1]], asked="number")
