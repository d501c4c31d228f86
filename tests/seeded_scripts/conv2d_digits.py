"""Two convolutions and two dense layers, with dropout fed."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(109)

x = tf.placeholder(tf.float32, [None, 64])
y = tf.placeholder(tf.float32, [None, 4])
keep_prob = tf.placeholder(tf.float32)


def weight(shape):
    return tf.Variable(tf.truncated_normal(shape, stddev=0.1))


def pooled(h, w, b):
    h = tf.nn.relu(tf.nn.conv2d(h, w, strides=[1, 1, 1, 1], padding="SAME") + b)
    return tf.nn.max_pool(h, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")


h = pooled(
    tf.reshape(x, [-1, 8, 8, 1]), weight([3, 3, 1, 4]), tf.Variable(tf.constant(0.1, shape=[4]))
)
h = pooled(h, weight([3, 3, 4, 8]), tf.Variable(tf.constant(0.1, shape=[8])))
h = tf.nn.relu(tf.matmul(tf.reshape(h, [-1, 32]), weight([32, 16])))
h = tf.nn.dropout(h, keep_prob)
logits = tf.matmul(h, weight([16, 4])) + tf.Variable(tf.constant(0.1, shape=[4]))
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits))
train = tf.train.AdamOptimizer(1e-3).minimize(loss)
feed = {x: np.random.rand(10, 64), y: np.eye(4)[np.random.randint(0, 4, 10)], keep_prob: 0.5}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("step %d loss %.6f" % (i, sess.run([loss, train], feed)[0]))
