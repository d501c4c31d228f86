"""This TensorFlow and these cells against every trace of 1.15.5."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.baseline import checking, misuse, recording, trace
from tf1_rnn.baseline.cases import CASES


@pytest.mark.parametrize("name", CASES)
def test_case(name):
    _, problems = checking.check(name, tf)  # 100 steps of training included
    assert problems == []


@pytest.mark.parametrize("name", misuse.MISUSES)
def test_misuse_raises_the_same_type_of_error(name):
    assert checking.check_misuse(name, tf) == []


def test_a_wrong_trace_is_noticed(tmp_path, monkeypatch):
    arrays, meta = trace.load(trace.path("gru_random_state"))
    arrays["gradient/variable/rnn/gru_cell/gates/bias"] *= 1 + 1e-9
    meta["variables"] = meta["variables"][::-1]
    monkeypatch.setattr(trace, "FOLDER", str(tmp_path))
    monkeypatch.setattr(trace, "path", lambda name: str(tmp_path / (name + ".npz")))
    trace.save(trace.path("gru_random_state"), arrays, meta)
    _, problems = checking.check("gru_random_state", tf)
    assert [what for what, _ in problems] == [
        "variables",
        "gradient/variable/rnn/gru_cell/gates/bias",
    ]


def test_numbers_are_drawn_as_they_were_recorded():
    arrays, _ = trace.load(trace.path("lstm_peepholes"))
    drawn, _ = recording.record(tf, CASES["lstm_peepholes"], steps=0)
    for name in arrays:
        if trace.is_given(name):
            np.testing.assert_array_equal(drawn[name], arrays[name])
