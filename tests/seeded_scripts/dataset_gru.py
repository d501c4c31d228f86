"""A shuffled tf.data pipeline before a GRU with lengths."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(11)

features = np.random.randn(40, 7, 4).astype(np.float32)
lengths = np.random.randint(1, 8, 40).astype(np.int32)
labels = np.random.randint(0, 3, 40)
dataset = tf.data.Dataset.from_tensor_slices((features, lengths, labels))
dataset = dataset.shuffle(40).repeat().batch(8)
iterator = dataset.make_initializable_iterator()
x, n, y = iterator.get_next()
_, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(6), x, n, dtype=tf.float32)
logits = tf.contrib.layers.linear(state, 3)
loss = tf.losses.sparse_softmax_cross_entropy(y, logits)
train = tf.train.AdamOptimizer(0.02).minimize(loss)
with tf.Session() as sess:
    sess.run([tf.global_variables_initializer(), iterator.initializer])
    for i in range(20):
        value, which, _ = sess.run([loss, y, train])
        print("batch %d %s loss %.5f" % (i, which, value))
