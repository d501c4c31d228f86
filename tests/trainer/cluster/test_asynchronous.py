"""Asynchronous training by servers in this process: every batch once, whole steps kept."""

import types

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.trainer import one_weight
from tests.trainer.clusters import STEPS, start, train
from tf1_rnn.trainer.cluster.asynchronous import Asynchronous, Unordered


def test_one_worker_has_the_numbers_of_one_process(cluster_data, tmp_path):
    losses, variables = train(cluster_data, tmp_path / "alone", "gru", epochs=2)
    task, targets = start(1, 1)
    machines = Asynchronous(task, targets[0], 120)
    shared_losses, shared = train(cluster_data, tmp_path / "one", "gru", machines, epochs=2)
    np.testing.assert_array_equal(shared_losses, losses)
    assert shared.keys() == variables.keys()
    for name, value in variables.items():
        np.testing.assert_array_equal(shared[name], value, err_msg=name)


def test_three_workers_learn_and_count_every_step(cluster_data, tmp_path):
    task, targets = start(3, 1)
    machines = Asynchronous(task, targets[0], 120)
    losses, variables = train(cluster_data, tmp_path / "three", "gru", machines)
    assert variables["global_step"] == STEPS
    assert losses[-2] < losses[0]


def steps(workers, batches, due=lambda: False):
    """Return the steps of made-up workers, and the batches that each was given.

    Args:
        workers: how many.
        batches: sizes.
        due: whether a checkpoint is.
    """
    given = []

    def make_callable(fetched, placeholders):
        def call(x, y):
            given.append(x[:, 0, 0].tolist())
            return None, 0.5, 0.1, 2.0

        return call

    plan = one_weight.plan(train=batches * 4)
    session = types.SimpleNamespace(make_callable=make_callable)
    with tf.Graph().as_default():
        towers = [one_weight.model()] * workers
    return list(Unordered(plan, [session] * workers, towers).run(0, 0, due)), given, plan


@pytest.mark.parametrize("workers", [1, 3, 9])
def test_every_batch_is_one_worker_s(workers):
    found, given, plan = steps(workers, 7)
    everything = sorted(value for batch in given for value in batch)
    assert everything == sorted(plan.dataset.train.x[:, 0, 0].tolist())
    assert [step.size for step in found] == [4] * 7
    assert found[-1].measured == {"learning_rate": 0.1, "gradient_norm": 2.0}
    assert found[-1].settled and sum(step.settled for step in found) >= (7 if workers == 1 else 1)


def test_while_a_checkpoint_is_due_no_step_begins():
    found, *_ = steps(2, 6, due=lambda: True)
    # One at a time: nobody begins before the other has ended.
    assert [step.settled for step in found] == [True] * 6


def test_a_failure_of_a_worker_is_one_of_the_epoch():
    plan = one_weight.plan(train=8)

    def fail(*fed):
        raise tf.errors.UnavailableError(None, None, "gone")

    session = types.SimpleNamespace(make_callable=lambda *_: fail)
    with tf.Graph().as_default():
        steps = Unordered(plan, [session] * 2, [one_weight.model()] * 2)
    with pytest.raises(tf.errors.UnavailableError):
        list(steps.run(0, 0, lambda: False))
