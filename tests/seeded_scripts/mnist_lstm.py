"""Rows of images through a static LSTM, in the manner of many MNIST tutorials."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(1234)

n_input, n_steps, n_hidden, n_classes = 8, 8, 16, 4
x = tf.placeholder("float", [None, n_steps, n_input])
y = tf.placeholder("float", [None, n_classes])
weights = {"out": tf.Variable(tf.random_normal([n_hidden, n_classes]))}
biases = {"out": tf.Variable(tf.random_normal([n_classes]))}


def RNN(x, weights, biases):
    x = tf.unstack(x, n_steps, 1)
    lstm_cell = tf.nn.rnn_cell.BasicLSTMCell(n_hidden, forget_bias=1.0)
    outputs, states = tf.nn.static_rnn(lstm_cell, x, dtype=tf.float32)
    return tf.matmul(outputs[-1], weights["out"]) + biases["out"]


logits = RNN(x, weights, biases)
cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=logits, labels=y))
train = tf.train.AdamOptimizer(learning_rate=0.001).minimize(cost)
correct = tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1))
accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))
images = np.random.rand(64, n_steps, n_input)
labels = np.eye(n_classes)[np.random.randint(0, n_classes, 64)]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(1, 21):
        rows = slice(16 * (step % 4), 16 * (step % 4) + 16)
        feed = {x: images[rows], y: labels[rows]}
        sess.run(train, feed)
        loss, acc = sess.run([cost, accuracy], feed)
        print(
            "Iter "
            + str(step)
            + ", Minibatch Loss= "
            + "{:.6f}".format(loss)
            + ", Training Accuracy= "
            + "{:.5f}".format(acc)
        )
