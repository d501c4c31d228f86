"""Luong attention over a two-layer encoder, and greedy decoding at the end."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(3)

source = tf.placeholder(tf.int32, [4, 6])
target = tf.placeholder(tf.int32, [4, 5])
embedding = tf.Variable(tf.random_uniform([12, 6], -1.0, 1.0), name="embedding")


def lstm():
    return tf.contrib.rnn.MultiRNNCell([tf.contrib.rnn.BasicLSTMCell(7) for _ in range(2)])


with tf.variable_scope("encoder"):
    outputs, state = tf.nn.dynamic_rnn(
        lstm(), tf.nn.embedding_lookup(embedding, source), dtype=tf.float32
    )
with tf.variable_scope("decoder"):
    attention = tf.contrib.seq2seq.LuongAttention(7, outputs, scale=True)
    cell = tf.contrib.seq2seq.AttentionWrapper(lstm(), attention, attention_layer_size=7)
    first = cell.zero_state(4, tf.float32).clone(cell_state=state)
    projection = tf.layers.Dense(
        12, kernel_initializer=tf.truncated_normal_initializer(mean=0.0, stddev=0.1)
    )
    with tf.variable_scope("decode"):
        helper = tf.contrib.seq2seq.TrainingHelper(
            tf.nn.embedding_lookup(embedding, target), [5, 5, 4, 3]
        )
        decoder = tf.contrib.seq2seq.BasicDecoder(cell, helper, first, projection)
        decoded, _, _ = tf.contrib.seq2seq.dynamic_decode(
            decoder, impute_finished=True, maximum_iterations=5
        )
    with tf.variable_scope("decode", reuse=True):
        helper = tf.contrib.seq2seq.GreedyEmbeddingHelper(embedding, tf.fill([4], 1), 2)
        decoder = tf.contrib.seq2seq.BasicDecoder(cell, helper, first, projection)
        greedy, _, _ = tf.contrib.seq2seq.dynamic_decode(decoder, maximum_iterations=6)
weights = tf.sequence_mask([5, 5, 4, 3], 5, dtype=tf.float32)
cost = tf.contrib.seq2seq.sequence_loss(tf.identity(decoded.rnn_output), target, weights)
train = tf.train.AdamOptimizer(0.02).minimize(cost)
a, b = np.random.randint(3, 12, (4, 6)), np.random.randint(3, 12, (4, 5))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(19):
        print("Epoch %d - Loss: %.4f" % (i, sess.run([cost, train], {source: a, target: b})[0]))
    print("ids", sess.run(greedy.sample_id, {source: a})[0, :3])
