"""`contrib.learn` itself: what of its running of graphs is here."""

import numpy as np
import tensorflow.compat.v1 as tf

import tf1_rnn.v1.contrib.learn as learn


def test_run_n_initialises_and_runs_a_dictionary_n_times(tmp_path):
    with tf.Graph().as_default():
        variable = tf.get_variable("v", [2], initializer=tf.ones_initializer())
        step = tf.assign_add(variable, [1.0, 2.0])
        fed = tf.placeholder(tf.float32, [])
        outputs = {"step": step, "state": (fed, fed * 2)}
        with tf.Session() as session:
            session.run(variable.assign([5.0, 5.0]))
            path = tf.train.Saver().save(session, str(tmp_path / "model"))
    results = learn.run_n(outputs, feed_dict={fed: 3.0}, n=2)
    np.testing.assert_array_equal([each["step"] for each in results], [[2, 3], [3, 5]])
    assert results[0]["state"] == (3.0, 6.0)
    restored = learn.run_n({"step": step}, restore_checkpoint_path=path)
    np.testing.assert_array_equal(restored[0]["step"], [6, 7])
