"""`contrib.legacy_seq2seq`, as cases that run here and under TensorFlow 1.15.5.

    .oracle/bin/python tests/v1/contrib/legacy_cases.py      # records legacy_recorded.npz beside it

Runs under Python 3.7 too.
"""

import os
import sys
from functools import partial

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 3))
from tests.v1 import replay

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "legacy_recorded.npz")
BATCH, DEPTH, UNITS, SYMBOLS = 3, 2, 4, 5


def _inputs(tf, steps, depth=DEPTH, seed=0):
    random = np.random.RandomState(seed)
    return [tf.constant(random.randn(BATCH, depth)) for _ in range(steps)]


def _symbols(tf, steps, seed=0, symbols=SYMBOLS):
    random = np.random.RandomState(seed)
    return [tf.constant(random.randint(symbols, size=BATCH)) for _ in range(steps)]


def _cell(tf, kind="gru"):
    return tf.nn.rnn_cell.GRUCell(UNITS) if kind == "gru" else tf.nn.rnn_cell.LSTMCell(UNITS)


def _projection(tf):
    random = np.random.RandomState(9)
    return tf.constant(random.randn(UNITS, SYMBOLS)), tf.constant(random.randn(SYMBOLS))


def _plain(tf, function, cell="gru", loop=False):
    """Returns what a pair of encoder and decoder over vectors gives."""
    sources = _inputs(tf, 3) + _inputs(tf, 4, seed=1)
    options = {"loop_function": lambda output, i: output[:, :DEPTH] * i} if loop else {}
    if function == "rnn_decoder":
        state = tf.zeros([BATCH, UNITS], tf.float64)
        options.update(initial_state=state, cell=_cell(tf, cell))
        return tf.contrib.legacy_seq2seq.rnn_decoder(sources[3:], **options), sources[3:]
    function = getattr(tf.contrib.legacy_seq2seq, function)
    options.update(cell=_cell(tf, cell), dtype=tf.float64)
    return function(sources[:3], sources[3:], **options), sources


def _embedding(tf, function, cell="gru", feed=False, project=False, heads=0, **options):
    """Returns what a pair over symbols gives; `feed` may be a tensor, by its text."""
    feed = {"a true one": tf.constant(True), "a false one": tf.constant(False)}.get(feed, feed)
    if "tied" in function:
        options["num_symbols"] = SYMBOLS
    else:
        options.update(num_encoder_symbols=SYMBOLS + 1, num_decoder_symbols=SYMBOLS)
    if project:
        options["output_projection"] = _projection(tf)
    if heads:
        options["num_heads"] = heads
    with tf.variable_scope("all", dtype=tf.float64):
        made = getattr(tf.contrib.legacy_seq2seq, function)(
            _symbols(tf, 3),
            _symbols(tf, 4, 1),
            _cell(tf, cell),
            embedding_size=DEPTH,
            feed_previous=feed,
            dtype=tf.float64,
            **options,
        )
    return made, []


def _embedding_decoder(tf, update=True, attentive=False, **options):
    """Returns what a decoder over symbols that feeds its own likeliest gives."""
    legacy = tf.contrib.legacy_seq2seq
    (state,) = _inputs(tf, 1, UNITS, seed=3)
    options.update(feed_previous=True, update_embedding_for_previous=update)
    options.update(output_projection=_projection(tf))
    with tf.variable_scope("all", dtype=tf.float64):
        if attentive:
            memory = tf.stack(_inputs(tf, 3, UNITS, seed=4), 1)
            made = legacy.embedding_attention_decoder(
                _symbols(tf, 4), state, memory, _cell(tf), SYMBOLS, DEPTH, **options
            )
            return made, [state, memory]
        made = legacy.embedding_rnn_decoder(
            _symbols(tf, 4), state, _cell(tf), SYMBOLS, DEPTH, **options
        )
    return made, [state]


def _attention(tf, cell="gru", loop=False, **options):
    """Returns what the attention decoder gives."""
    inputs, memory = _inputs(tf, 4), tf.stack(_inputs(tf, 3, UNITS, seed=4), 1)
    if loop:
        options["loop_function"] = lambda output, i: output[:, :DEPTH] * i
    state = tf.nest.map_structure(lambda x: x + 0.5, _cell(tf, cell).zero_state(BATCH, tf.float64))
    with tf.variable_scope("all", dtype=tf.float64):
        made = tf.contrib.legacy_seq2seq.attention_decoder(
            inputs, state, memory, _cell(tf, cell), **options
        )
    return made, inputs + [memory]


def _one_to_many(tf, feed, of_tensor=False):
    """Returns the outputs and states of two decoders, in the order of their names."""
    feed = tf.constant(feed) if of_tensor else feed
    with tf.variable_scope("all", dtype=tf.float64):
        outputs, states = tf.contrib.legacy_seq2seq.one2many_rnn_seq2seq(
            _symbols(tf, 3),
            {"a": _symbols(tf, 2, 1), "b": _symbols(tf, 3, 2)},
            _cell(tf),
            {"a": _cell(tf), "b": _cell(tf)},
            SYMBOLS + 1,
            {"a": SYMBOLS, "b": SYMBOLS + 2},
            DEPTH,
            feed_previous=feed,
            dtype=tf.float64,
        )
    return [outputs[name] + [states[name]] for name in "ab"], []


def _losses(tf, function, custom=False, **options):
    """Returns the loss of four steps, the third of which counts for a part of the batch."""
    logits = _inputs(tf, 4, SYMBOLS)
    weights = np.ones([4, BATCH])
    weights[2] = 0, 0.5, 2
    if custom:
        options["softmax_loss_function"] = lambda labels, logits: tf.reduce_sum(
            tf.square(logits - tf.one_hot(labels, SYMBOLS, dtype=logits.dtype)), 1
        )
    function = getattr(tf.contrib.legacy_seq2seq, function)
    return function(logits, _symbols(tf, 4), [tf.constant(w) for w in weights], **options), logits


def _buckets(tf, per_example):
    """Returns outputs and losses of two buckets."""

    def seq2seq(encoder, decoder):
        return tf.contrib.legacy_seq2seq.embedding_rnn_seq2seq(
            encoder, decoder, _cell(tf), SYMBOLS, SYMBOLS, DEPTH, dtype=tf.float64
        )

    weights = [tf.constant(np.full(BATCH, 0.5 + i)) for i in range(4)]
    with tf.variable_scope("all", dtype=tf.float64):
        made = tf.contrib.legacy_seq2seq.model_with_buckets(
            _symbols(tf, 3),
            _symbols(tf, 4, 1),
            _symbols(tf, 4, 2),
            weights,
            [(2, 3), (3, 4)],
            seq2seq,
            per_example_loss=per_example,
        )
    return made, []


CASES = {
    "decoder": partial(_plain, function="rnn_decoder"),
    "decoder_loop": partial(_plain, function="rnn_decoder", loop=True),
    "basic": partial(_plain, function="basic_rnn_seq2seq", cell="lstm"),
    "tied": partial(_plain, function="tied_rnn_seq2seq"),
    "tied_loop": partial(_plain, function="tied_rnn_seq2seq", loop=True, cell="lstm"),
    "embedding_decoder": _embedding_decoder,
    "embedding_decoder_stopped": partial(_embedding_decoder, update=False),
    "attention_embedding_decoder": partial(_embedding_decoder, attentive=True, num_heads=2),
    "attention_embedding_stopped": partial(_embedding_decoder, attentive=True, update=False),
    "attention": _attention,
    "attention_lstm": partial(_attention, cell="lstm", num_heads=2, output_size=3),
    "attention_initial": partial(_attention, initial_state_attention=True, loop=True),
    "one_to_many": partial(_one_to_many, feed=False),
    "one_to_many_fed": partial(_one_to_many, feed=True),
    "one_to_many_true": partial(_one_to_many, feed=True, of_tensor=True),
    "one_to_many_false": partial(_one_to_many, feed=False, of_tensor=True),
    "by_example": partial(_losses, function="sequence_loss_by_example"),
    "by_example_sum": partial(
        _losses, function="sequence_loss_by_example", average_across_timesteps=False, custom=True
    ),
    "loss": partial(_losses, function="sequence_loss"),
    "loss_sum": partial(
        _losses,
        function="sequence_loss",
        average_across_timesteps=False,
        average_across_batch=False,
    ),
    "buckets": partial(_buckets, per_example=False),
    "buckets_by_example": partial(_buckets, per_example=True),
}
for _function in ("rnn", "tied_rnn", "attention"):
    for _feed in (False, True, "a true one", "a false one"):
        for _project in (False, True):
            if not (_project and _feed in ("a true one", "a false one")):
                _name = f"embedding_{_function}_{_feed}{'_projected' * _project}"
                CASES[_name.replace(" ", "_").lower()] = partial(
                    _embedding,
                    function=f"embedding_{_function}_seq2seq",
                    feed=_feed,
                    project=_project,
                    cell="gru" if _project else "lstm",
                    heads=2 if _project and _function == "attention" else 0,
                )


if __name__ == "__main__":
    replay.record(CASES, RECORDED)
