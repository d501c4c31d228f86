import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.cells import LayerRNNCell, RNNCell, contrib

SCOPES = {  # the variable scope of a cell without a name, on 1.15.5
    "BidirectionalGridLSTMCell": "bidirectional_grid_lstm_cell",
    "CoupledInputForgetGateLSTMCell": "coupled_input_forget_gate_lstm_cell",
    "GLSTMCell": "glstm_cell",
    "GridLSTMCell": "grid_lstm_cell",
    "IndRNNCell": "ind_rnn_cell",
    "IndyGRUCell": "indy_gru_cell",
    "IndyLSTMCell": "indy_lstm_cell",
    "IntersectionRNNCell": "intersection_rnn_cell",
    "LayerNormBasicLSTMCell": "layer_norm_basic_lstm_cell",
    "NASCell": "nas_cell",
    "PhasedLSTMCell": "phased_lstm_cell",
    "SRUCell": "sru_cell",
    "TimeFreqLSTMCell": "time_freq_lstm_cell",
    "UGRNNCell": "ugrnn_cell",
}
BUILT_BY_BUILD = {"IndRNNCell", "IndyGRUCell", "IndyLSTMCell", "NASCell", "SRUCell"}
PAIRS = ["CoupledInputForgetGateLSTMCell", "GLSTMCell", "IndyLSTMCell", "LayerNormBasicLSTMCell"]
PAIRS += ["NASCell", "PhasedLSTMCell"]


def make(name):
    options = {}
    if "Grid" in name:
        options = {"feature_size": 3, "frequency_skip": 1, "num_frequency_blocks": [1]}
    if name == "TimeFreqLSTMCell":
        options = {"feature_size": 3}
    return getattr(contrib, name)(3, **options)


def call(cell, x, scope=None):
    inputs = (tf.zeros([2, 1]), x) if isinstance(cell, contrib.PhasedLSTMCell) else x
    return cell(inputs, cell.zero_state(2, tf.float32), scope=scope)


@pytest.mark.parametrize("name", SCOPES)
def test_base_class(name):
    assert issubclass(getattr(contrib, name), LayerRNNCell) == (name in BUILT_BY_BUILD)
    assert issubclass(getattr(contrib, name), RNNCell)


@pytest.mark.parametrize("name", SCOPES)
def test_scope_and_sharing(name):
    with tf.Graph().as_default():
        x = tf.zeros([2, 3])
        with tf.variable_scope("s"):
            cell = make(name)
            call(cell, x)
        made = tf.global_variables()
        with tf.variable_scope("t"):
            call(cell, x)
        assert tf.global_variables() == made
        assert {v.op.name.split("/")[1] for v in made} == {SCOPES[name]}
        call(make(name), x, scope="mine")
        theirs = [v.op.name for v in tf.global_variables()[len(made) :]]
        assert theirs == [v.op.name.replace(f"s/{SCOPES[name]}/", "mine/") for v in made]


@pytest.mark.parametrize("name", SCOPES)
def test_one_cell_twice_in_a_static_loop_and_new_cells_in_two(name):
    with tf.Graph().as_default():
        x = [tf.zeros([2, 3])] * 2
        if name == "PhasedLSTMCell":
            x = [(tf.zeros([2, 1]), step) for step in x]
        outputs, state = tf.nn.static_rnn(make(name), x, dtype=tf.float32)
        assert [output.shape.as_list() for output in outputs] == [[2, make(name).output_size]] * 2
        tf.nest.assert_same_structure(state, make(name).state_size)
        with pytest.raises(ValueError, match="already exists"):
            tf.nn.static_rnn(make(name), x, dtype=tf.float32)


@pytest.mark.parametrize("name", PAIRS)
def test_one_tensor_as_state_of_a_tuple_cell(name):
    with tf.Graph().as_default():
        cell = make(name)
        x = tf.zeros([2, 3])
        inputs = (tf.zeros([2, 1]), x) if name == "PhasedLSTMCell" else x
        with pytest.raises(TypeError, match=rf"{name} expects the state \(c, h\)"):
            cell(inputs, tf.zeros([2, 6]))
