"""A character model: two LSTM layers, sampled softmax over characters."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(1234)

text = "the quick brown fox jumps over the lazy dog. " * 20
chars = sorted(set(text))
data = np.array([chars.index(c) for c in text])
BATCH, STEPS, UNITS = 4, 10, 16
x = tf.placeholder(tf.int32, [BATCH, STEPS])
y = tf.placeholder(tf.int32, [BATCH, STEPS])
with tf.variable_scope("rnnlm"):
    softmax_w = tf.get_variable("softmax_w", [UNITS, len(chars)])
    softmax_b = tf.get_variable("softmax_b", [len(chars)])
    embedding = tf.get_variable("embedding", [len(chars), UNITS])
    inputs = tf.nn.embedding_lookup(embedding, x)
cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(UNITS) for _ in range(2)])
initial = cell.zero_state(BATCH, tf.float32)
outputs, last = tf.nn.dynamic_rnn(cell, inputs, initial_state=initial)
logits = tf.matmul(tf.reshape(outputs, [-1, UNITS]), softmax_w) + softmax_b
loss = tf.contrib.legacy_seq2seq.sequence_loss_by_example(
    [logits], [tf.reshape(y, [-1])], [tf.ones([BATCH * STEPS])]
)
cost = tf.reduce_sum(loss) / BATCH / STEPS
tvars = tf.trainable_variables()
grads, _ = tf.clip_by_global_norm(tf.gradients(cost, tvars), 5.0)
train = tf.train.AdamOptimizer(0.01).apply_gradients(zip(grads, tvars))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    state = sess.run(initial)
    for step in range(20):
        start = (step * STEPS) % 100
        rows = np.stack([data[start + 150 * b : start + 150 * b + STEPS + 1] for b in range(BATCH)])
        feed = {x: rows[:, :-1], y: rows[:, 1:]}
        for i, (c, h) in enumerate(initial):
            feed[c], feed[h] = state[i].c, state[i].h
        value, state, _ = sess.run([cost, last, train], feed)
        print("step {}, train_loss = {:.6f}".format(step, value))
