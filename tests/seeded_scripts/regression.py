"""A perceptron with weights of its own, dropout and an L2 penalty."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(2019)

x = tf.placeholder(tf.float32, [None, 6])
y = tf.placeholder(tf.float32, [None, 1])
keep = tf.placeholder(tf.float32)


def layer(inputs, rows, columns, activation):
    w = tf.Variable(tf.truncated_normal([rows, columns], stddev=0.1), name="w")
    b = tf.Variable(tf.constant(0.1, shape=[columns]), name="b")
    tf.add_to_collection("losses", tf.multiply(tf.nn.l2_loss(w), 0.004))
    return activation(tf.matmul(inputs, w) + b)


net = layer(x, 6, 12, tf.nn.relu)
net = tf.nn.dropout(net, keep)
net = layer(net, 12, 8, tf.nn.sigmoid)
out = layer(net, 8, 1, tf.identity)
mse = tf.reduce_mean(tf.squared_difference(out, y))
loss = tf.add_n(tf.get_collection("losses") + [mse])
train = tf.train.AdagradOptimizer(0.1).minimize(loss)
data = np.random.randn(40, 6)
target = data[:, :1] * 2 - data[:, 1:2]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        value, _ = sess.run([loss, train], {x: data, y: target, keep: 0.75})
        print("loss at step", i, "is", value)
