"""This installation against the traces."""

import json
import os

from tf1_rnn.baseline import misuse, recording, trace
from tf1_rnn.baseline.cases import CASES


def check(name, tf, nn=None, training=True):
    """Run one case here and hold it against its trace.

    Args:
        name: the case.
        tf: `tf1_rnn.v1`, or another module like TensorFlow 1.
        nn: a module to take the loops from in place of `tf.nn`.
        training: whether to do the 100 steps with each optimiser too.

    Returns:
        `(errors, problems)`: the largest relative error of values, gradients and training, and
        what is wrong as `[(name, what)]`, empty when all is within its bound.
    """
    want, meta = trace.load(trace.path(name))
    if not training:
        want = {key: value for key, value in want.items() if not trace.is_training(key)}
    given = {key: value for key, value in want.items() if trace.is_given(key)}
    got, here = recording.record(tf, CASES[name], given, recording.STEPS if training else 0, nn)
    problems = trace.differences(here, meta)
    problems += trace.breaches(got, want, CASES[name].dtype)
    worst = {"values": 0.0, "gradients": 0.0, "training": 0.0}
    for key in want:
        kind = (
            "training"
            if trace.is_training(key)
            else "gradients"
            if key.startswith("gradient/")
            else "values"
        )
        if not trace.is_given(key) and key in got and got[key].shape == want[key].shape:
            worst[kind] = max(worst[kind], trace.errors(got[key], want[key])[1])
    return worst, problems


def check_misuse(name, tf):
    """Raise the error of one misuse here; give what differs in type from the recorded one."""
    with open(os.path.join(trace.FOLDER, "misuse.json"), encoding="utf-8") as file:
        want = json.load(file)[name]
    got = misuse.outcome(tf, name)
    if got[0] == want[0]:
        return []
    return [(name, "%s, expected %s: %s" % (got[0], want[0], want[1]))]
