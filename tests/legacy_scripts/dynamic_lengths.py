# Classify sequences of unequal length: dynamic_rnn with sequence_length, the last valid output.
from __future__ import print_function
import random
import numpy as np
import tensorflow as tf


class ToySequenceData(object):
    def __init__(self, n_samples=64, max_seq_len=10, min_seq_len=3):
        self.data, self.labels, self.seqlen = [], [], []
        for _ in range(n_samples):
            length = random.randint(min_seq_len, max_seq_len)
            self.seqlen.append(length)
            if random.random() < .5:
                start = random.randint(0, 100 - length)
                s = [[float(i) / 100] for i in range(start, start + length)]
                self.labels.append([1., 0.])
            else:
                s = [[float(random.randint(0, 100)) / 100] for i in range(length)]
                self.labels.append([0., 1.])
            s += [[0.] for i in range(max_seq_len - length)]
            self.data.append(s)
        self.batch_id = 0

    def next(self, n):
        i = self.batch_id
        self.batch_id = (i + n) % len(self.data)
        return self.data[i:i + n], self.labels[i:i + n], self.seqlen[i:i + n]


random.seed(3)
tf.set_random_seed(1)
seq_max_len, n_hidden, n_classes = 10, 8, 2
trainset = ToySequenceData()
x = tf.placeholder("float", [None, seq_max_len, 1])
y = tf.placeholder("float", [None, n_classes])
seqlen = tf.placeholder(tf.int32, [None])
weights = {'out': tf.Variable(tf.random_normal([n_hidden, n_classes]), name='w')}
biases = {'out': tf.Variable(tf.random_normal([n_classes]), name='b')}


def dynamicRNN(x, seqlen, weights, biases):
    x = tf.unstack(x, seq_max_len, 1)
    lstm_cell = tf.contrib.rnn.BasicLSTMCell(n_hidden)
    outputs, states = tf.contrib.rnn.static_rnn(lstm_cell, x, dtype=tf.float32,
                                                sequence_length=seqlen)
    outputs = tf.transpose(tf.stack(outputs), [1, 0, 2])
    batch_size = tf.shape(outputs)[0]
    index = tf.range(0, batch_size) * seq_max_len + (seqlen - 1)
    outputs = tf.gather(tf.reshape(outputs, [-1, n_hidden]), index)
    return tf.matmul(outputs, weights['out']) + biases['out']


pred = dynamicRNN(x, seqlen, weights, biases)
cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(logits=pred, labels=y))
optimizer = tf.train.GradientDescentOptimizer(learning_rate=0.1).minimize(cost)
correct = tf.equal(tf.argmax(pred, 1), tf.argmax(y, 1))
accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))
with tf.variable_scope("dynamic"):
    cell = tf.nn.rnn_cell.GRUCell(n_hidden)
    outputs, last = tf.nn.dynamic_rnn(cell, x, sequence_length=seqlen, dtype=tf.float32)

with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as sess:
    sess.run(tf.global_variables_initializer())
    for k, v in enumerate(tf.trainable_variables()):
        print(v.op.name, v.shape[0].value, v.dtype)
        v.load(0.3 * np.random.RandomState(k).randn(*v.shape.as_list()), sess)
    for step in range(1, 7):
        bx, by, bl = trainset.next(16)
        sess.run(optimizer, feed_dict={x: bx, y: by, seqlen: bl})
        acc, loss = sess.run([accuracy, cost], feed_dict={x: bx, y: by, seqlen: bl})
        print("Step " + str(step) + ", Loss= " + "{:.6f}".format(loss) +
              ", Accuracy= " + "{:.5f}".format(acc))
    out, h = sess.run([outputs, last], feed_dict={x: bx, seqlen: bl})
    print(out.shape, np.abs(out[np.arange(16), np.array(bl) - 1] - h).max(), h[0])
