"""An `Evaluator` evaluates and exports each checkpoint once; a listener decides when."""

import types

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.estimator import _evaluator


class Model:
    """An estimator that notes which checkpoints were evaluated; `path` is its last."""

    model_dir = "folder"

    def __init__(self):
        self.path, self.step, self.evaluated = None, 0, []

    def latest_checkpoint(self):
        return self.path

    def evaluate(self, input_fn, steps, hooks, checkpoint_path, name):
        self.evaluated.append(checkpoint_path)
        return {"global_step": self.step}


class Exporter:
    """An exporter that returns what it was told."""

    name = "mine"

    def export(self, **given):
        del given["estimator"]
        return given


SPEC = types.SimpleNamespace(input_fn=None, steps=None, hooks=[], name=None, exporters=[Exporter()])


@pytest.fixture
def warned(monkeypatch):
    texts = []
    monkeypatch.setattr(tf.logging, "warn", texts.append)
    return texts


@pytest.fixture
def clock(monkeypatch):
    at = types.SimpleNamespace(now=0.0)
    monkeypatch.setattr(_evaluator.time, "monotonic", lambda: at.now)
    return at


def test_a_checkpoint_is_evaluated_once(warned):
    model = Model()
    evaluator = _evaluator.Evaluator(model, SPEC, max_steps=4)
    assert not evaluator.evaluate() and evaluator.metrics is None and not evaluator.is_final
    for path, step, is_final in (("a", 2, False), ("b", 4, True)):
        model.path, model.step = path, step
        assert evaluator.evaluate() and not evaluator.evaluate()
        assert evaluator.is_final is is_final
        assert evaluator.exports == [
            {
                "export_path": "folder/export/mine",
                "checkpoint_path": path,
                "eval_result": {"global_step": step},
                "is_the_final_export": is_final,
            }
        ]
    assert model.evaluated == ["a", "b"]


def test_warnings_are_rare_and_say_what_is_missing(warned, clock):
    model = Model()
    evaluator = _evaluator.Evaluator(model, SPEC, max_steps=None)
    for clock.now in (0, 1, 600, 601):
        evaluator.evaluate()
    assert len(warned) == 2 and all("not trained yet" in text for text in warned)
    model.path = "a"
    assert evaluator.evaluate() and not evaluator.is_final
    evaluator.evaluate()
    assert len(warned) == 3 and "No new checkpoint" in warned[2]


@pytest.mark.parametrize("throttle, evaluated", [(0, [3, 4, 5]), (1000, [3, 5])])
def test_a_listener_evaluates_no_more_often_than_the_throttle(throttle, evaluated):
    steps = []
    evaluator = types.SimpleNamespace(evaluate=lambda: steps.append(now))
    listener = _evaluator.EvaluateCheckpoints(evaluator, throttle)
    listener.begin()
    for now in (2, 3, 4):  # the first is what there was before the training
        listener.after_save(None, now)
    now = 5
    listener.end(None, now)
    listener.end(None, now)
    assert steps == evaluated
