"""Frames foretold by a convolutional LSTM."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(4)

frames = tf.placeholder(tf.float32, [2, 5, 6, 6, 1])
cell = tf.contrib.rnn.ConvLSTMCell(2, [6, 6, 1], 4, [3, 3])
outputs, state = tf.nn.dynamic_rnn(cell, frames[:, :-1], dtype=tf.float32)
kernel = tf.get_variable("out", [1, 1, 4, 1], initializer=tf.contrib.layers.xavier_initializer())
flat = tf.reshape(outputs, [8, 6, 6, 4])
predicted = tf.reshape(tf.nn.conv2d(flat, kernel, [1, 1, 1, 1], "SAME"), [2, 4, 6, 6, 1])
loss = tf.reduce_mean(tf.abs(predicted - frames[:, 1:]))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
data = np.random.rand(2, 5, 6, 6, 1)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("frame loss %d %.6f" % (i, sess.run([loss, train], {frames: data})[0]))
