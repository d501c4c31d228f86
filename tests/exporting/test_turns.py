"""Loops of two steps at a turn take one, and compute what they did."""

from tests.exporting import graphs
from tests.exporting.graphs import assert_same
from tf1_rnn.exporting import plain


def test_a_loop_of_two_steps_at_a_turn_takes_one():
    for is_open in (False, True):
        model, feed = graphs.build("fast, long", is_open)
        found = plain.plain(model.graph_def, model.outputs.values())
        loops = [node for node in found.node if node.op == "LoopCond"]
        reads = [node for node in found.node if node.op == "TensorArrayReadV3"]
        assert len(loops) == len(reads) == 1
        assert_same(model, found, feed)
