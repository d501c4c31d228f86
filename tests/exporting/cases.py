"""What the export has to keep together or apart, as cases run under TensorFlow 1.15.5.

    .oracle/bin/python tests/exporting/cases.py      # records tests/fixtures/exporting.npz

The baseline's own cases have peepholes, or other sizes, in most of these places. Runs under Python
3.7 too.
"""

import logging
import os
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, ROOT)

from tf1_rnn.baseline import recording, trace  # noqa: E402
from tf1_rnn.baseline.cases import Case, cell  # noqa: E402

RECORDED = os.path.join(ROOT, "tests", "fixtures", "exporting.npz")


def _lstm(units=3, **options):
    return cell("LSTMCell", num_units=units, **options)


def _stack(*cells):
    return cell("MultiRNNCell", cells=list(cells))


# fmt: off
GRU, RNN = cell("GRUCell", num_units=3), cell("BasicRNNCell", num_units=3)
CONV = cell("ConvLSTMCell", conv_ndims=2, input_shape=[4, 3, 1], output_channels=2,
            kernel_shape=[3, 2])
PROJECTED = _lstm(4, num_proj=2)
BOTH, STACK = "bidirectional_dynamic", "stack_bidirectional_dynamic"
CASES = {case.name: case for case in (
    Case("both_ways", [_lstm(), _lstm()], BOTH),
    Case("both_ways_of_two_sizes", [_lstm(), _lstm(2)], BOTH),
    Case("both_ways_rnn", [RNN, RNN], BOTH, dtype="float32"),
    Case("both_ways_gru", [GRU, GRU], BOTH, dtype="float32"),
    Case("both_ways_conv", [CONV, CONV], BOTH, shape=(4, 3, 1)),
    Case("both_ways_projected", [PROJECTED, PROJECTED], BOTH),
    Case("stack", _stack(_lstm(), _lstm(), _lstm()), dtype="float32"),
    Case("stack_of_eleven", _stack(*[_lstm(1)] * 11)),
    Case("stack_projected", _stack(PROJECTED, PROJECTED)),
    Case("stack_of_both_ways", [[_lstm(), _lstm()], [_lstm(), _lstm()]], STACK),
    # As many inputs as units: a stack of both ways would fit the shapes, and be wrong.
    Case("both_ways_of_stacks", [_stack(_lstm(), _lstm()), _stack(_lstm(), _lstm())], BOTH,
         shape=(3,)),
)}
# fmt: on


def run(tf, name):
    """Return the input, the variables and the outputs of a case."""
    arrays, _ = recording.record(tf, CASES[name], steps=0)
    kept = ("input", "variable", "outputs")
    return {label: array for label, array in arrays.items() if label.split("/")[0] in kept}


def record():
    """Run all cases with `tensorflow` and write them down."""
    import tensorflow as tf

    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    arrays = {}
    for name in CASES:
        arrays.update((name + ":" + label, array) for label, array in run(tf, name).items())
    trace.save(RECORDED, arrays, {"tensorflow": tf.__version__})


if __name__ == "__main__":
    record()
