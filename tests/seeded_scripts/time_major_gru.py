"""Time-major sequences with lengths, and Glorot uniform weights."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(104)

x = tf.placeholder(tf.float32, [7, None, 3])
y = tf.placeholder(tf.float32, [None])
n = tf.placeholder(tf.int32, [None])
with tf.variable_scope("gru", initializer=tf.glorot_uniform_initializer()):
    cell = tf.nn.rnn_cell.GRUCell(5, bias_initializer=tf.zeros_initializer())
    outputs, last = tf.nn.dynamic_rnn(cell, x, n, dtype=tf.float32, time_major=True)
    out = tf.layers.dense(tf.reduce_sum(outputs, 0), 1)[:, 0]
loss = tf.losses.huber_loss(y, out)
train = tf.train.AdamOptimizer(0.02).minimize(loss)
feed = {x: np.random.randn(7, 6, 3), y: np.random.randn(6), n: [7, 1, 3, 5, 2, 6]}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("step %d loss %.6f" % (i, sess.run([loss, train], feed)[0]))
