"""Losses of logits refuse arguments by position, whose order has changed since TensorFlow 0.x."""

import numpy as np
import pytest
import tensorflow.compat.v1 as original

import tf1_rnn.v1 as tf

LOGITS = np.array([[0.5, -1.0, 2.0], [0.0, 3.0, -2.0]], np.float32)
LABELS = {
    "sigmoid_cross_entropy_with_logits": np.eye(3, dtype=np.float32)[:2],
    "softmax_cross_entropy_with_logits": np.eye(3, dtype=np.float32)[:2],
    "sparse_softmax_cross_entropy_with_logits": np.array([0, 2]),
}


@pytest.mark.parametrize("name", LABELS)
def test_by_name_and_by_position(name):
    loss, labels = getattr(tf.nn, name), LABELS[name]
    with tf.Graph().as_default(), tf.Session() as session:
        found = loss(_sentinel=None, labels=labels, logits=LOGITS, name="mine")
        expected = getattr(original.nn, name)(labels=labels, logits=LOGITS)
        assert found.op.name.startswith("mine")
        np.testing.assert_array_equal(*session.run([found, expected]))
        for given in ((LOGITS, labels), (LOGITS,)):
            with pytest.raises(ValueError, match=f"Only call `{name}` with named arguments"):
                loss(*given)
        with pytest.raises(ValueError, match="must be provided"):
            loss(labels=labels)
