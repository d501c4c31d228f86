import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import GRUCell, LSTMCell, MultiRNNCell
from tf1_rnn.cells.contrib import HighwayWrapper


def highway_gru(x, h, w):
    weights = {k.removeprefix("gru_cell/"): v for k, v in w.items()}
    output, h = references.gru(x, h, weights)
    carry = references.sigmoid(x @ w["carry_w"] + w["carry_b"])
    if "transform_w" in w:
        transform = references.sigmoid(x @ w["transform_w"] + w["transform_b"])
    else:
        transform = 1 - carry
    return carry * x + transform * output, h


@pytest.mark.parametrize("lengths", [None, [3, 1]])
@pytest.mark.parametrize("coupled", [True, False])
def test_equals_reference(coupled, lengths):
    names = assert_equals_reference(
        lambda: HighwayWrapper(GRUCell(3), coupled),
        highway_gru,
        [2, 3, 3],
        lengths,
        scopes=1,
        scope_dtype="float64",
    )
    gates = ["carry_w", "carry_b"] + ([] if coupled else ["transform_w", "transform_b"])
    assert names[0] == "gru_cell/gates/kernel"
    assert names[4:] == gates


@pytest.mark.parametrize("bias_init", [1.0, 2.5])
def test_where_the_biases_start(bias_init):
    with tf.Graph().as_default(), tf.Session() as session:
        cell = HighwayWrapper(GRUCell(3), False, bias_init)
        cell(tf.zeros([2, 3]), cell.zero_state(2, tf.float32))
        session.run(tf.global_variables_initializer())
        biases = {v.op.name: session.run(v) for v in tf.global_variables()}
    np.testing.assert_array_equal(biases["carry_b"], np.full(3, bias_init, "float32"))
    np.testing.assert_array_equal(biases["transform_b"], np.full(3, -bias_init, "float32"))


def test_in_a_stack_each_has_its_own_gates():
    with tf.Graph().as_default():
        stack = MultiRNNCell([HighwayWrapper(LSTMCell(3)), HighwayWrapper(GRUCell(3))])
        tf.nn.static_rnn(stack, [tf.zeros([2, 3])] * 3, dtype=tf.float32)
        names = [v.op.name for v in tf.global_variables() if "carry_w" in v.op.name]
    assert names == [f"rnn/multi_rnn_cell/cell_{i}/carry_w" for i in (0, 1)]


def test_misuse():
    with tf.Graph().as_default():
        cell = HighwayWrapper(GRUCell(4))
        with pytest.raises(ValueError, match="incompatible"):
            cell(tf.zeros([2, 3]), cell.zero_state(2, tf.float32))
        cell = HighwayWrapper(GRUCell(3))
        with tf.variable_scope("twice"):
            cell(tf.zeros([2, 3]), cell.zero_state(2, tf.float32))
            with pytest.raises(ValueError, match="already exists"):
                cell(tf.zeros([2, 3]), cell.zero_state(2, tf.float32))
