"""Two bidirectional layers by contrib, attention pooled, with L2 on the weights."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(211)

x = tf.placeholder(tf.float32, [None, 7, 4])
n = tf.placeholder(tf.int32, [None])
y = tf.placeholder(tf.int32, [None])
keep = tf.placeholder(tf.float32, [])


def layers():
    return [
        tf.contrib.rnn.DropoutWrapper(tf.contrib.rnn.LSTMCell(size), input_keep_prob=keep)
        for size in (5, 4)
    ]


outputs, _, _ = tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
    layers(), layers(), x, sequence_length=n, dtype=tf.float32
)
v = tf.get_variable("v", [8, 6], initializer=tf.random_normal_initializer(stddev=0.1))
u = tf.get_variable("u", [6], initializer=tf.random_normal_initializer(stddev=0.1))
alphas = tf.nn.softmax(tf.tensordot(tf.tanh(tf.tensordot(outputs, v, axes=1)), u, axes=1))
pooled = tf.reduce_sum(outputs * tf.expand_dims(alphas, -1), 1)
logits = tf.layers.dense(tf.nn.dropout(pooled, keep), 3)
loss = tf.reduce_mean(
    tf.nn.softmax_cross_entropy_with_logits(labels=tf.one_hot(y, 3), logits=logits)
) + 0.01 * tf.add_n([tf.nn.l2_loss(w) for w in tf.trainable_variables() if "bias" not in w.name])
optimizer = tf.train.AdamOptimizer(0.01)
gradients, variables = zip(*optimizer.compute_gradients(loss))
gradients, norm = tf.clip_by_global_norm(gradients, 1.0)
train = optimizer.apply_gradients(zip(gradients, variables))
check = tf.random_uniform([2])
feed = {x: np.random.randn(8, 7, 4), n: np.random.randint(1, 8, 8), keep: 1.0}
feed[y] = np.random.randint(0, 3, 8)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("check", sess.run(check))
    for i in range(20):
        value, size, _ = sess.run([loss, norm, train], feed)
        print("step %d loss %.5f norm %.5f" % (i, value, size))
