"""The traces themselves: complete, small, plain, and what the table says."""

import io
import os
import zipfile

import numpy as np
import pytest

from tf1_rnn.baseline import recording, trace
from tf1_rnn.baseline.cases import CASES, Case


def test_every_case_has_its_trace_and_every_trace_its_case():
    files = {name[:-4] for name in os.listdir(trace.FOLDER) if name.endswith(".npz")}
    assert files == set(CASES)


def test_all_traces_take_at_most_three_megabytes():
    assert (
        sum(os.path.getsize(os.path.join(trace.FOLDER, name)) for name in os.listdir(trace.FOLDER))
        <= 3_000_000
    )


@pytest.mark.parametrize("name", CASES)
def test_a_trace_is_of_its_case_and_complete(name):
    arrays, meta = trace.load(trace.path(name))
    # A field with its default value may have joined the table since the trace was recorded.
    assert Case(**meta["case"])._asdict().keys() >= meta["case"].keys()
    assert recording.json_like(Case(**meta["case"])._asdict()) == recording.json_like(
        CASES[name]._asdict()
    )
    assert meta["tensorflow"] == "1.15.5"
    variables = [variable[0] for variable in meta["variables"]]
    for variable, shape, dtype, _ in meta["variables"]:
        assert list(arrays["variable/" + variable].shape) == shape
        assert arrays["variable/" + variable].dtype == dtype
    assert set(meta["trainable"]) <= set(variables)
    for variable in meta["trainable"]:
        if "gradient/variable/" + variable in arrays:
            for kind in ("gd/variable/", "adam/variable/", "adam/m/", "adam/v/"):
                assert kind + variable in arrays
    for optimiser in ("gd", "adam"):
        curve = arrays[optimiser + "/loss"]
        assert curve.shape == (100,)
        assert curve[0] == pytest.approx(arrays["loss"], rel=1e-6)
        assert curve[-1] < curve[0], "training lowers the loss"
    assert all(np.isfinite(array).all() for array in arrays.values())


def test_saving_twice_gives_the_same_bytes():
    arrays = {"outputs": np.arange(6.0).reshape(2, 3)}
    first, second = io.BytesIO(), io.BytesIO()
    trace.save(first, arrays, {"a": 1})
    trace.save(second, arrays, {"a": 1})
    assert first.getvalue() == second.getvalue()
    read, meta = trace.load(io.BytesIO(first.getvalue()))
    assert meta == {"a": 1}
    np.testing.assert_array_equal(read["outputs"], arrays["outputs"])


@pytest.mark.parametrize(
    "make",
    [
        lambda file: None,
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"not a zip file"),
        lambda file: np.savez(file, outputs=np.array([{}], dtype=object)),
        lambda file: np.save(open(file, "wb"), np.zeros(3)),
        lambda file: _truncate(file),
        lambda file: zipfile.ZipFile(file, "w").writestr("outputs.npy", b"nonsense"),
    ],
)
def test_a_file_that_is_no_trace_is_told_in_one_line(tmp_path, make):
    file = tmp_path / "port.npz"
    make(file)
    with pytest.raises(ValueError, match="npz") as caught:
        trace.load(str(file))
    assert "\n" not in str(caught.value)


def _truncate(file):
    np.savez(file, outputs=np.zeros(1000))
    file.write_bytes(file.read_bytes()[:3000])


@pytest.mark.parametrize(
    "got, want, expected",
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.0, 3.0], [1.0, 2.0], 0.5),
        ([1e-9], [0.0], 1e-7),  # the scale is at least 0.01
        ([np.nan, 1.0], [np.nan, 1.0], 0.0),
        ([np.nan], [1.0], np.inf),
        ([np.inf], [np.inf], 0.0),
        ([np.inf], [-np.inf], np.inf),
        ([], [], 0.0),
    ],
)
def test_relative_error(got, want, expected):
    assert trace.errors(np.array(got), np.array(want))[1] == pytest.approx(expected)


def test_breaches_name_what_is_wrong():
    want = {"outputs": np.zeros((2, 3)), "loss": np.float64(1.0), "final_state": np.ones(2)}
    got = {"outputs": np.zeros((3, 2)), "loss": np.float32(1.0), "extra": np.ones(1)}
    found = dict(trace.breaches(got, want, "float64"))
    assert "expected (2, 3)" in found["outputs"]
    assert "expected float64" in found["loss"]
    assert found["final_state"] == "missing"
    assert found["extra"] == "not expected"
    assert trace.breaches(want, want, "float64") == []
    off = dict(want, loss=np.float64(1.0 + 1e-11))
    assert [name for name, _ in trace.breaches(off, want, "float64")] == ["loss"]
