"""A graph as a SavedModel, which needs only TensorFlow."""

import json

import numpy as np
import tensorflow.compat.v1 as plain_tf

import tf1_rnn.v1 as tf
from tf1_rnn.exporting import frozen_model, saved_model


def model(metadata=None):
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 2])
        n = tf.placeholder(tf.int32, [None])
        y = x * tf.cast(n, tf.float32)[:, tf.newaxis]
        return frozen_model.freeze(
            session, {"x": x, "n": n}, {"y": y, "sum": tf.reduce_sum(y)}, metadata
        )


FEED = {"x": np.ones([2, 2], "f"), "n": np.array([3, 4], "int32")}


def test_what_is_written_runs(tmp_path):
    path = str(tmp_path / "model")
    saved_model.write(path, model({"größe": "1"}))
    found = saved_model.run(path, FEED)
    assert found["y"].tolist() == [[3, 3], [4, 4]] and found["sum"] == 14
    with open(tmp_path / "model" / saved_model.METADATA, encoding="utf-8") as file:
        assert json.load(file) == {"größe": "1"}


def test_one_signature_for_serving_and_no_files_of_variables(tmp_path):
    path = tmp_path / "model"
    saved_model.write(str(path), model())
    with plain_tf.Graph().as_default(), plain_tf.Session() as session:
        loaded = plain_tf.saved_model.load(session, ["serve"], str(path))
    (name,) = loaded.signature_def
    signature = loaded.signature_def[name]
    assert name == "serving_default" and set(signature.inputs) == {"x", "n"}
    assert signature.method_name == "tensorflow/serving/predict"
    assert not (path / "assets.extra").exists()
    assert not any(part.suffix == ".index" for part in path.rglob("*"))
