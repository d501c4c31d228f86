"""The embedding seq2seq of the first tutorials, with attention."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(13)

encoder = [tf.placeholder(tf.int32, [5], name="e%d" % i) for i in range(4)]
decoder = [tf.placeholder(tf.int32, [5], name="d%d" % i) for i in range(4)]
weights = [tf.ones([5]) for _ in range(3)]
cell = tf.contrib.rnn.GRUCell(7)
outputs, state = tf.contrib.legacy_seq2seq.embedding_attention_seq2seq(
    encoder, decoder[:3], cell, 9, 9, 7
)
loss = tf.contrib.legacy_seq2seq.sequence_loss(outputs, decoder[1:], weights)
train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
feed = {each: np.random.randint(0, 9, 5) for each in encoder + decoder}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        print("perplexity %.5f" % np.exp(sess.run([loss, train], feed)[0]))
