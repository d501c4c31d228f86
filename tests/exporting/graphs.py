"""Graphs as people wrote them, one for each kind that an export has to know."""

import numpy as np

import tf1_rnn.v1 as tf
from tests.variables import load
from tf1_rnn import fast
from tf1_rnn.exporting import frozen_model
from tf1_rnn.v1.contrib import rnn
from tf1_rnn.v1.nn import rnn_cell

STEPS, LENGTH = 5, 3
LONG = 41  # steps: more than `fast` unrolls, and an odd number

CELLS = {
    "rnn": lambda: rnn.BasicRNNCell(4),
    "basic_lstm": lambda: rnn.BasicLSTMCell(4),
    "lstm": lambda: rnn.LSTMCell(4, use_peepholes=True),
    "relu": lambda: rnn.BasicLSTMCell(4, activation=tf.nn.relu),
    "gru": lambda: rnn_cell.GRUCell(4),
    "cudnn_gru": lambda: tf.contrib.cudnn_rnn.CudnnCompatibleGRUCell(4),
    "projected": lambda: rnn.LSTMCell(4, num_proj=2, use_peepholes=True),
    "stack": lambda: rnn_cell.MultiRNNCell([rnn.LSTMCell(4), rnn_cell.GRUCell(3)]),
    "residual": lambda: rnn_cell.MultiRNNCell(
        [rnn.LSTMCell(3), rnn.ResidualWrapper(rnn_cell.GRUCell(3))]
    ),
    "lstm_block": lambda: rnn.LSTMBlockCell(4, use_peephole=True),
    "gru_block": lambda: rnn.GRUBlockCellV2(4),
    "large": lambda: rnn.LSTMCell(64),  # too large for the block kernels of `fast`
    "large_gru": lambda: rnn_cell.GRUCell(64),
    "clipped": lambda: rnn.LSTMCell(4, cell_clip=0.1),
    "layer_norm": lambda: rnn.LayerNormBasicLSTMCell(4),
}


def frozen(build):
    """Return the GraphDef of a graph with constants for variables, and the names of its ends.

    Args:
        build: function of x `[batch, STEPS, LENGTH]` and lengths n to a structure of outputs.
    """
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder("float", [None, STEPS, LENGTH], name="x")
        n = tf.placeholder("int32", [None], name="n")
        outputs = tf.nest.flatten(build(x, n))
        ends = [tf.negative(tensor, f"end{i}").op.name for i, tensor in enumerate(outputs)]
        session.run(tf.global_variables_initializer())
        return tf.graph_util.convert_variables_to_constants(
            session, session.graph.as_graph_def(), ends
        ), ends


def dynamic(cell, nn=tf.nn, lengths=True, state=True):
    def build(x, n):
        outputs, final = nn.dynamic_rnn(
            CELLS[cell](), x, dtype="float32", sequence_length=n if lengths else None
        )
        return [outputs, *(tf.nest.flatten(final) if state else [])]

    return build


def both_ways(cell, nn=tf.nn, lengths=True):
    def build(x, n):
        outputs, _ = nn.bidirectional_dynamic_rnn(
            CELLS[cell](), CELLS[cell](), x, dtype="float32", sequence_length=n if lengths else None
        )
        return [tf.concat(outputs, 2)]

    return build


def unrolled(cell, nn=tf.nn):
    def build(x, n):
        outputs, _ = nn.static_rnn(CELLS[cell](), tf.unstack(x, axis=1), dtype="float32")
        return [tf.stack(outputs, 1), outputs[2]]

    return build


def twice_both_ways(x, n):
    """A stack whose upper layer reads both directions of the lower one, as its own loop."""
    cells = [[CELLS["lstm"]() for _ in range(2)] for _ in range(2)]
    return [rnn.stack_bidirectional_dynamic_rnn(*cells, x, dtype="float32", sequence_length=n)[0]]


def fused(x, n):
    inputs = tf.transpose(x, [1, 0, 2])
    return [rnn.LSTMBlockFusedCell(4)(inputs, dtype="float32", sequence_length=n)[0]]


# A graph, and the nodes that ONNX has for it: recurrent ones and loops.
GRAPHS = {
    "rnn": (dynamic("rnn"), ["RNN"]),
    "basic_lstm": (dynamic("basic_lstm", lengths=False), ["LSTM"]),
    "lstm": (dynamic("lstm"), ["LSTM"]),
    "relu": (dynamic("relu"), ["LSTM"]),
    "gru": (dynamic("gru"), ["GRU"]),
    "cudnn_gru": (dynamic("cudnn_gru"), ["GRU"]),
    "projected": (dynamic("projected"), ["Scan"]),
    "stack": (dynamic("stack"), ["LSTM", "GRU"]),
    "residual": (dynamic("residual"), ["LSTM", "GRU"]),
    "lstm_block": (dynamic("lstm_block"), ["LSTM"]),
    "gru_block": (dynamic("gru_block"), ["GRU"]),
    "clipped": (dynamic("clipped"), ["Scan"]),
    "layer_norm": (dynamic("layer_norm"), ["Scan"]),
    "both ways": (both_ways("lstm"), ["LSTM"]),
    "both ways, no lengths": (both_ways("gru", lengths=False), ["GRU"]),
    "stacks both ways": (both_ways("stack"), ["LSTM", "GRU"] * 2),
    "twice both ways": (twice_both_ways, ["LSTM", "LSTM"]),
    "unrolled": (unrolled("lstm"), ["LSTM"]),
    "unrolled stack": (unrolled("stack"), ["LSTM", "GRU"]),
    "fused": (fused, ["LSTM"]),
    # The fast loops run two halves of a batch side by side, and two steps at a turn.
    "fast": (dynamic("lstm", fast), ["LSTM"]),
    "fast gru": (dynamic("gru", fast, state=False), ["GRU"]),
    "fast rnn": (dynamic("rnn", fast), ["RNN"]),
    "fast, no lengths": (dynamic("lstm", fast, lengths=False), ["LSTM"]),
    "fast, large": (dynamic("large", fast), ["LSTM"]),
    "fast stack": (dynamic("stack", fast), ["LSTM", "GRU"]),
    "fast unrolled": (unrolled("lstm", fast), ["LSTM"]),
    "fast both ways": (both_ways("lstm", fast), ["LSTM"]),
    "fast both ways, no lengths": (both_ways("large_gru", fast, lengths=False), ["GRU"]),
    "fast both ways, large": (both_ways("large_gru", fast), ["GRU"]),
    "fast stacks both ways": (both_ways("stack", fast), ["LSTM", "GRU"] * 2),
    "fast, long": (dynamic("large_gru", fast), ["GRU"]),
    "fast, long, no lengths": (dynamic("large", fast, lengths=False), ["LSTM"]),
    "fast stack, long": (dynamic("stack", fast), ["LSTM", "GRU"]),
    "fast both ways, long": (both_ways("large", fast), ["LSTM"]),
}
# Those with a loop whose number of steps the graph leaves open.
OPEN = {
    "fast, long": (dynamic("large_gru", fast), ["GRU"]),
    "fast both ways, long": (both_ways("large", fast), ["LSTM"]),
}


def steps_of(name):
    """How many steps a graph has."""
    return LONG if "long" in name else STEPS


def feed(steps):
    """Sequences of different lengths, one of them empty."""
    x = np.random.RandomState(1).randn(4, steps, LENGTH).astype("float32")
    return {"x": x, "n": np.array([steps, 0, 2, 3], "int32")}


def build(name, is_open=False):
    """Return a graph with drawn weights as a `FrozenModel`, and what to feed it."""
    steps = steps_of(name)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder("float", [None, None if is_open else steps, LENGTH], name="x")
        n = tf.placeholder("int32", [None], name="n")
        outputs = GRAPHS[name][0](x, n)
        session.run(tf.global_variables_initializer())
        random = np.random.RandomState(0)
        variables = tf.global_variables()
        shapes = [variable.shape.as_list() for variable in variables]
        values = [random.uniform(-0.5, 0.5, shape) / np.sqrt(shape[-1] / 16) for shape in shapes]
        load(session, variables, values)
        inputs = {"x": x, "n": n} if n.consumers() else {"x": x}
        named = {f"y{index}": tensor for index, tensor in enumerate(outputs)}
        model = frozen_model.freeze(session, inputs, named)
    return model, {key: array for key, array in feed(steps).items() if key in inputs}


def operators(graph_def):
    """Return the operators in a GraphDef."""
    return {node.op for node in graph_def.node}


def assert_same(model, graph_def, feed):
    """Assert that another graph gives what a model gives."""
    want, got = model.run(feed), model._replace(graph_def=graph_def).run(feed)
    for name, array in want.items():
        np.testing.assert_allclose(got[name], array, atol=1e-6)
