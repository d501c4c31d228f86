"""Graphs of every kind as ONNX and LiteRT: the numbers of TensorFlow, and single nodes."""

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


@pytest.mark.parametrize("name", graphs.GRAPHS)
def test_litert_gives_the_same_numbers(name, built, tmp_path):
    model, feed = built[name]
    written = writing.write(str(tmp_path / "graph.tflite"), model, [feed])
    assert written.difference <= TOLERANCE


@pytest.mark.parametrize("name", ["stack", "twice both ways", "layer_norm"])
def test_the_same_graph_is_the_same_bytes(name, built, tmp_path):
    model, feed = built[name]
    files = []
    for again in range(3):
        path = tmp_path / f"{again}.onnx"
        writing.write(str(path), model, [feed])
        files.append(path.read_bytes())
    assert files[0] == files[1] == files[2]
