"""Writing a graph in a format: what is checked before the file takes its name."""

import os
import sys

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.exporting import frozen_model, writing

FEEDS = [{"x": np.full([2, 3], value, "f")} for value in (1.0, 2.0)]


@pytest.fixture(scope="module")
def model():
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 3])
        return frozen_model.freeze(session, {"x": x}, {"y": 2.0 * x})


@pytest.mark.parametrize(
    "path, kind",
    [
        ("a.onnx", "ONNX"),
        ("a.b.tflite", "LiteRT"),
        ("folder", "SavedModel"),
        ("a.pb", "SavedModel"),
    ],
)
def test_the_ending_tells_the_format(path, kind):
    assert writing.format_of(path) == kind


@pytest.fixture
def mine(monkeypatch):
    """A format of the test's own: a text, run by a function that may be changed."""

    def write(path, model, quantize, samples):
        with open(path, "w") as file:
            file.write("model")
        return ["a note"]

    def use(run):
        monkeypatch.setitem(writing._FORMATS, "SavedModel", (write, run))

    return use


def test_batches_are_compared_together(tmp_path, model, mine):
    mine(lambda path, feed, model: {"y": 2 * feed["x"] + 1e-6 * (feed["x"] > 1)})
    path = str(tmp_path / "model")
    written = writing.write(path, model, FEEDS)
    assert written.format == "SavedModel" and written.notes == ["a note"]
    assert 5e-7 < written.difference < 2e-6 and written.found["y"].shape == (4, 3)
    assert os.listdir(tmp_path) == ["model"]


def out_of_bounds(*_):
    """Fail as TensorFlow does, with where it was before what it was."""
    with tf.Graph().as_default(), tf.Session() as session:
        session.run(tf.gather([1, 2], tf.placeholder_with_default(7, [])))


@pytest.mark.parametrize(
    "run, words",
    [
        (out_of_bounds, "cannot run it on these inputs: .*indices = 7 is not in"),
        (
            lambda *_: {"y": np.zeros([2, 3])},
            "computes other values than TensorFlow .by 4; expected",
        ),
        (lambda *_: {"y": np.full([2, 3], np.nan)}, "computes other values"),
        (lambda *_: {"y": np.zeros([2, 4])}, "computes other values than TensorFlow .by inf"),
        (lambda *_: [][0], "SavedModel cannot run it on these inputs: list index out of range"),
    ],
)
def test_a_file_that_differs_is_not_kept(tmp_path, model, mine, run, words):
    mine(run)
    with pytest.raises(ValueError, match=words):
        writing.write(str(tmp_path / "model"), model, FEEDS)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_what_is_interrupted_leaves_nothing(tmp_path, model, mine, error):
    def run(*_):
        raise error

    mine(run)
    with pytest.raises(error):
        writing.write(str(tmp_path / "model"), model, FEEDS)
    assert os.listdir(tmp_path) == []


def test_coarser_numbers_are_coarser(tmp_path, model, mine):
    mine(lambda path, feed, model: {"y": 2 * feed["x"] + 1e-3})
    with pytest.raises(ValueError, match="expected at most 1e-05"):
        writing.write(str(tmp_path / "a"), model, FEEDS)
    assert writing.write(str(tmp_path / "a"), model, FEEDS, "float16").difference > 9e-4
    assert writing.write(str(tmp_path / "b"), model, FEEDS, "int8").difference > 9e-4


def test_halves_are_compared_as_such(tmp_path, mine):
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float16, [None, 3])
        halves = frozen_model.freeze(session, {"x": x}, {"y": 2.0 * x})
    mine(lambda path, feed, model: {"y": 2 * feed["x"] + 1e-3})
    assert writing.write(str(tmp_path / "a"), halves, FEEDS[:1]).difference > 9e-4


def test_a_package_that_is_missing_is_named_with_its_extra(tmp_path, model, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    for name in [n for n in sys.modules if n.startswith("tf1_rnn.exporting.onnx")]:
        # As before their first import, by another test: a package keeps its modules as well.
        monkeypatch.delattr(sys.modules["tf1_rnn.exporting"], name.rpartition(".")[2])
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ValueError, match="this needs onnx; install it with: pip install"):
        writing.write(str(tmp_path / "a.onnx"), model, FEEDS)


def test_a_link_leads_to_the_file_that_is_replaced_and_the_mode_is_kept(tmp_path, model, mine):
    mine(lambda path, feed, model: {"y": 2 * feed["x"]})
    (tmp_path / "real").write_text("old")
    (tmp_path / "real").chmod(0o640)
    os.symlink("real", tmp_path / "link")
    writing.write(str(tmp_path / "link"), model, FEEDS)
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_text() == "model"
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o640
