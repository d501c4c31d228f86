"""A graph as a SavedModel, which needs only TensorFlow."""

import json
import os

import numpy as np
import tensorflow.compat.v1 as plain_tf
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

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


def test_the_folder_is_as_tensorflow_serving_reads_it(tmp_path):
    """A number for each version; the tag, the method, types and an open batch in the signature."""
    for version in ("1", "2"):
        saved_model.write(str(tmp_path / version), model({"classes": "[]"}))
    assert max(int(folder.name) for folder in tmp_path.iterdir()) == 2
    content = (tmp_path / "2" / "saved_model.pb").read_bytes()
    (meta_graph,) = SavedModel.FromString(content).meta_graphs
    assert list(meta_graph.meta_info_def.tags) == ["serve"]
    signature = meta_graph.signature_def["serving_default"]
    for name, info in [*signature.inputs.items(), ("y", signature.outputs["y"])]:
        assert info.dtype == (tf.int32 if name == "n" else tf.float32).as_datatype_enum
        assert info.tensor_shape.dim[0].size == -1
    # What is there besides must not be in the way of variables, which there are none of.
    assert set(os.listdir(tmp_path / "2")) <= {"saved_model.pb", "assets.extra", "variables",
                                               "fingerprint.pb"}  # fmt: skip


def test_columns_of_json_become_the_inputs(tmp_path):
    """The body of a request to predict: `{"inputs": {NAME: values}}`."""
    path = str(tmp_path / "1")
    saved_model.write(path, model())
    body = json.dumps({"inputs": {name: array.tolist() for name, array in FEED.items()}})
    given = json.loads(body)["inputs"]
    found = saved_model.run(path, {name: np.array(given[name]) for name in given})
    assert found["y"].tolist() == [[3, 3], [4, 4]]
