"""Epochs of training: their order, their rows, where they resume and where they end."""

import io

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.trainer import one_weight
from tf1_rnn.console import Console
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.training import Training


class Best:
    """Notes the epochs that were the best so far."""

    def __init__(self):
        self.taken = self.put = 0

    def take(self):
        self.taken += 1

    def put_back(self):
        self.put += 1


class Keeper:
    """Notes what it is given to keep."""

    path = "runs/a"

    def __init__(self, rows=()):
        self.rows, self.kept, self.inside = list(rows), [], []

    def keep(self, more, confusion, last):
        self.kept.append((len(self.rows), sorted(more), last))

    def keep_inside(self, step, losses, count):
        self.inside.append((step, count))


def trained(plan, step=0, rate=0.1, weight=0.0, **more):
    """Train the model of one weight; return the training, its weight, and the fed inputs."""
    with tf.Graph().as_default(), tf.Session() as session:
        model = one_weight.model(rate)
        training = Training(plan, session, model, **more)
        session.run(tf.global_variables_initializer())
        tf.trainable_variables()[0].load(weight, session)
        training.run(step, Console(io.StringIO()))
        return training, float(session.run(tf.trainable_variables()[0]))


def test_rows_tell_the_mean_loss_of_the_batches_by_their_sizes():
    plan = one_weight.plan(train=10, epochs=1)
    training, weight = trained(plan)
    (row,) = training.rows
    assert (row["epoch"], row["step"]) == (1, 3)
    # By hand, in the order of the seed and the epoch.
    order = np.random.RandomState([0, 0]).permutation(10)
    x, w, total = plan.dataset.train.x[order, 0, 0], 0.0, 0.0
    for batch in (x[:4], x[4:8], x[8:]):
        total += np.sum((w * batch - 2 * batch) ** 2)
        w -= 0.1 * np.mean(2 * (w - 2) * batch**2)
    assert row["train_loss"] == pytest.approx(total / 10, rel=1e-5)
    assert weight == pytest.approx(w, rel=1e-5)


@pytest.mark.parametrize("step", [3, 4, 6])
def test_a_resumed_run_ends_where_a_whole_one_does(step):
    whole, weight = trained(one_weight.plan(epochs=3))
    _, before = trained(one_weight.plan(epochs=step // 3))
    plan = one_weight.plan(epochs=3)
    if step % 3:  # a batch of the next epoch, by hand
        x = plan.dataset.train.x[np.random.RandomState([0, 1]).permutation(10)[:4], 0, 0]
        before -= 0.1 * np.mean(2 * (before - 2) * x**2)
    resumed, again = trained(plan, step, weight=before)
    assert again == pytest.approx(weight, rel=1e-5)
    assert resumed.rows[-1]["step"] == whole.rows[-1]["step"] == 9


def test_every_epoch_is_kept_and_the_last_one_is_told():
    keeper = Keeper()
    plan = one_weight.plan(epochs=2)
    trained(plan, keeper=keeper)
    steps, size = plan.steps_per_epoch, plan.configuration["batch_size"]
    # The last step of an epoch ends it; the others may be kept inside it.
    assert keeper.inside == [
        (epoch * steps + step, step * size) for epoch in range(2) for step in range(1, steps)
    ]
    assert len(keeper.inside) > 1
    names = ["gradient_norm", "learning_rate"]
    assert keeper.kept == [(1, names, False), (2, names, True)]


def test_patience_ends_a_run_and_the_chosen_epoch_comes_back():
    best, plan = Best(), one_weight.plan(valid=4, epochs=20, patience=2)
    # Steps that overshoot: the validation loss rises from the first epoch on.
    training, _ = trained(plan, rate=9.0, best=best)
    assert [row["epoch"] for row in training.rows] == [1, 2, 3] and best.taken == 1
    training.put_chosen_back()
    assert best.put == 1
    assert training.metrics({"test_loss": 1.0})["chosen_epoch"] == 1


def test_a_finished_run_trains_no_more():
    keeper = Keeper([{"epoch": 3, "step": 9, "train_loss": 1.0}])
    training, weight = trained(one_weight.plan(epochs=3), step=9, keeper=keeper)
    assert weight == 0 and keeper.kept == [] and training.metrics({})["steps"] == 9


@pytest.mark.parametrize(
    "keeper, kept",
    [
        (None, "; nothing was kept"),
        (Keeper(), "; no epoch was finished, runs/a holds no checkpoint of this run"),
        (Keeper([{"epoch": 1}]), "; the last good checkpoint is kept in runs/a"),
    ],
)
def test_a_loss_that_is_not_finite(keeper, kept):
    plan = one_weight.plan(epochs=2, factor=float("nan"))
    with pytest.raises(RunError, match=f"^the training loss is nan at epoch 1, step 1{kept}: try"):
        trained(plan, keeper=keeper)


def test_dropout_is_fed_only_while_training():
    with tf.Graph().as_default(), tf.Session() as session:
        model = one_weight.model()
        model.keep_prob = tf.placeholder_with_default(1.0, [])
        seen = tf.get_variable("seen", [], trainable=False, initializer=tf.zeros_initializer())
        with tf.control_dependencies([seen.assign_add(model.keep_prob)]):
            model.train_op = tf.group(model.train_op)
        plan = one_weight.plan(epochs=1, dropout=0.25)
        training = Training(plan, session, model)
        session.run(tf.global_variables_initializer())
        training.run(0, Console(io.StringIO()))
        assert session.run(seen) == pytest.approx(3 * 0.75)
