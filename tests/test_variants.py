"""The tutorial's six graphs: variables, shapes, and the same numbers by either loop."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import loops

D, STEPS, BATCH = 3, 4, 2
LOOKS = ["w_f_diag", "w_i_diag", "w_o_diag"]
# A graph's small options, and its variables in TensorFlow 1's names and order.
SMALL = {
    "basic_lstm": ({"num_units": 5}, ["rnn/basic_lstm_cell/" + n for n in ("kernel", "bias")]),
    "lstm": ({"num_units": 5}, ["rnn/lstm_cell/" + n for n in ["kernel", "bias", *LOOKS]]),
    "gru": (
        {"num_units": 5},
        [f"rnn/gru_cell/{p}/{n}" for p in ("gates", "candidate") for n in ("kernel", "bias")],
    ),
    "multi_lstm": (
        {"multi_units": (6, 5)},
        [f"rnn/multi_rnn_cell/cell_{i}/lstm_cell/{n}" for i in (0, 1) for n in ("kernel", "bias")],
    ),
    "bilstm": (
        {"num_units": 5},
        [
            f"bidirectional_rnn/{way}/lstm_cell/{n}"
            for way in ("fw", "bw")
            for n in ["kernel", "bias", *LOOKS]
        ],
    ),
    "conv_lstm": (
        {"output_channels": 2},
        ["rnn/conv_lstm_cell/kernel", "rnn/conv_lstm_cell/biases"],
    ),
}
SHAPES = {"bilstm": [10], "conv_lstm": [6, 6, 2]}


def built(name, nn=tf.nn, sequence_length=None, **more):
    """Return the inputs and the outputs of a small graph."""
    step = [6, 6, 1] if name == "conv_lstm" else [D]
    x = tf.constant(np.random.RandomState(0).randn(BATCH, STEPS, *step), tf.float32)
    options = {**SMALL[name][0], **more}
    return x, GRAPHS[name].function(x, BATCH, sequence_length, nn, **options)


def test_every_graph_is_looked_at():
    assert list(SMALL) == list(GRAPHS)


@pytest.mark.parametrize("name", GRAPHS)
def test_variables_and_outputs(name):
    with tf.Graph().as_default():
        _, outputs = built(name)
        assert [variable.op.name for variable in tf.global_variables()] == SMALL[name][1]
        assert outputs.shape.as_list() == [BATCH, STEPS, *SHAPES.get(name, [5])]


@pytest.mark.parametrize("lengths", [None, [4, 2]])
@pytest.mark.parametrize("name", GRAPHS)
def test_either_loop_gives_the_same(name, lengths):
    other = "dynamic" if GRAPHS[name].options["rnn"] == "static" else "static"
    with tf.Graph().as_default(), tf.Session() as session:
        x, outputs = built(name, sequence_length=lengths)
        with tf.variable_scope(tf.get_variable_scope(), reuse=True):
            _, same = built(name, loops.of(name, other), lengths)
        session.run(tf.global_variables_initializer())
        one, two = session.run([outputs, same])
    np.testing.assert_allclose(one, two, rtol=0, atol=1e-6)
    if lengths:
        assert not one[1, 2:].any() and one[1, :2].any()


@pytest.mark.parametrize("name", [n for n in GRAPHS if "use_peepholes" in GRAPHS[n].options])
def test_peepholes_are_an_option(name):
    for use_peepholes in (False, True):
        with tf.Graph().as_default():
            built(name, use_peepholes=use_peepholes)
            names = {variable.op.name.rpartition("/")[2] for variable in tf.global_variables()}
        assert (set(LOOKS) <= names) is use_peepholes
