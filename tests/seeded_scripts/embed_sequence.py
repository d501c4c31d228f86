"""Text classes by contrib.layers: embed_sequence, fully_connected and optimize_loss."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(205)

ids = tf.placeholder(tf.int64, [None, 9])
labels = tf.placeholder(tf.int64, [None])
embedded = tf.contrib.layers.embed_sequence(ids, vocab_size=18, embed_dim=7, scope="words")
steps = tf.unstack(embedded, axis=1)
_, state = tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(7), steps, dtype=tf.float32)
hidden = tf.contrib.layers.fully_connected(state, 8, activation_fn=tf.nn.tanh)
hidden = tf.contrib.layers.dropout(hidden, keep_prob=0.9, is_training=True)
logits = tf.contrib.layers.fully_connected(hidden, 3, activation_fn=None)
loss = tf.losses.softmax_cross_entropy(tf.one_hot(labels, 3, 1, 0), logits)
train = tf.contrib.layers.optimize_loss(
    loss, tf.train.get_or_create_global_step(), optimizer="Adam", learning_rate=0.02
)
later = tf.contrib.layers.fully_connected(state, 2, scope="later")
feed = {ids: np.random.randint(0, 18, [10, 9]), labels: np.random.randint(0, 3, 10)}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("later", sess.run(later, feed)[0])
    for i in range(20):
        print("step %d loss %.5f" % (i, sess.run([loss, train], feed)[0]))
