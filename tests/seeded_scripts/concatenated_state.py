"""States in one tensor, as before TensorFlow 1.0."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(102)

x = tf.placeholder(tf.float32, [3, 4, 5])
y = tf.placeholder(tf.float32, [3, 4, 6])
lstm = tf.contrib.rnn.BasicLSTMCell(6, forget_bias=1.0, state_is_tuple=False)
cell = tf.contrib.rnn.MultiRNNCell([lstm], state_is_tuple=False)
outputs, state = tf.contrib.rnn.static_rnn(cell, tf.unstack(x, 4, 1), dtype=tf.float32)
weights = tf.get_variable("weights", [6, 6], initializer=tf.orthogonal_initializer())
predicted = tf.stack([tf.matmul(output, weights) for output in outputs], 1)
loss = tf.reduce_mean(tf.reduce_sum(tf.square(predicted - y), [1, 2]))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
feed = {x: np.random.randn(3, 4, 5), y: np.random.rand(3, 4, 6)}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("step %d loss %.6f" % (i, sess.run([loss, train], feed)[0]))
