"""What y is taken for: one class a sequence, one a step, or numbers."""

import numpy as np
import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import targets

VALID = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 1, 1]], bool)  # 4 sequences, 3 steps


def read(y, test=None, valid=VALID, **how):
    raw = {"train": np.array(y), "test": np.array(y if test is None else test)}
    return targets.read(raw, {part: valid for part in raw}, **how)


STEPS = [[0, 1, 2], [2, 2, -7], [1, 99, 99], [0, 0, 0]]


@pytest.mark.parametrize(
    "y, target, expected, n_classes",
    [
        ([0, 1, 2, 1], "class", [0, 1, 2, 1], 3),
        ([True, False, True, True], "class", [1, 0, 1, 1], 2),
        ([[0.0], [1.0], [3.0], [1.0]], "class", [0, 1, 3, 1], 4),
        (np.eye(5)[[0, 4, 1, 2]], "class", [0, 4, 1, 2], 5),
        (STEPS, "step classes", [[0, 1, 2], [2, 2, 0], [1, 0, 0], [0, 0, 0]], 3),
        (np.array(STEPS)[..., None], "step classes", [[0, 1, 2], [2, 2, 0], [1, 0, 0], [0] * 3], 3),
        (
            np.eye(4)[np.maximum(np.minimum(STEPS, 3), 0)],
            "step classes",
            [[0, 1, 2], [2, 2, 0], [1, 0, 0], [0] * 3],
            4,
        ),
        ([0.5, 1, 2, -3], "number", [[0.5], [1], [2], [-3]], None),
        ([[0.5, 1], [1, 2], [3, 4], [5, 6]], "number", [[0.5, 1], [1, 2], [3, 4], [5, 6]], None),
        ([[0.5, 1, 2]] * 4, "number", [[0.5, 1, 2]] * 4, None),
    ],
)
def test_type_and_shape_tell(y, target, expected, n_classes):
    found = read(y)
    assert (found.target, found.n_classes, found.classes) == (target, n_classes, None)
    np.testing.assert_array_equal(found.y["test"], expected)
    assert found.y["train"].dtype == (np.float32 if target == "number" else np.int64)


def test_values_after_a_sequence_are_never_read():
    steps = np.where(VALID, 1.0, np.nan)
    steps[0, 0] = 0
    assert read(steps).y["train"].tolist() == [[0, 1, 1], [1, 1, 0], [1, 0, 0], [1, 1, 1]]
    names = read(np.where(VALID, "a", "junk") + np.array([["b"], [""], [""], [""]]))
    assert names.classes == ("a", "ab")


def test_names_become_numbers_and_are_kept():
    found = read(["cat", "dog", "cat", "ant"], ["dog"] * 4)
    assert found.classes == ("ant", "cat", "dog") and found.n_classes == 3
    assert list(found.y["train"]) == [1, 2, 1, 0] and list(found.y["test"]) == [2] * 4
    steps = read([["a", "b", "a"], ["b", "b", ""], ["a", "x", "x"], ["b", "a", "b"]])
    assert steps.target == "step classes" and steps.classes == ("a", "b")
    np.testing.assert_array_equal(steps.y["train"], [[0, 1, 0], [1, 1, 0], [0, 0, 0], [1, 0, 1]])
    given = read(np.array([b"b", b"a", b"b", b"a"]), classes=("b", "a", "c"))
    assert given.n_classes == 3 and list(given.y["train"]) == [0, 1, 0, 1]


def test_numbers_of_a_table_name_classes_unless_they_count_from_0():
    assert read([3, 5, 5, 10], as_names=True).classes == ("3", "5", "10")
    assert list(read([3, 5, 5, 10], as_names=True).y["train"]) == [0, 1, 1, 2]
    assert read([0, 1, 2, 1], as_names=True).classes is None
    assert list(read([10.0, 3.0, 3.0, 10.0], classes=("3", "10")).y["train"]) == [1, 0, 0, 1]


def test_one_hot_rows_as_long_as_the_sequences_are_asked_about():
    rows = np.eye(3)[[0, 1, 2, 0]]
    with pytest.raises(RunError, match="expected --target=class, .* or --target=steps"):
        read(rows)
    assert list(read(rows, asked="class").y["train"]) == [0, 1, 2, 0]
    steps = read(rows, asked="step classes")
    np.testing.assert_array_equal(steps.y["train"], rows * VALID)
    assert read([1, 2, 3, 4], asked="number").y["train"].tolist() == [[1], [2], [3], [4]]


@pytest.mark.parametrize(
    "y, test, how, words",
    [
        ([0, 1, 1, 0], ["a"] * 4, {}, "not both text or both numbers"),
        (["a", "b", "a", "b"], ["c"] * 4, {}, "y_test holds the label 'c'; .* are a, b"),
        (["a"] * 4, None, {}, "a single class, a"),
        ([0.5, 1, 2, 3], [0.5, 1, np.nan, 3], {}, r"y_test\[2\] is nan \(NaN, "),
        ([0.5, 1, 2, 3], np.ones([4, 2]), {}, "different numbers of columns"),
        (
            [0.5, 1, 2, 1e300],
            None,
            {},
            r"y_train\[3\] is inf \(NaN, infinite or beyond float32: 1 value\)",
        ),
        ([[1, 2], [3, 4], [5, 6], [7, 8]], None, {}, "row 0 is not one-hot.*--target=number"),
        (np.zeros([4, 2, 2]), None, {}, "shape .4, 2, 2.; expected classes"),
        (STEPS, [0, 1, 2, 0], {}, "y_test has shape .4,.; expected .4, 3., a class for each step"),
        ([0, 1, 2, 0], STEPS, {}, "y_test has shape .4, 3.; expected .4,., as y_train"),
        ([0, 1, 2, 0], None, {"asked": "step classes"}, "--target=steps expects .4, 3."),
        (["a", "b", "a", "b"], None, {"asked": "number"}, "expected numbers"),
        (np.array([object()] * 4), None, {}, "holds object; expected numbers or text"),
    ],
)
def test_what_does_not_fit_is_said(y, test, how, words):
    with pytest.raises(RunError, match=words) as error:
        read(y, test, **how)
    assert "\n" not in str(error.value)


def test_a_trained_model_reads_the_names_that_it_knows():
    raw, valid = {"test": np.array(["b", "a", "b", "b"])}, {"test": VALID}
    assert list(targets.read(raw, valid, classes=("a", "b")).y["test"]) == [1, 0, 1, 1]
    with pytest.raises(RunError, match="trained on classes numbered from 0"):
        targets.read(raw, valid)
