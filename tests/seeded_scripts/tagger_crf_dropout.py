"""Tags by a bidirectional LSTM and a CRF, with dropout, decayed rate and decoding."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(203)

words = tf.placeholder(tf.int32, [None, None])
lengths = tf.placeholder(tf.int32, [None])
tags = tf.placeholder(tf.int32, [None, None])
keep = tf.placeholder_with_default(1.0, [])
table = tf.get_variable("table", [15, 9])
embedded = tf.nn.dropout(tf.nn.embedding_lookup(table, words), keep)
(fw, bw), _ = tf.nn.bidirectional_dynamic_rnn(
    tf.contrib.rnn.LSTMCell(7),
    tf.contrib.rnn.LSTMCell(7),
    embedded,
    sequence_length=lengths,
    dtype=tf.float32,
)
output = tf.nn.dropout(tf.concat([fw, bw], axis=-1), keep)
w = tf.get_variable("w", [14, 4])
b = tf.get_variable("b", [4], initializer=tf.zeros_initializer())
scores = tf.reshape(tf.matmul(tf.reshape(output, [-1, 14]), w) + b, [-1, tf.shape(output)[1], 4])
likelihood, transitions = tf.contrib.crf.crf_log_likelihood(scores, tags, lengths)
loss = tf.reduce_mean(-likelihood)
step = tf.Variable(0, trainable=False)
rate = tf.train.exponential_decay(0.02, step, 5, 0.8, staircase=True)
train = tf.train.AdamOptimizer(rate).minimize(loss, global_step=step)
after = tf.random_normal([3])
ids = np.random.randint(0, 15, [6, 8])
feed = {words: ids, lengths: [8, 7, 3, 5, 8, 2], tags: ids % 4, keep: 0.7}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("after", sess.run(after))
    for i in range(20):
        value, _ = sess.run([loss, train], feed)
        print("step %d loss %.5f" % (i, value))
    values, matrix = sess.run([scores, transitions], feed)
    path, score = tf.contrib.crf.viterbi_decode(values[0][:8], matrix)
    print(path, "%.4f" % score)
