"""Attention written by hand with tensordot, and summaries of variables."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(6)

x = tf.placeholder(tf.float32, [None, 7, 4])
y = tf.placeholder(tf.float32, [None, 1])
outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(6), x, dtype=tf.float32)
w_omega = tf.Variable(tf.random_normal([6, 5], stddev=0.1))
b_omega = tf.Variable(tf.random_normal([5], stddev=0.1))
u_omega = tf.Variable(tf.random_normal([5], stddev=0.1))
v = tf.tanh(tf.tensordot(outputs, w_omega, axes=1) + b_omega)
alphas = tf.nn.softmax(tf.tensordot(v, u_omega, axes=1))
context = tf.reduce_sum(outputs * tf.expand_dims(alphas, -1), 1)
for variable in (w_omega, b_omega):
    mean = tf.reduce_mean(variable)
    stddev = tf.sqrt(tf.reduce_mean(tf.square(variable - mean)))
    tf.summary.scalar("mean", mean)
    tf.summary.scalar("stddev", stddev)
    tf.summary.scalar("max", tf.reduce_max(variable))
    tf.summary.histogram("histogram", variable)
W = tf.Variable(tf.truncated_normal([6, 1], stddev=0.1))
logits = tf.matmul(tf.nn.dropout(context, 0.8), W)
loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=logits, labels=y))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
merged = tf.summary.merge_all()
data, target = np.random.randn(14, 7, 4), np.random.randint(0, 2, (14, 1))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        value, _, summary = sess.run([loss, train, merged], {x: data, y: target})
        print("epoch %d loss %.6f" % (i, value))
