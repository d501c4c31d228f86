"""Record the traces of tf1_rnn/baseline/ with TensorFlow 1.15.5.

    .oracle/bin/python tools/record_traces.py [CASE ...]

Runs under Python 3.7. Without names every case is recorded, and traces of no case are removed. The
name "misuse" stands for the kinds of errors for misuse, traces/misuse.json, and "seeded" for the
nodes and the seeded runs, seeded.json.xz next to the traces.
"""

import json
import logging
import os
import sys
import time
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")

from tf1_rnn.baseline import misuse, recording, seeded, trace  # noqa: E402
from tf1_rnn.baseline.cases import CASES  # noqa: E402


def main(names):
    """Record the named cases, or all."""
    import tensorflow as tf

    if tf.__version__ != "1.15.5":
        sys.exit(
            "Traces are recorded with TensorFlow 1.15.5; this is %s. tools/make_oracle.sh "
            "makes the right one in .oracle/." % tf.__version__
        )
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    special = {"misuse": _record_misuse, "seeded": _record_seeded}
    unknown = [name for name in names if name not in CASES and name not in special]
    if unknown:
        sys.exit("Unknown cases: %s." % ", ".join(unknown))
    os.makedirs(trace.FOLDER, exist_ok=True)
    for name in names or list(CASES) + list(special):
        if name in special:
            special[name](tf)
        else:
            _record(tf, name)
    if not names:
        for file in os.listdir(trace.FOLDER):
            if file.endswith(".npz") and file[:-4] not in CASES:
                os.remove(os.path.join(trace.FOLDER, file))
    size = sum(os.path.getsize(os.path.join(trace.FOLDER, f)) for f in os.listdir(trace.FOLDER))
    print("%d cases, %.2f MB in all" % (len(CASES), size / 1e6))


def _record(tf, name):
    start = time.time()
    arrays, meta = recording.record(tf, CASES[name])
    trace.save(trace.path(name), arrays, meta)
    print(
        "%-44s %8d bytes %6.1f s" % (name, os.path.getsize(trace.path(name)), time.time() - start),
        flush=True,
    )


def _record_misuse(tf):
    outcomes = {name: misuse.outcome(tf, name) for name in misuse.MISUSES}
    with open(os.path.join(trace.FOLDER, "misuse.json"), "w") as file:
        json.dump(outcomes, file, indent=1, sort_keys=True)
        file.write("\n")


def _record_seeded(tf):
    records = {}
    for name in seeded.names():
        records[name] = seeded.record(tf, name)
        print("%-44s %4d losses" % (name, len(records[name]["loss"])), flush=True)
    seeded.save(records)


if __name__ == "__main__":
    main(sys.argv[1:])
