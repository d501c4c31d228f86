"""An LSTM autoencoder with a repeated code and a projection."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(9)

x = tf.placeholder(tf.float32, [10, 5, 3])
with tf.variable_scope("encoder"):
    _, (c, h) = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(6), x, dtype=tf.float32)
with tf.variable_scope("decoder"):
    weight = tf.Variable(tf.truncated_normal([6, 3], dtype=tf.float32), name="dec_weight")
    bias = tf.Variable(tf.constant(0.1, shape=[3], dtype=tf.float32), name="dec_bias")
    inputs = [tf.zeros(tf.shape(x[:, 0, :])) for _ in range(5)]
    outputs, _ = tf.nn.static_rnn(
        tf.nn.rnn_cell.LSTMCell(6), inputs, initial_state=tf.nn.rnn_cell.LSTMStateTuple(c, h)
    )
    decoded = tf.transpose(tf.stack(outputs[::-1]), [1, 0, 2])
    weights = tf.tile(tf.expand_dims(weight, 0), [10, 1, 1])
    output = tf.matmul(decoded, weights) + bias
loss = tf.reduce_mean(tf.square(x - output))
train = tf.train.AdamOptimizer().minimize(loss)
data = np.random.rand(10, 5, 3)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("iter %d: %.7f" % (i + 1, sess.run([loss, train], {x: data})[0]))
