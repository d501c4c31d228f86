"""A language model of peepholes, a projection and a sampled softmax."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(110)

ids = tf.placeholder(tf.int32, [3, 6])
targets = tf.placeholder(tf.int64, [3, 6])
table = tf.get_variable("emb", [40, 7], initializer=tf.uniform_unit_scaling_initializer())
cell = tf.contrib.rnn.LSTMCell(9, use_peepholes=True, num_proj=5, cell_clip=3.0)
outputs, _ = tf.nn.dynamic_rnn(cell, tf.nn.embedding_lookup(table, ids), dtype=tf.float32)
softmax_w = tf.get_variable("softmax_w", [40, 5])
softmax_b = tf.get_variable("softmax_b", [40])
losses = tf.nn.sampled_softmax_loss(
    softmax_w, softmax_b, tf.reshape(targets, [-1, 1]), tf.reshape(outputs, [-1, 5]), 8, 40
)
loss = tf.reduce_mean(losses)
train = tf.train.AdagradOptimizer(0.2).minimize(loss)
feed = {ids: np.random.randint(0, 40, (3, 6)), targets: np.random.randint(0, 40, (3, 6))}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("step %d loss %.6f" % (i, sess.run([loss, train], feed)[0]))
