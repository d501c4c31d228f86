"""TensorFlow's block operators as the operations that they stand for, which LiteRT knows.

`LSTMBlockCell` and `GRUBlockCell` are one step, `BlockLSTM` a whole sequence.
"""

import functools

import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.splicing import spliced


def expanded(graph_def):
    """Return a GraphDef without block operators.

    Args:
        graph_def: a frozen GraphDef.

    Raises:
        ValueError: in one line, if the number of steps of one is unknown.
    """
    builders = {
        node.name: functools.partial(_BLOCKS[node.op], node.attr)
        for node in graph_def.node
        if node.op in _BLOCKS
    }
    return spliced(graph_def, builders)


def is_block(node):
    """Return whether a node is a block operator."""
    return node.op in _BLOCKS


def _lstm_step(attr, x, c, h, kernel, w_i, w_f, w_o, bias):
    """Return i, c, f, o, j, tanh(c) and h, as LSTMBlockCell does."""
    gates = tf.nn.bias_add(tf.matmul(tf.concat([x, h], 1), kernel), bias)
    i, j, f, o = tf.split(gates, 4, 1)
    has_peepholes = attr["use_peephole"].b
    i = tf.sigmoid(i + w_i * c if has_peepholes else i)
    f = f + attr["forget_bias"].f
    f = tf.sigmoid(f + w_f * c if has_peepholes else f)
    j = tf.tanh(j)
    c = i * j + f * c
    clip = attr["cell_clip"].f
    c = tf.clip_by_value(c, -clip, clip) if clip > 0 else c
    o = tf.sigmoid(o + w_o * c if has_peepholes else o)
    squashed = tf.tanh(c)
    return i, c, f, o, j, squashed, o * squashed


def _lstm_sequence(attr, steps, x, c, h, *weights):
    """Return what `_lstm_step` does, of every step, as BlockLSTM does."""
    if x.shape.rank is None or x.shape.as_list()[0] is None:
        raise ValueError("the number of steps of a BlockLSTM is unknown; LiteRT needs it fixed")
    found = []
    for x_t in tf.unstack(x):
        found.append(_lstm_step(attr, x_t, c, h, *weights))
        c, h = found[-1][1], found[-1][-1]
    return [tf.stack(each) for each in zip(*found, strict=True)]


def _gru_step(attr, x, h, gate_kernel, kernel, gate_bias, bias):
    """Return r, u, the candidate and the new h, as GRUBlockCell does."""
    gates = tf.nn.bias_add(tf.matmul(tf.concat([x, h], 1), gate_kernel), gate_bias)
    r, u = tf.split(tf.sigmoid(gates), 2, 1)
    candidate = tf.tanh(tf.nn.bias_add(tf.matmul(tf.concat([x, r * h], 1), kernel), bias))
    return r, u, candidate, u * h + (1 - u) * candidate


_BLOCKS = {"LSTMBlockCell": _lstm_step, "GRUBlockCell": _gru_step, "BlockLSTM": _lstm_sequence}
