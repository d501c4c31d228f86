"""Draw random cases, run each with TensorFlow 1.15.5 and here, and compare all they say.

    python tools/differential.py --draws=1000              # a fresh seed, which is printed
    python tools/differential.py --draws=1000 --seed=0     # the fixed list of seeds

Equal means: within 1e-12 in float64 and 2e-6 in float32, relative to the largest magnitude of each
tensor (at least 0.01, and 0.1 in float32), and as the rounding of the type allows in float16 and
bfloat16; the same names, shapes, dtypes and order of variables
and of trainable variables, the same constant initial values, the same structures of states and
outputs; or, where 1.15.5 raises, the same type of error,
unless it lacks a kernel for bfloat16. Where only numbers of less than
float64 are apart,
`is_rounding` measures how much the type rounds in that case: an error as large in both versions is
counted and said, but no disagreement. Exit code 1 if any draw disagrees.
"""

import argparse
import collections
import os
import random
import sys
import time

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from tf1_rnn.baseline import trace
from tools import draws, oracle
from tools.oracle import Worker

TRIALS = 16  # how often a case is run to see how much float32 rounds in it
LACKING = ("NotFoundError", "InternalError", "InvalidArgumentError")  # where 1.15.5 has no kernel
AHEAD = 4  # cases handed over before the oldest answer is read, so that neither side waits


def disagreements(case, here, there):
    """Return the differences between two answers for a case, as lines; empty if none."""
    (got, about_got), (want, about_want) = here, there
    errors = [about.get("error") for about in (about_got, about_want)]
    if case.dtype == "bfloat16" and not errors[0] and errors[1] and errors[1][0] in LACKING:
        return []
    if any(errors):
        kinds = [error and error[0] for error in errors]
        return (
            []
            if kinds[0] == kinds[1]
            else ["%s, expected %s" % tuple(": ".join(e) if e else "no error" for e in errors)]
        )
    found = trace.differences(about_got, about_want)
    if not found:  # with other names, all numbers would be missing
        found = trace.breaches(got, want, case.dtype)
    if case.dtype == "bfloat16":  # of which 1.15.5 has no gradients, or wrong ones
        found = [pair for pair in found if not pair[0].startswith("gradient/")]
    return ["%s: %s" % pair for pair in found]


def is_rounding(case, here, there):
    """Whether two answers are apart by no more than their type rounds in either version.

    How much that is, is measured: both run the case on its own numbers and on numbers that are
    theirs but for the last bit, and are compared with our float64, for 1.15.5 lacks that of some
    cells. Of every tensor, the worst of both must be within the bound, or within a factor of two
    of each other: a mistake would show in only one of them.
    """
    (got, about_got), (want, about_want) = here, there
    raised = "error" in about_got or "error" in about_want
    if case.dtype == "float64" or raised or trace.differences(about_got, about_want):
        return False
    if _kinds(got) != _kinds(want):
        return False
    workers = Worker("tf1_rnn.v1"), Worker("tensorflow")
    try:
        worst = [dict.fromkeys(want, 0.0) for _ in workers]
        for trial in range(TRIALS):
            given = _last_bits_moved(want, trial, case.dtype) if trial else want
            exact, about = workers[0].record(case._replace(dtype="float64"), given=given)
            if "error" in about:
                return False
            for worker, errors, answer in zip(workers, worst, (got, want)):
                answer = worker.record(case, given=given)[0] if trial else answer
                for name, array in answer.items():
                    error = trace.errors(array, exact[name].astype(array.dtype))[1]
                    errors[name] = max(errors[name], error)
    finally:
        for worker in workers:
            worker.close()
    pairs = {name: [errors[name] for errors in worst] for name in want}
    return all(
        max(pair) <= max(trace.bound(name, case.dtype), 2 * min(pair))
        for name, pair in pairs.items()
    )


def _last_bits_moved(arrays, seed, dtype="float32"):
    """Return the arrays, each number of the case's type moved by one ulp up, down, or not."""
    random = np.random.RandomState(seed)
    kept = "float32" if dtype == "bfloat16" else dtype  # as `recording` keeps it
    bit = 2.0**16 if dtype == "bfloat16" else 1.0
    return {
        name: array + _some_bits(random, array) * np.array(bit, kept)
        if array.dtype == kept
        else array
        for name, array in arrays.items()
    }


def _some_bits(random, array):
    return np.spacing(np.abs(array)) * random.randint(-1, 2, array.shape).astype(array.dtype)


def _kinds(arrays):
    return {name: (array.shape, array.dtype) for name, array in arrays.items()}


def run(cases, fast=False):
    """Yield `(case, lines that differ, what else is to say)` for each case.

    What else: "error" where 1.15.5 raised one, "rounding" where float32 was too coarse to tell.
    """
    here = Worker("tf1_rnn.v1", "tf1_rnn.fast" if fast else "")
    there = Worker("tensorflow")
    try:
        waiting = []
        for case in list(cases) + [None] * AHEAD:
            if case is not None:
                here.ask(case)
                there.ask(case)
            waiting.append(case)
            oldest = waiting.pop(0) if len(waiting) > AHEAD else None
            if oldest is not None:
                got, want = here.answer(), there.answer()
                lines = disagreements(oldest, got, want)
                if lines and is_rounding(oldest, got, want):
                    yield oldest, [], "rounding"
                else:
                    yield oldest, lines, "error" if "error" in want[1] else ""
    finally:
        here.close()
        there.close()


def main():
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=50)
    parser.add_argument("--seed", type=int, help="the first seed (default: a fresh one)")
    parser.add_argument(
        "--family",
        action="append",
        choices=sorted(draws.FAMILIES),
        help="draw only from this family of cells (may be repeated)",
    )
    parser.add_argument("--fast", action="store_true", help="our side with tf1_rnn.fast's loops")
    flags = parser.parse_args()
    if not os.access(oracle.python() or "", os.X_OK):
        parser.error("there is no oracle; %s" % oracle.HOW)
    first = flags.seed if flags.seed is not None else random.SystemRandom().randrange(10**6, 10**9)
    print("%d draws from seed %d" % (flags.draws, first), flush=True)
    start, bad, counts = time.time(), 0, collections.Counter()
    cases = [draws.case(seed, flags.family) for seed in range(first, first + flags.draws)]
    for done, (case, lines, note) in enumerate(run(cases, flags.fast), 1):
        counts[note] += 1
        if done % 100 == 0:
            print("%d done, %d disagree, %.0f s" % (done, bad, time.time() - start), flush=True)
        if note == "rounding":
            print("ROUNDING %s: the type rounds as much in both" % case.name, flush=True)
        if lines:
            bad += 1
            print(
                "\n".join(["DISAGREE %r" % (case,)] + ["    " + line for line in lines]), flush=True
            )
    print(
        "%d draws from seed %d: %d disagree (%d raised errors, %d rounding) in %.0f s"
        % (len(cases), first, bad, counts["error"], counts["rounding"], time.time() - start)
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
