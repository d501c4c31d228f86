"""Digit rows by a Keras-less net under MonitoredTrainingSession, with hooks and slim's arg_scope."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(214)

x = tf.placeholder(tf.float32, [None, 8, 8])
y = tf.placeholder(tf.float32, [None, 3])
inputs = tf.unstack(tf.transpose(x, [1, 0, 2]))
cell = tf.contrib.rnn.MultiRNNCell([tf.contrib.rnn.BasicLSTMCell(7) for _ in range(2)])
outputs, _ = tf.contrib.rnn.static_rnn(cell, inputs, dtype=tf.float32)
w = tf.Variable(tf.random_normal([7, 3]))
b = tf.Variable(tf.random_normal([3]))
prediction = tf.matmul(outputs[-1], w) + b
with tf.contrib.framework.arg_scope(
    [tf.contrib.layers.fully_connected],
    weights_initializer=tf.contrib.layers.variance_scaling_initializer(),
    weights_regularizer=tf.contrib.layers.l2_regularizer(0.01),
):
    gate = tf.contrib.layers.fully_connected(outputs[0], 3, activation_fn=tf.sigmoid)
cost = tf.reduce_mean(
    tf.nn.softmax_cross_entropy_with_logits_v2(logits=prediction * gate, labels=y)
) + tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
step = tf.train.get_or_create_global_step()
train = tf.train.AdamOptimizer(0.01).minimize(cost, global_step=step)
ema = tf.train.ExponentialMovingAverage(0.9)
with tf.control_dependencies([train]):
    train = ema.apply([w])
average = tf.reduce_sum(ema.average(w))
head = tf.Variable(tf.truncated_normal([4], stddev=0.3))
hooks = [tf.train.StopAtStepHook(last_step=36)]
feed = {x: np.random.randn(10, 8, 8), y: np.eye(3)[np.random.randint(0, 3, 10)]}
with tf.train.MonitoredTrainingSession(hooks=hooks) as sess:
    print("head", sess.run(head, feed))
    while not sess.should_stop():
        mean = sess.run(average, feed)
        value, _ = sess.run([cost, train], feed)
        print("cost %.6f average %.5f" % (value, mean))
