"""`contrib.training`'s own functions, beside those of tf-slim with the same names."""

import tf1_rnn.v1 as tf


def test_one_evaluation_of_a_checkpoint(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.get_variable("v", initializer=3.0)
        tf.train.create_global_step()
        session.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(session, str(tmp_path / "c"))
    with tf.Graph().as_default():
        tf.train.create_global_step()
        variable = tf.get_variable("v", initializer=0.0)
        seen = tf.get_variable(
            "seen", initializer=0.0, collections=[tf.GraphKeys.LOCAL_VARIABLES], trainable=False
        )
        found = tf.contrib.training.evaluate_once(
            path,
            eval_ops=tf.assign_add(seen, variable),
            final_ops={"seen": seen},
            hooks=[tf.contrib.training.StopAfterNEvalsHook(2)],
        )
    assert found == {"seen": 6.0}
