"""Predictions as CSV, by what was learned."""

import numpy as np

from tf1_rnn.trainer import predictions
from tf1_rnn.trainer.datasets import Dataset, Split

X = np.zeros([2, 3, 1], np.float32)


def table(found, target="class", lengths=None, ids=None, classes=None):
    """Return the lines on two sequences that come in two batches."""
    data = Dataset("d", None, Split(X, None, lengths, ids), None, target=target, classes=classes)
    batches = zip(data.test.in_order(1), np.array(found)[:, np.newaxis], strict=True)
    return "".join(predictions.as_csv(data, batches)).splitlines()


def test_classes_by_number_and_by_name():
    found = [[0.25, 0.75], [0.5, 0.5]]
    assert table(found) == ["class,probability_0,probability_1", "1,0.25,0.75", "0,0.5,0.5"]
    assert table(found, ids=("a", "b"), classes=("no", "yes, of course")) == [
        'sequence,class,probability_no,"probability_yes, of course"',
        'a,"yes, of course",0.25,0.75',
        "b,no,0.5,0.5",
    ]


def test_a_row_for_each_valid_step():
    found = [[[1, 0], [0, 1], [0, 1]], [[0, 1], [1, 0], [1, 0]]]
    assert table(found, "step classes", np.array([1, 2])) == [
        "sequence,step,class,probability_0,probability_1",
        "0,0,0,1,0",
        "1,0,1,0,1",
        "1,1,0,1,0",
    ]
    assert table(found, "step classes", None, ("x", "y"))[4] == "y,0,1,0,1"


def test_numbers():
    assert table([[0.5], [1.5]], "number") == ["number", "0.5", "1.5"]
    assert table([[0.5, 2], [1.5, 3]], "number", ids=("a", "b")) == [
        "sequence,number_0,number_1",
        "a,0.5,2.0",
        "b,1.5,3.0",
    ]
