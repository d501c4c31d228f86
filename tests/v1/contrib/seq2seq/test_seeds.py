"""Random operations in and after decoders of contrib.seq2seq have the seeds of 1.15.5."""

import pytest

import tf1_rnn.v1 as tf


def seeds(build):
    """Return the seeds of all random operations of `build(tf)`, and of one after it."""
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(7)
        build(tf)
        tf.random_normal([2])
        return [
            operation.get_attr("seed2")
            for operation in graph.get_operations()
            if operation.type in ("Multinomial", "RandomUniform", "RandomStandardNormal")
        ]


def embedding(tf):
    return tf.get_variable("embedding", [9, 5])


def scheduled(make_helper, units=9):
    """Decode with a helper that now and then feeds what the decoder said."""

    def build(tf):
        seq2seq = tf.contrib.seq2seq
        inputs = tf.placeholder(tf.float32, [4, 6, 5])
        helper = make_helper(tf, seq2seq, inputs, tf.placeholder(tf.int32, [4]))
        cell = tf.nn.rnn_cell.GRUCell(7)
        head = tf.layers.Dense(units)
        state = cell.zero_state(4, tf.float32)
        outputs, _, _ = seq2seq.dynamic_decode(seq2seq.BasicDecoder(cell, helper, state, head))
        tf.gradients(tf.reduce_mean(outputs.rnn_output), tf.trainable_variables())

    return build


def beams(batch=4, attentive=False, steps=6, history=False, **options):
    """Decode three beams of each sequence, with attention to some steps or without."""

    def build(tf):
        seq2seq = tf.contrib.seq2seq
        memory = tf.placeholder(tf.float32, [batch, steps, 5])
        size = batch or tf.shape(memory)[0]
        cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(7)])
        if attentive:
            attention = seq2seq.LuongAttention(7, seq2seq.tile_batch(memory, 3))
            cell = seq2seq.AttentionWrapper(cell, attention, 7, alignment_history=history)
        decoder = seq2seq.BeamSearchDecoder(
            cell,
            embedding(tf),
            tf.fill([size], 1),
            2,
            cell.zero_state(size * 3, tf.float32),
            3,
            tf.layers.Dense(9),
            **options,
        )
        seq2seq.dynamic_decode(decoder, maximum_iterations=5)

    return build


def tree(tf):
    shape = [5, 4, 3]
    steps, parents = tf.placeholder(tf.int32, shape), tf.placeholder(tf.int32, shape)
    tf.contrib.seq2seq.gather_tree(steps, parents, [5, 5, 5, 5], 2)


BUILDS = {
    "embeddings": scheduled(
        lambda tf, seq2seq, inputs, lengths: seq2seq.ScheduledEmbeddingTrainingHelper(
            inputs, lengths, embedding(tf), tf.placeholder(tf.float32, [])
        )
    ),
    "outputs": scheduled(
        lambda tf, seq2seq, inputs, lengths: seq2seq.ScheduledOutputTrainingHelper(
            inputs, lengths, 0.3
        ),
        units=5,
    ),
    "outputs and auxiliary inputs": scheduled(
        lambda tf, seq2seq, inputs, lengths: seq2seq.ScheduledOutputTrainingHelper(
            inputs,
            lengths,
            0.3,
            next_inputs_fn=lambda outputs: tf.layers.dense(outputs, 5),
            auxiliary_inputs=inputs,
        ),
        units=5,
    ),
    "beams": beams(),
    "beams of an unknown batch": beams(None, length_penalty_weight=0.5),
    "beams that cover a memory": beams(attentive=True, coverage_penalty_weight=0.5),
    "beams with their history": beams(None, attentive=True, history=True),
    "beams with a history of any length": beams(attentive=True, steps=None, history=True),
    "a tree": tree,
}

# What 1.15.5 gave.
GIVEN = {
    "embeddings": [5, 125, 139, 176, 211, 249, 682],
    "outputs": [115, 129, 166, 201, 550],
    "outputs and auxiliary inputs": [140, 154, 191, 226, 285, 687],
    "beams": [4, 228, 292, 598],
    "beams of an unknown batch": [9, 241, 305, 631],
    "beams that cover a memory": [23, 44, 381, 430, 506, 938],
    "beams with their history": [28, 68, 432, 498, 576, 1072],
    "beams with a history of any length": [23, 63, 406, 455, 533, 1011],
    "a tree": [8],
}


@pytest.mark.parametrize("name", BUILDS)
def test_random_operations_in_and_after_a_decoder_have_their_old_seeds(name):
    assert seeds(BUILDS[name]) == GIVEN[name]
