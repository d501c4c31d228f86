"""`tensorflow.python.layers.base`: one style for layers and cells."""

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn import cells

pytest.importorskip("tf_keras")
from tf1_rnn.v1._moved import layers_base


def names():
    with tf.Graph().as_default():
        for _ in range(2):
            cell = cells.BasicRNNCell(3)
            cell(tf.zeros([2, 4]), tf.zeros([2, 3]))
        return [variable.op.name for variable in tf.global_variables()]


def test_cells_follow_the_style_inside_and_not_after():
    inside = []
    with pytest.raises(KeyError), layers_base.keras_style_scope():
        inside = names()
        raise KeyError
    assert len(inside) == 4  # each made variables of its own
    with pytest.raises(ValueError, match="already exists"), tf.Graph().as_default():
        for _ in range(2):
            with tf.variable_scope("s"):
                cell = cells.BasicRNNCell(3, name="one")
                cell(tf.zeros([2, 4]), tf.zeros([2, 3]))


def test_other_names_are_those_of_tf_layers():
    assert layers_base.Layer is tf.layers.Layer
    assert layers_base.InputSpec is not None
