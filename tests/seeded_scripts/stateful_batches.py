"""A state that goes on from batch to batch, and gradients that are cut."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(108)

x = tf.placeholder(tf.float32, [4, 5, 2])
y = tf.placeholder(tf.float32, [4, 5, 2])
init = tf.placeholder(tf.float32, [2, 2, 4, 6])
layers = tf.unstack(init, axis=0)
state = tuple(tf.nn.rnn_cell.LSTMStateTuple(layer[0], layer[1]) for layer in layers)
cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(6) for _ in range(2)])
outputs, last = tf.nn.dynamic_rnn(cell, x, initial_state=state)
W2 = tf.Variable(np.random.rand(6, 2), dtype=tf.float32)
noise = tf.Variable(tf.random_normal([2], stddev=0.01))
predicted = tf.reshape(tf.matmul(tf.reshape(outputs, [-1, 6]), W2), [4, 5, 2]) + noise
loss = tf.reduce_mean(tf.square(predicted - y))
optimizer = tf.train.AdagradOptimizer(0.3)
pairs = [(tf.clip_by_value(g, -1.0, 1.0), v) for g, v in optimizer.compute_gradients(loss)]
train = optimizer.apply_gradients(pairs)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    current = np.zeros((2, 2, 4, 6))
    for i in range(20):
        feed = {x: np.random.rand(4, 5, 2), y: np.random.rand(4, 5, 2), init: current}
        value, current, _ = sess.run([loss, last, train], feed)
        print("Step", i, "Loss", value)
