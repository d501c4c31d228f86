"""What is kept of each epoch, when, and what is removed."""

import os

import pytest
import tensorflow.compat.v1 as tf

from tests.trainer import one_weight
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import keeper as keeping
from tf1_rnn.trainer.best import Best
from tf1_rnn.trainer.model_dir import ModelDir


@pytest.fixture
def kept(tmp_path):
    """Return a function that keeps epochs of these validation losses, and lists checkpoints."""
    folder = ModelDir(str(tmp_path / "run"))

    def keep(losses, metrics=None):
        with tf.Graph().as_default(), tf.Session() as session, folder.locked():
            one_weight.model()
            best = Best(session)
            saver = tf.train.Saver(max_to_keep=2)
            session.run(tf.global_variables_initializer())
            plan = one_weight.plan(valid=2, model_dir=folder)
            keeper = keeping.Keeper(plan, plan.model_dir, session, saver, best, 0)
            for epoch, loss in enumerate(losses, 1):
                tf.train.get_global_step().load(10 * epoch, session)
                row = {"epoch": epoch, "step": 10 * epoch, "train_loss": 1.0, "valid_loss": loss}
                keeper.rows.append(row)
                if loss == min(row["valid_loss"] for row in keeper.rows):
                    best.take()
                keeper.keep({}, None, last=epoch == len(losses))
            finished = metrics and keeper.finish(metrics)
        return (
            keeper,
            finished,
            sorted(
                os.path.relpath(os.path.join(place, name), folder.path).removesuffix(".index")
                for place, _, names in os.walk(folder.path)
                for name in names
                if name.endswith(".index")
            ),
        )

    return keep


def test_of_short_epochs_the_first_and_the_last_are_saved_and_the_best_of_either(kept, monkeypatch):
    monkeypatch.setattr(keeping, "SECONDS_BETWEEN_CHECKPOINTS", 1000)
    keeper, _, checkpoints = kept([3.0, 1.0, 2.0])
    assert checkpoints == [
        "best/model.ckpt-10",
        "best/model.ckpt-20",
        "model.ckpt-10",
        "model.ckpt-30",
    ]
    with open(os.path.join(keeper.path, "history.csv")) as file:
        assert [line.split(",")[0] for line in file] == ["epoch", "1", "2", "3"]


def test_of_long_epochs_two_are_kept_and_the_best_of_either(kept, monkeypatch):
    monkeypatch.setattr(keeping, "SECONDS_BETWEEN_CHECKPOINTS", 0)
    _, _, checkpoints = kept([3.0, 2.0, 1.0])
    # Going on from step 20, the best would be that of step 20.
    assert checkpoints == [
        "best/model.ckpt-20",
        "best/model.ckpt-30",
        "model.ckpt-20",
        "model.ckpt-30",
    ]


def test_the_end_adds_the_test_and_names_the_chosen_epoch(kept):
    keeper, metrics, _ = kept([1.0, 2.0], {"steps": 20, "test_loss": 0.5})
    assert metrics["test_loss"] == 0.5 and metrics["parameters"] == 1
    assert metrics["tensorflow"] == tf.__version__ and metrics["configuration"]["seed"] == 0
    best = tf.train.latest_checkpoint(os.path.join(keeper.path, "best"))
    assert best.endswith("model.ckpt-10")


def test_a_folder_that_cannot_be_written_is_one_line(kept, tmp_path, monkeypatch):
    def full(*_, **__):
        raise tf.errors.ResourceExhaustedError(None, None, "No space left on device")

    monkeypatch.setattr(tf.train.Saver, "save", full)
    with pytest.raises(RunError, match="cannot be written: No space left.*earlier files"):
        kept([1.0])
