"""Which format a path asks for, and which paths are refused before any work."""

import errno

import pytest

from tf1_rnn.exporting import formats


@pytest.mark.parametrize(
    "path, name",
    [
        ("model.onnx", "ONNX"),
        ("MODEL.ONNX", "ONNX"),
        ("runs/lstm.v2.tflite", "LiteRT"),
        ("serving/lstm/1", "SavedModel"),
        ("folder.onnx/model", "SavedModel"),
        ("lstm.v2", "SavedModel"),
        ("runs/lstm-0.97", "SavedModel"),
        ("lstm.old/", "SavedModel"),
    ],
)
def test_the_ending_chooses_the_format(path, name):
    assert formats.format_of(path) == name
    assert not formats.has_other_ending(path)


@pytest.mark.parametrize(
    "name", ["model.h5", "m.KERAS", "m.pb", "m.npz", "m.onx", "m.xyz", "m.onnx.gz", ".onnx"]
)
def test_other_endings_are_refused(name):
    assert formats.has_other_ending(name) and formats.has_other_ending(f"folder.v1/{name}")


def test_a_folder_or_device_is_refused_and_a_file_is_not(tmp_path):
    (tmp_path / "old.onnx").write_text("replaced by the next export")
    assert formats.is_occupied(str(tmp_path))
    assert formats.is_occupied("/dev/null")
    assert not formats.is_occupied(str(tmp_path / "old.onnx"))
    assert not formats.is_occupied(str(tmp_path / "new.onnx"))


@pytest.mark.parametrize(
    "error, reason",
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (OSError("no reason"), "no reason"),
    ],
)
def test_an_unwritable_path_is_named_with_the_reason(error, reason):
    line = formats.unwritable("a/b.onnx", error)
    assert line == f"--output=a/b.onnx cannot be written: {reason}; give another path"
