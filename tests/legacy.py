"""Runs the scripts of `legacy_scripts/`, here and under TensorFlow 1.15.5, and compares prints.

As a program it runs scripts one after the other from one process that has imported the v1 API, or
TensorFlow 1.15.5 where that is installed, each in a fork of its own:
`python -m tests.legacy FOLDER SCRIPT...` writes FOLDER/SCRIPT.txt.
"""

import gzip
import json
import os
import re
import runpy
import struct
import subprocess
import sys
import traceback

import numpy as np

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


def run_under(python, folder, names=NAMES, env=None):
    """Return what scripts print under a Python, by their names; the folder gets MNIST's files."""
    write_mnist(folder)
    done = subprocess.run(
        [python, "-W", "ignore", "-m", "tests.legacy", str(folder), *names],
        cwd=os.path.dirname(os.path.dirname(SCRIPTS)),
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    prints = {}
    for name in names:
        with open(os.path.join(str(folder), name + ".txt")) as file:
            prints[name] = file.read().replace(str(folder), "FOLDER")
    return prints


def assert_same_prints(ours, theirs, tolerance=2e-4):
    """Assert equal words, and numbers equal within the tolerance, however they are spaced."""
    words = [re.sub(r"\s", "", _NUMBER.sub("#", text)) for text in (ours, theirs)]
    assert words[0] == words[1], f"{ours}\n--- expected\n{theirs}"
    numbers = [np.array([float(x) for x in _NUMBER.findall(text)]) for text in (ours, theirs)]
    np.testing.assert_allclose(*numbers, rtol=tolerance, atol=tolerance)


def _run_forked(name, folder, run):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)
    with open(os.path.join(folder, name + ".txt"), "wb", buffering=0) as file:
        os.dup2(file.fileno(), 1)
    sys.stdout = os.fdopen(1, "w")
    code = 0
    report = _fast_loops() if os.environ.get("TF1_RNN_TEST_FAST") else None
    try:
        run([name + ".py", *arguments(name, folder)])
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


def _run_as_it_is(argv):
    sys.argv, sys.path[0] = argv, ""
    runpy.run_path(argv[0], run_name="__main__")


def main(folder, *names):
    """Run the scripts, each in a fork."""
    if sys.version_info[:2] == (3, 7):
        import tensorflow

        _ = tensorflow.contrib.rnn  # once, and not in every fork
        run = _run_as_it_is
    else:
        from tf1_rnn.porting import quiet
        from tf1_rnn.run import main as run

        v1 = quiet.import_v1()
        _ = v1.layers, v1.contrib.slim
    os.chdir(SCRIPTS)
    for name in names:
        _run_forked(name, folder, run)


if __name__ == "__main__":
    main(*sys.argv[1:])
