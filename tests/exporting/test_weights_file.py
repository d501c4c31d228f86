"""The `.npz` file of weights, and the lines that load it."""

import io
import types

import numpy as np
import pytest

from tf1_rnn.exporting import keras3, pytorch, weights_file


def test_any_name_is_an_arrays_name():
    arrays = {"file": np.ones(2), "a/b": np.zeros([2, 3], "float16"), "größe": np.array(3)}
    out = io.BytesIO()
    weights_file.write(out, types.SimpleNamespace(arrays=arrays))
    with np.load(io.BytesIO(out.getvalue()), allow_pickle=False) as read:
        assert read.files == list(arrays)
        for name, array in arrays.items():
            np.testing.assert_array_equal(read[name], array)
            assert read[name].dtype == array.dtype


def test_what_would_be_pickled_is_refused():
    with pytest.raises(ValueError, match="allow_pickle"):
        weights_file.write(
            io.BytesIO(), types.SimpleNamespace(arrays={"a": np.array([{}], object)})
        )


@pytest.mark.parametrize("framework", ["keras", "torch"])
@pytest.mark.parametrize("file", ["w.npz", 'odd "name"\n.npz'])
def test_the_lines_that_open_it(framework, file, monkeypatch):
    lines = weights_file.header(framework, file)
    assert sorted(lines[:2]) == lines[:2] and f"import {framework}" in lines
    opened = []
    fake = types.SimpleNamespace(load=opened.append)
    names = {"np": fake}
    exec("\n".join(line for line in lines if "import" not in line), names)
    assert opened == [file] and names["layers"] == {}


@pytest.mark.parametrize("target", [keras3, pytorch])
def test_a_target_hands_them_on(target):
    framework = {keras3: "keras", pytorch: "torch"}[target]
    assert target.header("w.npz") == weights_file.header(framework, "w.npz")
    assert target.write is weights_file.write
