"""A bidirectional static network with truncated normal weights."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(42)

x = tf.placeholder(tf.float32, [None, 6, 5])
y = tf.placeholder(tf.int64, [None])
w = tf.Variable(tf.truncated_normal([2 * 9, 3], stddev=0.1))
b = tf.Variable(tf.constant(0.1, shape=[3]))
fw = tf.contrib.rnn.LSTMCell(9, use_peepholes=True)
bw = tf.contrib.rnn.LSTMCell(9, use_peepholes=True)
outputs, _, _ = tf.nn.static_bidirectional_rnn(fw, bw, tf.unstack(x, 6, 1), dtype=tf.float32)
logits = tf.matmul(outputs[-1], w) + b
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
train = tf.train.RMSPropOptimizer(0.01).minimize(loss)
data, target = np.random.randn(32, 6, 5), np.random.randint(0, 3, 32)
sess = tf.InteractiveSession()
tf.global_variables_initializer().run()
print("initial weights", sess.run(w)[0])
for i in range(20):
    print(i, sess.run([loss, train], {x: data, y: target})[0])
