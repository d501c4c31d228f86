"""What the engines share: one process each, that builds cases and times them when asked.

`run.py` writes one JSON object a line: a case to build, or `{"time": n}` for n timed steps of
the case last built; the answer is one JSON object a line. Runs under Python 3.7 too.
"""

import json
import os
import resource
import sys
import time

THREADS = 2
ON_GPU = bool(os.environ.get("BENCHMARK_ON_GPU"))  # in float32 throughout, without TF32


def input_shape(case):
    """Return `[batch, time, ...]`."""
    if case["variant"] == "conv_lstm":
        return [case["batch"], case["steps"], case["inputs"], case["inputs"], 1]
    return [case["batch"], case["steps"], case["inputs"]]


def products(case):
    """Return the shapes (left, right) of the products of one time step, forward."""
    batch, depth, units = case["batch"], case["inputs"], case["units"]

    def dense(depth, units, gates):
        return [batch, depth + units], [depth + units, gates * units]

    if case["variant"] == "conv_lstm":
        return [([batch, depth, depth, 1 + units], [3, 3, 1 + units, 4 * units])]
    if case["variant"] == "gru":
        return [dense(depth, units, 2), dense(depth, units, 1)]
    if case["variant"] == "multi_lstm":
        return [dense(depth, units, 4), dense(units, units // 2, 4)]
    return [dense(depth, units, 4)] * (2 if case["variant"] == "bilstm" else 1)


def serve(build):
    """Answer `run.py` until it closes the pipe; `build(case)` returns a function of one step."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not get between the answers
    step = None
    for line in sys.stdin:
        asked = json.loads(line)
        started = time.perf_counter()
        if "time" in asked:
            answer = {"ms": [_timed(step) for _ in range(asked["time"])]}
        else:
            cpu = time.process_time()
            step = build(asked)
            built = time.perf_counter()
            step()
            answer = {"build_s": built - started, "first_step_s": time.perf_counter() - started}
            answer["first_step_cpu_s"] = time.process_time() - cpu
        answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _timed(step):
    started = time.perf_counter()
    step()
    return (time.perf_counter() - started) * 1e3
