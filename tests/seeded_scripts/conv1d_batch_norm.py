"""Convolutions with batch normalisation and pooling before an LSTM, by tf.layers."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(208)

x = tf.placeholder(tf.float32, [None, 12, 3])
y = tf.placeholder(tf.int64, [None])
training = tf.placeholder(tf.bool, [])
net = tf.layers.conv1d(x, 6, 3, padding="same", use_bias=False)
net = tf.nn.relu(tf.layers.batch_normalization(net, training=training))
net = tf.layers.max_pooling1d(net, 2, 2)
net = tf.layers.conv1d(net, 5, 3, padding="same", activation=tf.nn.relu)
net = tf.layers.dropout(net, 0.2, training=training)
_, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(6), net, dtype=tf.float32)
hidden = tf.layers.dense(state.h, 5, activation=tf.nn.elu)
hidden = tf.layers.batch_normalization(hidden, training=training)
logits = tf.layers.dense(hidden, 3)
loss = tf.losses.sparse_softmax_cross_entropy(y, logits)
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    train = tf.train.RMSPropOptimizer(0.005).minimize(loss)
accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), y), tf.float32))
extra = tf.layers.dense(state.h, 2, name="extra")
feed = {x: np.random.randn(9, 12, 3), y: np.random.randint(0, 3, 9)}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("extra", sess.run(extra, {**feed, training: False})[0])
    for i in range(16):
        value, _ = sess.run([loss, train], {**feed, training: True})
        print("step %d loss %.5f" % (i, value))
    print("accuracy %.4f" % sess.run(accuracy, {**feed, training: False}))
