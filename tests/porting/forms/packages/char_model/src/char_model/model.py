import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn
from tensorflow.contrib.legacy_seq2seq import rnn_decoder

__version__ = "0.1"


class CharModel(object):
    def __init__(self, units=4):
        self.x = tf.placeholder(tf.float32, [2, 3])
        cell = rnn.MultiRNNCell([rnn.BasicLSTMCell(units, forget_bias=0.0) for _ in range(2)])
        outputs, _ = rnn_decoder([self.x] * 3, cell.zero_state(2, tf.float32), cell)
        self.y = tf.add_n(outputs)

    def value(self, session):
        random = np.random.RandomState(0)
        for v in tf.trainable_variables():
            v.load(random.uniform(-1, 1, v.shape.as_list()), session)
        return session.run(self.y, {self.x: random.randn(2, 3)})
