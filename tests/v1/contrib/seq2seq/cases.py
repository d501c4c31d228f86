"""Monotonic attention and scheduled sampling, as cases run here and under TensorFlow 1.15.5.

    .oracle/bin/python tests/v1/contrib/seq2seq/cases.py      # records recorded.npz beside it

Runs under Python 3.7 too. With a seed, both versions draw the same numbers; one iteration of a loop
at a time, or they draw them in any order.
"""

import os
import sys
from functools import partial

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 4))
from tests.v1 import replay

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "recorded.npz")
BATCH, TIME, DEPTH, UNITS, MEMORY = 4, 5, 3, 6, 7
LENGTHS = [5, 3, 4, 0]
MEMORY_LENGTHS = [7, 2, 5, 1]


def _values(tf, seed, *shape):
    return tf.constant(np.random.RandomState(seed).randn(*shape))


def _monotonic_attention(tf, mode, dtype, edges):
    """Returns the alignments of one step."""
    random = np.random.RandomState(0)
    p = random.rand(BATCH, MEMORY)
    if edges:
        p[0, 2], p[0, 4], p[1, 0], p[2] = 0, 1, 1, 0
    if mode == "hard" and edges:
        p = np.round(p)
    # Their sums are exact, so that 1 minus them is 0 in one version as in the other.
    previous = random.multinomial(64, [1 / MEMORY] * MEMORY, BATCH) / 64
    sources = [tf.constant(p.astype(dtype)), tf.constant(previous.astype(dtype))]
    return [tf.contrib.seq2seq.monotonic_attention(*(sources + [mode]))], sources


def _safe_cumprod(tf, dtype, **options):
    """Returns the product over numbers inside, at the edges of and outside 0..1."""
    x = tf.constant(np.array([[0.5, 0, 0.25, 1], [1, 1.5, -1, 0.75]], dtype))
    return [tf.contrib.seq2seq.safe_cumprod(x, **options)], [x]


def _attention(tf, mechanism, dtype, **options):
    """Returns what a decoder with the mechanism puts out, and all alignments."""
    seq2seq = tf.contrib.seq2seq
    memory = tf.cast(_values(tf, 1, BATCH, MEMORY, DEPTH), dtype)
    inputs = tf.cast(_values(tf, 2, BATCH, TIME, DEPTH), dtype)
    bias = np.array(options.pop("score_bias_init", 0), dtype)[()]
    mechanism = getattr(seq2seq, mechanism)(
        UNITS, memory, dtype=tf.as_dtype(dtype), score_bias_init=bias, **options
    )
    cell = seq2seq.AttentionWrapper(
        tf.nn.rnn_cell.GRUCell(UNITS), mechanism, alignment_history=True
    )
    decoder = seq2seq.BasicDecoder(
        cell, seq2seq.TrainingHelper(inputs, LENGTHS), cell.zero_state(BATCH, inputs.dtype)
    )
    outputs, state, _ = seq2seq.dynamic_decode(decoder, parallel_iterations=1)
    return [outputs.rnn_output, state.alignment_history.stack(), state.alignments], [memory, inputs]


def _decoded(tf, helper, dtype, units):
    seq2seq = tf.contrib.seq2seq
    cell = tf.nn.rnn_cell.GRUCell(units)
    decoder = seq2seq.BasicDecoder(cell, helper, cell.zero_state(BATCH, dtype))
    outputs, state, lengths = seq2seq.dynamic_decode(decoder, parallel_iterations=1)
    return [outputs.rnn_output, outputs.sample_id, state, lengths]


def _inputs(tf, dtype, time_major, seed, depth):
    shape = (TIME, BATCH, depth) if time_major else (BATCH, TIME, depth)
    return tf.cast(_values(tf, seed, *shape), dtype)


def _scheduled_embedding(tf, dtype, probability, time_major=False, doubled=False, **options):
    """Returns what a decoder fed by a ScheduledEmbeddingTrainingHelper puts out."""
    inputs = _inputs(tf, dtype, time_major, 3, DEPTH)
    table = tf.cast(_values(tf, 4, UNITS, DEPTH), dtype)
    embedding = (lambda ids: 2 * tf.nn.embedding_lookup(table, ids)) if doubled else table
    helper = tf.contrib.seq2seq.ScheduledEmbeddingTrainingHelper(
        inputs, LENGTHS, embedding, probability, time_major=time_major, **options
    )
    return _decoded(tf, helper, inputs.dtype, UNITS), [inputs, table]


def _scheduled_output(tf, dtype, probability, time_major=False, auxiliary=0, made=False, **options):
    """Returns what a decoder fed by a ScheduledOutputTrainingHelper puts out."""
    sources = [_inputs(tf, dtype, time_major, 5, UNITS)]
    if auxiliary:
        sources.append(_inputs(tf, dtype, time_major, 6, auxiliary))
        options["auxiliary_inputs"] = sources[1]
    if made:  # only of the rows that are drawn, which the mean shows
        options["next_inputs_fn"] = lambda rows: rows - 2 * tf.reduce_mean(rows, 0, keepdims=True)
    helper = tf.contrib.seq2seq.ScheduledOutputTrainingHelper(
        sources[0], LENGTHS, probability, time_major=time_major, **options
    )
    return _decoded(tf, helper, sources[0].dtype, UNITS), sources


_bahdanau = partial(_attention, mechanism="BahdanauMonotonicAttention")
_luong = partial(_attention, mechanism="LuongMonotonicAttention")
_noise = dict(sigmoid_noise=1.5, sigmoid_noise_seed=3)
CASES = {
    f"monotonic_{mode}_{dtype}_{'edges' if edges else 'inside'}": partial(
        _monotonic_attention, mode=mode, dtype=dtype, edges=edges
    )
    for mode in ("recursive", "parallel", "hard")
    for dtype in ("float32", "float64")
    for edges in (False, True)
    if (mode, dtype) != ("recursive", "float64")  # a TypeError in 1.15.5
}
CASES.update(
    cumprod_float32=partial(_safe_cumprod, dtype="float32"),
    cumprod_exclusive=partial(_safe_cumprod, dtype="float64", axis=1, exclusive=True),
    cumprod_reverse=partial(_safe_cumprod, dtype="float64", axis=-1, reverse=True, name="all"),
    bahdanau=partial(_bahdanau, dtype="float32"),
    bahdanau_normalize=partial(
        _bahdanau, dtype="float64", normalize=True, memory_sequence_length=MEMORY_LENGTHS
    ),
    bahdanau_recursive=partial(_bahdanau, dtype="float32", mode="recursive", score_bias_init=-0.5),
    bahdanau_hard=partial(
        _bahdanau, dtype="float64", mode="hard", normalize=True, score_bias_init=1
    ),
    bahdanau_noise=partial(
        _bahdanau,
        dtype="float64",
        memory_sequence_length=MEMORY_LENGTHS,
        score_mask_value=-0.5,
        **_noise,
    ),
    luong=partial(_luong, dtype="float64", memory_sequence_length=MEMORY_LENGTHS),
    luong_scale=partial(_luong, dtype="float32", scale=True, score_bias_init=0.25),
    luong_hard_noise=partial(
        _luong, dtype="float64", mode="hard", memory_sequence_length=MEMORY_LENGTHS, **_noise
    ),
    embedding_never=partial(_scheduled_embedding, dtype="float64", probability=0.0),
    embedding_always=partial(
        _scheduled_embedding, dtype="float64", probability=1.0, seed=1, doubled=True
    ),
    embedding_at_times=partial(
        _scheduled_embedding, dtype="float64", probability=0.5, seed=1, scheduling_seed=2
    ),
    embedding_time_major=partial(
        _scheduled_embedding,
        dtype="float32",
        probability=np.float64(0.4),
        time_major=True,
        seed=3,
        scheduling_seed=4,
    ),
    output_never=partial(
        _scheduled_output, dtype="float64", probability=0.0, auxiliary=2, made=True
    ),
    output_always=partial(_scheduled_output, dtype="float64", probability=1.0),
    output_at_times=partial(_scheduled_output, dtype="float64", probability=0.5, seed=1),
    output_made=partial(_scheduled_output, dtype="float64", probability=0.5, seed=2, made=True),
    output_auxiliary=partial(
        _scheduled_output, dtype="float32", probability=0.5, seed=3, auxiliary=2
    ),
    output_time_major=partial(
        _scheduled_output,
        dtype="float64",
        probability=0.6,
        seed=4,
        auxiliary=2,
        made=True,
        time_major=True,
    ),
)

if __name__ == "__main__":
    replay.record(CASES, RECORDED)
