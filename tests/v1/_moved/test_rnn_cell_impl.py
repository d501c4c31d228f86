"""`tensorflow.python.ops.rnn_cell_impl`: what scripts took from the private module."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1._moved import rnn_cell_impl

X, Y = np.sin(np.arange(6.0)).reshape(2, 3), np.cos(np.arange(4.0)).reshape(2, 2)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("arrays", [[X], [X, Y]])
def test_a_linear_map_of_one_or_more(bias, arrays):
    kernel = np.arange(4.0 * sum(a.shape[1] for a in arrays)).reshape(-1, 4)
    with tf.Graph().as_default(), tf.Session() as session, tf.variable_scope("mine"):
        made = {"kernel_initializer": tf.constant_initializer(kernel)}
        made["bias_initializer"] = tf.constant_initializer(0.5)
        tensors = [tf.constant(a) for a in arrays]
        found = rnn_cell_impl._linear(tensors if len(arrays) > 1 else tensors[0], 4, bias, **made)
        session.run(tf.global_variables_initializer())
        expected = np.concatenate(arrays, 1) @ kernel + 0.5 * bias
        np.testing.assert_allclose(session.run(found), expected, rtol=1e-12)
        names = [variable.op.name for variable in tf.global_variables()]
    assert names == ["mine/kernel", "mine/bias"][: 1 + bias]


def test_a_linear_map_may_be_used_again():
    with tf.Graph().as_default():
        linear = rnn_cell_impl._Linear(tf.zeros([2, 3]), 4, True)
        assert linear(tf.zeros([5, 3])).shape.as_list() == [5, 4]
        assert len(tf.global_variables()) == 2


@pytest.mark.parametrize(
    "args, words",
    [
        (lambda: [], "`args` must be specified"),
        (lambda: tf.zeros([2, 3, 4]), "must have rank 2"),
        (lambda: tf.placeholder("float", [2, None]), "expects a known depth"),
    ],
)
def test_what_is_no_batch_of_vectors(args, words):
    with tf.Graph().as_default(), pytest.raises(ValueError, match=words):
        rnn_cell_impl._linear(args(), 4, True)


@pytest.mark.parametrize(
    "prefix, suffix, static",
    [
        (2, 3, [2, 3]),
        (2, tf.TensorShape([3, 4]), [2, 3, 4]),
        (tf.TensorShape([None]), 3, [None, 3]),
        (tf.TensorShape(None), 3, None),
    ],
)
def test_shapes_are_joined(prefix, suffix, static):
    assert rnn_cell_impl._concat(prefix, suffix, static=True) == static
    with tf.Graph().as_default(), tf.Session() as session:
        if static is None or None in static:
            with pytest.raises(ValueError, match="prefix or suffix of None"):
                rnn_cell_impl._concat(prefix, suffix)
        else:
            assert session.run(rnn_cell_impl._concat(prefix, suffix)).tolist() == static


def test_a_batch_size_may_be_a_tensor():
    with tf.Graph().as_default(), tf.Session() as session:
        batch = tf.placeholder(tf.int32, [])
        shape = rnn_cell_impl._concat(batch, 3)
        assert session.run(shape, {batch: 7}).tolist() == [7, 3]
        assert rnn_cell_impl._concat(batch, 3, static=True) is None


def test_what_is_a_cell():
    with tf.Graph().as_default():
        cell = tf.nn.rnn_cell.GRUCell(3)
    rnn_cell_impl.assert_like_rnncell("cell", cell)
    assert rnn_cell_impl._like_rnncell(cell) and not rnn_cell_impl._like_rnncell(7)
    with pytest.raises(TypeError, match=rnn_cell_impl.ASSERT_LIKE_RNNCELL_ERROR_REGEXP):
        rnn_cell_impl.assert_like_rnncell("cell", 7)
    assert rnn_cell_impl.GRUCell is tf.nn.rnn_cell.GRUCell


def test_only_floating_point():
    with tf.Graph().as_default():
        rnn_cell_impl._check_rnn_cell_input_dtypes([tf.zeros([1]), (tf.zeros([1], "float64"),)])
        with pytest.raises(ValueError):
            rnn_cell_impl._check_rnn_cell_input_dtypes([tf.zeros([1]), tf.zeros([1], "int32")])
    rnn_cell_impl._check_supported_dtypes(None)
    rnn_cell_impl._check_supported_dtypes(tf.float16)
    with pytest.raises(ValueError):
        rnn_cell_impl._check_supported_dtypes(tf.int32)


def test_an_error_of_a_property_comes_out():
    class Odd:
        @property
        def broken(self):
            raise KeyError("inside")

    assert not rnn_cell_impl._hasattr(Odd(), "nosuch")
    with pytest.raises(KeyError):
        rnn_cell_impl._hasattr(Odd(), "broken")
