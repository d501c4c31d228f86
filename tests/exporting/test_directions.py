"""Layers that read their sequences from the end."""

import pytest

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tf1_rnn.exporting import directions, recurrences
from tf1_rnn.exporting.graph_view import GraphView


def directed(build):
    """Return what is found in a graph of x `[batch, 5, 3]` and lengths n, directed."""
    graph_def, outputs = graphs.frozen(build)
    view = GraphView(graph_def)
    return [directions.directed(view, each, outputs) for each in recurrences.find(view)]


def turned(x, n):
    return tf.reverse(x, [1]) if n is None else tf.reverse_sequence(x, n, 1, 0)


def loop(x, n, cell="gru"):
    return tf.nn.dynamic_rnn(graphs.CELLS[cell](), x, sequence_length=n, dtype="float32")[0]


@pytest.mark.parametrize("lengths", [False, True])
@pytest.mark.parametrize("cell", ["gru", "stack"])
def test_both_directions_read_the_same(lengths, cell):
    def build(x, n):
        pair = graphs.CELLS[cell](), graphs.CELLS[cell]()
        n = n if lengths else None
        return tf.nn.bidirectional_dynamic_rnn(*pair, x, sequence_length=n, dtype="float32")[0]

    found = directed(build)
    ways = {each.layers[0].reversed: each for each in found}
    assert set(ways) == {False, True}
    for each in found:
        assert each.layers[0].x == recurrences.Sequence("batch_major", ("x:0",))
        assert all(layer.reversed == each.layers[0].reversed for layer in each.layers)
    assert all(output.batch_major for output in ways[True].outputs)


@pytest.mark.parametrize(
    "build",
    [
        # Its outputs are used as they come, from the end.
        lambda x, n: loop(turned(x, None), None),
        # Reversed by other lengths than the loop's own, or by none.
        lambda x, n: turned(loop(turned(x, n), None), n),
        lambda x, n: turned(loop(turned(x, None), n), None),
        lambda x, n: turned(loop(tf.reverse_sequence(x, n + 0, 1, 0), n), n),
        # Both used: behind the reversal, and before it.
        lambda x, n: [(y := loop(turned(x, None), None)), turned(y, None)],
        # Along another axis.
        lambda x, n: tf.reverse(loop(tf.reverse(x, [2]), None), [2]),
    ],
)
def test_what_is_no_direction_stays(build):
    (found,) = directed(build)
    assert not found.layers[0].reversed
    assert found.layers[0].x.operands != ("x:0",) or found.layers[0].x.op == "tensor"
