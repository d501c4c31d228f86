"""An experiment: what it asks of either kind of estimator, and in which order."""

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib.learn import _experiment

learn = tf.contrib.learn


def model_fn(features, labels, mode):
    raise AssertionError("nothing is trained here")


def made(kind, folder, monkeypatch):
    """Return an estimator of a kind, and the list of what it is asked for."""
    asked = []
    if kind == "core":
        estimator = tf.estimator.Estimator(model_fn, str(folder))
        names = {"train": "train", "evaluate": "evaluate"}
    else:
        estimator = learn.Estimator(model_fn, str(folder))
        names = {"fit": "train", "evaluate": "evaluate"}
    for name, said in names.items():
        monkeypatch.setattr(
            estimator, name, lambda *a, said=said, **k: asked.append((said, a, k)) or said
        )
    return estimator, asked


@pytest.mark.parametrize("kind", ["core", "contrib"])
def test_what_each_kind_of_estimator_is_asked_for(kind, tmp_path, monkeypatch):
    estimator, asked = made(kind, tmp_path, monkeypatch)
    metrics = None if kind == "core" else {"a": "metric"}
    experiment = learn.Experiment(
        estimator, "train_fn", "eval_fn", eval_metrics=metrics, train_steps=9, eval_steps=3
    )
    hook = tf.train.StopAtStepHook(1)
    experiment.extend_train_hooks([hook])
    assert experiment.train() == "train" and experiment.evaluate(name="n") == "evaluate"
    (_, arguments, train), (_, _, evaluate) = asked
    if kind == "core":
        assert arguments == ("train_fn",) and train["hooks"] == [hook]
    else:
        assert train["input_fn"] == "train_fn" and train["monitors"] == [hook]
        assert evaluate["metrics"] == metrics
    assert train["max_steps"] == 9
    assert (evaluate["input_fn"], evaluate["steps"], evaluate["name"]) == ("eval_fn", 3, "n")
    assert experiment.estimator is estimator and experiment.eval_metrics == metrics
    assert (experiment.train_steps, experiment.eval_steps) == (9, 3)


@pytest.mark.parametrize("frequency, monitors", [(None, [1]), (5, [5]), (0, [])])
def test_evaluations_while_it_is_trained(frequency, monitors, tmp_path, monkeypatch):
    estimator, asked = made("core", tmp_path, monkeypatch)
    seen = []

    class Monitor(tf.train.SessionRunHook):
        def __init__(self, every_n_steps, **_):
            seen.append(every_n_steps)

        def set_estimator(self, estimator):
            pass

    monkeypatch.setattr(_experiment, "ValidationMonitor", Monitor)
    experiment = learn.Experiment(
        estimator, "train_fn", "eval_fn", min_eval_frequency=frequency, train_monitors=["own"]
    )
    for _ in range(2):  # what is added for one run is gone for the next
        assert experiment.train_and_evaluate() == ("evaluate", [])
    assert seen == monitors * 2
    hooks = [options["hooks"] for said, _, options in asked if said == "train"]
    assert [len(each) for each in hooks] == [1 + len(monitors)] * 2


def test_one_step_and_one_batch_to_try(tmp_path, monkeypatch):
    estimator, asked = made("core", tmp_path, monkeypatch)
    experiment = learn.Experiment(estimator, "t", "e", train_steps=9, eval_steps=3)
    assert experiment.test() == ("evaluate", [])
    assert asked[0][2]["max_steps"] == asked[1][2]["steps"] == 1
    assert (experiment.train_steps, experiment.eval_steps) == (9, 3)


def test_misuse(tmp_path):
    with pytest.raises(ValueError, match="must implement"):
        learn.Experiment("estimator", None, None)
    with pytest.raises(ValueError, match="`eval_metrics` must be `None`"):
        estimator = tf.estimator.Estimator(model_fn, str(tmp_path))
        learn.Experiment(estimator, None, None, eval_metrics={})
