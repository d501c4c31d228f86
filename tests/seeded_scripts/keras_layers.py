"""Layers of tf.keras in a graph: a tagger of one epoch, its data shuffled and repeated."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(31)

words = np.random.randint(1, 30, (64, 7))
tags = np.random.randint(0, 4, (64, 7))
data = tf.data.Dataset.from_tensor_slices((words, tags)).shuffle(64).repeat().batch(8)
x, y = data.make_one_shot_iterator().get_next()
training = tf.placeholder_with_default(True, [])
layers = tf.keras.layers
embedded = layers.Embedding(30, 6)(x)
dropped = layers.Dropout(0.3)(embedded, training=training)
windows = layers.Conv1D(8, 3, padding="same", activation="relu")(dropped)
both = layers.Bidirectional(layers.LSTM(5, return_sequences=True))(windows)
halves = tf.split(both, both.shape[2] // 5, axis=2)
mixed = tf.einsum("...ti,ij->...tj", halves[0] * halves[1], tf.get_variable("mix", [5, 5]))
logits = layers.TimeDistributed(layers.Dense(4))(layers.concatenate([both, mixed]))
loss = tf.losses.sparse_softmax_cross_entropy(y, logits)
penalty = tf.contrib.layers.apply_regularization(
    tf.contrib.layers.l2_regularizer(1e-3),
    [v for v in tf.trainable_variables() if "kernel" in v.name],
)
train = tf.train.AdamOptimizer(0.02).minimize(loss + penalty)
other = layers.Dense(3)(layers.Flatten()(halves[0]))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("another layer %.5f" % sess.run(tf.reduce_sum(tf.abs(tf.trainable_variables()[-2]))))
    for i in range(8):
        value, first, _ = sess.run([loss, x[:, 0], train])
        print("batch %d of %s loss %.5f" % (i, first, value))
