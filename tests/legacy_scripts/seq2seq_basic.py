# Signal to signal with basic_rnn_seq2seq, symbols with embeddings and with attention.
import numpy as np
import tensorflow as tf
seq2seq = tf.contrib.legacy_seq2seq

T, D, H, B = 4, 2, 5, 3
rs = np.random.RandomState(0)


def fixed(sess):
    for k, v in enumerate(tf.trainable_variables()):
        print(v.name, v.get_shape())
        v.load(0.3 * np.random.RandomState(k).randn(*v.shape.as_list()), sess)


enc = [tf.placeholder(tf.float32, [None, D], name='inp_{}'.format(t)) for t in range(T)]
expected = [tf.placeholder(tf.float32, [None, D]) for t in range(T)]
dec = [tf.zeros_like(enc[0], dtype=np.float32, name='GO')] + enc[:-1]
cell = tf.contrib.rnn.MultiRNNCell([tf.contrib.rnn.GRUCell(H) for _ in range(2)])
dec_outputs, dec_memory = seq2seq.basic_rnn_seq2seq(enc, dec, cell)
w = tf.get_variable("w", [H, D])
loss = sum(tf.reduce_mean(tf.nn.l2_loss(tf.matmul(o, w) - e)) for o, e in zip(dec_outputs, expected))
train = tf.train.MomentumOptimizer(0.05, 0.9).minimize(loss)
feed = {t: rs.randn(B, D) for t in enc + expected}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    fixed(sess)
    for _ in range(3):
        print('%.4f' % sess.run([loss, train], feed)[0])

tf.reset_default_graph()
tf.set_random_seed(0)
enc = [tf.placeholder(tf.int32, [None]) for t in range(T)]
dec = [tf.placeholder(tf.int32, [None]) for t in range(T)]
weights = [tf.placeholder(tf.float32, [None]) for t in range(T)]
feed_previous = tf.placeholder(tf.bool)
cell = tf.contrib.rnn.BasicLSTMCell(H)
with tf.variable_scope('plain'):
    outs, state = seq2seq.embedding_rnn_seq2seq(enc, dec, cell, 7, 6, embedding_size=3,
                                                feed_previous=feed_previous)
with tf.variable_scope('attention'):
    outs2, _ = seq2seq.embedding_attention_seq2seq(
        enc, dec, tf.contrib.rnn.GRUCell(H), 7, 6, embedding_size=3, num_heads=2)
with tf.variable_scope('tied'):
    outs3, _ = seq2seq.embedding_tied_rnn_seq2seq(
        enc, dec, tf.contrib.rnn.BasicRNNCell(H), 7, embedding_size=3, feed_previous=True)
    tf.get_variable_scope().reuse_variables()
buckets = [(2, 2), (4, 4)]
with tf.variable_scope('buckets'):
    outs4, losses = seq2seq.model_with_buckets(
        enc, dec, dec, weights, buckets,
        lambda x, y: seq2seq.embedding_rnn_seq2seq(
            x, y, tf.contrib.rnn.GRUCell(H), 7, 6, embedding_size=3))
feed = {t: rs.randint(6, size=B) for t in enc + dec}
feed.update({t: rs.rand(B) for t in weights})
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    fixed(sess)
    for flag in (False, True):
        feed[feed_previous] = flag
        print(len(outs), sess.run(outs[-1], feed)[0], sess.run(state, feed)[0].shape)
    print(sess.run(outs2[-1], feed)[0])
    print(sess.run(outs3[-1], feed)[0])
    print(sess.run(losses, feed), sess.run(tf.gradients(losses[1], tf.trainable_variables()[-1])[0], feed)[:4])
    print(sess.run(seq2seq.sequence_loss(outs, dec, weights), feed))
