"""A tagger: words, a bidirectional LSTM, a conditional random field."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(1234)

words = tf.placeholder(tf.int32, [None, None])
tags = tf.placeholder(tf.int32, [None, None])
lengths = tf.placeholder(tf.int32, [None])
dropout = tf.placeholder(tf.float32, [])
with tf.variable_scope("words"):
    table = tf.Variable(np.random.uniform(-0.25, 0.25, (30, 8)), dtype=tf.float32, name="table")
    embedded = tf.nn.dropout(tf.nn.embedding_lookup(table, words), dropout)
with tf.variable_scope("bi-lstm"):
    (fw, bw), _ = tf.nn.bidirectional_dynamic_rnn(
        tf.contrib.rnn.LSTMCell(7),
        tf.contrib.rnn.LSTMCell(7),
        embedded,
        sequence_length=lengths,
        dtype=tf.float32,
    )
    output = tf.nn.dropout(tf.concat([fw, bw], -1), dropout)
with tf.variable_scope("proj"):
    W = tf.get_variable("W", [14, 5], initializer=tf.contrib.layers.xavier_initializer())
    b = tf.get_variable("b", [5], initializer=tf.zeros_initializer())
    steps = tf.shape(output)[1]
    scores = tf.reshape(tf.matmul(tf.reshape(output, [-1, 14]), W) + b, [-1, steps, 5])
likelihood, transitions = tf.contrib.crf.crf_log_likelihood(scores, tags, lengths)
loss = tf.reduce_mean(-likelihood)
train = tf.train.AdamOptimizer(0.02).minimize(loss)
ids, gold = np.random.randint(0, 30, (6, 9)), np.random.randint(0, 5, (6, 9))
sizes = [9, 7, 5, 3, 9, 2]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("transitions", sess.run(transitions)[0])
    for epoch in range(19):
        feed = {words: ids, tags: gold, lengths: sizes, dropout: 0.8}
        print("epoch %d loss %.5f" % (epoch, sess.run([loss, train], feed)[0]))
