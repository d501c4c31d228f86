# A character model in the style of char-rnn: legacy_seq2seq's decoder and loss, and sampling.
from __future__ import print_function
import argparse
import os
import tempfile
import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn
from tensorflow.contrib import legacy_seq2seq

TEXT = "the quick brown fox jumps over the lazy dog. " * 8


class Model():
    def __init__(self, args, training=True):
        self.args = args
        if not training:
            args.batch_size = args.seq_length = 1
        cell_fn = {'rnn': rnn.BasicRNNCell, 'gru': rnn.GRUCell, 'lstm': rnn.BasicLSTMCell}[args.model]
        cells = []
        for _ in range(args.num_layers):
            cell = cell_fn(args.rnn_size)
            if training and args.keep < 1.0:
                cell = rnn.DropoutWrapper(cell, output_keep_prob=args.keep)
            cells.append(cell)
        self.cell = cell = rnn.MultiRNNCell(cells, state_is_tuple=True)
        shape = [args.batch_size, args.seq_length]
        self.input_data = tf.placeholder(tf.int32, shape)
        self.targets = tf.placeholder(tf.int32, shape)
        self.initial_state = cell.zero_state(args.batch_size, tf.float32)
        with tf.variable_scope('rnnlm'):
            softmax_w = tf.get_variable("softmax_w", [args.rnn_size, args.vocab_size])
            softmax_b = tf.get_variable("softmax_b", [args.vocab_size])
        embedding = tf.get_variable("embedding", [args.vocab_size, args.rnn_size])
        inputs = tf.nn.embedding_lookup(embedding, self.input_data)
        inputs = tf.split(inputs, args.seq_length, 1)
        inputs = [tf.squeeze(input_, [1]) for input_ in inputs]

        def loop(prev, _):
            prev = tf.matmul(prev, softmax_w) + softmax_b
            prev_symbol = tf.stop_gradient(tf.argmax(prev, 1))
            return tf.nn.embedding_lookup(embedding, prev_symbol)

        outputs, last_state = legacy_seq2seq.rnn_decoder(
            inputs, self.initial_state, cell, loop_function=loop if not training else None,
            scope='rnnlm')
        output = tf.reshape(tf.concat(outputs, 1), [-1, args.rnn_size])
        self.logits = tf.matmul(output, softmax_w) + softmax_b
        self.probs = tf.nn.softmax(self.logits)
        loss = legacy_seq2seq.sequence_loss_by_example(
            [self.logits], [tf.reshape(self.targets, [-1])],
            [tf.ones([args.batch_size * args.seq_length])])
        with tf.name_scope('cost'):
            self.cost = tf.reduce_sum(loss) / args.batch_size / args.seq_length
        self.final_state = last_state
        self.lr = tf.Variable(0.0, trainable=False)
        tvars = tf.trainable_variables()
        grads, _ = tf.clip_by_global_norm(tf.gradients(self.cost, tvars), args.grad_clip)
        with tf.name_scope('optimizer'):
            optimizer = tf.train.AdamOptimizer(self.lr)
        self.train_op = optimizer.apply_gradients(zip(grads, tvars))
        tf.summary.histogram('logits', self.logits)
        tf.summary.scalar('train_loss', self.cost)

    def sample(self, sess, chars, vocab, num=20, prime='the '):
        state = sess.run(self.cell.zero_state(1, tf.float32))
        for char in prime[:-1]:
            x = np.zeros((1, 1))
            x[0, 0] = vocab[char]
            [state] = sess.run([self.final_state], {self.input_data: x, self.initial_state: state})
        ret, char = prime, prime[-1]
        for n in range(num):
            x = np.zeros((1, 1))
            x[0, 0] = vocab[char]
            probs, state = sess.run([self.probs, self.final_state],
                                    {self.input_data: x, self.initial_state: state})
            char = chars[int(np.argmax(probs[0]))]
            ret += char
        return ret


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--model', type=str, default='lstm')
    parser.add_argument('--rnn_size', type=int, default=12)
    parser.add_argument('--num_layers', type=int, default=2)
    parser.add_argument('--batch_size', type=int, default=4)
    parser.add_argument('--seq_length', type=int, default=10)
    parser.add_argument('--keep', type=float, default=1.0)
    parser.add_argument('--grad_clip', type=float, default=5.)
    args = parser.parse_args()
    chars = sorted(set(TEXT))
    vocab = {c: i for i, c in enumerate(chars)}
    args.vocab_size = len(chars)
    data = np.array([vocab[c] for c in TEXT])
    n = len(data) // (args.batch_size * args.seq_length)
    xd = data[:n * args.batch_size * args.seq_length]
    yd = np.copy(xd)
    yd[:-1], yd[-1] = xd[1:], xd[0]
    xs = np.split(xd.reshape(args.batch_size, -1), n, 1)
    ys = np.split(yd.reshape(args.batch_size, -1), n, 1)
    model = Model(args)
    save_dir = tempfile.mkdtemp()
    with tf.Session() as sess:
        summaries = tf.summary.merge_all()
        writer = tf.summary.FileWriter(os.path.join(save_dir, 'logs'))
        writer.add_graph(sess.graph)
        sess.run(tf.global_variables_initializer())
        saver = tf.train.Saver(tf.global_variables())
        for k, v in enumerate(tf.trainable_variables()):
            print(v.name, v.shape)
            sess.run(tf.assign(v, 0.2 * np.random.RandomState(k).randn(*v.shape.as_list())))
        for e in range(2):
            sess.run(tf.assign(model.lr, 0.01 * (0.97 ** e)))
            state = sess.run(model.initial_state)
            for b in range(n):
                feed = {model.input_data: xs[b], model.targets: ys[b]}
                for i, (c, h) in enumerate(model.initial_state):
                    feed[c] = state[i].c
                    feed[h] = state[i].h
                summ, train_loss, state, _ = sess.run(
                    [summaries, model.cost, model.final_state, model.train_op], feed)
                writer.add_summary(summ, e * n + b)
                print("{}/{} (epoch {}), train_loss = {:.4f}".format(e * n + b, 2 * n, e, train_loss))
        saver.save(sess, os.path.join(save_dir, 'model.ckpt'), global_step=n)
    tf.reset_default_graph()
    model = Model(args, training=False)
    with tf.Session() as sess:
        tf.global_variables_initializer().run()
        ckpt = tf.train.get_checkpoint_state(save_dir)
        if ckpt and ckpt.model_checkpoint_path:
            tf.train.Saver(tf.global_variables()).restore(sess, ckpt.model_checkpoint_path)
            print(model.sample(sess, chars, vocab))


if __name__ == '__main__':
    main()
