"""The chosen epoch, and the end of patience: what a history tells."""

import pytest

from tf1_rnn.trainer import choosing


def rows(*losses):
    return [
        {
            "epoch": n,
            "step": 10 * n,
            "train_loss": 1.0,
            **({} if loss is None else {"valid_loss": loss}),
        }
        for n, loss in enumerate(losses, 1)
    ]


@pytest.mark.parametrize(
    "losses, epoch",
    [
        ((3.0, 1.0, 2.0), 2),
        ((1.0, 1.0), 1),  # the first of several
        ((2.0,), 1),
        ((None, None), 2),  # nothing to choose by
        ((None, 5.0, 6.0), 2),  # a run that had no validation set before
    ],
)
def test_the_chosen_epoch(losses, epoch):
    assert choosing.chosen(rows(*losses))["epoch"] == epoch


def test_nothing_to_choose_from():
    assert choosing.chosen([]) is None


@pytest.mark.parametrize(
    "losses, patience, over",
    [
        ((1.0, 2.0, 3.0), 2, True),
        ((1.0, 2.0), 2, False),
        ((1.0, 2.0, 0.5), 2, False),
        ((1.0, 2.0, 3.0), None, False),
        ((None, None, None), 1, False),
        ((), 1, False),
    ],
)
def test_patience(losses, patience, over):
    assert choosing.is_out_of_patience(rows(*losses), patience) is over


def test_metrics_are_those_of_the_chosen_epoch():
    found = choosing.metrics(rows(3.0, 1.0, 2.0), 3, 30, {"test_loss": 9.0})
    assert found == {
        "test_loss": 9.0,
        "train_loss": 1.0,
        "valid_loss": 1.0,
        "chosen_epoch": 2,
        "chosen_by": "valid_loss",
        "epochs": 3,
        "steps": 30,
    }


def test_metrics_of_a_model_that_was_trained_elsewhere():
    found = choosing.metrics([], 5, 50)
    assert found["chosen_epoch"] == 5 and found["chosen_by"] is found["train_loss"] is None
