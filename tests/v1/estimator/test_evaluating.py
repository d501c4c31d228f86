"""One evaluation: its metrics, its batches, and what is written of it."""

import os

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.v1.estimator import tiny
from tf1_rnn.v1.estimator import _evaluating


def written(folder):
    """Return the values of all summaries in a folder, by tag."""
    (path,) = tf.gfile.Glob(os.path.join(folder, "*.tfevents.*"))
    tf.summary.FileWriterCache.get(folder).flush()
    events = list(tf.train.summary_iterator(path))
    return {value.tag: (event.step, value) for event in events for value in event.summary.value}


@pytest.mark.parametrize("steps, mean", [(None, 2.5), (1, 1.5), (9, 2.5)])
def test_a_model_that_was_never_trained(tmp_path, steps, mean):
    made = tiny.estimator(tmp_path)
    results = _evaluating.evaluate(made, tiny.inputs(1), steps, [], None, None)
    assert results["global_step"] == 0 and results["mean"] == mean
    assert results["loss"] == pytest.approx(10 if steps == 1 else 30)


def test_a_given_checkpoint_and_a_name(tmp_path):
    made = tiny.estimator(tmp_path)
    made.train(tiny.inputs(), steps=4)
    first = made.evaluate(tiny.inputs(1), checkpoint_path=str(tmp_path / "model.ckpt-2"), name="a")
    last = made.evaluate(tiny.inputs(1), name="b")
    assert (first["global_step"], last["global_step"]) == (2, 4) and last["loss"] < first["loss"]
    tags = written(made.eval_dir("a"))
    assert tags["loss"][0] == 2 and tags["loss"][1].simple_value == pytest.approx(first["loss"])
    path = tf.make_ndarray(tags["checkpoint_path"][1].tensor).item()
    assert path.decode().endswith("model.ckpt-2")


def test_every_kind_of_result_is_written_or_named(tmp_path, caplog):
    inner = tf.Summary(value=[{"tag": "x", "simple_value": 5}])
    results = {
        "global_step": 7,
        "number": np.float32(1.5),
        "whole": 2,
        "truth": np.bool_(True),
        "array": np.array([1, 2]),
        "summary": inner.SerializeToString(),
        "nothing": None,
        "text": "words",
    }
    with tf.Graph().as_default():
        _evaluating.write_results(str(tmp_path), results, None)
    found = written(str(tmp_path))
    assert set(found) == {"number", "whole", "truth", "array", "summary/0"}
    assert all(step == 7 for step, _ in found.values())
    assert found["number"][1].simple_value == 1.5 and found["truth"][1].simple_value == 1
    assert tf.make_ndarray(found["array"][1].tensor).tolist() == [1, 2]


def test_a_metric_of_the_users_cannot_be_called_loss(tmp_path):
    def model_fn(features, labels, mode):
        spec = tiny.model_fn(features, labels, mode)
        return spec._replace(eval_metric_ops={"loss": tf.metrics.mean(spec.loss)})

    made = tf.estimator.Estimator(model_fn, str(tmp_path))
    with pytest.raises(ValueError, match='Metric with name "loss" is not allowed'):
        made.evaluate(tiny.inputs(1))
