"""Training and evaluation in turn: when a checkpoint is evaluated, and what is checked."""

import pytest

import tf1_rnn.v1 as tf
from tests.v1.estimator import tiny

TrainSpec, EvalSpec = tf.estimator.TrainSpec, tf.estimator.EvalSpec


class Exporter(tf.estimator.Exporter):
    """Notes what it is given."""

    name = "mine"

    def __init__(self, name="mine"):
        self.name, self.given = name, []

    def export(self, estimator, export_path, checkpoint_path, eval_result, is_the_final_export):
        self.given.append((int(eval_result["global_step"]), is_the_final_export, export_path))
        return len(self.given)


@pytest.mark.parametrize("throttle, steps", [(0, [2, 4, 5]), (1000, [2, 5])])
def test_checkpoints_are_evaluated_and_exported(tmp_path, throttle, steps):
    exporter = Exporter()
    spec = EvalSpec(tiny.inputs(1), exporters=exporter, throttle_secs=throttle)
    metrics, exports = tf.estimator.train_and_evaluate(
        tiny.estimator(tmp_path), TrainSpec(tiny.inputs(), max_steps=5), spec
    )
    found = [step for step, _, _ in exporter.given]
    assert found == steps
    assert [final for _, final, _ in exporter.given] == [step == 5 for step in steps]
    assert metrics["global_step"] == 5 and exports == [len(steps)]
    assert exporter.given[0][2] == str(tmp_path / "export" / "mine")


def test_what_has_been_trained_is_trained_no_more(tmp_path):
    spec = TrainSpec(tiny.inputs(), max_steps=2), EvalSpec(tiny.inputs(1), throttle_secs=0)
    tf.estimator.train_and_evaluate(tiny.estimator(tmp_path), *spec)
    assert tf.estimator.train_and_evaluate(tiny.estimator(tmp_path), *spec) == (None, None)


@pytest.mark.parametrize("place", ["estimator", "train_spec", "eval_spec"])
def test_types(tmp_path, place):
    given = {
        "estimator": tiny.estimator(tmp_path),
        "train_spec": TrainSpec(tiny.inputs()),
        "eval_spec": EvalSpec(tiny.inputs()),
        place: 7,
    }
    with pytest.raises(TypeError, match=f"`{place}` must have type `tf.estimator."):
        tf.estimator.train_and_evaluate(**given)


@pytest.mark.parametrize(
    "make, error, words",
    [
        (lambda: TrainSpec(7), TypeError, "`input_fn` must be callable"),
        (lambda: TrainSpec(bool, max_steps=0), ValueError, "max_steps > 0, given: 0"),
        (lambda: TrainSpec(bool, hooks=[7]), TypeError, "must be `SessionRunHook`"),
        (lambda: EvalSpec(bool, steps=0), ValueError, "steps > 0, given: 0"),
        (lambda: EvalSpec(bool, name=7), TypeError, "`name` must be string"),
        (lambda: EvalSpec(bool, throttle_secs=-1), ValueError, "throttle_secs >= 0"),
        (lambda: EvalSpec(bool, start_delay_secs=-1), ValueError, "start_delay_secs >= 0"),
        (lambda: EvalSpec(bool, exporters=7), TypeError, "must be an Exporter, an iterable"),
        (lambda: EvalSpec(bool, exporters=[7]), TypeError, "must be an Exporter, an iterable"),
        (lambda: EvalSpec(bool, exporters=Exporter("")), ValueError, "`None` or empty"),
        (lambda: EvalSpec(bool, exporters=Exporter(7)), ValueError, "must have a string name"),
        (lambda: EvalSpec(bool, exporters=[Exporter()] * 2), ValueError, "must have unique names"),
    ],
)
def test_misuse(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_defaults():
    spec = EvalSpec(bool)
    assert (spec.steps, spec.throttle_secs, spec.start_delay_secs) == (100, 600, 120)
    assert spec.exporters == () and spec.hooks == () and TrainSpec(bool).hooks == ()
