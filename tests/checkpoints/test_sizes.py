"""The sizes that a layer was made with, told by the shapes of the variables that it made."""

import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn import cells
from tf1_rnn.cells import contrib
from tf1_rnn.cells.contrib import cudnn_compatible
from tf1_rnn.checkpoints import kinds

D, H = 5, 4
# A key of `kinds.KINDS`, a cell, and the sizes expected besides its inputs and units.
MADE = [
    ("basic_rnn_cell", lambda: cells.BasicRNNCell(H), {}),
    ("lstm_cell", lambda: cells.LSTMCell(H), {"num_proj": None}),
    ("lstm_cell", lambda: cells.LSTMCell(H, num_proj=3), {"num_proj": 3}),
    ("gru_cell", lambda: cells.GRUCell(H), {}),
    ("gru_cell", lambda: contrib.GRUBlockCell(H), {}),
    ("layer_norm_basic_lstm_cell", lambda: contrib.LayerNormBasicLSTMCell(H), {"layer_norm": True}),
    (
        "layer_norm_basic_lstm_cell",
        lambda: contrib.LayerNormBasicLSTMCell(H, layer_norm=False),
        {"layer_norm": False},
    ),
    (
        "coupled_input_forget_gate_lstm_cell",
        lambda: contrib.CoupledInputForgetGateLSTMCell(H, num_proj=3),
        {"num_proj": 3, "layer_norm": None},
    ),
    (
        "coupled_input_forget_gate_lstm_cell",
        lambda: contrib.CoupledInputForgetGateLSTMCell(H, layer_norm=True),
        {"num_proj": None, "layer_norm": True},
    ),
    ("indy_lstm_cell", lambda: contrib.IndyLSTMCell(H), {}),
    ("indy_gru_cell", lambda: contrib.IndyGRUCell(H), {}),
    ("ind_rnn_cell", lambda: contrib.IndRNNCell(H), {}),
    ("nas_cell", lambda: contrib.NASCell(H), {"num_proj": None, "use_bias": False}),
    (
        "nas_cell",
        lambda: contrib.NASCell(H, num_proj=3, use_bias=True),
        {"num_proj": 3, "use_bias": True},
    ),
    ("intersection_rnn_cell", lambda: contrib.IntersectionRNNCell(D), {"num_in_proj": None}),
    (
        "intersection_rnn_cell",
        lambda: contrib.IntersectionRNNCell(H, num_in_proj=H),
        {"num_in_proj": H},
    ),
    ("sru_cell", lambda: contrib.SRUCell(H), {}),
    ("ugrnn_cell", lambda: contrib.UGRNNCell(H), {}),
    ("cudnn_compatible_lstm_cell", lambda: cudnn_compatible.CudnnCompatibleLSTMCell(H), {}),
    ("cudnn_compatible_gru_cell", lambda: cudnn_compatible.CudnnCompatibleGRUCell(H), {}),
]


def own_shapes():
    """Return the shapes of all variables by their names within the one cell's scope."""
    return {
        variable.op.name.partition("/")[2]: variable.shape.as_list()
        for variable in tf.global_variables()
    }


@pytest.mark.parametrize("key, make, told", MADE)
def test_inputs_units_and_options(key, make, told):
    with tf.Graph().as_default():
        cell = make()
        cell(tf.zeros([2, D]), cell.zero_state(2, tf.float32))
        found = kinds.KINDS[key].sizes(own_shapes())
    units = D if key == "intersection_rnn_cell" and not told["num_in_proj"] else H
    assert found.items() >= {"inputs": D, "num_units": units, **told}.items()


@pytest.mark.parametrize("use_bias", [False, True])
@pytest.mark.parametrize("window", [[3], [3, 1], [1, 3, 2]])
def test_a_convolution(window, use_bias):
    with tf.Graph().as_default():
        cell = cells.ConvLSTMCell(
            len(window), [4] * len(window) + [2], 3, window, use_bias=use_bias
        )
        cell(tf.zeros([1] + [4] * len(window) + [2]), cell.zero_state(1, tf.float32))
        found = kinds.KINDS["conv_lstm_cell"].sizes(own_shapes())
    assert found == {
        "input_channels": 2,
        "output_channels": 3,
        "kernel_shape": window,
        "use_bias": use_bias,
    }


@pytest.mark.parametrize("groups, num_proj", [(1, None), (2, None), (2, 6)])
def test_groups(groups, num_proj):
    with tf.Graph().as_default():
        cell = contrib.GLSTMCell(8, num_proj=num_proj, number_of_groups=groups)
        cell(tf.zeros([2, 6]), cell.zero_state(2, tf.float32))
        found = kinds.KINDS["glstm_cell"].sizes(own_shapes())
    assert found == {
        "inputs": 6,
        "num_units": 8,
        "number_of_groups": groups,
        "num_proj": num_proj,
    }


@pytest.mark.parametrize("key", ["basic_rnn_cell", "gru_cell", "conv_lstm_cell", "sru_cell"])
@pytest.mark.parametrize("own", [{}, {"kernel": []}, {"kernel": [3]}])
def test_what_is_missing_or_odd_raises_what_recognising_expects(key, own):
    with pytest.raises((KeyError, IndexError, ValueError)):
        kinds.KINDS[key].sizes(own)
