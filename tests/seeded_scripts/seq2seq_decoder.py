"""Translate digits: encoder, attention, a trained and a greedy decoder that share weights."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(204)
seq2seq = tf.contrib.seq2seq

source = tf.placeholder(tf.int32, [None, None])
source_lengths = tf.placeholder(tf.int32, [None])
target = tf.placeholder(tf.int32, [None, 6])
batch = tf.shape(source)[0]
embedding = tf.Variable(tf.random_uniform([12, 8], -1.0, 1.0))
with tf.variable_scope("encoder"):
    cells = [tf.nn.rnn_cell.LSTMCell(8) for _ in range(2)]
    memory, state = tf.nn.bidirectional_dynamic_rnn(
        cells[0],
        cells[1],
        tf.nn.embedding_lookup(embedding, source),
        source_lengths,
        dtype=tf.float32,
    )
    memory = tf.concat(memory, 2)
    state = tf.nn.rnn_cell.LSTMStateTuple(
        tf.layers.dense(tf.concat([state[0].c, state[1].c], 1), 10),
        tf.layers.dense(tf.concat([state[0].h, state[1].h], 1), 10),
    )
attention = seq2seq.BahdanauAttention(10, memory, source_lengths)
cell = seq2seq.AttentionWrapper(tf.nn.rnn_cell.LSTMCell(10), attention, attention_layer_size=7)
initial = cell.zero_state(batch, tf.float32).clone(cell_state=state)
head = tf.layers.Dense(12, use_bias=False)
starts = tf.fill([batch], 1)
shifted = tf.concat([tf.expand_dims(starts, 1), target[:, :-1]], 1)
with tf.variable_scope("decode"):
    helper = seq2seq.TrainingHelper(tf.nn.embedding_lookup(embedding, shifted), tf.fill([batch], 6))
    decoder = seq2seq.BasicDecoder(cell, helper, initial, head)
    outputs, _, _ = seq2seq.dynamic_decode(decoder)
loss = seq2seq.sequence_loss(outputs.rnn_output, target, tf.ones_like(target, tf.float32))
with tf.variable_scope("decode", reuse=True):
    greedy = seq2seq.GreedyEmbeddingHelper(embedding, starts, 2)
    decoder = seq2seq.BasicDecoder(cell, greedy, initial, head)
    translated, _, _ = seq2seq.dynamic_decode(decoder, maximum_iterations=8)
optimizer = tf.train.AdamOptimizer(0.01)
pairs = [(tf.clip_by_value(g, -1.0, 1.0), v) for g, v in optimizer.compute_gradients(loss)]
train = optimizer.apply_gradients(pairs)
sample = tf.multinomial(tf.zeros([1, 12]), 5)
ids = np.random.randint(2, 12, [5, 6])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("sample", sess.run(sample)[0])
    feed = {source: ids, source_lengths: [6, 5, 6, 2, 4], target: ids[:, ::-1]}
    for i in range(20):
        print("step %d loss %.5f" % (i, sess.run([loss, train], feed)[0]))
    print(sess.run(translated.sample_id, feed)[0])
