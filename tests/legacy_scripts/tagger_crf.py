# Sequence tagging: bidirectional LSTM, CRF loss, Viterbi decoding outside and inside the graph.
import numpy as np
import tensorflow as tf
from tensorflow.contrib.crf import crf_log_likelihood, viterbi_decode
from tensorflow.contrib.rnn import LSTMCell
from tensorflow.contrib.layers.python.layers import initializers

B, T, D, H, N = 4, 5, 3, 4, 3
rs = np.random.RandomState(1)
word_ids = tf.placeholder(tf.int32, shape=[None, None], name="word_ids")
labels = tf.placeholder(tf.int32, shape=[None, None], name="labels")
sequence_lengths = tf.placeholder(tf.int32, shape=[None], name="sequence_lengths")
dropout_pl = tf.placeholder(dtype=tf.float32, shape=[], name="dropout")

with tf.variable_scope("words"):
    table = tf.Variable(rs.uniform(-0.25, 0.25, (20, D)), dtype=tf.float32, trainable=True,
                        name="_word_embeddings")
    embedded = tf.nn.dropout(tf.nn.embedding_lookup(table, word_ids), dropout_pl)
with tf.variable_scope("bi-lstm"):
    (fw, bw), _ = tf.nn.bidirectional_dynamic_rnn(
        cell_fw=LSTMCell(H), cell_bw=LSTMCell(H), inputs=embedded,
        sequence_length=sequence_lengths, dtype=tf.float32)
    output = tf.nn.dropout(tf.concat([fw, bw], axis=-1), dropout_pl)
with tf.variable_scope("proj"):
    W = tf.get_variable(name="W", shape=[2 * H, N], dtype=tf.float32,
                        initializer=tf.contrib.layers.xavier_initializer())
    b = tf.get_variable(name="b", shape=[N], initializer=tf.zeros_initializer())
    s = tf.shape(output)
    logits = tf.reshape(tf.matmul(tf.reshape(output, [-1, 2 * H]), W) + b, [-1, s[1], N])
extra = tf.get_variable("extra", [2, 2], initializer=initializers.xavier_initializer())
log_likelihood, transition_params = crf_log_likelihood(
    inputs=logits, tag_indices=labels, sequence_lengths=sequence_lengths)
loss = -tf.reduce_mean(log_likelihood)
decoded, best = tf.contrib.crf.crf_decode(logits, transition_params, sequence_lengths)
optim = tf.train.AdamOptimizer(learning_rate=0.05)
grads_and_vars = [[tf.clip_by_value(g, -5.0, 5.0), v]
                  for g, v in optim.compute_gradients(loss) if g is not None]
train_op = optim.apply_gradients(grads_and_vars)

feed = {word_ids: rs.randint(20, size=(B, T)), labels: rs.randint(N, size=(B, T)),
        sequence_lengths: [5, 3, 1, 4], dropout_pl: 1.0}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for k, v in enumerate(tf.trainable_variables()):
        print(v.name, v.shape)
        v.load(0.5 * np.random.RandomState(k).randn(*v.shape.as_list()), sess)
    for _ in range(4):
        print('%.5f' % sess.run([loss, train_op], feed)[0])
    lg, trans, ll, dec, sc = sess.run([logits, transition_params, log_likelihood, decoded, best], feed)
    print(ll)
    for one, length, d, score in zip(lg, [5, 3, 1, 4], dec, sc):
        seq, viterbi_score = viterbi_decode(one[:length], trans)
        print(seq, '%.4f' % viterbi_score, d, '%.4f' % score)
    print(sess.run(tf.contrib.crf.crf_log_norm(logits, sequence_lengths, transition_params), feed),
          sess.run(tf.contrib.crf.crf_unary_score(labels, sequence_lengths, logits), feed),
          sess.run(tf.contrib.crf.crf_binary_score(labels, sequence_lengths, transition_params), feed))
    allowed = tf.one_hot(labels, N) > 0
    print(sess.run(tf.contrib.crf.crf_multitag_sequence_score(
        logits, allowed, sequence_lengths, transition_params), feed))
