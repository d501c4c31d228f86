"""The decoders that are layers, and samplers, as cases run here and under TensorFlow 1.15.5.

    .oracle/bin/python tests/v1/contrib/seq2seq/layer_cases.py    # records layer_recorded.npz

Runs under Python 3.7 too. What is drawn has a seed, and loops run one iteration at a time.
"""

import os
import sys
from functools import partial

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 4))
from tests.v1 import replay

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "layer_recorded.npz")
BATCH, TIME, DEPTH, UNITS, SYMBOLS, BEAMS = 3, 5, 4, 4, 7, 2
LENGTHS = [5, 2, 4]
START, END = [1, 2, 3], 0


def _modules(tf):
    """Returns 1.15.5's modules of decoders, beam search, losses and samplers, of either `tf`."""
    import importlib

    root = tf.__name__.replace("tensorflow_core", "tensorflow")
    root = "tensorflow" if root.startswith("tensorflow") else root
    path = root + ".contrib.seq2seq.python.ops."
    names = ("decoder", "basic_decoder", "beam_search_decoder", "loss", "sampler")
    return [importlib.import_module(path + name) for name in names]


def _values(tf, seed, *shape):
    return tf.constant(np.random.RandomState(seed).randn(*shape))


def _embeddings(tf):
    return _values(tf, 4, SYMBOLS, DEPTH)


def _decoded(tf, sampler, inputs, cell=None, layer=None, options=None, **kwargs):
    """Returns what a BasicDecoderV2 puts out when it is called."""
    _, basic, _, _, _ = _modules(tf)
    cell = cell or tf.nn.rnn_cell.GRUCell(UNITS)
    decoder = basic.BasicDecoderV2(cell, sampler, layer, parallel_iterations=1, **(options or {}))
    state = cell.zero_state(BATCH, tf.float64)
    outputs, state, lengths = decoder(inputs, initial_state=state, **kwargs)
    return [outputs.rnn_output, outputs.sample_id, state, lengths]


def _training(tf, time_major=False, cell=None, layer=False, **options):
    inputs = _values(tf, 1, *((TIME, BATCH) if time_major else (BATCH, TIME)), DEPTH)
    sampler = _modules(tf)[-1].TrainingSampler(time_major=time_major)
    layer = tf.layers.Dense(SYMBOLS) if layer else None
    cell = cell and getattr(tf.nn.rnn_cell, cell)(UNITS)
    results = _decoded(tf, sampler, inputs, cell, layer, options, sequence_length=LENGTHS)
    return results, [inputs]


def _scheduled_embedding(tf, by_function, **options):
    inputs, table = _values(tf, 1, BATCH, TIME, DEPTH), _embeddings(tf)
    given = {} if by_function else {"embedding": table}
    if by_function:
        options["embedding_fn"] = lambda ids: 2 * tf.nn.embedding_lookup(table, ids)
    sampler = _modules(tf)[-1].ScheduledEmbeddingTrainingSampler(0.5, **options)
    layer = tf.layers.Dense(SYMBOLS)
    return (
        _decoded(tf, sampler, inputs, layer=layer, sequence_length=LENGTHS, **given),
        [inputs, table],
    )


def _scheduled_output(tf, auxiliary=0, **options):
    sources = [_values(tf, 1, BATCH, TIME, UNITS)]
    given = {}
    if auxiliary:
        sources.append(_values(tf, 2, BATCH, TIME, auxiliary))
        given["auxiliary_inputs"] = sources[1]
    sampler = _modules(tf)[-1].ScheduledOutputTrainingSampler(**options)
    return _decoded(tf, sampler, sources[0], sequence_length=LENGTHS, **given), sources


def _embedded(tf, kind, by_function=False, **options):
    """Returns what is decoded from start tokens on."""
    table = _embeddings(tf)
    if by_function:
        options["embedding_fn"] = lambda ids: 3 * tf.nn.embedding_lookup(table, ids)
    sampler = getattr(_modules(tf)[-1], kind)(**options)
    layer, limit = tf.layers.Dense(SYMBOLS), {"maximum_iterations": 6}
    given = {"start_tokens": tf.constant(START), "end_token": END}
    return _decoded(tf, sampler, table, None, layer, limit, **given), [table]


def _inference(tf, next_inputs):
    sampler = _modules(tf)[-1].InferenceSampler(
        sample_fn=lambda outputs: outputs,
        sample_shape=[UNITS],
        sample_dtype=tf.float64,
        end_fn=lambda ids: tf.reduce_sum(ids, 1) > 1.0,
        next_inputs_fn=(lambda ids: 2 * ids) if next_inputs else None,
    )
    start = _values(tf, 5, BATCH, UNITS)
    return _decoded(tf, sampler, start, options={"maximum_iterations": 4}), [start]


def _custom(tf):
    """Returns what is decoded when each input is the last output and a shift."""
    sampler = _modules(tf)[-1].CustomSampler(
        initialize_fn=lambda inputs, shift: (tf.equal(shift[:, 0], 0), inputs + shift),
        sample_fn=lambda time, outputs, state: tf.argmax(outputs, 1),
        next_inputs_fn=lambda time, outputs, state, sample_ids: (
            tf.equal(sample_ids, 2),
            outputs + tf.cast(time, tf.float64),
            state,
        ),
        sample_ids_dtype=tf.int64,
    )
    start, shift = _values(tf, 5, BATCH, UNITS), _values(tf, 6, BATCH, UNITS)
    options = {"maximum_iterations": 4, "output_time_major": True}
    return _decoded(tf, sampler, start, options=options, shift=shift), [start, shift]


def _own(tf):
    """Returns what a decoder of one's own puts out, run by `dynamic_decode` itself."""
    decoders = _modules(tf)[0]

    class Doubling(decoders.BaseDecoder):
        batch_size = property(lambda self: BATCH)
        output_size = property(lambda self: tf.TensorShape([DEPTH]))
        output_dtype = property(lambda self: tf.float64)

        def initialize(self, inputs, initial_state=None, end=None):
            self.end = end
            return tf.fill([BATCH], False), inputs, initial_state

        def step(self, time, inputs, state):
            return inputs + state, state + 1, 2 * inputs, tf.fill([BATCH], time >= self.end)

    inputs, state = _values(tf, 7, BATCH, DEPTH), _values(tf, 8, BATCH, DEPTH)
    return decoders.dynamic_decode(
        Doubling(),
        decoder_init_input=inputs,
        decoder_init_kwargs={"initial_state": state, "end": 2},
    ), [inputs, state]


def _beam_search(tf, by_function=False, attention=False, **options):
    """Returns what a BeamSearchDecoderV2 finds."""
    _, _, beams, _, _ = _modules(tf)
    # The coverage penalty exists only in float32.
    seq2seq, dtype = tf.contrib.seq2seq, tf.float32 if attention else tf.float64
    table = tf.cast(_embeddings(tf), dtype)
    embedding_fn = (lambda ids: tf.nn.embedding_lookup(table, ids)) if by_function else None
    cell, sources = tf.nn.rnn_cell.GRUCell(UNITS), [table]
    if attention:
        sources.append(tf.cast(_values(tf, 9, BATCH, TIME, DEPTH), dtype))
        memory = seq2seq.tile_batch(sources[1], BEAMS)
        cell = seq2seq.AttentionWrapper(cell, seq2seq.LuongAttention(UNITS, memory))
    decoder = beams.BeamSearchDecoderV2(
        cell,
        BEAMS,
        embedding_fn,
        tf.layers.Dense(SYMBOLS),
        maximum_iterations=5,
        parallel_iterations=1,
        **options,
    )
    state = cell.zero_state(BATCH * BEAMS, dtype)
    outputs, state, lengths = decoder(
        None if by_function else table, tf.constant(START), END, initial_state=state
    )
    steps, state_of_cell = outputs.beam_search_decoder_output, state.cell_state
    if attention:
        state_of_cell = [state_of_cell.cell_state, state_of_cell.attention]
    found = [outputs.predicted_ids, steps.predicted_ids, steps.parent_ids, steps.scores]
    return found + [state_of_cell, state.log_probs, state.lengths, lengths], sources


def _loss(tf, *flags):
    """Returns a SequenceLoss of two sequences."""
    _, _, _, losses, _ = _modules(tf)
    logits, weights = _values(tf, 10, 2, 3, SYMBOLS), [[1.0, 2.0, 0.0], [0.5, 0.0, 0.0]]
    loss = losses.SequenceLoss(*flags)
    targets = tf.constant([[1, 2, 3], [0, 6, 5]])
    return [loss(targets, logits, tf.constant(weights, tf.float64))], [logits]


_greedy = partial(_embedded, kind="GreedyEmbeddingSampler")
_sampled = partial(_embedded, kind="SampleEmbeddingSampler", seed=3)
CASES = {
    "training": _training,
    "training_time_major": partial(_training, time_major=True, layer=True),
    "training_imputed": partial(_training, cell="LSTMCell", impute_finished=True),
    "training_limited": partial(_training, maximum_iterations=3, output_time_major=True),
    "scheduled_embedding": partial(
        _scheduled_embedding, by_function=False, seed=1, scheduling_seed=2
    ),
    "scheduled_embedding_fn": partial(
        _scheduled_embedding, by_function=True, seed=3, scheduling_seed=4
    ),
    "scheduled_output": partial(_scheduled_output, sampling_probability=0.5, seed=1),
    "scheduled_output_made": partial(
        _scheduled_output, sampling_probability=0.6, seed=2, next_inputs_fn=lambda x: 2 * x
    ),
    "scheduled_output_auxiliary": partial(
        _scheduled_output, sampling_probability=0.4, seed=3, auxiliary=2
    ),
    "greedy": _greedy,
    "greedy_fn": partial(_greedy, by_function=True),
    "sampled": _sampled,
    "sampled_hot": partial(_sampled, softmax_temperature=2.0),
    "inference": partial(_inference, next_inputs=False),
    "inference_next": partial(_inference, next_inputs=True),
    "custom": _custom,
    "own": _own,
    "beam": _beam_search,
    "beam_fn": partial(_beam_search, by_function=True, length_penalty_weight=0.8),
    "beam_attention": partial(_beam_search, attention=True, coverage_penalty_weight=0.3),
    "loss": _loss,
    "loss_average": lambda tf: _loss(tf, True, True, False, False),
    "loss_of_steps": lambda tf: _loss(tf, False, False, False, True),
}

if __name__ == "__main__":
    replay.record(CASES, RECORDED)
