import tensorflow as tf
from tensorflow.python.ops import rnn_cell_impl


def forecast(series, seed):
    import numpy as np
    random = np.random.RandomState(seed)
    with tf.Graph().as_default(), tf.Session() as session:
        cell = rnn_cell_impl.GRUCell(4)
        _, state = tf.nn.dynamic_rnn(cell, tf.constant(series[None, :, None]), dtype=tf.float32)
        for v in tf.trainable_variables():
            v.load(random.uniform(-1, 1, v.shape.as_list()), session)
        return session.run(state)[0]
