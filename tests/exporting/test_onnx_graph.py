"""Graphs of every kind as ONNX and LiteRT: the numbers of TensorFlow, and single nodes."""

import pytest

from tests.exporting import graphs
from tf1_rnn.exporting import writing

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
