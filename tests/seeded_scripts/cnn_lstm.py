"""Two convolutions before an LSTM, and a head of contrib.layers."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(8)

x = tf.placeholder(tf.float32, [None, 16, 3])
y = tf.placeholder(tf.float32, [None, 2])
net = tf.layers.conv1d(x, 6, 3, padding="same", activation=tf.nn.relu)
net = tf.layers.max_pooling1d(net, 2, 2)
net = tf.layers.conv1d(net, 8, 3, padding="same", activation=tf.nn.relu)
outputs, _ = tf.nn.dynamic_rnn(tf.contrib.rnn.BasicLSTMCell(8), net, dtype=tf.float32)
flat = tf.layers.flatten(outputs)
net = tf.contrib.layers.fully_connected(flat, 10)
logits = tf.contrib.layers.fully_connected(net, 2, activation_fn=None)
loss = tf.losses.softmax_cross_entropy(y, logits)
train = tf.train.MomentumOptimizer(0.05, 0.9).minimize(loss)
data, target = np.random.randn(12, 16, 3), np.eye(2)[np.random.randint(0, 2, 12)]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("%d: %.6f" % (i, sess.run([loss, train], {x: data, y: target})[0]))
