"""Two nets against each other on sequences, with an optimiser each, and samples drawn inside."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(202)
BATCH, STEPS = 6, 5


def generator(noise):
    with tf.variable_scope("generator"):
        cell = tf.nn.rnn_cell.GRUCell(8)
        outputs, _ = tf.nn.dynamic_rnn(cell, noise, dtype=tf.float32)
        return tf.layers.dense(outputs, 1, name="out")


def discriminator(series, reuse=None):
    with tf.variable_scope("discriminator", reuse=reuse):
        cell = tf.nn.rnn_cell.LSTMCell(8)
        outputs, _ = tf.nn.dynamic_rnn(cell, series, dtype=tf.float32)
        return tf.layers.dense(outputs[:, -1], 1, name="score")


real = tf.placeholder(tf.float32, [BATCH, STEPS, 1])
fake = generator(tf.random_normal([BATCH, STEPS, 2]))
on_real, on_fake = discriminator(real), discriminator(fake, True)
cross = tf.nn.sigmoid_cross_entropy_with_logits
d_loss = tf.reduce_mean(cross(logits=on_real, labels=tf.ones_like(on_real) * 0.9)) + tf.reduce_mean(
    cross(logits=on_fake, labels=tf.zeros_like(on_fake))
)
g_loss = tf.reduce_mean(cross(logits=on_fake, labels=tf.ones_like(on_fake)))
variables = tf.trainable_variables()
d_vars = [v for v in variables if v.name.startswith("discriminator")]
g_vars = [v for v in variables if v.name.startswith("generator")]
d_train = tf.train.AdamOptimizer(0.01, beta1=0.5).minimize(d_loss, var_list=d_vars)
g_train = tf.train.AdamOptimizer(0.01, beta1=0.5).minimize(g_loss, var_list=g_vars)
jitter = tf.random_uniform([BATCH, STEPS, 1], -0.1, 0.1)
penalty = tf.reduce_mean(tf.square(tf.gradients(discriminator(real + jitter, True), real)[0]))
third = tf.truncated_normal([2])

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("drawn", sess.run(third))
    series = np.sin(np.arange(STEPS) + np.random.uniform(0, 6, [BATCH, 1]))[:, :, None]
    for i in range(20):
        d, _ = sess.run([d_loss, d_train], {real: series})
        g, _ = sess.run([g_loss, g_train])
        p = sess.run(penalty, {real: series})
        print("step %d d %.5f g %.5f penalty %.6f" % (i, d, g, p))
