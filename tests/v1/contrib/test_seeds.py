"""Cells of contrib and attention, called under a graph's seed, give the numbers of 1.15.5.

TensorFlow's own tests of these cells set a seed for the graph and compare numbers; so do these.
"""

import importlib

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.v1 import seed_cases


def private(name, *sizes):
    """Return what makes a cell that 1.15.5 kept in a module beneath `contrib.rnn` only."""

    def make(rnn):
        root = "tensorflow" if rnn.__name__.startswith("tensorflow") else "tf1_rnn.v1"
        module = importlib.import_module(root + ".contrib.rnn.python.ops.rnn_cell")
        controller = [rnn.LSTMCell(4)] if name == "NTMCell" else []
        return getattr(module, name)(*controller, *sizes)

    return make


def numbers(tf, build):
    """Return the first number and the sum of each output of `build`, from its initial values."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(87654321)
        outputs = build(tf, tf.contrib.rnn)
        session.run(tf.global_variables_initializer())
        values = session.run(outputs)
        return [each for value in values for each in (value.ravel()[0], value.sum())]


def called(make, steps=1, inputs=3):
    """Return what calls a cell on ones, `steps` times, and returns the output."""

    def build(tf, rnn):
        cell = make(rnn)
        state = cell.zero_state(2, tf.float32)
        for _ in range(steps):
            output, state = cell(tf.ones([2, inputs]), state)
        return [output]

    return build


def phased(tf, rnn):
    """A phased LSTM over times and inputs."""
    times = tf.constant([[[1.0], [2.5], [4.0]]] * 2)
    cell = rnn.PhasedLSTMCell(3, use_peepholes=True)
    outputs, state = tf.nn.dynamic_rnn(cell, (times, tf.ones([2, 3, 4])), dtype=tf.float32)
    return [outputs, state.c]


def attended(mechanism, **options):
    """Return what decodes three steps with an attention of contrib.seq2seq."""

    def build(tf, rnn):
        seq2seq = tf.contrib.seq2seq
        memory = tf.random_normal([2, 5, 4])
        attention = getattr(seq2seq, mechanism)(4, memory, [5, 3], **options)
        cell = seq2seq.AttentionWrapper(
            rnn.LSTMCell(4), attention, attention_layer_size=3, alignment_history=True
        )
        helper = seq2seq.TrainingHelper(tf.random_normal([2, 3, 2]), [3, 2])
        state = cell.zero_state(2, tf.float32)
        decoder = seq2seq.BasicDecoder(cell, helper, state, tf.layers.Dense(5))
        outputs, state, _ = seq2seq.dynamic_decode(decoder)
        return [outputs.rnn_output, state.attention, state.alignment_history.stack()]

    return build


CELLS = {
    "PhasedLSTMCell": phased,
    "NTMCell": called(private("NTMCell", 5, 3, 1, 1), steps=2),
    "IndyGRUCell": called(lambda rnn: rnn.IndyGRUCell(4), steps=2),
    "IndyLSTMCell": called(lambda rnn: rnn.IndyLSTMCell(4), steps=2),
    "IndRNNCell": called(lambda rnn: rnn.IndRNNCell(4), steps=2),
    "NASCell": called(lambda rnn: rnn.NASCell(4, num_proj=3), steps=2),
    "UGRNNCell": called(lambda rnn: rnn.UGRNNCell(4), steps=2),
    "IntersectionRNNCell": called(lambda rnn: rnn.IntersectionRNNCell(3), steps=2),
    "HighwayWrapper": called(lambda rnn: rnn.HighwayWrapper(rnn.GRUCell(3))),
    "SRUCell": called(lambda rnn: rnn.SRUCell(3), steps=2),
    "GridLSTMCell": called(
        lambda rnn: rnn.GridLSTMCell(
            4, True, feature_size=2, frequency_skip=1, num_frequency_blocks=[2]
        )
    ),
    "CoupledInputForgetGateLSTMCell": called(
        lambda rnn: rnn.CoupledInputForgetGateLSTMCell(4, True, num_proj=3), steps=2
    ),
    "CoupledInputForgetGateLSTMCell, layer_norm": called(
        lambda rnn: rnn.CoupledInputForgetGateLSTMCell(4, layer_norm=True), steps=2
    ),
    "WeightNormLSTMCell": called(private("WeightNormLSTMCell", 4), steps=2),
    "BahdanauAttention": attended("BahdanauAttention"),
    "BahdanauAttention, normalized": attended("BahdanauAttention", normalize=True),
    "LuongAttention, scaled": attended("LuongAttention", scale=True),
    "BahdanauMonotonicAttention": attended("BahdanauMonotonicAttention", sigmoid_noise=1.0),
    "LuongMonotonicAttention": attended("LuongMonotonicAttention", mode="hard"),
}

# What 1.15.5 gave: the first number and the sum of each output.
GIVEN = {
    "PhasedLSTMCell": [0.0001901, 0.2546076, 0.0009793, 0.2920628],
    "NTMCell": [-0.0483014, -0.7623106],
    "IndyGRUCell": [-0.1634142, -1.0810816],
    "IndyLSTMCell": [0.1856617, 1.7268643],
    "IndRNNCell": [0.6111765, 1.3860058],
    "NASCell": [-0.0746672, -0.4029613],
    "UGRNNCell": [-0.177043, -1.1298978],
    "IntersectionRNNCell": [0.6978033, 4.0968242],
    "HighwayWrapper": [0.6940008, 4.7574854],
    "SRUCell": [-0.1930218, -0.1113046],
    "GridLSTMCell": [0.0042849, -0.7908354],
    "CoupledInputForgetGateLSTMCell": [0.2202632, 0.7183914],
    "CoupledInputForgetGateLSTMCell, layer_norm": [0.0251329, -0.4832981],
    "WeightNormLSTMCell": [-0.0090435, -0.2909669],
    "BahdanauAttention": [-0.3365557, 1.7736778, 0.1103719, 0.4299654, 0.1228009, 6.0000005],
    "BahdanauAttention, normalized": [0.0428737, 5.7626829, -0.0416794, -1.3953617, 0.1443578, 6.0],
    "LuongAttention, scaled": [0.4619103, -0.2904041, -0.4636255, 0.0430037, 0.1844088, 6.0],
    "BahdanauMonotonicAttention": [
        0.1074094,
        0.5483339,
        -1.0907156,
        -0.5500197,
        0.3569989,
        5.399219,
    ],
    "LuongMonotonicAttention": [-0.7261063, 1.7367758, -0.5030103, -2.2037113, 1.0, 3.0],
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_gives_the_numbers_of_1_15_5_under_a_seed(name):
    np.testing.assert_allclose(numbers(tf, CELLS[name]), GIVEN[name], rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("name", seed_cases.CELLS)
def test_what_follows_a_cell_has_the_seeds_of_1_15_5(name):
    seed_cases.check(tf, "cells", name)
