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
    ],
)
def test_the_ending_chooses_the_format(path, name):
    assert formats.format_of(path) == name
    assert formats.why_not(path) == ""


@pytest.mark.parametrize("ending", ["h5", "keras", "KERAS", "pb", "pt", "npz"])
def test_other_formats_endings_are_refused(ending):
    assert formats.why_not(f"model.{ending}").startswith("has another format's ending; expected")


def test_a_folder_that_exists_is_refused_and_a_file_is_not(tmp_path):
    (tmp_path / "old.onnx").write_text("replaced by the next export")
    assert formats.why_not(str(tmp_path)).startswith("is a folder that exists")
    assert formats.why_not(str(tmp_path / "old.onnx")) == ""


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
