"""Block operators as what they stand for: the same numbers, and no such operator left."""

import itertools

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tests.exporting.graphs import assert_same, operators
from tf1_rnn.exporting import blocks, plain

D, H, BATCH, STEPS = 2, 3, 4, 5


def drawn(*shape):
    return tf.constant(np.random.RandomState(sum(shape)).uniform(-0.8, 0.8, shape), tf.float32)


def lstm_cell(peephole, clip, forget_bias):
    weights = [drawn(D + H, 4 * H), *(drawn(H) for _ in range(3)), drawn(4 * H)]
    names = ("w", "wci", "wcf", "wco", "b")
    return tf.raw_ops.LSTMBlockCell(
        x=drawn(BATCH, D),
        cs_prev=drawn(BATCH, H),
        h_prev=drawn(BATCH, H) * 0.5,
        **dict(zip(names, weights, strict=True)),
        forget_bias=forget_bias,
        cell_clip=clip,
        use_peephole=peephole,
    )


def lstm_sequence(peephole, clip, forget_bias):
    weights = [drawn(D + H, 4 * H), *(drawn(H) for _ in range(3)), drawn(4 * H)]
    names = ("w", "wci", "wcf", "wco", "b")
    return tf.raw_ops.BlockLSTM(
        seq_len_max=tf.constant(STEPS, tf.int64),
        x=drawn(STEPS, BATCH, D),
        cs_prev=drawn(BATCH, H),
        h_prev=drawn(BATCH, H) * 0.5,
        **dict(zip(names, weights, strict=True)),
        forget_bias=forget_bias,
        cell_clip=clip,
        use_peephole=peephole,
    )


@pytest.mark.parametrize(
    "make, peephole, clip, forget_bias",
    list(itertools.product([lstm_cell, lstm_sequence], [False, True], [-1.0, 0.2], [0.0, 1.5])),
)
def test_every_output_of_an_lstm(make, peephole, clip, forget_bias):
    with tf.Graph().as_default() as graph, tf.Session() as session:
        outputs = [tf.identity(part) for part in make(peephole, clip, forget_bias)]
        expected = session.run(outputs)
    found = blocks.expanded(graph.as_graph_def())
    assert not operators(found) & {"BlockLSTM", "LSTMBlockCell"}
    with tf.Graph().as_default(), tf.Session() as session:
        names = [part.name for part in outputs]
        tensors = tf.import_graph_def(found, return_elements=names)
        for one, other in zip(session.run(tensors), expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ["fused", "fast", "fast gru"])
def test_expanded_block_operators(name):
    model, feed = graphs.build(name)
    found = blocks.expanded(plain.plain(model.graph_def, model.outputs.values()))
    assert not operators(found) & {"BlockLSTM", "LSTMBlockCell", "GRUBlockCell"}
    assert_same(model, found, feed)


def test_a_graph_without_block_operators_is_handed_on():
    model, _ = graphs.build("unrolled")
    assert blocks.expanded(model.graph_def) is model.graph_def


def test_an_unknown_number_of_steps_is_refused():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [None, BATCH, D])
        weights = [drawn(D + H, 4 * H), *(drawn(H) for _ in range(3)), drawn(4 * H)]
        names = ("w", "wci", "wcf", "wco", "b")
        tf.raw_ops.BlockLSTM(
            seq_len_max=tf.constant(STEPS, tf.int64),
            x=x,
            cs_prev=drawn(BATCH, H),
            h_prev=drawn(BATCH, H),
            **dict(zip(names, weights, strict=True)),
        )
    with pytest.raises(ValueError, match="number of steps of a BlockLSTM is unknown"):
        blocks.expanded(graph.as_graph_def())
