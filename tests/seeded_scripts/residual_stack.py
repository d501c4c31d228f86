"""Residual GRU layers, deep as the translation models had them."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(101)

x = tf.placeholder(tf.float32, [4, 5, 6])
y = tf.placeholder(tf.int32, [4])
cells = [tf.nn.rnn_cell.ResidualWrapper(tf.nn.rnn_cell.GRUCell(6)) for _ in range(3)]
outputs, states = tf.nn.dynamic_rnn(tf.nn.rnn_cell.MultiRNNCell(cells), x, dtype=tf.float32)
logits = tf.layers.dense(states[-1], 3, kernel_initializer=tf.glorot_normal_initializer())
loss = tf.losses.sparse_softmax_cross_entropy(y, logits)
train = tf.train.AdamOptimizer(0.01).minimize(loss)
feed = {x: np.random.randn(4, 5, 6), y: [0, 1, 2, 1]}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("step %d loss %.6f" % (i, sess.run([loss, train], feed)[0]))
