"""The NumPy recurrences against 1.15.5's traces: without a mistake they are TensorFlow 1's."""

import pytest

from tf1_rnn.baseline import reference, trace
from tf1_rnn.baseline.cases import CASES

KNOWN = ("BasicRNNCell", "BasicLSTMCell", "LSTMCell", "GRUCell", "MultiRNNCell", "ConvLSTMCell")


@pytest.mark.parametrize("name", CASES)
def test_forward(name):
    arrays, meta = trace.load(trace.path(name))
    found = reference.run(meta["case"], arrays)
    if found is None:
        kinds = str(CASES[name].cell)
        assert (
            not any(repr([kind, {}])[1:-4] in kinds for kind in KNOWN)
            or "shards" in kinds
            or "state_is_tuple" in kinds
            or CASES[name].loop.startswith(("stack", "fused"))
            or "Wrapper" in kinds
            or "Adaptor" in kinds
        )
        return
    bound = 1e-12 if CASES[name].dtype == "float64" else 2e-6
    compared = set(found) & set(arrays)  # conv_lstm's block keeps its final state to itself
    assert compared == set(found) or name == "conv_lstm"
    for key in compared:
        value = found[key]
        assert value.shape == arrays[key].shape
        assert trace.errors(value, arrays[key])[1] <= bound, key
