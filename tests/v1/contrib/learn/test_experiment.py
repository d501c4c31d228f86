"""An experiment: what it asks of either kind of estimator, and in which order."""

import os

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
    assert experiment.test() == "evaluate"
    assert asked[0][2]["steps"] == asked[1][2]["steps"] == 1
    assert asked[1][2]["name"] == "one_pass"
    assert (experiment.train_steps, experiment.eval_steps) == (9, 3)


def strategy(name, kept):
    """Return an export strategy that keeps what it is asked for."""

    def export_fn(estimator, export_path, checkpoint_path=None, eval_result=None):
        kept.append((export_path, checkpoint_path, eval_result))
        return name

    return learn.ExportStrategy(name, export_fn)


def test_each_evaluation_is_exported(tmp_path, monkeypatch):
    estimator, _ = made("core", tmp_path, monkeypatch)
    kept = []
    experiment = learn.Experiment(
        estimator, "t", "e", min_eval_frequency=0, export_strategies=strategy("a", kept)
    )
    assert experiment.train_and_evaluate() == ("evaluate", ["a"])
    assert experiment.test() == "evaluate"
    path = os.fsencode(tmp_path / "export" / "a")
    assert kept == [(path, None, "evaluate")] * 2
    (before,) = experiment.reset_export_strategies([strategy("b", kept), strategy("c", kept)])
    assert before.name == "a"
    assert experiment.train_and_evaluate()[1] == ["b", "c"]
    for wrong in (3, [3]):
        with pytest.raises(ValueError, match="`export_strategies` must be an ExportStrategy"):
            experiment.reset_export_strategies(wrong)


def with_metrics(experiment, monkeypatch, *steps):
    """Let evaluations find these global steps; return the list of what they are asked for."""
    found, asked = iter(steps), []

    def evaluate(**options):
        asked.append(options)
        return {"global_step": next(found)}

    monkeypatch.setattr(experiment.estimator, "evaluate", evaluate)
    return asked


def test_training_and_evaluating_in_turns(tmp_path, monkeypatch):
    estimator, trained = made("contrib", tmp_path, monkeypatch)
    kept = []
    experiment = learn.Experiment(
        estimator, "t", "e", train_steps=20, export_strategies=strategy("a", kept)
    )
    with_metrics(experiment, monkeypatch, 2, 20)
    assert experiment.continuous_train_and_eval() == ({"global_step": 20}, ["a"])
    assert [options["steps"] for _, _, options in trained] == [2, 2] and len(kept) == 2
    with_metrics(experiment, monkeypatch, 2)
    metrics, _ = experiment.continuous_train_and_eval(lambda metrics: metrics is None)
    assert metrics == {"global_step": 2}


def test_checkpoints_are_evaluated_as_they_come(tmp_path, monkeypatch):
    estimator, _ = made("contrib", tmp_path, monkeypatch)
    slept, paths = [], iter([None, "model-1", "model-1", "model-9"])
    monkeypatch.setattr(_experiment.time, "sleep", slept.append)
    monkeypatch.setattr(tf.train, "latest_checkpoint", lambda folder: next(paths))
    kept = []
    experiment = learn.Experiment(
        estimator, "t", "e", train_steps=9, export_strategies=strategy("a", kept)
    )
    asked = with_metrics(experiment, monkeypatch, 1, 9)
    experiment.continuous_eval(throttle_delay_secs=0)
    assert [each["checkpoint_path"] for each in asked] == ["model-1", "model-9"]
    assert [path for _, path, _ in kept] == ["model-1", "model-9"]
    assert {each["input_fn"] for each in asked} == {"e"} and asked[0]["name"] == "continuous"
    assert slept == [120, 0, 0, 0]


def test_checkpoints_are_evaluated_on_the_training_data(tmp_path, monkeypatch):
    estimator, _ = made("core", tmp_path, monkeypatch)
    monkeypatch.setattr(tf.train, "latest_checkpoint", lambda folder: "model")
    experiment = learn.Experiment(estimator, "t", "e")
    asked = with_metrics(experiment, monkeypatch, 1)
    experiment.continuous_eval_on_train_data(0, 0, lambda metrics: metrics is None)
    assert asked[0]["input_fn"] == "t" and asked[0]["name"] == "continuous_on_train_data"
    with_metrics(experiment, monkeypatch, 1)
    assert experiment.evaluate() == {"global_step": 1} and experiment._eval_input_fn == "e"


def test_misuse(tmp_path):
    with pytest.raises(ValueError, match="must implement"):
        learn.Experiment("estimator", None, None)
    with pytest.raises(ValueError, match="`eval_metrics` must be `None`"):
        estimator = tf.estimator.Estimator(model_fn, str(tmp_path))
        learn.Experiment(estimator, None, None, eval_metrics={})
