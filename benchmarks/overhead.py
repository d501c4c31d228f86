"""What is not a step: the cost of `import`, and of the command line around its steps.

    python benchmarks/overhead.py

The command line trains for a few epochs with every call into TensorFlow's session timed; what
is printed is the share of the time, from the first training step to the end, that was spent in
such calls.
"""

import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODULES = ["tensorflow", "tf1_rnn", "tf1_rnn.cells", "tf1_rnn.fast", "tf1_rnn.v1"]
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
    """Returns the wall time of a Python process, and the last line of its output."""
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
    """Prints both tables."""
    nothing = min(seconds(["-c", ""])[0] for _ in range(3))
    print("| import | seconds |\n| --- | --- |")
    for module in MODULES:
        least = min(seconds(["-c", f"import {module}"])[0] for _ in range(3))
        print(f"| {module} | {least - nothing:.2f} |", flush=True)
    print("\n| command | from the first step on |\n| --- | --- |")
    for flags in (["--cell=lstm"], ["--cell=lstm", "--fast"], ["--cell=gru", "--fast"]):
        last = seconds(["-c", COMMAND, *flags, "--epochs=3"])[1]
        print(f"| tf1_rnn.main {' '.join(flags)} --epochs=3 | {last} |", flush=True)


if __name__ == "__main__":
    main()
