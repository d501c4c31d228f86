"""Every public name of 1.15.5's `tf.contrib.rnn` and `tf.nn.rnn_cell` is there, in every form."""

import importlib

import pytest
import tensorflow.compat.v1 as compat_v1

import tf1_rnn.v1 as tf

CONTRIB_RNN = """AttentionCellWrapper BasicLSTMCell BasicRNNCell BidirectionalGridLSTMCell
CompiledWrapper Conv1DLSTMCell Conv2DLSTMCell Conv3DLSTMCell ConvLSTMCell
CoupledInputForgetGateLSTMCell DeviceWrapper DropoutWrapper EmbeddingWrapper FusedRNNCell
FusedRNNCellAdaptor GLSTMCell GRUBlockCell GRUBlockCellV2 GRUCell GridLSTMCell HighwayWrapper
IndRNNCell IndyGRUCell IndyLSTMCell InputProjectionWrapper IntersectionRNNCell LSTMBlockCell
LSTMBlockFusedCell LSTMBlockWrapper LSTMCell LSTMStateTuple LayerNormBasicLSTMCell LayerRNNCell
MultiRNNCell NASCell OutputProjectionWrapper PhasedLSTMCell RNNCell ResidualWrapper SRUCell
TimeFreqLSTMCell TimeReversedFusedRNN UGRNNCell best_effort_input_batch_size
stack_bidirectional_dynamic_rnn stack_bidirectional_rnn static_bidirectional_rnn static_rnn
static_state_saving_rnn transpose_batch_time""".split()
NN_RNN_CELL = """BasicLSTMCell BasicRNNCell DeviceWrapper DropoutWrapper GRUCell LSTMCell
LSTMStateTuple MultiRNNCell RNNCell ResidualWrapper""".split()


@pytest.mark.parametrize(
    "module, names", [("contrib.rnn", CONTRIB_RNN), ("nn.rnn_cell", NN_RNN_CELL)]
)
def test_all_names_and_no_other(module, names):
    imported = importlib.import_module(f"tf1_rnn.v1.{module}")
    assert sorted(imported.__all__) == sorted(names)
    assert all(callable(getattr(imported, name)) for name in names)


def test_every_form_of_import():
    import tf1_rnn.v1.contrib.rnn as by_path
    from tf1_rnn.v1.contrib import rnn
    from tf1_rnn.v1.contrib.rnn import LSTMCell
    from tf1_rnn.v1.nn import rnn_cell
    from tf1_rnn.v1.nn.rnn_cell import GRUCell

    assert tf.contrib.rnn is rnn is by_path
    assert tf.nn.rnn_cell is rnn_cell
    assert tf.contrib.rnn.LSTMCell is LSTMCell is tf.nn.rnn_cell.LSTMCell
    assert tf.nn.rnn_cell.GRUCell is GRUCell


def test_the_rest_is_tensorflows_own():
    import tensorflow.compat.v1 as original

    assert tf.placeholder is original.placeholder
    assert tf.nn.dynamic_rnn is original.nn.dynamic_rnn
    assert "Session" in dir(tf) and "softmax" in dir(tf.nn)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = tf.nonsense


def test_placeholders_work_at_once():
    assert not tf.executing_eagerly()


def test_no_module_of_python_hides_a_name_of_tensorflow():
    for name in ("logging", "sys", "errors", "test"):
        if hasattr(compat_v1, name):
            assert getattr(tf, name) is getattr(compat_v1, name)
    assert tf.random.normal is compat_v1.random.normal
