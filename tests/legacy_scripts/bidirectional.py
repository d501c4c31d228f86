# Bidirectional LSTMs, static and dynamic, with peepholes, and a stacked one.
import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn
from tensorflow.contrib.rnn import LSTMCell

T, D, H, C = 6, 4, 5, 3
X = tf.placeholder(tf.float32, [None, T, D])
Y = tf.placeholder(tf.int32, [None])


def BiRNN(x):
    x = tf.unstack(x, T, 1)
    fw = rnn.BasicLSTMCell(H, forget_bias=1.0)
    bw = rnn.BasicLSTMCell(H, forget_bias=1.0)
    try:
        outputs, _, _ = rnn.static_bidirectional_rnn(fw, bw, x, dtype=tf.float32)
    except Exception:  # Old TensorFlow version only returns outputs not states
        outputs = rnn.static_bidirectional_rnn(fw, bw, x, dtype=tf.float32)
    return outputs[-1]


with tf.variable_scope('static'):
    a = BiRNN(X)
with tf.variable_scope('dynamic'):
    (of, ob), (sf, sb) = tf.nn.bidirectional_dynamic_rnn(
        LSTMCell(H, use_peepholes=True), LSTMCell(H, use_peepholes=True), X,
        sequence_length=tf.fill([tf.shape(X)[0]], T - 1), dtype=tf.float32)
    b = tf.concat([sf.h, sb.c], 1)
with tf.variable_scope('stack'):
    outs, _, _ = rnn.stack_bidirectional_dynamic_rnn(
        [rnn.GRUCell(H), rnn.GRUCell(3)], [rnn.GRUCell(H), rnn.GRUCell(3)], X, dtype=tf.float32)
    c = tf.reduce_mean(outs, axis=1)
logits = tf.layers.dense(tf.concat([a, b, c], axis=1), C)
loss = tf.losses.sparse_softmax_cross_entropy(labels=Y, logits=logits)
tvars = tf.trainable_variables()
grads, norm = tf.clip_by_global_norm(tf.gradients(loss, tvars), 0.5)
train = tf.train.RMSPropOptimizer(0.01).apply_gradients(zip(grads, tvars))

rs = np.random.RandomState(0)
feed = {X: rs.randn(7, T, D), Y: rs.randint(C, size=7)}
with tf.Session() as sess:
    tf.global_variables_initializer().run()
    for k, v in enumerate(tvars):
        print(v.name, v.get_shape().as_list())
        v.load(0.3 * np.random.RandomState(k).randn(*v.shape.as_list()), sess)
    for i in range(4):
        print(i, sess.run([loss, norm, train], feed)[:2])
    print(sess.run(logits, feed)[0])
