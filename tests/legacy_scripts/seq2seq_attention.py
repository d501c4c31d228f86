# A translator in the style of the NMT tutorials: contrib.seq2seq's decoders, attention, beams.
from __future__ import print_function
import numpy as np
import tensorflow as tf
from tensorflow.contrib import seq2seq
from tensorflow.python.layers.core import Dense

B, T, S, H, V, E, BEAM = 3, 5, 6, 4, 7, 3, 3
rs = np.random.RandomState(0)
source = rs.randn(B, S, E)
target = rs.randint(V, size=(B, T))
lengths = [5, 2, 4]


def build(kind):
    enc_in = tf.placeholder(tf.float32, [None, S, E], name='source')
    enc_len = tf.constant([6, 3, 4])
    embedding = tf.get_variable('embedding', [V, E])
    cell = tf.contrib.rnn.BasicLSTMCell if kind == 'beam' else tf.contrib.rnn.GRUCell
    outputs, state = tf.nn.dynamic_rnn(cell(H), enc_in, sequence_length=enc_len, dtype=tf.float32)
    batch = B
    if kind == 'beam':
        outputs, state, enc_len = [seq2seq.tile_batch(t, BEAM) for t in (outputs, state, enc_len)]
        batch = B * BEAM
    cell = cell(H)
    if kind != 'plain':
        if kind.startswith('luong'):
            mechanism = seq2seq.LuongAttention(H, outputs, memory_sequence_length=enc_len,
                                               scale='scaled' in kind)
        else:
            mechanism = seq2seq.BahdanauAttention(5, outputs, memory_sequence_length=enc_len,
                                                  normalize='normed' in kind)
        cell = seq2seq.AttentionWrapper(
            cell, mechanism, attention_layer_size=None if 'context' in kind else 6,
            alignment_history=kind == 'luong')
        state = cell.zero_state(batch, tf.float32).clone(cell_state=state)
    return embedding, cell, state, Dense(V, name='projection')


def load(sess):
    for k, v in enumerate(tf.trainable_variables()):
        print(v.name, v.shape)
        v.load(0.4 * np.random.RandomState(k).randn(*v.shape.as_list()), sess)


for kind in ('plain', 'luong', 'bahdanau', 'luong scaled', 'bahdanau normed', 'luong context'):
    tf.reset_default_graph()
    embedding, cell, state, projection = build(kind)
    ids = tf.constant(target)
    helper = seq2seq.TrainingHelper(tf.nn.embedding_lookup(embedding, ids), tf.constant(lengths))
    with tf.variable_scope('decode'):
        decoder = seq2seq.BasicDecoder(cell, helper, state, output_layer=projection)
        out, last, out_len = seq2seq.dynamic_decode(
            decoder, impute_finished=True, maximum_iterations=tf.reduce_max(lengths))
    with tf.variable_scope('decode', reuse=True):
        helper = seq2seq.GreedyEmbeddingHelper(embedding, tf.fill([B], 1), 2)
        decoder = seq2seq.BasicDecoder(cell, helper, state, output_layer=projection)
        greedy, _, greedy_len = seq2seq.dynamic_decode(decoder, maximum_iterations=8)
    mask = tf.sequence_mask(lengths, T, dtype=tf.float32)
    loss = seq2seq.sequence_loss(out.rnn_output, ids, mask)
    norm = tf.global_norm(tf.gradients(loss, tf.trainable_variables()))
    print(kind, out.rnn_output.shape[0], out.rnn_output.shape[2])
    feed = {'source:0': source}
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        load(sess)
        print(sess.run([loss, norm, out_len], feed))
        value = sess.run(out, feed)
        print(value.rnn_output[:, :, 0], value.sample_id)
        print(sess.run([greedy.sample_id, greedy_len], feed))
        if kind == 'luong':
            print(last._fields, sess.run(last.alignment_history.stack(), feed)[:2],
                  sess.run(last.time, feed))

tf.reset_default_graph()
embedding, cell, state, projection = build('beam')
decoder = seq2seq.BeamSearchDecoder(cell, embedding, tf.fill([B], 1), 2, state, BEAM,
                                    output_layer=projection, length_penalty_weight=0.5)
out, last, out_len = seq2seq.dynamic_decode(decoder, maximum_iterations=6)
print(out._fields, last._fields)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    load(sess)
    value, n, probs = sess.run([out, out_len, last.log_probs], feed)
    print(value.predicted_ids.shape, value.predicted_ids.tolist(), n.tolist(), probs)
    steps = value.beam_search_decoder_output
    print(steps.scores[:, :2], steps.parent_ids[:, :3].tolist())
