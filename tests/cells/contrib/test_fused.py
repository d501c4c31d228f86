import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.cells import GRUCell, LSTMCell
from tf1_rnn.cells.contrib import (
    FusedRNNCell,
    FusedRNNCellAdaptor,
    LSTMBlockFusedCell,
    TimeReversedFusedRNN,
)


def inputs():
    return tf.constant(np.random.RandomState(0).randn(4, 2, 3))


def values(*structures):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run([tf.nest.flatten(s) for s in structures])


@pytest.mark.parametrize("lengths", [None, [4, 2]])
@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("as_list", [False, True])
def test_adaptor_is_a_loop(dynamic, as_list, lengths):
    with tf.Graph().as_default():
        cell, x = GRUCell(3), inputs()
        outputs, state = FusedRNNCellAdaptor(cell, dynamic)(
            tf.unstack(x) if as_list else x, dtype=tf.float64, sequence_length=lengths, scope="q"
        )
        assert isinstance(outputs, list) == as_list
        assert tf.global_variables()[0].op.name == "q/gru_cell/gates/kernel"
        expected = tf.nn.dynamic_rnn(cell, x, lengths, dtype=tf.float64, time_major=True)
        ours, theirs = values((tf.stack(outputs), state), expected)
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=0, atol=1e-15)


@pytest.mark.parametrize("lengths", [None, [4, 2]])
@pytest.mark.parametrize("as_list", [False, True])
def test_reversed_is_the_backward_half_of_a_bidirectional_network(as_list, lengths):
    if as_list and lengths is not None:
        pytest.skip("a list is reversed as a whole, as in TensorFlow 1.x")
    with tf.Graph().as_default():
        cell, x = LSTMCell(3), inputs()
        outputs, state = TimeReversedFusedRNN(FusedRNNCellAdaptor(cell))(
            tf.unstack(x) if as_list else x, dtype=tf.float64, sequence_length=lengths
        )
        (_, backward), (_, last) = tf.nn.bidirectional_dynamic_rnn(
            LSTMCell(3), cell, x, lengths, dtype=tf.float64, time_major=True
        )
        ours, theirs = values((tf.stack(outputs), state), (backward, last))
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=0, atol=1e-15)


def test_reversed_block_lstm():
    with tf.Graph().as_default():
        cell, x = LSTMBlockFusedCell(3), tf.cast(inputs(), tf.float32)
        outputs, _ = TimeReversedFusedRNN(cell)(x, dtype=tf.float32)
        plain, _ = cell(x[::-1], dtype=tf.float32)
        ours, theirs = values(outputs, plain[::-1])
    np.testing.assert_array_equal(ours[0], theirs[0])


def test_misuse():
    with tf.Graph().as_default():
        with pytest.raises(TypeError, match="abstract"):
            FusedRNNCell()
        with pytest.raises(ValueError, match="no initial_state"):
            FusedRNNCellAdaptor(GRUCell(3))(inputs())
        with pytest.raises(ValueError, match="Cannot infer"):
            x = tf.placeholder(tf.float32, [None, 2, 3])
            FusedRNNCellAdaptor(GRUCell(3))(x, dtype=tf.float32)
