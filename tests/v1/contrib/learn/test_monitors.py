"""A monitor that evaluates while it is trained, with an estimator that is made up."""

import types

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib.learn import monitors


class Estimator:
    """Gives one result after the other."""

    def __init__(self, folder, losses):
        self.model_dir, self._losses, self.asked = folder, iter(losses), []

    def evaluate(self, **arguments):
        self.asked.append(arguments)
        return {"loss": next(self._losses)}


@pytest.fixture
def watch(tmp_path, monkeypatch):
    """Return a function that trains 10 steps, a checkpoint a step, and returns when it stopped."""

    def watch(losses, checkpoints=range(1, 11), **options):
        estimator = Estimator(str(tmp_path), losses)
        options = {"every_n_steps": 1, "check_interval_secs": 0, **options}
        monitor = monitors.ValidationMonitor(x="x", **options)
        monitor.set_estimator(estimator)
        latest = [None]
        monkeypatch.setattr(monitors.tf.train, "latest_checkpoint", lambda folder: latest[0])
        stopped = []
        with tf.Graph().as_default():
            tf.train.create_global_step()
            monitor.begin()
            for step in range(1, 11):
                if step in checkpoints:
                    latest[0] = f"model.ckpt-{step}"
                session = types.SimpleNamespace(run=lambda _, step=step: step)
                context = types.SimpleNamespace(
                    session=session, request_stop=lambda step=step: stopped.append(step)
                )
                values = types.SimpleNamespace(results=step - 1)
                monitor.after_run(context, values)
                if stopped:
                    break
        return monitor, estimator, stopped

    return watch


@pytest.mark.parametrize(
    "losses, rounds, minimize, stops, best",
    [
        ([3, 2, 2, 2, 2], 2, True, [4], 2),
        ([1, 2, 3, 4, 4, 4, 4], 3, False, [7], 4),
        ([5, 4, 3, 2, 1, 0, -1, -2, -3, -4], 1, True, [], 10),
        ([1] * 10, None, True, [], None),
    ],
)
def test_it_stops_what_does_not_improve(watch, losses, rounds, minimize, stops, best):
    monitor, _, stopped = watch(
        losses, early_stopping_rounds=rounds, early_stopping_metric_minimize=minimize
    )
    assert stopped == stops and monitor.early_stopped is bool(stops)
    assert monitor.best_step == best


def test_it_looks_at_new_checkpoints_every_so_many_steps(watch):
    _, estimator, _ = watch([1] * 10, every_n_steps=3)
    assert len(estimator.asked) == 3
    _, estimator, _ = watch([1] * 10, checkpoints=[4])
    assert len(estimator.asked) == 1


def test_it_does_not_look_more_often_than_said(watch):
    _, estimator, _ = watch([1] * 10, check_interval_secs=1000)
    # The first look finds the first checkpoint.
    assert len(estimator.asked) == 1


def test_arguments_of_the_evaluation_are_handed_on_where_they_were_given(watch):
    _, estimator, _ = watch([1] * 10, eval_steps=7, name="valid")
    assert estimator.asked[0] == {"x": "x", "steps": 7, "name": "valid"}


def test_it_needs_something_to_evaluate():
    with pytest.raises(ValueError, match="Either x or input_fn should be provided"):
        monitors.ValidationMonitor()


def test_hooks_under_old_names():
    assert monitors.StopAtStep is tf.train.StopAtStepHook
    assert isinstance(monitors.PrintTensor(["loss"], 5), tf.train.LoggingTensorHook)
