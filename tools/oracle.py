"""The oracle: a process of Python 3.7 with TensorFlow 1.15.5 that runs cases on request.

    worker = Worker("tensorflow")     # 1.15.5
    worker = Worker("tf1_rnn.v1")     # this project, in this Python
    arrays, meta = worker.record(case)

A worker builds a new graph for every case in one long-lived process: importing TensorFlow costs
more than a case does. Runs under Python 3.7 too.
"""

import base64
import importlib
import io
import json
import logging
import os
import struct
import subprocess
import sys
import warnings

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, ROOT)

from tf1_rnn.baseline import recording, trace  # noqa: E402
from tf1_rnn.baseline.cases import Case  # noqa: E402

HOW = "run tools/make_oracle.sh, or set TF1_RNN_ORACLE to a Python 3.7 with TensorFlow 1.15.5"


def python():
    """Return the oracle's Python: $TF1_RNN_ORACLE, else .oracle/bin/python, None if neither is."""
    named = os.environ.get("TF1_RNN_ORACLE")
    if named:
        return named
    made = os.path.join(ROOT, ".oracle", "bin", "python")
    return made if os.path.exists(made) else None


def environment():
    """Return the environment variables for a process of the oracle."""
    # Importing current TensorFlow sets TF2_BEHAVIOR, and 1.15.5 would turn to TensorFlow 2 by it.
    return {name: value for name, value in os.environ.items() if name != "TF2_BEHAVIOR"}


class Worker(object):
    """A process that records cases with one TensorFlow.

    Args:
        package: "tensorflow" for 1.15.5, or "tf1_rnn.v1".
        nn: a module to take the loops from in place of the package's own `nn`.
    """

    def __init__(self, package, nn=""):
        executable = python() if package == "tensorflow" else sys.executable
        if executable is None:
            raise RuntimeError("There is no oracle; " + HOW)
        settings = dict(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", OMP_NUM_THREADS="1")
        self._process = subprocess.Popen(
            [executable, "-W", "ignore", os.path.abspath(__file__), package, nn],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment(), **settings),
        )

    def ask(self, case, steps=0, given=None):
        """Hand over a case, and maybe the numbers to run it on, without waiting for its answer."""
        numbers = io.BytesIO()
        trace.save(numbers, given or {}, {})
        asked = {
            "case": recording.json_like(case._asdict()),
            "steps": steps,
            "given": base64.b64encode(numbers.getvalue()).decode(),
        }
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()

    def answer(self):
        """Wait for the oldest case asked: its trace, or `({}, {"error": [type, message]})`."""
        header = self._process.stdout.read(8)
        if len(header) < 8:
            raise RuntimeError("The worker died; run tools/oracle.py by hand to see why.")
        (size,) = struct.unpack("<q", header)
        return trace.load(io.BytesIO(self._process.stdout.read(size)))

    def record(self, case, steps=0, given=None):
        """Ask, and wait for the answer."""
        self.ask(case, steps, given)
        return self.answer()

    def close(self):
        """End the process."""
        self._process.stdin.close()
        self._process.wait()


def serve(package, nn):
    """Answer cases from stdin, one JSON line each, on stdout, until stdin ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever TensorFlow prints must not get between the answers
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    tf = importlib.import_module(package)
    loops = importlib.import_module(nn) if nn else None
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            given, _ = trace.load(io.BytesIO(base64.b64decode(asked["given"])))
            arrays, meta = recording.record(
                tf, Case(**asked["case"]), given or None, asked["steps"], loops
            )
        except Exception as error:  # the kind of error is an answer too
            first = (str(error).splitlines() or [""])[0]
            arrays, meta = {}, {"error": [type(error).__name__, first]}
        out = io.BytesIO()
        trace.save(out, arrays, meta)
        answers.write(struct.pack("<q", out.tell()) + out.getvalue())
        answers.flush()


if __name__ == "__main__":
    serve(*sys.argv[1:])
