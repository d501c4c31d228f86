"""Confusion, recall and the worst samples of a test, for every target."""

import types

import numpy as np

from tf1_rnn.trainer import measures
from tf1_rnn.trainer.datasets import Dataset, Split
from tf1_rnn.trainer.report import findings


def planned(y, target, lengths=None, ids=None, **more):
    x = np.arange(len(y) * 3 * 2, dtype=np.float32).reshape(len(y), 3, 2)
    split = Split(x, y, lengths, ids)
    n_classes = None if target == "number" else 3
    dataset = Dataset("data", split, split, n_classes, target=target, **more)
    return types.SimpleNamespace(dataset=dataset, n_classes=3)


def findings_of(plan, losses, predictions):
    """Return the findings of a test whose sequences come one by one."""
    batches = plan.dataset.test.in_order(1)
    parts = zip(batches, losses[:, np.newaxis], predictions[:, np.newaxis], strict=True)
    return findings.of(plan, parts)


def one_hot(found):
    return np.eye(3)[found] * 0.9 + 0.05


def test_classes():
    plan = planned(np.array([0, 0, 1, 1]), "class", classes=("a", "b", "c"))
    found = findings_of(plan, np.array([1.0, 4.0, 3.0, 2.0]), one_hot([0, 2, 1, 1]))
    np.testing.assert_array_equal(found.confusion, [[1, 0, 1], [0, 2, 0], [0, 0, 0]])
    np.testing.assert_array_equal(measures.recall(found.confusion), [0.5, 1, np.nan])
    assert [sample.name for sample in found.worst] == [f"test sequence {i}" for i in (1, 2, 3, 0)]
    assert found.worst[0].verdict == "true a, predicted c (95%)"
    assert found.lengths["test"].tolist() == [3] * 4


def test_classes_of_steps_count_only_valid_steps():
    y = np.array([[0, 1, 0], [2, 0, 0]])
    plan = planned(y, "step classes", lengths=np.array([3, 1], np.int32), ids=("first", "second"))
    losses = np.array([[1.0, 1, 1], [2, 90, 90]])
    found = findings_of(plan, losses, one_hot([[0, 1, 1], [2, 1, 1]]))
    np.testing.assert_array_equal(found.confusion, [[1, 1, 0], [0, 1, 0], [0, 0, 1]])
    worst = found.worst[0]
    assert (worst.name, worst.loss, worst.verdict) == ("second", 2, "0 of 1 step wrong")
    assert worst.x.shape == (1, 2)
    assert found.worst[1].verdict == "1 of 3 steps wrong"


def test_numbers():
    y = np.array([[1.0, 2], [3, 4]], np.float32)
    found = findings_of(planned(y, "number"), np.array([0.1, 0.2]), y + 1)
    assert found.confusion is None and found.classes == ()
    np.testing.assert_array_equal(found.numbers, [[[1, 2], [3, 4]], [[2, 3], [4, 5]]])
    assert found.worst[0].verdict == "true (3, 4), predicted (4, 5)"
