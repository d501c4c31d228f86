# A language model in the style of the PTB tutorial: flags, a config class, MultiRNNCell, dropout.
from __future__ import absolute_import
from __future__ import division
from __future__ import print_function

import collections
import time
import numpy as np
import tensorflow as tf

flags = tf.flags
logging = tf.logging
flags.DEFINE_string("model", "small", "A type of model.")
flags.DEFINE_bool("use_fp16", False, "Train using 16-bit floats instead of 32bit floats")
flags.DEFINE_integer("epochs", 2, "epochs")
FLAGS = flags.FLAGS

WORDS = ("a b c <eos> b c a d <eos> a a b <eos> c d b a <eos> " * 12).split()


class SmallConfig(object):
    init_scale, learning_rate, max_grad_norm = 0.1, 1.0, 5
    num_layers, num_steps, hidden_size = 2, 5, 8
    keep_prob, lr_decay, batch_size = 1.0, 0.5, 3
    vocab_size = 5


def build_vocab(words):
    count_pairs = sorted(collections.Counter(words).items(), key=lambda x: (-x[1], x[0]))
    words, _ = list(zip(*count_pairs))
    return dict(zip(words, range(len(words))))


def producer(raw_data, batch_size, num_steps):
    raw_data = tf.convert_to_tensor(raw_data, name="raw_data", dtype=tf.int32)
    data_len = tf.size(raw_data)
    batch_len = data_len // batch_size
    data = tf.reshape(raw_data[0: batch_size * batch_len], [batch_size, batch_len])
    epoch_size = (batch_len - 1) // num_steps
    with tf.control_dependencies([tf.assert_positive(epoch_size, message="epoch_size == 0")]):
        epoch_size = tf.identity(epoch_size, name="epoch_size")
    i = tf.train.range_input_producer(epoch_size, shuffle=False).dequeue()
    x = tf.strided_slice(data, [0, i * num_steps], [batch_size, (i + 1) * num_steps])
    x.set_shape([batch_size, num_steps])
    y = tf.strided_slice(data, [0, i * num_steps + 1], [batch_size, (i + 1) * num_steps + 1])
    y.set_shape([batch_size, num_steps])
    return x, y


class PTBModel(object):
    def __init__(self, is_training, config, data):
        batch_size, num_steps, size = config.batch_size, config.num_steps, config.hidden_size
        self.epoch_size = ((len(data) // batch_size) - 1) // num_steps
        input_x, input_y = producer(data, batch_size, num_steps)

        def lstm_cell():
            return tf.contrib.rnn.BasicLSTMCell(
                size, forget_bias=0.0, state_is_tuple=True, reuse=tf.get_variable_scope().reuse)
        attn_cell = lstm_cell
        if is_training and config.keep_prob < 1:
            def attn_cell():
                return tf.contrib.rnn.DropoutWrapper(lstm_cell(), output_keep_prob=config.keep_prob)
        cell = tf.contrib.rnn.MultiRNNCell(
            [attn_cell() for _ in range(config.num_layers)], state_is_tuple=True)
        self.initial_state = cell.zero_state(batch_size, tf.float32)
        with tf.device("/cpu:0"):
            embedding = tf.get_variable("embedding", [config.vocab_size, size], dtype=tf.float32)
            inputs = tf.nn.embedding_lookup(embedding, input_x)
        outputs = []
        state = self.initial_state
        with tf.variable_scope("RNN"):
            for time_step in range(num_steps):
                if time_step > 0:
                    tf.get_variable_scope().reuse_variables()
                (cell_output, state) = cell(inputs[:, time_step, :], state)
                outputs.append(cell_output)
        output = tf.reshape(tf.concat(axis=1, values=outputs), [-1, size])
        softmax_w = tf.get_variable("softmax_w", [size, config.vocab_size])
        softmax_b = tf.get_variable("softmax_b", [config.vocab_size])
        logits = tf.reshape(tf.matmul(output, softmax_w) + softmax_b, [batch_size, num_steps, -1])
        loss = tf.contrib.seq2seq.sequence_loss(
            logits, input_y, tf.ones([batch_size, num_steps], dtype=tf.float32),
            average_across_timesteps=False, average_across_batch=True)
        self.cost = tf.reduce_sum(loss)
        self.final_state = state
        if not is_training:
            return
        self.lr = tf.Variable(0.0, trainable=False)
        tvars = tf.trainable_variables()
        grads, _ = tf.clip_by_global_norm(tf.gradients(self.cost, tvars), config.max_grad_norm)
        optimizer = tf.train.GradientDescentOptimizer(self.lr)
        self.train_op = optimizer.apply_gradients(
            zip(grads, tvars), global_step=tf.contrib.framework.get_or_create_global_step())
        self.new_lr = tf.placeholder(tf.float32, shape=[], name="new_learning_rate")
        self.lr_update = tf.assign(self.lr, self.new_lr)


def run_epoch(session, model, eval_op=None):
    costs, iters = 0.0, 0
    state = session.run(model.initial_state)
    fetches = {"cost": model.cost, "final_state": model.final_state}
    if eval_op is not None:
        fetches["eval_op"] = eval_op
    for step in range(model.epoch_size):
        feed_dict = {}
        for i, (c, h) in enumerate(model.initial_state):
            feed_dict[c] = state[i].c
            feed_dict[h] = state[i].h
        vals = session.run(fetches, feed_dict)
        state = vals["final_state"]
        costs += vals["cost"]
        iters += SmallConfig.num_steps
    return np.exp(costs / iters)


def main(_):
    vocab = build_vocab(WORDS)
    data = [vocab[w] for w in WORDS]
    config = SmallConfig()
    print(FLAGS.model, FLAGS.use_fp16, sorted(vocab))
    with tf.Graph().as_default():
        initializer = tf.random_uniform_initializer(-config.init_scale, config.init_scale)
        with tf.name_scope("Train"):
            with tf.variable_scope("Model", reuse=None, initializer=initializer):
                m = PTBModel(True, config, data)
            tf.summary.scalar("Training Loss", m.cost)
        with tf.name_scope("Valid"):
            with tf.variable_scope("Model", reuse=True, initializer=initializer):
                mvalid = PTBModel(False, config, data[:60])
        tvars = tf.trainable_variables()
        assigns = [v.assign(0.2 * np.random.RandomState(k).randn(*v.shape.as_list()))
                   for k, v in enumerate(tvars)]
        sv = tf.train.Supervisor(logdir=None)
        with sv.managed_session() as session:
            for v in tvars:
                print(v.name, v.shape)
            session.run(assigns)
            for i in range(FLAGS.epochs):
                session.run(m.lr_update, {m.new_lr: config.learning_rate * config.lr_decay ** i})
                print("Epoch: %d Train Perplexity: %.3f" % (i + 1, run_epoch(session, m, m.train_op)))
                print("Epoch: %d Valid Perplexity: %.3f" % (i + 1, run_epoch(session, mvalid)))


if __name__ == "__main__":
    tf.app.run()
