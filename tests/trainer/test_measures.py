"""Accuracy counts valid steps alone; R² is that of its definition."""

import numpy as np
import pytest

from tf1_rnn.trainer import measures
from tf1_rnn.trainer.datasets import Split

X = np.zeros([3, 4, 1], np.float32)


def test_classes_and_steps():
    split = Split(X, np.array([0, 1, 1]))
    losses, answers = np.array([1.0, 2.0, 6.0], np.float32), np.array([True, False, True])
    found = measures.of_split(split, "class", losses, answers)
    assert found == {"test_loss": 3.0, "test_accuracy": pytest.approx(2 / 3)}
    split = Split(X, np.zeros([3, 4], int), np.array([1, 0, 2]))
    losses = np.arange(12, dtype=np.float32).reshape(3, 4)
    answers = np.array([[1, 0, 0, 0], [0] * 4, [1, 0, 1, 1]], bool)
    found = measures.of_split(split, "step classes", losses, answers)
    assert found == {"test_loss": (0 + 8 + 9) / 3, "test_accuracy": pytest.approx(2 / 3)}


def test_r2():
    y = np.array([[1.0, 5], [2, 5], [3, 5], [4, 5]])
    assert measures.r2(y, y) == 1
    assert measures.r2(y[:, :1], np.full([4, 1], 2.5)) == 0
    assert measures.r2(y[:, :1], y[:, :1] + 1) == pytest.approx(1 - 4 / 5)
    # A constant that is not found is worth nothing, and the mean is of both.
    assert measures.r2(y, np.stack([y[:, 0], y[:, 1] + 1], 1)) == 0.5


def test_labels_as_they_are_fed():
    numbers = np.array([[0.5]], np.float32)
    assert measures.as_fed(numbers, "number", 1) is numbers
    assert measures.as_fed(np.array([2, 0]), "class", 3).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert measures.as_fed(np.array([[1, 0]]), "step classes", 2).tolist() == [[[0, 1], [1, 0]]]


def test_the_measure_of_a_row():
    assert measures.of_row({"test_loss": 1, "test_r2": 0.5}) == ("test_r2", 0.5)
    assert measures.of_row({"test_accuracy": 0.25}) == ("test_accuracy", 0.25)
