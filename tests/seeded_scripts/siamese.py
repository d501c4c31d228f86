"""Two sentences through one LSTM, and their distance."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(106)

a = tf.placeholder(tf.float32, [None, 5, 4])
b = tf.placeholder(tf.float32, [None, 5, 4])
y = tf.placeholder(tf.float32, [None])


def encode(x, reuse):
    with tf.variable_scope("encoder", reuse=reuse):
        cell = tf.nn.rnn_cell.LSTMCell(6, initializer=tf.truncated_normal_initializer(stddev=0.2))
        return tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)[1].h


left, right = encode(a, None), encode(b, True)
similarity = tf.exp(-tf.reduce_sum(tf.abs(left - right), 1))
scale = tf.Variable(tf.random_uniform([], 0.5, 1.0))
loss = tf.losses.mean_squared_error(y, similarity * scale)
train = tf.train.AdadeltaOptimizer(1.0).minimize(loss)
feed = {a: np.random.randn(7, 5, 4), b: np.random.randn(7, 5, 4), y: np.random.rand(7)}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("step %d loss %.6f" % (i, sess.run([loss, train], feed)[0]))
