"""Attention mechanisms of a user's own, made of what 1.15.5's private module had."""

import re

import numpy as np
import pytest
from tf1_rnn.v1.contrib.seq2seq.python.ops import attention_wrapper

import tf1_rnn.v1 as tf

MEMORY = np.sin(np.arange(24.0)).reshape(2, 4, 3)
LENGTHS = [4, 2]


def build(tf, attention_wrapper):
    """Return the outputs of a step each of a subclass and of a mechanism of its own."""

    class Cumulative(attention_wrapper.BahdanauAttention):
        """Adds up its alignments, and lets the sum into the score."""

        def __call__(self, query, state):
            with tf.variable_scope(None, "cumulative", [query]):
                query = tf.expand_dims(self.query_layer(query), 1)
                score = tf.reduce_sum(tf.tanh(self.keys + query), 2) + state
            alignments = self._probability_fn(score, state)
            return alignments, alignments + state

    class Constant(attention_wrapper._BaseAttentionMechanism):
        """Looks everywhere alike."""

        def __call__(self, query, state):
            alignments = self._probability_fn(tf.zeros_like(state), state)
            return alignments, state

    tf.get_variable_scope().set_initializer(tf.constant_initializer(0.3, tf.float64))
    memory = tf.constant(MEMORY)
    first = Cumulative(5, memory, LENGTHS, score_mask_value=-7.0, dtype=tf.float64)
    second = Constant(
        None,
        memory,
        lambda score, state: tf.nn.softmax(score + 0.5 * state),
        LENGTHS,
        first.memory_layer,
    )
    query = tf.constant(np.cos(np.arange(6.0)).reshape(2, 3))
    state = tf.constant(np.arange(8.0).reshape(2, 4) / 8)
    return [
        attention_wrapper._compute_attention(mechanism, query, state, None)
        for mechanism in (first, second)
    ]


# What `build` gives under TensorFlow 1.15.5.
EXPECTED = [
    [
        [
            [-0.12031776145603715, 0.7104702744494618, 0.8880552165276656],
            [-0.3664327781235626, 0.3184677469539022, 0.7105704941712119],
        ],
        [
            [0.5014668055831956, 0.008875412173914259, 0.46760866557770503, 0.022049116665184988],
            [0.8555778257141071, 0.1424709285259568, 0.0009756228799680633, 0.0009756228799680633],
        ],
        [
            [0.5014668055831956, 0.13387541217391427, 0.717608665577705, 0.397049116665185],
            [1.3555778257141071, 0.7674709285259568, 0.7509756228799681, 0.8759756228799681],
        ],
    ],
    [
        [
            [0.0750957164746689, 0.02818145420047749, -0.044642707100198215],
            [0.07539612609571633, 0.055071860833281444, -0.015885219302373743],
        ],
        [
            [0.2270728432334803, 0.24171778339276354, 0.25730724104350416, 0.2739021323302522],
            [0.4843800842769843, 0.5156199157230156, 0.0, 0.0],
        ],
        [[0.0, 0.125, 0.25, 0.375], [0.5, 0.625, 0.75, 0.875]],
    ],
]


def test_own_mechanisms_give_the_numbers_of_1_15_5():
    with tf.Graph().as_default(), tf.Session() as session:
        results = build(tf, attention_wrapper)
        session.run(tf.global_variables_initializer())
        for result, expected in zip(session.run(results), EXPECTED, strict=True):
            for array, numbers in zip(result, expected, strict=True):
                np.testing.assert_allclose(array, numbers, rtol=0, atol=1e-12)


def test_a_memory_of_unknown_depth_is_an_error():
    with tf.Graph().as_default():
        memory = tf.placeholder(tf.float32, [2, 4, None])
        with pytest.raises(ValueError, match="fully defined inner dims"):
            tf.contrib.seq2seq.LuongAttention(3, memory)


@pytest.mark.parametrize("mechanism", ["LuongAttention", "BahdanauAttention"])
def test_a_memory_of_no_length_is_refused(mechanism):
    with tf.Graph().as_default(), tf.Session() as session:
        lengths = tf.placeholder(tf.int32, [2])
        attention = getattr(attention_wrapper, mechanism)(3, tf.zeros([2, 4, 3]), lengths)
        alignments, _ = attention(tf.zeros([2, 3]), tf.zeros([2, 4]))
        session.run(tf.global_variables_initializer())
        assert session.run(alignments, {lengths: [4, 1]}).shape == (2, 4)
        with pytest.raises(tf.errors.InvalidArgumentError, match="must be greater than zero"):
            session.run(alignments, {lengths: [4, 0]})


def wrapper(tf, rows=2, **options):
    """Return an AttentionWrapper over a memory of so many rows."""
    memory = tf.zeros([rows, 4, 3])
    mechanism = tf.contrib.seq2seq.LuongAttention(3, memory)
    return tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(3), mechanism, **options)


# What 1.15.5 says at each place, which a tensor for the batch size defers to the run.
NOT_TILED = {
    "construct": "When constructing AttentionWrapper attention_wrapper: Non-matching batch sizes "
    "between the memory (encoder output) and initial_cell_state.  Are you using the "
    "BeamSearchDecoder?  You may need to tile your initial state via the "
    "tf.contrib.seq2seq.tile_batch function with argument multiple=beam_width.",
    "zero_state": "When calling zero_state of AttentionWrapper attention_wrapper: Non-matching "
    "batch sizes between the memory (encoder output) and the requested batch size.  Are you using "
    "the BeamSearchDecoder?  If so, make sure your encoder output has been tiled to beam_width via "
    "tf.contrib.seq2seq.tile_batch, and the batch_size= argument passed to zero_state is "
    "batch_size * beam_width.",
    "apply": "When applying AttentionWrapper attention_wrapper: Non-matching batch sizes between "
    "the memory (encoder output) and the query (decoder output).  Are you using the "
    "BeamSearchDecoder?  You may need to tile your memory input via the "
    "tf.contrib.seq2seq.tile_batch function with argument multiple=beam_width.",
}


def not_tiled(tf, where, rows):
    """Use a memory of two rows where there are six."""
    rows = tf.placeholder_with_default(rows, []) if rows < 0 else rows
    six = tf.abs(rows) if tf.is_tensor(rows) else rows
    if where == "construct":
        state = tf.zeros([six, 3])
        return wrapper(tf, initial_cell_state=state)._initial_cell_state
    if where == "zero_state":
        return wrapper(tf).zero_state(six, tf.float32).cell_state
    cell = wrapper(tf)
    unknown = tf.placeholder_with_default(np.zeros([6, 3], np.float32), [None, 3])
    state = cell.zero_state(2, tf.float32)._replace(cell_state=unknown, attention=unknown)
    return cell(tf.zeros([six, 3]), state)[0]


@pytest.mark.parametrize("rows", [6, -6])
@pytest.mark.parametrize("where", NOT_TILED)
def test_a_memory_that_was_not_tiled_is_named(where, rows):
    with tf.Graph().as_default(), tf.Session() as session:
        with pytest.raises((tf.errors.InvalidArgumentError, ValueError)) as error:
            tensors = not_tiled(tf, where, rows)
            session.run(tf.global_variables_initializer())
            session.run(tensors)
    # The name of a wrapper counts on with those of other tests.
    assert NOT_TILED[where] in re.sub(r"wrapper_\d+:", "wrapper:", str(error.value))


def test_a_beam_whose_state_was_not_tiled_is_named():
    cell = tf.nn.rnn_cell.GRUCell(3)
    with (
        tf.Graph().as_default(),
        pytest.raises(
            ValueError,
            match="Perhaps you forgot to create a zero_state with batch_size=encoder_batch",
        ),
    ):
        tf.contrib.seq2seq.BeamSearchDecoder(
            cell, tf.zeros([5, 3]), [1, 1], 0, cell.zero_state(2, tf.float32), beam_width=3
        )


def test_one_item_or_a_tuple_as_mechanisms_were_given():
    with tf.Graph().as_default():
        one = wrapper(tf)
        assert one._item_or_tuple(iter([3])) == 3
        mechanisms = [tf.contrib.seq2seq.LuongAttention(3, tf.zeros([2, 4, 3]))]
        many = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(3), mechanisms)
        assert many._item_or_tuple([3]) == (3,)


def test_the_layers_of_an_attention_have_what_users_ask_of_layers():
    with tf.Graph().as_default():
        mechanism = tf.contrib.seq2seq.BahdanauAttention(4, tf.zeros([2, 5, 3]))
        memory_layer, query_layer = mechanism.memory_layer, mechanism.query_layer
        assert (memory_layer.name, query_layer.name) == ("memory_layer", "query_layer")
        assert memory_layer.built and not query_layer.built and query_layer.weights == []
        assert memory_layer.weights == memory_layer.trainable_variables == [memory_layer.kernel]
        assert memory_layer.scope_name == "memory_layer" and memory_layer.count_params() == 12
        assert not memory_layer.use_bias and memory_layer.bias is None and memory_layer.trainable
        assert memory_layer.apply(tf.zeros([2, 3])).shape == [2, 4]
