"""Which recurrent layers a graph has; what only looks like one stays a loop."""

import pytest

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tf1_rnn.exporting import recurrences
from tf1_rnn.exporting.graph_view import GraphView

H = 4


def found_in(build, lengths=None):
    """Return what is found in a graph of x `[batch, 5, 3]`, its variables constants."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder("float", [None, graphs.STEPS, graphs.LENGTH], name="x")
        outputs = tf.nest.flatten(build(x))
        ends = [tf.identity(tensor, f"end{i}").op.name for i, tensor in enumerate(outputs)]
        session.run(tf.global_variables_initializer())
        graph_def = tf.graph_util.convert_variables_to_constants(
            session, session.graph.as_graph_def(), ends
        )
    return recurrences.find(GraphView(graph_def))


@pytest.mark.parametrize("cell, family", [("lstm", "lstm"), ("gru", "gru"), ("rnn", "rnn")])
@pytest.mark.parametrize("lengths", [False, True])
def test_a_loop(cell, family, lengths):
    def build(x):
        n = tf.placeholder("int32", [None], name="n") if lengths else None
        return tf.nn.dynamic_rnn(graphs.CELLS[cell](), x, dtype="float32", sequence_length=n)

    (found,) = found_in(build)
    (layer,), (output,) = found.layers, found.outputs
    assert layer.step.weights["family"] == family and not layer.reversed
    assert layer.x.op == "tensor" and output.sequence == recurrences.Sequence(
        "layer", (layer.name,)
    )
    assert bool(layer.lengths) is lengths
    states = {"h", "c"} if family == "lstm" else {"h"}
    assert set(layer.initial) == set(layer.final) == states
    assert all(layer.final.values())


@pytest.mark.parametrize("turn", [1, -1])
def test_unrolled_steps_in_either_order(turn):
    def build(x):
        steps = tf.unstack(x, axis=1)[::turn]
        outputs, state = tf.nn.static_rnn(graphs.CELLS["lstm"](), steps, dtype="float32")
        return [tf.stack(outputs[::turn], 1), state]

    (found,) = found_in(build)
    (layer,) = found.layers
    assert layer.reversed is (turn == -1) and layer.x.op == "batch_major"
    whole = [output for output in found.outputs if output.step is None]
    assert len(whole) == 1 and whole[0].batch_major
    assert sorted(o.step for o in found.outputs if o.step is not None) == list(range(graphs.STEPS))


def test_layers_of_a_stack_come_after_what_they_read():
    def build(x):
        return tf.nn.dynamic_rnn(graphs.CELLS["stack"](), x, dtype="float32")

    (found,) = found_in(build)
    below, above = found.layers
    assert (below.step.weights["family"], above.step.weights["family"]) == ("lstm", "gru")
    assert above.x == recurrences.Sequence("layer", (below.name,))


def test_what_lies_between_layers_is_lifted_out():
    (found,) = found_in(lambda x: tf.nn.dynamic_rnn(graphs.CELLS["residual"](), x, dtype="float32"))
    (output,) = found.outputs
    assert output.sequence.op == "Add" and len(output.sequence.operands) == 2


def test_a_block_operator():
    cell = tf.contrib.rnn.LSTMBlockFusedCell
    (found,) = found_in(lambda x: cell(H)(tf.transpose(x, [1, 0, 2]), dtype="float32")[0])
    assert found.layers[0].name == found.outputs[0].tensor and found.layers[0].lengths == ""


class Own(tf.nn.rnn_cell.GRUCell):
    """A unit with a step that ONNX has no operator for."""

    def call(self, inputs, state):
        output, state = super().call(inputs, state)
        return output, 0.9 * state


@pytest.mark.parametrize(
    "build",
    [
        lambda x: tf.nn.dynamic_rnn(Own(H), x, dtype="float32"),
        lambda x: tf.nn.dynamic_rnn(graphs.CELLS["clipped"](), x, dtype="float32"),
        lambda x: tf.while_loop(lambda t, h: t < 3, lambda t, h: (t + 1, tf.tanh(h)), [0, x])[1],
        lambda x: tf.scan(lambda h, x_t: h + x_t, tf.transpose(x, [1, 0, 2])),
        lambda x: tf.reduce_sum(x),
        # A single step is not a sequence.
        lambda x: graphs.CELLS["gru"]()(x[:, 0], tf.zeros([2, H]))[0],
    ],
)
def test_what_is_no_layer(build):
    assert found_in(build) == []


def test_steps_that_read_their_own_outputs_are_no_layer():
    """A decoder, unrolled: one node could not have what it puts out as its input."""

    def build(x):
        cell, y, outputs = graphs.CELLS["gru"](), x[:, 0], []
        state = cell.zero_state(tf.shape(x)[0], "float32")
        for _ in range(3):
            y, state = cell(y, state)
            y = tf.layers.dense(y, graphs.LENGTH, name="head", reuse=tf.AUTO_REUSE)
            outputs.append(y)
        return tf.stack(outputs)

    assert found_in(build) == []
