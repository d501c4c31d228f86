"""Words, an embedding, a GRU, dropout and a dense head of tf.layers."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(1234)

ids = tf.placeholder(tf.int32, [None, 10])
labels = tf.placeholder(tf.int32, [None])
training = tf.placeholder(tf.bool, [])
embeddings = tf.get_variable(
    "embeddings", [25, 6], initializer=tf.random_normal_initializer(stddev=0.1)
)
embedded = tf.nn.embedding_lookup(embeddings, ids)
embedded = tf.layers.dropout(embedded, 0.2, training=training)
_, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(9), embedded, dtype=tf.float32)
hidden = tf.layers.dense(state, 8, activation=tf.nn.relu, name="hidden")
hidden = tf.layers.dropout(hidden, rate=0.5, training=training)
logits = tf.layers.dense(hidden, 2, name="logits")
loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
train = tf.train.AdamOptimizer(0.01).minimize(loss)
x, y = np.random.randint(0, 25, (20, 10)), np.random.randint(0, 2, 20)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(20):
        value, _ = sess.run([loss, train], {ids: x, labels: y, training: True})
        print("Epoch: %02d | Loss: %.6f" % (epoch + 1, value))
