"""Pickles of 1.15.5 hold our state tuples, and second gradients of loops say how to get them."""

import pickle

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1 import _repairs

# pickle.dumps(tf.nn.rnn_cell.LSTMStateTuple(1.0, 2.0), protocol=2) under 1.15.5.
PICKLED = (
    b"\x80\x02ctensorflow.python.ops.rnn_cell_impl\nLSTMStateTuple\nq\x00G?\xf0\x00\x00\x00\x00"
    b"\x00\x00G@\x00\x00\x00\x00\x00\x00\x00\x86q\x01\x81q\x02."
)


def test_a_pickled_state_is_ours():
    state = pickle.loads(PICKLED)
    assert type(state) is tf.nn.rnn_cell.LSTMStateTuple
    assert state == (1.0, 2.0)
    assert type(pickle.loads(pickle.dumps(state))) is type(state)


def penalty(loop):
    """Return the gradient of a gradient penalty on a loop's inputs."""
    x = tf.placeholder_with_default(np.ones([2, 3, 1], np.float32), [None, None, 1])
    outputs, _ = loop(tf.nn.rnn_cell.GRUCell(2), x)
    slope = tf.gradients(outputs, x)[0]
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    return optimizer.minimize(tf.reduce_sum(tf.square(slope)))


def test_a_second_gradient_says_what_to_call():
    with tf.Graph().as_default(), pytest.raises(TypeError, match="enable_control_flow_v2"):
        penalty(lambda cell, x: tf.nn.dynamic_rnn(cell, x, dtype=tf.float32))


def test_what_it_says_helps():
    tf.enable_control_flow_v2()
    try:
        with tf.Graph().as_default(), tf.Session() as session:
            step = penalty(lambda cell, x: tf.nn.dynamic_rnn(cell, x, dtype=tf.float32))
            session.run(tf.global_variables_initializer())
            session.run(step)
    finally:
        tf.disable_control_flow_v2()


def test_installing_twice_changes_nothing():
    registry = _repairs.importlib.import_module("tensorflow.python.framework.ops").gradient_registry
    before = registry.lookup("Exit")
    _repairs.install()
    assert registry.lookup("Exit") is before


def test_a_version_without_the_private_names_is_not_changed(monkeypatch):
    def gone(name):
        raise ImportError(name)

    monkeypatch.setattr(_repairs.importlib, "import_module", gone)
    _repairs.install()


# What 1.15.5 makes of shapes with floats in them, None where it refuses.
FLOATS = {
    "placeholder": (lambda: tf.placeholder(tf.float32, [None, 64 / 4]), [None, 16]),
    "of NumPy": (lambda: tf.placeholder(tf.float32, [None, np.float32(4)]), [None, 4]),
    "text": (lambda: tf.placeholder(tf.float32, ["4"]), [4]),
    "scalar": (lambda: tf.placeholder(tf.float32, 4.0), [4]),
    "default": (lambda: tf.placeholder_with_default(np.zeros([2, 3]), [2.0, 3.0]), [2, 3]),
    "get_variable": (lambda: tf.get_variable("v", [4 / 2, 3.0]), [2, 3]),
    "zeros": (lambda: tf.zeros([2.0, 3.0]), [2, 3]),
    "ensure_shape": (lambda: tf.ensure_shape(tf.zeros([2, 3]), [2.0, 3.0]), [2, 3]),
    "TensorArray": (
        lambda: tf.TensorArray(tf.float32, 2, element_shape=[2.0]).stack(),
        [2, 2],
    ),
    "noise_shape": (
        lambda: tf.nn.dropout(tf.zeros([2, 3]), 0.5, noise_shape=[2.0, 1.0]),
        [2, 3],
    ),
    "queue": (lambda: tf.FIFOQueue(10, [tf.float32], shapes=[[2.0]]).dequeue(), [2]),
    "padded_batch": (
        lambda: tf.data.make_one_shot_iterator(
            tf.data.Dataset.range(4).map(lambda n: tf.fill([n], n)).padded_batch(2, [4.0])
        ).get_next(),
        [None, 4],
    ),
    "dense": (lambda: tf.get_variable("kernel", [10, 8 / 2]), [10, 4]),
    "cell": (lambda: tf.nn.rnn_cell.GRUCell(8 / 2)(tf.zeros([2, 3]), tf.zeros([2, 4]))[0], [2, 4]),
    "a fraction": (lambda: tf.placeholder(tf.float32, [64 / 5]), None),
    "a variable's fraction": (lambda: tf.get_variable("v", [5 / 2]), None),
}


@pytest.mark.parametrize("name", FLOATS)
def test_a_whole_float_is_a_dimension(name):
    make, shape = FLOATS[name]
    with tf.Graph().as_default():
        if shape is None:
            with pytest.raises(ValueError, match="Ambiguous dimension"):
                make()
        else:
            assert make().shape.as_list() == shape


def test_shapes_compare_and_set_with_whole_floats():
    shape = tf.TensorShape([None, 4])
    assert shape.merge_with([2.0, 4.0]).as_list() == [2, 4]
    assert shape.concatenate([3.0]).as_list() == [None, 4, 3]
    assert shape.is_compatible_with([2.0, 4.0]) and not shape.is_compatible_with([2.0, 5.0])
    assert (tf.Dimension(4) + 1.0).value == 5
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, None])
        x.set_shape([2.0, 3.0])
        assert x.shape.as_list() == [2, 3]
