"""`tensorflow.python.framework.tensor_shape` has its short constructors, beside what it has now."""

import tf1_rnn.v1 as tf

tensor_shape = tf.python.framework.tensor_shape


def test_short_constructors_give_shapes():
    assert tensor_shape.scalar().as_list() == []
    assert tensor_shape.vector(3).as_list() == [3]
    assert tensor_shape.vector(None).as_list() == [None]
    assert tensor_shape.matrix(2, None).as_list() == [2, None]
    assert tensor_shape.TensorShape is tf.TensorShape
    assert tensor_shape.unknown_shape().rank is None
