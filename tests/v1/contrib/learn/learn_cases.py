"""Classifiers, pairs of loops and networks of `contrib.learn`, as `tests/v1/replay.py` runs them.

Runs under Python 3.7 and TensorFlow 1.15.5 too, which writes `learn_cases.npz`:

    .oracle/bin/python tests/v1/contrib/learn/learn_cases.py
"""

import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 4))
from tests.v1 import replay

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "learn_cases.npz")
X = np.random.RandomState(0).randn(4, 3)
LABELS = np.eye(3)[[0, 2, 1, 1]]
STEPS = np.random.RandomState(1).randn(4, 2, 3)


def of(call, *arrays):
    """Return a case: a function of `tf` and of tensors, whose gradients count too."""

    def case(tf):
        tensors = [tf.constant(array, tf.float32) for array in arrays]
        return call(tf, tf.contrib.learn, *tensors), tensors

    return case


def seq2seq(tf, learn, sources, targets, decoder_cell=None):
    """A pair of loops, with the decoder's weights its own or the encoder's."""
    steps = learn.ops.seq2seq_inputs(sources, targets, 2, 2)
    cell = tf.nn.rnn_cell.GRUCell(3)
    own = decoder_cell and tf.nn.rnn_cell.GRUCell(3)
    return [*learn.ops.rnn_seq2seq(steps[0], steps[1], cell, own), steps[2]]


def decoder(tf, learn, steps):
    """A decoder alone, from a state that is given."""
    steps = tf.unstack(steps, axis=1)
    cell = tf.nn.rnn_cell.BasicLSTMCell(3)
    return learn.ops.rnn_decoder(steps, cell.zero_state(4, tf.float32), cell, "mine")


def weighted(tf, learn, x, labels):
    """A regression that finds the graph's class weights."""
    tf.constant([1.0, 0.5, 2.0], name="class_weight")
    return learn.models.logistic_regression(x, labels)


def network(cell_type, predict, **options):
    """Return a case of a recurrent network before a regression."""

    def call(tf, learn, x, labels):
        keys = "num_layers sequence_length initial_state attn_length attn_size attn_vec_size"
        arguments = dict.fromkeys(keys.split())
        arguments.update(num_layers=1, bidirectional=False)
        arguments.update(options)
        model = learn.models.get_rnn_model(
            2,
            cell_type,
            input_op_fn=lambda x: tf.unstack(x, axis=1),
            target_predictor_fn=getattr(learn.models, predict),
            **arguments,
        )
        return model(x, labels)

    return of(call, STEPS, LABELS)


CASES = {
    "softmax": of(lambda tf, l, x, y, w: l.ops.softmax_classifier(x, y, w, w[0]), X, LABELS, X[:3]),
    "softmax_weighted": of(
        lambda tf, l, x, y, w: l.ops.softmax_classifier(x, y, w, w[0], w[1]), X, LABELS, X[:3]
    ),
    "squares": of(
        lambda tf, l, x, y, w: l.ops.mean_squared_error_regressor(x, y, w, w[0]), X, LABELS, X[:3]
    ),
    "squares_of_one": of(
        lambda tf, l, x, y, w: l.ops.mean_squared_error_regressor(x, y, w, w[0]),
        X,
        X[:, 0],
        X[:3, :1],
    ),
    "lookup": of(lambda tf, l, x: l.ops.embedding_lookup(x, [[0, 1], [3, 1]]), X),
    "categorical": of(lambda tf, l: l.ops.categorical_variable([[0, 1], [2, 2]], 3, 5, "words")),
    "inputs": of(lambda tf, l, x, y: l.ops.seq2seq_inputs(x, y, 2, 2), STEPS, STEPS),
    "seq2seq": of(seq2seq, STEPS, STEPS[::-1]),
    "seq2seq_two_cells": of(lambda *given: seq2seq(*given, decoder_cell=True), STEPS, STEPS[::-1]),
    "decoder": of(decoder, STEPS),
    "sequences": of(
        lambda tf, l, x, y: l.ops.sequence_classifier([x, 2 * x, -x], [y] * 3), X, LABELS
    ),
    "sequences_sampled": of(
        lambda tf, l, x, y: l.ops.sequence_classifier([x, 2 * x], [y, y], [3 * x, x]), X, LABELS
    ),
    "linear": of(lambda tf, l, x, y: l.models.linear_regression(x, y), X, LABELS),
    "linear_of_one": of(lambda tf, l, x, y: l.models.linear_regression_zero_init(x, y), X, X[:, 0]),
    "logistic": of(lambda tf, l, x, y: l.models.logistic_regression(x, y), X, LABELS),
    "logistic_weighted": of(weighted, X, LABELS),
    "bidirectional": of(
        lambda tf, l, x: l.models.bidirectional_rnn(
            tf.nn.rnn_cell.GRUCell(2),
            tf.nn.rnn_cell.BasicRNNCell(3),
            tf.unstack(x, axis=1),
            dtype=tf.float32,
        ),
        STEPS,
    ),
    "network_rnn": network("rnn", "logistic_regression_zero_init"),
    "network_lstm_layers": network("lstm", "logistic_regression", num_layers=2),
    "network_gru_both": network("gru", "linear_regression", bidirectional=True),
    "network_attention": network("gru", "linear_regression", attn_length=2),
}

if __name__ == "__main__":
    replay.record(CASES, RECORDED)
