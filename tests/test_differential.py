"""Random cases, run under TensorFlow 1.15.5 and here, live."""

import os

import numpy as np
import pytest

from tf1_rnn.baseline.cases import Case
from tools import differential, draws, oracle

DRAWS = int(os.environ.get("TF1_RNN_DRAWS", "50"))


@pytest.mark.oracle
@pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
def test_random_cases_agree():
    cases = [draws.case(seed) for seed in range(DRAWS)]
    wrong = [(case, lines) for case, lines, _ in differential.run(cases) if lines]
    assert wrong == []


def test_a_seed_draws_the_same_case_everywhere():
    assert draws.case(3) == draws.case(3)
    assert len({str(draws.case(seed)._replace(name="", seed=0)) for seed in range(200)}) > 190


def test_draws_reach_every_loop_family_type_and_breakage():
    cases = [draws.case(seed) for seed in range(1000)]
    assert {case.loop for case in cases} >= set(draws.LOOPS)
    assert {case.breakage for case in cases} == {"", *draws.BREAKAGES}
    types = {"bfloat16", "float16", "float32", "float64"}
    assert {case.dtype for case in cases} == types
    assert {case.state for case in cases} >= {"none", "zero", "random"}
    for family in draws.FAMILIES:
        assert all(case.cell for case in [draws.case(seed, [family]) for seed in range(20)])


def answer(outputs=1.0, error=None):
    if error:
        return {}, {"error": [error, "text"]}
    return {"outputs": np.array([outputs])}, {"variables": [], "trainable": []}


@pytest.mark.parametrize(
    "here, there, said",
    [
        (answer(), answer(), []),
        (answer(1 + 1e-11), answer(), ["outputs: relative error"]),
        (answer(error="ValueError"), answer(error="ValueError"), []),
        (
            answer(error="TypeError"),
            answer(error="ValueError"),
            ["TypeError: text, expected Value"],
        ),
        (answer(), answer(error="ValueError"), ["no error, expected ValueError"]),
        (answer(error="KeyError"), answer(), ["KeyError: text, expected no error"]),
    ],
)
def test_what_counts_as_a_disagreement(here, there, said):
    found = differential.disagreements(Case("a"), here, there)
    assert len(found) == len(said)
    assert all(line.startswith(start) for line, start in zip(found, said, strict=True))


@pytest.mark.parametrize(
    "dtype, here, there, rounding",
    [
        ("float32", 1.5e-6, -1.5e-6, True),  # both within the bound
        ("float32", 9e-6, 6e-6, True),  # both as far off as each other
        ("float32", 9e-6, -6e-6, True),
        ("float32", 2.5e-6, 0, False),
        ("float32", 0, 2.5e-6, False),
        ("float32", 9e-6, 3e-6, False),
        ("float64", 1.5e-6, -1.5e-6, False),
    ],
)
def test_float32_apart_is_rounding_only_if_both_round_as_much(
    monkeypatch, dtype, here, there, rounding
):
    class Off:
        """Answers 1 in float64, and in float32 what its version is off by."""

        def __init__(self, package):
            self.off = {"tf1_rnn.v1": here, "tensorflow": there}[package]

        def record(self, case, given):
            off = 0 if case.dtype == "float64" else self.off
            return {"outputs": np.array([1 + off], case.dtype)}, {}

        def close(self):
            pass

    monkeypatch.setattr(differential, "Worker", Off)
    answers = [({"outputs": np.array([1 + off], dtype)}, {}) for off in (here, there)]
    assert differential.is_rounding(Case("a", dtype=dtype), *answers) == rounding
    other = {"outputs": np.ones([1, 1], dtype)}, {}
    assert not differential.is_rounding(Case("a", dtype=dtype), other, answers[1])


def test_an_error_that_other_numbers_show_is_found(monkeypatch):
    """One version is right by chance, only on the first numbers."""

    class Worker:
        def __init__(self, package):
            self.off = 1e-5 if package == "tf1_rnn.v1" else 4e-6

        def record(self, case, given):
            off = 0 if case.dtype == "float64" else self.off
            return {"outputs": np.array([1 + off], case.dtype)}, {}

        def close(self):
            pass

    monkeypatch.setattr(differential, "Worker", Worker)
    answers = [({"outputs": np.array([1 + off], "float32")}, {}) for off in (0, 4e-6)]
    assert not differential.is_rounding(Case("a", dtype="float32"), *answers)


def test_numbers_are_moved_by_a_bit_at_most():
    arrays = {"x": np.array([1, -2, 0.5], "float32"), "ids": np.array([3]), "y": np.ones(2)}
    moved = [differential._last_bits_moved(arrays, seed) for seed in range(1, 9)]
    assert all(m["ids"] is arrays["ids"] and m["y"] is arrays["y"] for m in moved)
    found = np.array([m["x"] for m in moved])
    assert found.dtype == np.float32 and len(np.unique(found, axis=0)) > 1
    assert (np.abs(found - arrays["x"]) <= np.spacing(np.abs(arrays["x"]))).all()
