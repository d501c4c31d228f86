"""`contrib.legacy_seq2seq` against what 1.15.5 gave, value by value."""

import pytest

import tf1_rnn.v1 as tf
from tests.v1 import replay
from tests.v1.contrib import legacy_cases as cases

# The softmax of the attention is in float32 whatever the type.
(
    recorded,
    test_every_case_is_recorded,
    test_variables_values_and_gradients_are_those_of_1_15_5,
    test_the_recording_is_what_1_15_5_gives_live,
) = replay.tests_of(cases, lambda name: 1e-5 if "attention" in name else 1e-12)


def attention(**options):
    """Build an attention decoder of three sequences."""
    given = {"num_heads": 1, "states": tf.zeros([3, 2, 4]), "inputs": [tf.zeros([3, 2])], **options}
    return tf.contrib.legacy_seq2seq.attention_decoder(
        given["inputs"],
        tf.zeros([3, 4]),
        given["states"],
        tf.nn.rnn_cell.GRUCell(4),
        num_heads=given["num_heads"],
    )


def one_to_many(cells):
    """Build one encoder and the decoder `a`, with these decoder cells."""
    symbols = [tf.zeros([3], tf.int32)]
    return tf.contrib.legacy_seq2seq.one2many_rnn_seq2seq(
        symbols, {"a": symbols}, tf.nn.rnn_cell.GRUCell(4), cells, 5, {"a": 5}, 2
    )


@pytest.mark.parametrize(
    "make, error, message",
    [
        (lambda: attention(num_heads=0), ValueError, "less than 1 heads"),
        (lambda: attention(inputs=[]), ValueError, "at least 1 input"),
        (
            lambda: attention(states=tf.placeholder(tf.float32, [3, 2, None])),
            ValueError,
            "must be known",
        ),
        (
            lambda: attention(inputs=[tf.placeholder(tf.float32, [3, None])]),
            ValueError,
            "Could not infer input size",
        ),
        (lambda: one_to_many({}), ValueError, "one cell for each name"),
        (lambda: one_to_many({"a": 3}), TypeError, "not an RNNCell"),
    ],
)
def test_misuse(make, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        make()
