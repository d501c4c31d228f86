"""A sine wave foretold by a GRU with a dense layer on every step."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(42)

steps, units = 12, 20
X = tf.placeholder(tf.float32, [None, steps, 1])
Y = tf.placeholder(tf.float32, [None, steps, 1])
cell = tf.nn.rnn_cell.GRUCell(units, activation=tf.nn.relu)
rnn_outputs, states = tf.nn.dynamic_rnn(cell, X, dtype=tf.float32)
stacked = tf.layers.dense(tf.reshape(rnn_outputs, [-1, units]), 1)
outputs = tf.reshape(stacked, [-1, steps, 1])
loss = tf.reduce_mean(tf.square(outputs - Y))
training_op = tf.train.AdamOptimizer(0.005).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for iteration in range(20):
        t0 = np.random.rand(16, 1) * 20
        wave = np.sin(t0 + np.arange(steps + 1) * 0.3).reshape(-1, steps + 1, 1)
        feed = {X: wave[:, :-1], Y: wave[:, 1:]}
        mse, _ = sess.run([loss, training_op], feed)
        print(iteration, "\tMSE:", mse)
