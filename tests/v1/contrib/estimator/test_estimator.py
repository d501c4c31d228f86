"""`contrib.estimator`: SavedModels of one mode and of several, from any estimator."""

import os

import pytest
from tensorflow.core.protobuf import saved_model_pb2

import tf1_rnn.v1 as tf
from tests.v1.estimator import tiny

contrib = tf.contrib.estimator


def receiver(mode):
    def serving():
        x = tf.placeholder(tf.float32, [None, 1])
        return tf.estimator.export.ServingInputReceiver({"x": x}, {"x": x})

    def supervised():
        x, y = (tf.placeholder(tf.float32, [None, 1]) for _ in range(2))
        return tf.estimator.export.SupervisedInputReceiver({"x": x}, y, {"x": x, "y": y})

    return serving if mode == "infer" else supervised


def tags(folder):
    with open(os.path.join(tf.compat.as_str(folder), "saved_model.pb"), "rb") as file:
        graphs = saved_model_pb2.SavedModel.FromString(file.read()).meta_graphs
    return [list(graph.meta_info_def.tags) for graph in graphs]


@pytest.mark.parametrize("mode, tag", [("infer", "serve"), ("train", "train"), ("eval", "eval")])
def test_one_mode(tmp_path, mode, tag):
    made = tiny.estimator(tmp_path / "model")
    made.train(tiny.inputs(), steps=2)
    base = str(tmp_path / "out")
    options = {} if mode == "infer" else {"mode": mode}
    folder = contrib.export_saved_model_for_mode(made, base, receiver(mode), **options)
    assert tags(folder) == [[tag]]
    both = {"infer": receiver("infer"), "eval": receiver("eval")}
    folder = contrib.export_all_saved_models(made, base, both)
    assert tags(folder) == [["eval"], ["serve"]]


def test_names_that_tf_estimator_has():
    assert contrib.add_metrics is tf.estimator.add_metrics
    assert contrib.call_logit_fn is tf.estimator.experimental.call_logit_fn
    # These were here until 1.14.
    assert contrib.stop_if_no_increase_hook is tf.estimator.experimental.stop_if_no_increase_hook
    assert contrib.InMemoryEvaluatorHook is tf.estimator.experimental.InMemoryEvaluatorHook
