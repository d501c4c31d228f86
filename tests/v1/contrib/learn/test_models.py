"""What `contrib.learn.models` says, and lengths; its values are compared in `test_ops.py`."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

models = tf.contrib.learn.models


def test_a_cell_of_another_type_is_refused():
    with pytest.raises(ValueError, match="cell_type elman is not supported. Give one of"):
        models.get_rnn_model(2, "elman", 1, None, False, None, None, None, None, None, None)


def test_both_directions_within_the_lengths():
    x = np.random.RandomState(0).randn(3, 4, 2).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as session:
        cells = [tf.nn.rnn_cell.GRUCell(2) for _ in range(2)]
        lengths = tf.constant([2, 4, 0])
        outputs, state = models.bidirectional_rnn(
            *cells, tf.unstack(tf.constant(x), axis=1), dtype=tf.float32, sequence_length=lengths
        )
        expected, states = tf.nn.bidirectional_dynamic_rnn(
            *cells, x, lengths, dtype=tf.float32, scope="again"
        )
        session.run(tf.global_variables_initializer())
        found = session.run([tf.stack(outputs, 1), state])
        np.testing.assert_allclose(found[0], session.run(tf.concat(expected, 2)), atol=1e-6)
        np.testing.assert_allclose(found[1], session.run(tf.concat(states, 1)), atol=1e-6)
    assert all(output.shape == [3, 4] for output in outputs)


def test_a_regression_keeps_histograms_and_starts_as_it_is_told():
    with tf.Graph().as_default(), tf.Session() as session:
        x, y = tf.ones([5, 40]), tf.ones([5, 30])
        models.logistic_regression(x, y, init_mean=3.0, init_stddev=0.1)
        session.run(tf.global_variables_initializer())
        kernel = session.run("logistic_regression/weights:0")
        assert abs(kernel.mean() - 3) < 0.02 and abs(kernel.std() - 0.1) < 0.02
        merged = tf.Summary.FromString(session.run(tf.summary.merge_all()))
        tags = {value.tag.rpartition(".")[2] for value in merged.value}
        assert tags == {"x", "y", "weights", "bias"}
