"""`contrib.crf` and `contrib.recurrent`, as cases that run here and under TensorFlow 1.15.5.

    .oracle/bin/python tests/v1/contrib/contrib_cases.py   # records contrib_recorded.npz beside it

Runs under Python 3.7 too.
"""

import os
import sys
from functools import partial

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 3))
from tests.v1 import replay

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "contrib_recorded.npz")
BATCH, TIME, TAGS, DEPTH = 3, 4, 5, 2
LENGTHS = [4, 2, 3]


def _scores(tf, batch=BATCH, time=TIME):
    random = np.random.RandomState(0)
    inputs = tf.constant(random.randn(batch, time, TAGS).astype(np.float32))
    transitions = tf.constant(random.randn(TAGS, TAGS).astype(np.float32))
    return inputs, transitions, tf.constant(random.randint(TAGS, size=(batch, time)))


def _crf(tf, function, time=TIME, unknown=False):
    """Returns what a function of the scores, the tags and the lengths gives."""
    inputs, transitions, tags = _scores(tf, time=time)
    if unknown:
        inputs = tf.placeholder_with_default(inputs, [None, None, TAGS])
    lengths = tf.constant(np.minimum(LENGTHS, time))
    crf, tags = tf.contrib.crf, tf.cast(tags, tf.int32)
    results = {
        "log_likelihood": lambda: crf.crf_log_likelihood(inputs, tags, lengths, transitions)[0],
        "log_likelihood_made": lambda: crf.crf_log_likelihood(inputs, tags, lengths),
        "log_norm": lambda: crf.crf_log_norm(inputs, lengths, transitions),
        "sequence_score": lambda: crf.crf_sequence_score(inputs, tags, lengths, transitions),
        "unary_score": lambda: crf.crf_unary_score(tags, lengths, inputs),
        "binary_score": lambda: crf.crf_binary_score(tags, lengths, transitions),
        "multitag": lambda: crf.crf_multitag_sequence_score(
            inputs, inputs > -0.5, lengths, transitions
        ),
        "decode": lambda: crf.crf_decode(inputs, transitions, lengths),
    }
    return results[function](), [inputs, transitions]


def _recurrent(tf, function, cell="LSTMCell", lengths=None, **options):
    """Returns the outputs and the states of a loop of `contrib.recurrent`."""
    x = tf.constant(np.random.RandomState(1).randn(BATCH, TIME, DEPTH))
    cells = [getattr(tf.nn.rnn_cell, cell)(3) for _ in range(2 if "bi" in function else 1)]
    loop = getattr(tf.contrib.recurrent, function)
    options.update(sequence_length=lengths, dtype=tf.float64)
    return loop(*(cells + [x]), **options), [x]


def _step(tf, theta, state, inputs):
    """A step of a user's own: its state has two parts, its extras are what its gradient needs."""
    before = tf.matmul(inputs["x"], theta[0]) + state["m"] * theta[1]
    after = tf.tanh(before) * inputs["scale"]
    return {"m": after, "n": state["n"] + 0.5 * after}, {"slope": 1 - tf.square(tf.tanh(before))}


def _step_gradient(tf, theta, state, inputs, extras, of_state):
    of_before = (of_state["m"] + 0.5 * of_state["n"]) * inputs["scale"] * extras["slope"]
    of_scale = (of_state["m"] + 0.5 * of_state["n"]) * tf.tanh(
        tf.matmul(inputs["x"], theta[0]) + state["m"] * theta[1]
    )
    of_theta = [
        tf.matmul(inputs["x"], of_before, transpose_a=True),
        tf.reduce_sum(of_before * state["m"], 0),
    ]
    of_inputs = {"x": tf.matmul(of_before, theta[0], transpose_b=True), "scale": of_scale}
    return of_theta, {"m": of_before * theta[1], "n": of_state["n"]}, of_inputs


def _recurrent_of(tf, gradient=False, time=TIME, steps=None, **options):
    """Returns the states of all steps and the last of `Recurrent`, for a step of a user's own."""
    random = np.random.RandomState(2)

    def constant(*shape):
        return tf.constant(random.randn(*shape))

    theta = [constant(DEPTH, 3), constant(3)]
    inputs = {"x": constant(time, BATCH, DEPTH), "scale": constant(time, BATCH, 3)}
    state = {"m": constant(BATCH, 3) * options.pop("start", 1.0), "n": constant(BATCH, 3)}
    if gradient:
        options["cell_grad"] = partial(_step_gradient, tf)
    if steps is not None:
        options["max_input_length"] = tf.constant(steps)
    results = tf.contrib.recurrent.Recurrent(theta, state, inputs, partial(_step, tf), **options)
    sources = theta + [inputs["x"], inputs["scale"], state["m"], state["n"]]
    return results, sources


CASES = {
    "crf_" + name: partial(_crf, function=name)
    for name in (
        "log_likelihood log_likelihood_made log_norm sequence_score unary_score binary_score "
        "multitag decode"
    ).split()
}
CASES.update(
    crf_one_step=partial(_crf, function="log_likelihood", time=1),
    crf_decode_one_step=partial(_crf, function="decode", time=1),
    crf_unknown_time=partial(_crf, function="log_likelihood", time=1, unknown=True),
    crf_decode_unknown_time=partial(_crf, function="decode", unknown=True),
    loop=partial(_recurrent, function="functional_rnn"),
    loop_gru=partial(_recurrent, function="functional_rnn", cell="GRUCell"),
    loop_lengths=partial(_recurrent, function="functional_rnn", lengths=LENGTHS),
    loop_none=partial(_recurrent, function="functional_rnn", lengths=[0, 1, 4]),
    loop_reverse=partial(_recurrent, function="functional_rnn", reverse=True),
    loop_reverse_lengths=partial(
        _recurrent, function="functional_rnn", lengths=[3, 2, 1], reverse=True
    ),
    own=_recurrent_of,
    own_gradient=partial(_recurrent_of, gradient=True),
    own_steps=partial(_recurrent_of, steps=2),
    own_gradient_steps=partial(_recurrent_of, steps=3, gradient=True),
    own_end=partial(_recurrent_of, steps=3, start=0.0, aligned_end=True),
    own_gradient_end=partial(_recurrent_of, steps=4, gradient=True, aligned_end=True),
    own_one=partial(_recurrent_of, time=1, steps=1),
    own_gradient_one=partial(_recurrent_of, time=1, gradient=True),
    both=partial(_recurrent, function="bidirectional_functional_rnn"),
    both_fast=partial(
        _recurrent, function="bidirectional_functional_rnn", lengths=[3, 2, 1], fast_reverse=True
    ),
    both_lengths=partial(_recurrent, function="bidirectional_functional_rnn", lengths=LENGTHS),
)


if __name__ == "__main__":
    replay.record(CASES, RECORDED)
