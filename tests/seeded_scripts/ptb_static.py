"""A small PTB model: static unrolling, train and valid graphs sharing variables."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(1234)


class Model(object):
    def __init__(self, training):
        self.x = tf.placeholder(tf.int32, [3, 6])
        self.y = tf.placeholder(tf.int32, [3, 6])
        size, vocab = 12, 20

        def cell():
            made = tf.contrib.rnn.BasicLSTMCell(
                size, forget_bias=0.0, reuse=tf.get_variable_scope().reuse
            )
            return tf.contrib.rnn.DropoutWrapper(made, output_keep_prob=0.7) if training else made

        stack = tf.contrib.rnn.MultiRNNCell([cell() for _ in range(2)])
        self.initial_state = stack.zero_state(3, tf.float32)
        with tf.device("/cpu:0"):
            embedding = tf.get_variable("embedding", [vocab, size])
            inputs = tf.nn.embedding_lookup(embedding, self.x)
        if training:
            inputs = tf.nn.dropout(inputs, 0.7)
        outputs, state = [], self.initial_state
        with tf.variable_scope("RNN"):
            for step in range(6):
                if step > 0:
                    tf.get_variable_scope().reuse_variables()
                output, state = stack(inputs[:, step, :], state)
                outputs.append(output)
        output = tf.reshape(tf.concat(outputs, 1), [-1, size])
        softmax_w = tf.get_variable("softmax_w", [size, vocab])
        softmax_b = tf.get_variable("softmax_b", [vocab])
        logits = tf.reshape(tf.matmul(output, softmax_w) + softmax_b, [3, 6, vocab])
        self.cost = tf.reduce_sum(
            tf.contrib.seq2seq.sequence_loss(
                logits,
                self.y,
                tf.ones([3, 6]),
                average_across_timesteps=False,
                average_across_batch=True,
            )
        )
        if training:
            tvars = tf.trainable_variables()
            grads, _ = tf.clip_by_global_norm(tf.gradients(self.cost, tvars), 5)
            optimizer = tf.train.GradientDescentOptimizer(1.0)
            self.train = optimizer.apply_gradients(
                zip(grads, tvars), global_step=tf.train.get_or_create_global_step()
            )


initializer = tf.random_uniform_initializer(-0.1, 0.1)
with tf.variable_scope("Model", reuse=None, initializer=initializer):
    m = Model(True)
with tf.variable_scope("Model", reuse=True, initializer=initializer):
    valid = Model(False)
words = np.random.randint(0, 20, 400)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(20):
        rows = np.stack([words[100 * b + step : 100 * b + step + 7] for b in range(3)])
        feed = {m.x: rows[:, :-1], m.y: rows[:, 1:]}
        cost, _ = sess.run([m.cost, m.train], feed)
        check = sess.run(valid.cost, {valid.x: rows[:, :-1], valid.y: rows[:, 1:]})
        print("%d perplexity: %.4f valid: %.4f" % (step, np.exp(cost / 6), np.exp(check / 6)))
