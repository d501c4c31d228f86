"""A tf.data pipeline with map, a shuffle of its own seed, batches and an epoch counter."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(210)

features = np.random.randn(24, 6, 3).astype(np.float32)
labels = (features.sum((1, 2)) > 0).astype(np.int32)
dataset = tf.data.Dataset.from_tensor_slices((features, labels))
dataset = dataset.map(lambda a, b: (a * 2.0, b)).shuffle(24, seed=5).batch(6).prefetch(1)
iterator = tf.data.Iterator.from_structure(dataset.output_types, dataset.output_shapes)
x, y = iterator.get_next()
start = iterator.make_initializer(dataset)
cell = tf.nn.rnn_cell.LSTMCell(5)
outputs, _ = tf.nn.dynamic_rnn(cell, tf.nn.dropout(x, 0.9), dtype=tf.float32)
logits = tf.layers.dense(outputs[:, -1], 2)
loss = tf.losses.sparse_softmax_cross_entropy(y, logits)
train = tf.train.AdamOptimizer(0.02).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(4):
        sess.run(start)
        while True:
            try:
                value, which, _ = sess.run([loss, y, train])
                print("epoch %d loss %.5f of %s" % (epoch, value, which))
            except tf.errors.OutOfRangeError:
                break
