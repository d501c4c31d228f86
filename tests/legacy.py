"""Runs the scripts of `legacy_scripts/`, here and under TensorFlow 1.15.5, and compares prints.

As a program it runs scripts one after the other from one process that has imported the v1 API, each
in a fork of its own: `python -m tests.legacy FOLDER SCRIPT...` writes FOLDER/SCRIPT.txt.
"""

import gzip
import json
import os
import re
import struct
import subprocess
import sys
import traceback

import numpy as np

from tools import oracle

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "legacy_scripts")
EXPECTED = os.path.join(SCRIPTS, "expected")
NAMES = sorted(name[:-3] for name in os.listdir(SCRIPTS) if name.endswith(".py"))
_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")


def write_mnist(folder):
    """Write a small random MNIST as four gzipped IDX files."""
    random = np.random.RandomState(0)
    for name, n in (("train", 120), ("t10k", 80)):
        images = random.randint(0, 256, (n, 28, 28)).astype(np.uint8)
        labels = random.randint(0, 10, n).astype(np.uint8)
        with gzip.open(os.path.join(folder, f"{name}-images-idx3-ubyte.gz"), "wb") as file:
            file.write(struct.pack(">4i", 2051, n, 28, 28) + images.tobytes())
        with gzip.open(os.path.join(folder, f"{name}-labels-idx1-ubyte.gz"), "wb") as file:
            file.write(struct.pack(">2i", 2049, n) + labels.tobytes())


def arguments(name, folder):
    """The command line of a script: the one on MNIST takes the folder of its data."""
    return [folder] if name == "mnist_static_lstm" else []


def run_under(python, name, folder):
    """Return what the script prints under another Python, one with TensorFlow 1.15.5."""
    folder = str(folder)
    command = [python, "-W", "ignore", name + ".py", *arguments(name, folder)]
    done = subprocess.run(
        command, cwd=SCRIPTS, capture_output=True, text=True, env=oracle.environment()
    )
    return f"{done.stdout}exit code {done.returncode}\n".replace(folder, "FOLDER")


def assert_same_prints(ours, theirs, tolerance=2e-4):
    """Assert equal words, and numbers equal within the tolerance, however they are spaced."""
    words = [re.sub(r"\s", "", _NUMBER.sub("#", text)) for text in (ours, theirs)]
    assert words[0] == words[1], f"{ours}\n--- expected\n{theirs}"
    numbers = [np.array([float(x) for x in _NUMBER.findall(text)]) for text in (ours, theirs)]
    np.testing.assert_allclose(*numbers, rtol=tolerance, atol=tolerance)


def _run_forked(name, folder):
    from tf1_rnn import run

    child = os.fork()
    if child:
        return os.waitpid(child, 0)
    with open(os.path.join(folder, name + ".txt"), "wb", buffering=0) as file:
        os.dup2(file.fileno(), 1)
    sys.stdout = os.fdopen(1, "w")
    code = 0
    report = _fast_loops() if os.environ.get("TF1_RNN_TEST_FAST") else None
    try:
        run.main([name + ".py", *arguments(name, folder)])
    except SystemExit as stop:
        code = stop.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    print(f"exit code {code}", flush=True)
    if report:
        with open(os.path.join(folder, name + ".fast"), "w") as file:
            json.dump(report.calls, file)
    os._exit(0)


def _fast_loops():
    from tf1_rnn.v1 import _fast

    return _fast.install()


def main(folder, *names):
    """Run the scripts, each in a fork."""
    from tf1_rnn.porting import quiet

    v1 = quiet.import_v1()
    _ = v1.layers, v1.contrib.slim  # once, and not in every fork
    os.chdir(SCRIPTS)
    for name in names:
        _run_forked(name, folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
