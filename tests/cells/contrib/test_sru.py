import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells.contrib import SRUCell


def sru(x, c, w, activation=np.tanh):
    z, f, r, s = np.split(x @ w["kernel"], 4, axis=1)
    b_f, b_r = np.split(w["bias"], 2)
    f, r = references.sigmoid(f + b_f), references.sigmoid(r + b_r)
    c = f * c + (1 - f) * z
    return r * activation(c) + (1 - r) * s, c


@pytest.mark.parametrize("depth", [2, 3])  # fewer inputs than units, and as many
@pytest.mark.parametrize("lengths", [None, [3, 0]])
@pytest.mark.parametrize("ours, theirs", [(tf.tanh, np.tanh), (tf.nn.relu, references.relu)])
def test_equals_reference(depth, lengths, ours, theirs):
    names = assert_equals_reference(
        lambda: SRUCell(3, activation=ours),
        functools.partial(sru, activation=theirs),
        [2, 3, depth],
        lengths,
    )
    assert names == ["kernel", "bias"]


def test_name_and_trainable():
    with tf.Graph().as_default():
        cell = SRUCell(3, name="mine", trainable=False, dtype=tf.float64)
        cell(tf.zeros([2, 2], tf.float64), tf.zeros([2, 3], tf.float64))
        assert [v.op.name for v in cell.variables] == ["mine/kernel", "mine/bias"]
        assert cell.trainable_variables == tf.trainable_variables() == []


def test_unknown_argument():
    with tf.Graph().as_default(), pytest.raises(TypeError, match="not understood"):
        SRUCell(3, forget_bias=1.0)
