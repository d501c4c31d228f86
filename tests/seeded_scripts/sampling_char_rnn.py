"""A trained character model that draws its next characters."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(21)

VOCAB, UNITS = 12, 10
x = tf.placeholder(tf.int32, [None, None])
y = tf.placeholder(tf.int32, [None, None])
one_hot = tf.one_hot(x, VOCAB)
cell = tf.nn.rnn_cell.GRUCell(UNITS)
first = tf.placeholder_with_default(cell.zero_state(tf.shape(x)[0], tf.float32), [None, UNITS])
outputs, last = tf.nn.dynamic_rnn(cell, one_hot, initial_state=first)
logits = tf.contrib.layers.fully_connected(outputs, VOCAB, activation_fn=None)
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
sample = tf.multinomial(tf.exp(logits[:, -1] / 0.7), 1)[:, 0]
train = tf.train.AdamOptimizer(0.02).minimize(loss)
text = np.random.randint(0, VOCAB, 200)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(15):
        rows = np.stack([text[i : i + 9], text[i + 60 : i + 69]])
        print(i, sess.run([loss, train], {x: rows[:, :-1], y: rows[:, 1:]})[0])
    symbol = np.array([[3]])
    for i in range(5):
        symbol = sess.run(sample, {x: symbol.reshape(1, 1)})
        print("sampled", symbol[0])
