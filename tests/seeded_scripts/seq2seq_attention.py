"""Attention between an encoder and a decoder, with teacher forcing."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(77)

source = tf.placeholder(tf.int32, [None, 6])
target = tf.placeholder(tf.int32, [None, 5])
source_length = tf.placeholder(tf.int32, [None])
target_length = tf.placeholder(tf.int32, [None])
batch = tf.shape(source)[0]
embedding = tf.get_variable("embedding", [15, 8])
encoder, state = tf.nn.dynamic_rnn(
    tf.nn.rnn_cell.GRUCell(8),
    tf.nn.embedding_lookup(embedding, source),
    source_length,
    dtype=tf.float32,
)
mechanism = tf.contrib.seq2seq.BahdanauAttention(8, encoder, source_length)
cell = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(8), mechanism, 8)
helper = tf.contrib.seq2seq.TrainingHelper(tf.nn.embedding_lookup(embedding, target), target_length)
decoder = tf.contrib.seq2seq.BasicDecoder(
    cell,
    helper,
    cell.zero_state(batch, tf.float32).clone(cell_state=state),
    output_layer=tf.layers.Dense(15, use_bias=False),
)
outputs, _, _ = tf.contrib.seq2seq.dynamic_decode(decoder)
mask = tf.sequence_mask(target_length, 5, dtype=tf.float32)
loss = tf.contrib.seq2seq.sequence_loss(outputs.rnn_output, target, mask)
optimizer = tf.train.AdamOptimizer(0.01)
gradients, variables = zip(*optimizer.compute_gradients(loss))
gradients, norm = tf.clip_by_global_norm(gradients, 1.0)
train = optimizer.apply_gradients(zip(gradients, variables))
a, b = np.random.randint(0, 15, (4, 6)), np.random.randint(0, 15, (4, 5))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        feed = {source: a, target: b, source_length: [6, 5, 4, 6], target_length: [5, 4, 5, 5]}
        value, size, _ = sess.run([loss, norm, train], feed)
        print("step %2d loss %.6f norm %.6f" % (i, value, size))
