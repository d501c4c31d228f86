"""Beam search: histories in the order of the beams, and the penalty for missing coverage."""

import numpy as np
import pytest
from tf1_rnn.v1.contrib.seq2seq.python.ops import beam_search_decoder

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib import seq2seq

BATCH, BEAMS, SYMBOLS, STEPS, LENGTH, END = 3, 4, 6, 9, 5, 3
MEMORY = np.random.RandomState(0).randn(BATCH, LENGTH, 3).astype(np.float32)
TABLE = np.random.RandomState(1).randn(SYMBOLS, 4).astype(np.float32)


def search(known=False, attentive=True, **options):
    """Return what a decoder of random variables, the same at each call, puts out and its state."""
    memory = tf.constant(MEMORY) if known else tf.placeholder_with_default(MEMORY, [None, None, 3])
    drawn = tf.random_normal_initializer(stddev=1.3, seed=2)
    with tf.variable_scope("search", initializer=drawn, reuse=tf.AUTO_REUSE):
        cell = tf.nn.rnn_cell.GRUCell(6)
        if attentive:
            attention = seq2seq.LuongAttention(6, seq2seq.tile_batch(memory, BEAMS))
            cell = seq2seq.AttentionWrapper(cell, attention, 3, alignment_history=True)
        decoder = seq2seq.BeamSearchDecoder(
            cell,
            tf.constant(TABLE),
            tf.zeros([BATCH], tf.int32),
            END,
            cell.zero_state(BATCH * BEAMS, tf.float32),
            BEAMS,
            tf.layers.Dense(SYMBOLS, name="symbols"),
            **options,
        )
        outputs, state, _ = seq2seq.dynamic_decode(decoder, maximum_iterations=STEPS)
    return outputs.beam_search_decoder_output, state


def run(fetches):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


def test_what_was_kept_goes_in_the_order_of_the_beams():
    array = np.arange(4 * 3 * 2).reshape(4, 1, 3, 2)
    parents = [[[0, 0, 0]], [[2, 0, 1]], [[1, 1, 0]], [[0, 2, 1]]]
    ordered = run(beam_search_decoder.gather_tree_from_array(array, parents, [[4, 2, 4]]))
    # Back from the last step by parents; the second beam's last steps lie past its length.
    paths = [[0, 2, 0], [1, 0, 1], [0, 1, 1], [0, 1, 2]]
    for step, path in enumerate(paths):
        np.testing.assert_array_equal(ordered[step, 0], array[step, 0, path])


def test_a_history_is_in_the_order_of_the_beams():
    _, as_kept = search(reorder_tensor_arrays=False)
    outputs, state = search()
    kept, ordered, parents, lengths = run(
        [
            as_kept.cell_state.alignment_history.stack(),
            state.cell_state.alignment_history,
            outputs.parent_ids,
            state.lengths,
        ]
    )
    assert ordered.shape == (STEPS, BATCH * BEAMS, LENGTH)
    kept, ordered = (x.reshape(STEPS, BATCH, BEAMS, LENGTH) for x in (kept, ordered))
    for sequence, beam in np.ndindex(BATCH, BEAMS):
        place = beam
        for step in reversed(range(lengths[sequence].max())):
            if step < lengths[sequence, beam]:
                expected = kept[step, sequence, place]
                np.testing.assert_array_equal(ordered[step, sequence, beam], expected)
            place = parents[sequence, step, place]


def test_a_history_of_known_shape_stays_an_array(monkeypatch):
    said = []
    monkeypatch.setattr(tf.logging, "warn", lambda text, *values: said.append(text % values))
    _, state = search(known=True)
    assert isinstance(state.cell_state.alignment_history, tf.TensorArray)
    assert "stays a TensorArray" in said[0]


def test_the_penalty_is_for_beams_that_were_finished():
    outputs, state = search(coverage_penalty_weight=0.8)
    scores, last, steps = run([outputs.scores, state, tf.shape(outputs.scores)[1]])
    was_finished = last.lengths < steps
    assert was_finished.any() and not was_finished.all()
    attended = last.accumulated_attention_probs
    assert attended.shape == (BATCH, BEAMS, LENGTH)
    np.testing.assert_allclose(attended.sum(-1), last.lengths, rtol=1e-5)
    penalty = 0.8 * np.log(np.minimum(attended, 1)).sum(-1)
    expected = last.log_probs + np.where(was_finished, penalty, 0)
    np.testing.assert_allclose(scores[:, -1], expected, rtol=1e-5)


def test_the_penalty_needs_attention():
    with pytest.raises(ValueError, match=r"coverage_penalty_weight must be 0\.0 if no cell"):
        search(attentive=False, coverage_penalty_weight=0.5)


def layer(**options):
    return beam_search_decoder.BeamSearchDecoderV2(
        tf.nn.rnn_cell.GRUCell(6), BEAMS, output_layer=tf.layers.Dense(SYMBOLS), **options
    )


def called(decoder, embedding):
    state = tf.zeros([BATCH * BEAMS, 6])
    return decoder(embedding, tf.zeros([BATCH], tf.int32), END, initial_state=state)


def test_a_layer_finds_what_the_decoder_finds():
    drawn = tf.random_normal_initializer(stddev=1.3, seed=2)
    with tf.variable_scope("search", initializer=drawn):
        outputs, state, _ = called(layer(maximum_iterations=STEPS), tf.constant(TABLE))
    found = run([outputs.beam_search_decoder_output, state.log_probs])
    with tf.Graph().as_default():
        expected_outputs, expected_state = search(attentive=False)
        expected = run([expected_outputs, expected_state.log_probs])
    for ours, theirs in zip(tf.nest.flatten(found), tf.nest.flatten(expected), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_layer_takes_an_embedding_or_a_function():
    def embedding_fn(ids):
        return tf.nn.embedding_lookup(TABLE, ids)

    with pytest.raises(ValueError, match="cannot be provided at same time"):
        called(layer(embedding_fn=embedding_fn), tf.constant(TABLE))
    with pytest.raises(ValueError, match="needs an embedding, as it has no embedding_fn"):
        called(layer(), None)
    with pytest.raises(ValueError, match="embedding_fn is expected to be a callable"):
        layer(embedding_fn=TABLE)


def test_the_weight_of_a_penalty_may_be_a_tensor():
    outputs, _ = search(attentive=False, length_penalty_weight=tf.placeholder_with_default(0.7, []))
    expected, _ = search(attentive=False, length_penalty_weight=0.7)
    found, wanted = run([outputs.scores, expected.scores])
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


@pytest.mark.parametrize("rank_is_known", [False, True])
@pytest.mark.parametrize(
    "shape,fits",
    [
        ([7, 6], True),  # [time, batch * beam]
        ([7, 6, 4], True),
        ([7, 2, 3, 4], True),  # [time, batch, beam, ...]
        ([7, 5], False),
        ([7, 5, 6], False),  # as many values, which would be reordered wrongly
        ([7, 2, 4, 3], False),
    ],
)
def test_a_history_of_another_shape_is_refused(shape, fits, rank_is_known):
    known = [None] * len(shape) if rank_is_known else None
    history = tf.placeholder_with_default(np.zeros(shape, np.float32), known)
    check = beam_search_decoder._check_batch_beam(history, tf.constant(2), 3)
    with tf.Session() as session:
        if fits:
            session.run(check)
        else:
            with pytest.raises(tf.errors.InvalidArgumentError, match="to be reordered"):
                session.run(check)
