"""Reading an .npz file: what is no plain array is left out, what cannot be read is one line."""

import io
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tf1_rnn import memory, npz


def saved(**arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


GOOD = saved(x=np.arange(300.0).reshape(3, 100), y=np.array(["a", "b"]), empty=np.zeros([0, 5]))


def header(shape, descr="<f8"):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": descr, "fortran_order": False, "shape": shape}
    )
    return file.getvalue()


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name + ".npy", content)
    return file.getvalue()


def test_arrays_come_back_as_they_were_saved(tmp_path):
    (tmp_path / "a.npz").write_bytes(GOOD)
    arrays, left_out = npz.read(tmp_path / "a.npz")
    np.testing.assert_array_equal(arrays["x"], np.arange(300.0).reshape(3, 100))
    assert list(arrays["y"]) == ["a", "b"] and arrays["empty"].shape == (0, 5) and not left_out


def test_what_is_no_plain_array_is_named_and_left_out():
    file = io.BytesIO(saved(x=np.ones(3), names=np.array([{}, []], dtype=object)))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("readme.txt", "text")
        archive.writestr("fake.npy", "text")
    arrays, left_out = npz.read(file)
    assert list(arrays) == ["x"] and set(left_out) == {"names", "readme.txt", "fake"}
    assert "never loaded" in left_out["names"] and left_out["fake"] == "not an array"


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "not an .npz file"),
        (b"text", "not an .npz file"),
        (GOOD[:-30], "not an .npz file"),
        (zipped(x=header((10**15,))), "declares shape"),
        (zipped(x=header((-5,)) + bytes(8)), "declares shape"),
        (zipped(x=header((3,)) + bytes(16)), "declares shape"),
        (zipped(x=b"\x93NUMPY\x01\x00\x04\x00abcd"), "damaged"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(content, words):
    with pytest.raises(npz.Unreadable, match=words) as caught:
        npz.read(io.BytesIO(content))
    assert "\n" not in str(caught.value)


def test_a_memory_bomb_is_refused_before_it_is_read(monkeypatch):
    bomb = saved(x=np.zeros(10**6))
    assert len(bomb) < 20_000
    monkeypatch.setattr(memory, "available", lambda: 10**7)
    with pytest.raises(npz.Unreadable, match="takes 16 MB, 10 MB are free"):
        npz.read(io.BytesIO(bomb))


def test_pipes_devices_and_folders_are_never_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, words in (
        (tmp_path / "pipe", "a pipe or device"),
        ("/dev/zero", "a pipe or device"),
        (tmp_path, "a folder"),
        (tmp_path / "none", "no such file"),
        ("a\0b", "cannot be read"),
    ):
        with pytest.raises(npz.Unreadable, match=words):
            npz.read(path)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_no_damage_raises_anything_else(data):
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(len(content) // 2, len(content)))]
    try:
        arrays, _ = npz.read(io.BytesIO(bytes(content)))
    except npz.Unreadable as error:
        assert "\n" not in str(error)
    else:
        assert all(isinstance(array, np.ndarray) for array in arrays.values())


def test_the_memory_is_known_here_and_said_as_people_read_it():
    assert memory.available() > 10**6
    assert [memory.readable(n) for n in (5, 1500, 2 * 10**9, 10**40)] == [
        "5 bytes",
        "1.5 kB",
        "2 GB",
        "over 1000 TB",
    ]
    assert memory.shortage(1) is None and "are free" in memory.shortage(10**18)


def test_neither_reader_loads_tensorflow():
    code = "import sys, tf1_rnn.baseline.trace; assert 'tensorflow' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
