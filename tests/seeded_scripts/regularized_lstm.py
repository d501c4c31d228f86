"""Weights decayed through a regularizer of the scope."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(103)

x = tf.placeholder(tf.float32, [None, 5, 3])
y = tf.placeholder(tf.float32, [None, 2])
regularizer = tf.contrib.layers.l2_regularizer(0.01)
with tf.variable_scope("net", regularizer=regularizer):
    _, (c, h) = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(7), x, dtype=tf.float32)
    hidden = tf.layers.dense(h, 6, tf.nn.elu)
    logits = tf.layers.dense(hidden, 2)
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits))
loss += tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
feed = {x: np.random.randn(9, 5, 3), y: np.eye(2)[np.random.randint(0, 2, 9)]}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("step %d loss %.6f" % (i, sess.run([loss, train], feed)[0]))
