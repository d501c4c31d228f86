"""A language model trained by sampled softmax."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(206)

x = tf.placeholder(tf.int32, [4, 6])
y = tf.placeholder(tf.int32, [4, 6])
table = tf.get_variable("embedding", [30, 8])
outputs, _ = tf.nn.dynamic_rnn(
    tf.nn.rnn_cell.BasicLSTMCell(8), tf.nn.embedding_lookup(table, x), dtype=tf.float32
)
w = tf.get_variable("proj_w", [30, 8])
b = tf.get_variable("proj_b", [30])
loss = tf.reduce_mean(
    tf.nn.sampled_softmax_loss(
        weights=w,
        biases=b,
        labels=tf.reshape(y, [-1, 1]),
        inputs=tf.reshape(outputs, [-1, 8]),
        num_sampled=7,
        num_classes=30,
    )
)
full = tf.reduce_mean(
    tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.reshape(y, [-1]),
        logits=tf.matmul(tf.reshape(outputs, [-1, 8]), w, transpose_b=True) + b,
    )
)
train = tf.train.AdagradOptimizer(0.3).minimize(loss)
text = np.random.randint(0, 30, [4, 7])
feed = {x: text[:, :-1], y: text[:, 1:]}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(20):
        whole = sess.run(full, feed)
        value, _ = sess.run([loss, train], feed)
        print("step %d sampled %.4f full %.5f" % (i, value, whole))
