"""Graphs of every kind as ONNX and LiteRT: the numbers of TensorFlow, and single nodes."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tf1_rnn import fast
from tf1_rnn.exporting import frozen_model, writing

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("tf2onnx")

TOLERANCE = 1e-6
RECURRENT = ("LSTM", "GRU", "RNN", "Scan", "Loop", "If")


@pytest.fixture(scope="module")
def built():
    return {name: graphs.build(name) for name in graphs.GRAPHS}


@pytest.mark.parametrize("name", graphs.GRAPHS)
def test_a_layer_becomes_one_node_with_the_same_numbers(name, built, tmp_path):
    model, feed = built[name]
    path = str(tmp_path / "graph.onnx")
    written = writing.write(path, model, [feed])
    assert written.difference <= TOLERANCE
    nodes = [node.op_type for node in onnx.load(path).graph.node if node.op_type in RECURRENT]
    assert sorted(nodes) == sorted(graphs.GRAPHS[name][1])


@pytest.mark.parametrize("name", graphs.OPEN)
def test_any_number_of_steps(name, tmp_path):
    model, feed = graphs.build(name, is_open=True)
    path = str(tmp_path / "graph.onnx")
    shorter = {"x": feed["x"][:, :6], "n": feed["n"] % 7}
    for batch in (feed, {key: shorter[key] for key in feed}):
        written = writing.write(path, model, [batch])
        assert written.difference <= TOLERANCE
    nodes = [node.op_type for node in onnx.load(path).graph.node if node.op_type in RECURRENT]
    assert nodes == graphs.OPEN[name][1]


def test_what_is_used_past_a_sequences_end_is_kept(tmp_path):
    """Steps past the end are zeros in one output, and are computed on in the other."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder("float", [None, 5, 3], name="x")
        n = tf.placeholder("int32", [None], name="n")
        outputs, _ = fast.dynamic_rnn(graphs.CELLS["lstm"](), x, n, dtype="float32")
        (raw,) = {op.inputs[1] for op in outputs.op.inputs[0].graph.get_operations()
                  if op.type == "SelectV2" and op.outputs[0] is outputs}  # fmt: skip
        session.run(tf.global_variables_initializer())
        named = {"masked": outputs, "raw": tf.identity(raw)}
        model = frozen_model.freeze(session, {"x": x, "n": n}, named)
    written = writing.write(str(tmp_path / "graph.onnx"), model, [graphs.feed(5)])
    assert written.difference <= TOLERANCE
    assert np.any(written.found["raw"][1]) and not np.any(written.found["masked"][1])


def test_a_block_that_is_no_layer_is_unrolled(tmp_path):
    """BlockLSTM of sequences of different lengths, whose most steps the graph computes."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder("float", [5, None, 3], name="x")
        n = tf.placeholder("int32", [None], name="n")
        drawn = np.random.RandomState(0).uniform
        weights = [drawn(-1, 1, shape).astype("f") for shape in ([7, 16], [4], [4], [4], [16])]
        zeros = tf.zeros([tf.shape(x)[1], 4])
        outputs = tf.raw_ops.BlockLSTM(
            seq_len_max=tf.cast(tf.reduce_max(n), tf.int64),
            x=x,
            cs_prev=zeros,
            h_prev=zeros,
            **dict(zip(("w", "wci", "wcf", "wco", "b"), weights, strict=True)),
        )[-1]
        outputs *= tf.transpose(tf.sequence_mask(n, 5, tf.float32))[..., tf.newaxis] + 0.0
        model = frozen_model.freeze(session, {"x": x, "n": n}, {"y": outputs})
    feed = {"x": drawn(-1, 1, [5, 2, 3]).astype("f"), "n": np.array([3, 4], "int32")}
    assert writing.write(str(tmp_path / "m.onnx"), model, [feed]).difference <= TOLERANCE


@pytest.mark.parametrize("name", graphs.GRAPHS)
def test_litert_gives_the_same_numbers(name, built, tmp_path):
    model, feed = built[name]
    written = writing.write(str(tmp_path / "graph.tflite"), model, [feed])
    assert written.difference <= TOLERANCE


SAME = ("layer_norm", "fast both ways", "gru")  # the last of an open number of steps


def digests(folder):
    """Write some graphs in all formats, each twice; return a digest of each file."""
    found = {}
    for name in SAME:
        model, feed = graphs.build(name, is_open=name == "gru")
        model = model._replace(metadata={"classes": "[]", "graph": name})
        for output in ("m.onnx", "m.tflite", "m"):
            for again in range(2):
                path = pathlib.Path(folder, f"{again}{output}")
                if path.is_dir():
                    shutil.rmtree(path)
                writing.write(str(path), model, [feed])
                files = sorted(path.rglob("*")) if path.is_dir() else [path]
                content = b"".join(file.read_bytes() for file in files if file.is_file())
                found[f"{name} {output} {again}"] = hashlib.sha256(content).hexdigest()
    return found


def test_the_same_graph_is_the_same_bytes(tmp_path):
    """In one process, and in two that order their sets differently."""
    program = (
        "import json, sys; from tests.exporting import test_onnx_graph; "
        "print(json.dumps(test_onnx_graph.digests(sys.argv[1])))"
    )
    found = []
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        command = [sys.executable, "-c", program, str(tmp_path / seed)]
        environment = dict(os.environ, PYTHONHASHSEED=seed)
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
    assert found[0] == found[1]
    for name, digest in found[0].items():
        assert digest == found[0][name[:-1] + "0"], name
