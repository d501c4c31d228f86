from tensorflow.contrib.rnn import RNNCell
import tensorflow as tf


class MinimalCell(RNNCell):
    def __init__(self, num_units):
        super(MinimalCell, self).__init__()
        self._num_units = num_units

    state_size = property(lambda self: self._num_units)
    output_size = property(lambda self: self._num_units)

    def call(self, inputs, state):
        w = tf.get_variable("w", [int(inputs.shape[-1]) + self._num_units, self._num_units],
                            initializer=tf.constant_initializer(0.1))
        new = tf.tanh(tf.matmul(tf.concat([inputs, state], 1), w))
        return new, new
