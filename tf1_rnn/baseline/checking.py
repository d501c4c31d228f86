"""Compare this installation with the recorded traces."""

from __future__ import annotations

import json
import os
from typing import Any

from tf1_rnn.baseline import misuse, recording, trace
from tf1_rnn.baseline.cases import CASES


def check(
    name: str, tf: Any, nn: Any = None, training: bool = True
) -> tuple[dict[str, float], list[tuple[str, str]]]:
    """Run one case here and compare it with its trace.

    Args:
        name: the case.
        tf: `tf1_rnn.v1`, or another module like TensorFlow 1.
        nn: a module to take the loops from in place of `tf.nn`.
        training: whether to do the 100 steps with each optimiser too.

    Returns:
        `(errors, problems)`: the largest relative error of values, gradients and training, and
        the differences as `[(name, what)]`, empty when all are within their bounds.
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


def check_misuse(name: str, tf: Any) -> list[tuple[str, str]]:
    """Cause the error of one misuse; return where its type differs from the recorded one."""
    with open(os.path.join(trace.FOLDER, "misuse.json"), encoding="utf-8") as file:
        want = json.load(file)[name]
    got = misuse.outcome(tf, name)
    if got[0] == want[0]:
        return []
    return [(name, "%s, expected %s: %s" % (got[0], want[0], want[1]))]
