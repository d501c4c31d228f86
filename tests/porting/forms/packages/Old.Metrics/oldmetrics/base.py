import tensorflow as tf


def running(labels, predictions):
    with tf.Graph().as_default(), tf.Session() as session:
        value, update = tf.contrib.metrics.streaming_accuracy(
            tf.constant(predictions), tf.constant(labels))
        session.run(tf.local_variables_initializer())
        session.run(update)
        return session.run(value)
