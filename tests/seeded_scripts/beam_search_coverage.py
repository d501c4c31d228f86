"""Attention, trained with a helper and decoded by beam search with both penalties."""
import numpy as np
import tensorflow as tf

tf.set_random_seed(3)
V, U, B, K = 9, 8, 3, 4
src = tf.constant(np.random.RandomState(0).randint(2, V, (B, 6))); lens = tf.constant([6, 4, 5])
emb = tf.get_variable('emb', [V, 5])
cell = tf.nn.rnn_cell.LSTMCell(U)
mem, state = tf.nn.dynamic_rnn(cell, tf.nn.embedding_lookup(emb, src), lens, dtype=tf.float32)
proj = tf.layers.Dense(V, use_bias=False, name='out')
def make(mem, lens, state, batch, coverage):
    att = tf.contrib.seq2seq.BahdanauAttention(U, mem, memory_sequence_length=lens, normalize=coverage)
    c = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.LSTMCell(U), att, attention_layer_size=U, alignment_history=False)
    return c, c.zero_state(batch, tf.float32).clone(cell_state=state)
with tf.variable_scope('dec'):
    c, s = make(mem, lens, state, B, True)
    tgt = tf.constant(np.random.RandomState(1).randint(2, V, (B, 5)))
    helper = tf.contrib.seq2seq.TrainingHelper(tf.nn.embedding_lookup(emb, tgt), [5, 3, 4])
    o, _, ln = tf.contrib.seq2seq.dynamic_decode(tf.contrib.seq2seq.BasicDecoder(c, helper, s, proj))
    loss = tf.contrib.seq2seq.sequence_loss(o.rnn_output, tgt, tf.sequence_mask([5, 3, 4], 5, tf.float32))
train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
with tf.variable_scope('dec', reuse=True):
    tm = tf.contrib.seq2seq.tile_batch(mem, K); tl = tf.contrib.seq2seq.tile_batch(lens, K); ts = tf.contrib.seq2seq.tile_batch(state, K)
    c, s = make(tm, tl, ts, B * K, True)
    d = tf.contrib.seq2seq.BeamSearchDecoder(c, emb, tf.fill([B], 0), 1, s, K, output_layer=proj, length_penalty_weight=0.6, coverage_penalty_weight=0.2)
    fo, fs, fl = tf.contrib.seq2seq.dynamic_decode(d, maximum_iterations=7)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(6): print('%.5f' % sess.run([loss, train])[0])
    a, sc, l, lp = sess.run([fo.predicted_ids, fo.beam_search_decoder_output.scores, fl, fs.log_probs])
    print(a.transpose(0, 2, 1).tolist()); print(np.round(sc[:, 0], 3).tolist()); print(l.tolist(), np.round(lp, 3).tolist())
    print([v.name for v in tf.trainable_variables()])
