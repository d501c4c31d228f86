import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells.contrib import UGRNNCell


def ugrnn(x, h, w, forget_bias=1.0, activation=np.tanh):
    g, c = np.split(np.concatenate([x, h], 1) @ w["kernel"] + w["bias"], 2, axis=1)
    g = references.sigmoid(g + forget_bias)
    h = g * h + (1 - g) * activation(c)
    return h, h


@pytest.mark.parametrize("forget_bias", [0.0, 1.0])
@pytest.mark.parametrize("lengths", [None, [3, 0]])
@pytest.mark.parametrize("ours, theirs", [(tf.tanh, np.tanh), (tf.nn.relu, references.relu)])
def test_equals_reference(forget_bias, lengths, ours, theirs):
    names = assert_equals_reference(
        lambda: UGRNNCell(3, forget_bias=forget_bias, activation=ours),
        functools.partial(ugrnn, forget_bias=forget_bias, activation=theirs),
        [2, 3, 2],
        lengths,
    )
    assert names == ["kernel", "bias"]


def test_initializer_is_only_for_the_kernels():
    with tf.Graph().as_default(), tf.Session() as session:
        cell = UGRNNCell(3, initializer=tf.constant_initializer(0.5))
        cell(tf.zeros([2, 2]), tf.zeros([2, 3]))
        session.run(tf.global_variables_initializer())
        kernel, bias = session.run(cell.variables)
    assert (kernel == 0.5).all()
    assert (bias == 0).all()


def test_unknown_depth():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="to be known"):
        UGRNNCell(3)(tf.placeholder(tf.float32, [2, None]), tf.zeros([2, 3]))


def test_two_cells_by_one_explicit_scope_share_with_reuse():
    with tf.Graph().as_default():
        x, h = tf.zeros([2, 2]), tf.zeros([2, 3])
        UGRNNCell(3)(x, h, scope="s")
        UGRNNCell(3, reuse=True)(x, h, scope="s")
        assert [v.op.name for v in tf.global_variables()] == ["s/kernel", "s/bias"]
        with pytest.raises(ValueError, match="does not exist"):
            UGRNNCell(3, reuse=True)(x, h, scope="other")
