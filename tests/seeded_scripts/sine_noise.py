"""A sine predicted a step ahead, under noise that is drawn in the graph after the optimiser."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(209)

x = tf.placeholder(tf.float32, [None, 10, 1], name="x")
y = tf.placeholder(tf.float32, [None, 1], name="y")


def model(inputs, reuse=False):
    with tf.variable_scope("net", reuse=reuse):
        cell = tf.nn.rnn_cell.MultiRNNCell(
            [tf.nn.rnn_cell.GRUCell(6, kernel_initializer=tf.orthogonal_initializer())]
            + [tf.nn.rnn_cell.BasicRNNCell(5)]
        )
        outputs, _ = tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)
        return tf.layers.dense(outputs[:, -1], 1, kernel_initializer=tf.glorot_normal_initializer())


loss = tf.reduce_mean(tf.square(model(x) - y))
step = tf.train.get_or_create_global_step()
rate = tf.train.exponential_decay(0.03, step, 4, 0.9, staircase=True)
train = tf.train.MomentumOptimizer(rate, 0.9, use_nesterov=True).minimize(loss, step)
noisy = tf.reduce_mean(tf.square(model(x + tf.random_normal(tf.shape(x)) * 0.1, True) - y))
order = tf.random_shuffle(tf.range(6))
time = np.arange(11) * 0.5 + np.random.uniform(0, 6, [16, 1])
feed = {x: np.sin(time[:, :-1, None]), y: np.sin(time[:, -1:])}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("order", sess.run(order))
    for i in range(19):
        under_noise = sess.run(noisy, feed)
        value, _ = sess.run([loss, train], feed)
        print("step %d loss %.6f under noise %.5f" % (i, value, under_noise))
