"""Accuracy counts only valid steps; R² is that of its definition."""

import numpy as np
import pytest

from tf1_rnn.trainer import measures
from tf1_rnn.trainer.datasets import Split

X = np.zeros([3, 4, 1], np.float32)


def tallied(split, target, losses, answers, class_weights=None):
    """Return a tally of a split that comes in batches of 2."""
    tally = measures.Tally(target, class_weights)
    for begin, batch in zip(range(0, len(split), 2), split.in_order(2), strict=True):
        tally.add(batch, losses[begin : begin + 2], answers[begin : begin + 2])
    return tally


def r2(y, found):
    split = Split(np.zeros([len(y), 1, 1]), y)
    return tallied(split, "number", np.zeros(len(y)), found).numbers("test")["test_r2"]


def test_classes_and_steps():
    split = Split(X, np.array([0, 1, 1]))
    losses, answers = np.array([1.0, 2.0, 6.0], np.float32), np.array([True, False, True])
    found = tallied(split, "class", losses, answers).numbers("test")
    assert found == {"test_loss": 3.0, "test_accuracy": pytest.approx(2 / 3)}
    found = tallied(split, "class", losses, answers, (3.0, 0.5)).numbers("valid")
    assert found["valid_loss"] == pytest.approx((3 * 1 + 0.5 * 2 + 0.5 * 6) / 3)
    split = Split(X, np.zeros([3, 4], int), np.array([1, 0, 2]))
    losses = np.arange(12, dtype=np.float32).reshape(3, 4)
    answers = np.array([[1, 0, 0, 0], [0] * 4, [1, 0, 1, 1]], bool)
    found = tallied(split, "step classes", losses, answers).numbers("test")
    assert found == {"test_loss": (0 + 8 + 9) / 3, "test_accuracy": pytest.approx(2 / 3)}


def test_r2():
    y = np.array([[1.0, 5], [2, 5], [3, 5], [4, 5]])
    assert r2(y, y) == 1
    assert r2(y[:, :1], np.full([4, 1], 2.5)) == 0
    assert r2(y[:, :1], y[:, :1] + 1) == pytest.approx(1 - 4 / 5)
    # A constant that is not found is worth nothing, and the mean is of both.
    assert r2(y, np.stack([y[:, 0], y[:, 1] + 1], 1)) == 0.5


def test_labels_as_they_are_fed():
    numbers = np.array([[0.5]], np.float32)
    assert measures.as_fed(numbers, "number", 1) is numbers
    assert measures.as_fed(np.array([2, 0]), "class", 3).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert measures.as_fed(np.array([[1, 0]]), "step classes", 2).tolist() == [[[0, 1], [1, 0]]]


def test_the_measure_of_a_row():
    row = {"test_loss": 1, "test_r2": 0.5, "valid_accuracy": 0.25}
    assert measures.of_row(row, "test") == ("R2", 0.5)
    assert measures.of_row(row, "valid") == ("accuracy", 0.25)
    assert measures.of_row({"train_loss": 1}, "valid") is None


def test_balanced_classes_weigh_the_same_together():
    y = np.array([0] * 6 + [1] * 2 + [3] * 4)
    weights = measures.balanced(Split(np.zeros([12, 1, 1]), y), "class", 4)
    np.testing.assert_allclose(weights, [12 / 6 / 3, 12 / 2 / 3, 0, 12 / 4 / 3])
    assert weights[y].mean() == pytest.approx(1)
    steps = Split(X, np.array([[0, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]), np.array([2, 3, 0]))
    np.testing.assert_allclose(measures.balanced(steps, "step classes", 2), [5 / 2, 5 / 8])
