"""What is not a step: the cost of `import`, and of the command line around its steps.

    python benchmarks/overhead.py

The imports take turns, and what is printed is the median less that of an empty process. The
command line trains for a few epochs with every call into TensorFlow's session timed; what
is printed is the share of the time, from the first training step to the end, that was spent in
such calls.
"""

import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ORIGINAL = "tensorflow.compat.v1"
MODULES = [ORIGINAL, "tf1_rnn", "tf1_rnn.cells", "tf1_rnn.fast", "tf1_rnn.v1"]
ROUNDS = 7
COMMAND = """
import atexit, runpy, sys, time
import tensorflow.compat.v1 as tf

calls, make = [], tf.Session.make_callable

def timed(self, *args, **kwargs):
    run = make(self, *args, **kwargs)
    def call(*values):
        started = time.perf_counter()
        made = run(*values)
        calls.append((started, time.perf_counter()))
        return made
    return call

def report():
    ended, first = time.perf_counter(), calls[1][0]  # the very first optimises the graph
    inside = sum(end - start for start, end in calls[1:])
    share = inside / (ended - first)
    print(f"{len(calls)} calls, {ended - first:.1f} s, in TensorFlow {share:.1%}")

tf.Session.make_callable = timed
atexit.register(report)
runpy.run_module("tf1_rnn.main", run_name="__main__", alter_sys=True)
"""


def seconds(arguments):
    """Return the wall time of a Python process, and the last line of its output."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        text=True,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - started, (done.stdout.splitlines() or [""])[-1]


def main():
    """Print both tables."""
    statements = ["", *(f"import {module}" for module in MODULES)]
    rounds = [[seconds(["-c", each])[0] for each in statements] for _ in range(ROUNDS)]
    nothing, *imports = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(f"| import | seconds | / {ORIGINAL} |\n| --- | --- | --- |")
    for module, median in zip(MODULES, imports, strict=True):
        cost = median - nothing
        print(f"| {module} | {cost:.2f} | {cost / (imports[0] - nothing):.3f} |", flush=True)
    print("\n| command | from the first step on |\n| --- | --- |")
    for flags in (["--cell=lstm"], ["--cell=lstm", "--fast"], ["--cell=gru", "--fast"]):
        last = seconds(["-c", COMMAND, *flags, "--epochs=3"])[1]
        print(f"| tf1_rnn.main {' '.join(flags)} --epochs=3 | {last} |", flush=True)


if __name__ == "__main__":
    main()
