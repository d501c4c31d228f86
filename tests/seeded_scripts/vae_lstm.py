"""A variational code: noise drawn at every step of training."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(107)

x = tf.placeholder(tf.float32, [6, 4, 3])
_, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(8), x, dtype=tf.float32, scope="encoder")
mean = tf.layers.dense(state, 2, name="mean")
log_variance = tf.layers.dense(state, 2, name="log_variance")
code = mean + tf.exp(0.5 * log_variance) * tf.random_normal(tf.shape(mean))
steps = tf.tile(tf.expand_dims(code, 1), [1, 4, 1])
outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(8), steps, dtype=tf.float32, scope="decoder")
decoded = tf.layers.dense(outputs, 3, name="decoded")
kl = -0.5 * tf.reduce_sum(1 + log_variance - tf.square(mean) - tf.exp(log_variance), 1)
loss = tf.reduce_mean(tf.reduce_sum(tf.square(decoded - x), [1, 2]) + kl)
train = tf.train.AdamOptimizer(0.01).minimize(loss)
feed = {x: np.random.randn(6, 4, 3)}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("step %d loss %.6f" % (i, sess.run([loss, train], feed)[0]))
