"""The plainest network: a BasicRNNCell over known steps."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(100)

x = tf.placeholder(tf.float32, [None, 6, 4])
y = tf.placeholder(tf.float32, [None, 1])
outputs, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicRNNCell(8), x, dtype=tf.float32)
W = tf.Variable(tf.random_normal([8, 1], stddev=0.1), name="W")
b = tf.Variable(tf.zeros([1]), name="b")
loss = tf.reduce_mean(tf.pow(tf.matmul(state, W) + b - y, 2))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
feed = {x: np.random.randn(16, 6, 4), y: np.random.randn(16, 1)}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("step %d loss %.6f" % (i, sess.run([loss, train], feed)[0]))
