"""A sequence to a sequence through a dense layer of rank 3 and mean squared error."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(1234)

x = tf.placeholder(tf.float32, [None, 8, 2])
y = tf.placeholder(tf.float32, [None, 8, 1])
outputs, _ = tf.nn.dynamic_rnn(tf.contrib.rnn.LSTMCell(10, num_proj=6), x, dtype=tf.float32)
hidden = tf.layers.dense(outputs, 7, activation=tf.nn.tanh)
prediction = tf.layers.dense(hidden, 1)
loss = tf.losses.mean_squared_error(labels=y, predictions=prediction)
step = tf.train.get_or_create_global_step()
rate = tf.train.exponential_decay(0.05, step, 5, 0.9)
train = tf.train.AdamOptimizer(rate).minimize(loss, global_step=step)
noise = tf.random_normal([2], stddev=0.5)
data = np.random.randn(24, 8, 2)
target = data.sum(2, keepdims=True).cumsum(1) / 5
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("noise", sess.run(noise))
    for i in range(20):
        value, lr, _ = sess.run([loss, rate, train], {x: data, y: target})
        print("Step %d: loss %.6f lr %.5f" % (i, value, lr))
