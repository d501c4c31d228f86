"""A tagger without a transition model: scores of every step, masked."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(105)

ids = tf.placeholder(tf.int32, [None, 8])
tags = tf.placeholder(tf.int32, [None, 8])
n = tf.placeholder(tf.int32, [None])
table = tf.get_variable("table", [20, 5], initializer=tf.random_uniform_initializer(-1, 1))
outputs, _ = tf.nn.bidirectional_dynamic_rnn(
    tf.contrib.rnn.GRUCell(6),
    tf.contrib.rnn.GRUCell(6),
    tf.nn.embedding_lookup(table, ids),
    n,
    dtype=tf.float32,
)
logits = tf.layers.dense(tf.concat(outputs, 2), 4)
losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tags, logits=logits)
loss = tf.reduce_mean(tf.boolean_mask(losses, tf.sequence_mask(n, 8)))
train = tf.train.AdamOptimizer(0.03).minimize(loss)
feed = {
    ids: np.random.randint(0, 20, (5, 8)),
    tags: np.random.randint(0, 4, (5, 8)),
    n: [8, 3, 5, 7, 1],
}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("step %d loss %.6f" % (i, sess.run([loss, train], feed)[0]))
