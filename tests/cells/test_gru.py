import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import GRUCell

NAMES = ["gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"]


@pytest.mark.parametrize("lengths", [None, [3, 0]])
@pytest.mark.parametrize("ours, theirs", [(tf.tanh, np.tanh), (tf.nn.relu, references.relu)])
def test_equals_reference(lengths, ours, theirs):
    names = assert_equals_reference(
        lambda: GRUCell(3, activation=ours),
        functools.partial(references.gru, activation=theirs),
        [2, 3, 2],
        lengths,
    )
    assert names == NAMES


def test_float32_within_its_precision():
    assert_equals_reference(lambda: GRUCell(3), references.gru, [2, 3, 2], None, "float32", 2e-6)


def test_initial_values():
    with tf.Graph().as_default(), tf.Session() as session:
        default = GRUCell(3)
        default(tf.zeros([2, 2]), tf.zeros([2, 3]))
        given = GRUCell(
            3,
            kernel_initializer=tf.constant_initializer(0.2),
            bias_initializer=tf.constant_initializer(0.3),
        )
        given(tf.zeros([2, 2]), tf.zeros([2, 3]))
        session.run(tf.global_variables_initializer())
        values = session.run([default.variables, given.variables])
    _, gates_bias, _, candidate_bias = values[0]
    assert (gates_bias == 1).all()
    assert (candidate_bias == 0).all()
    assert [value.flat[0].round(6) for value in values[1]] == pytest.approx([0.2, 0.3, 0.2, 0.3])
