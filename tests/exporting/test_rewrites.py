"""Graphs without loops, block operators and detours compute what they did."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tf1_rnn.exporting import blocks, frozen_model, plain, unrolling
from tf1_rnn.exporting.graph_view import GraphView

LOOPS = {"Enter", "Exit", "NextIteration", "LoopCond", "TensorArrayV3", "While"}


def operators(graph_def):
    return {node.op for node in graph_def.node}


def assert_same(model, graph_def, feed):
    want, got = model.run(feed), model._replace(graph_def=graph_def).run(feed)
    for name, array in want.items():
        np.testing.assert_allclose(got[name], array, atol=1e-6)


@pytest.mark.parametrize("name", ["lstm", "stack", "layer_norm", "both ways", "basic_lstm"])
def test_an_unrolled_loop(name):
    model, feed = graphs.build(name)
    model = frozen_model.with_inputs(model)  # an output may be the loop's own
    found = unrolling.unrolled(model.graph_def, model.outputs.values())
    assert operators(model.graph_def) & LOOPS and not operators(found) & LOOPS
    assert_same(model, found, feed)


@pytest.mark.parametrize("name", ["fused", "fast", "fast gru"])
def test_expanded_block_operators(name):
    model, feed = graphs.build(name)
    found = blocks.expanded(plain.plain(model.graph_def))
    assert not operators(found) & {"BlockLSTM", "LSTMBlockCell", "GRUBlockCell"}
    assert_same(model, found, feed)


def test_a_graph_without_detours():
    model, feed = graphs.build("fast")
    ends = [tensor.rpartition(":")[0] for tensor in model.outputs.values()]
    found = tf.graph_util.extract_sub_graph(plain.plain(model.graph_def), ends)
    assert operators(model.graph_def) >= {"IdentityN", "Bitcast"}
    assert not operators(found) & {"IdentityN", "Bitcast"}
    assert_same(model, plain.plain(model.graph_def), feed)


def test_a_loop_of_unknown_length_is_named():
    model, _ = graphs.build("lstm")
    for node in model.graph_def.node:
        if node.name == "x":
            node.attr["shape"].shape.dim[1].size = -1
    for node in model.graph_def.node:
        node.attr.pop("_output_shapes", None)
    with pytest.raises(ValueError, match="number of steps is unknown"):
        unrolling.unrolled(model.graph_def, model.outputs.values())


def test_what_is_constant_is_told():
    model, _ = graphs.build("lstm")
    view = GraphView(model.graph_def)
    swaps = [n for n in model.graph_def.node if n.op == "Transpose" and "gradient" not in n.name]
    assert all(list(view.constant(node.input[1])) == [1, 0, 2] for node in swaps) and swaps
    assert view.constant("x:0") is None
