"""A trained model, exported: run outside it gives the same numbers, and nothing half written."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from tf1_rnn.console import Console
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.exporting import lite, writing
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import plan
from tf1_rnn.trainer.session import Run
from tf1_rnn.trainer.settings import Settings

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("tf2onnx")

TOLERANCE = 1e-6
OPTIONS = {"multi_lstm": {"multi_units": (4, 3)}, "conv_lstm": {"output_channels": 2}}
NODES = {
    "basic_lstm": ["LSTM"],
    "lstm": ["LSTM"],
    "gru": ["GRU"],
    "multi_lstm": ["LSTM", "LSTM"],
    "bilstm": ["LSTM"],
    "conv_lstm": ["Loop"],
}
CASES = [(cell, lengths) for cell in GRAPHS for lengths in (False, True)]


def carry_out(**settings):
    said = io.StringIO()
    settings = Settings(**settings)
    settings.check()
    Run(plan.settle(settings), Console(said)).carry_out()
    return said.getvalue()


class Trained:
    """A small model of a cell, its data, and what it predicts of the test set."""

    def __init__(self, folder, cell, lengths):
        random = np.random.RandomState(0)
        shape = (3, 8, 8, 1) if cell == "conv_lstm" else (5, 3)
        y = random.randint(0, 3, 40)
        x = random.randn(40, *shape) * 5 + 2 + y.reshape(-1, *[1] * len(shape))
        self.lengths = random.randint(0, shape[0] + 1, 40) if lengths else None
        arrays = {"x_train": x[:24], "y_train": y[:24], "x_test": x[24:], "y_test": y[24:]}
        if lengths:
            arrays.update(lengths_train=self.lengths[:24], lengths_test=self.lengths[24:])
        self.data, self.folder = str(folder / "data.npz"), str(folder / "model")
        np.savez(self.data, **arrays)
        options = OPTIONS.get(cell, {"num_units": 4})
        common = {"data": self.data, "model_dir": self.folder}
        carry_out(cell=cell, epochs=1, batch_size=12, standardize=True, **options, **common)
        self.common = {**common, "mode": "export"}
        carry_out(mode="predict", output=str(folder / "p.csv"), **common)
        rows = np.genfromtxt(folder / "p.csv", delimiter=",", skip_header=1)
        self.probabilities = rows[:, 1:]
        self.feed = {"x": x[24:].astype("float32")}
        if lengths:
            self.feed["sequence_length"] = self.lengths[24:].astype("int32")
        self.path = str(folder)

    def export(self, name, **settings):
        path = os.path.join(self.path, name)
        return path, carry_out(output=path, **self.common, **settings)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    models = {}

    def get(cell, lengths):
        if (cell, lengths) not in models:
            models[cell, lengths] = Trained(tmp_path_factory.mktemp(cell), cell, lengths)
        return models[cell, lengths]

    return get


def assert_same(found, model, tolerance=TOLERANCE):
    np.testing.assert_allclose(found, model.probabilities, atol=tolerance)
    np.testing.assert_array_equal(found.argmax(-1), model.probabilities.argmax(-1))


@pytest.mark.parametrize("cell, lengths", CASES)
def test_onnx_runtime_gives_what_predict_gives(cell, lengths, trained):
    model = trained(cell, lengths)
    path, said = model.export("m.onnx")
    session = onnxruntime.InferenceSession(path)
    assert [each.name for each in session.get_inputs()] == list(model.feed)
    assert_same(session.run(["probabilities"], model.feed)[0], model)
    one = {name: array[:1] for name, array in model.feed.items()}  # any batch
    np.testing.assert_allclose(session.run(None, one)[0], model.probabilities[:1], atol=TOLERANCE)
    found = [node.op_type for node in onnx.load(path).graph.node]
    loops = [op for op in found if op in ("LSTM", "GRU", "RNN", "Scan", "Loop", "If")]
    assert loops == NODES[cell]
    assert float(re.search(r"largest difference (\S+),", said).group(1)) <= TOLERANCE


@pytest.mark.parametrize("cell, lengths", CASES)
def test_the_interpreter_of_litert_gives_what_predict_gives(cell, lengths, trained):
    model = trained(cell, lengths)
    path, _ = model.export("m.tflite")
    assert_same(lite.run(path, model.feed)["probabilities"], model)


@pytest.fixture(scope="module")
def served(trained, tmp_path_factory):
    """What TensorFlow gives, in a process that cannot import this package."""
    folder = tmp_path_factory.mktemp("served")
    for index, case in enumerate(CASES):
        model = trained(*case)
        path, _ = model.export("saved")
        os.symlink(path, folder / str(index))
        np.savez(folder / f"{index}.npz", **model.feed)
    program = f"""
import sys
sys.modules["tf1_rnn"] = None
import numpy as np, tensorflow as tf
for index in range({len(CASES)}):
    serve = tf.saved_model.load(str(index)).signatures["serving_default"]
    feed = dict(np.load(f"{{index}}.npz"))
    found = serve(**{{name: tf.constant(array) for name, array in feed.items()}})
    np.save(f"{{index}}.npy", found["probabilities"])
"""
    subprocess.run([sys.executable, "-c", program], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("index", range(len(CASES)))
def test_tensorflow_without_this_package_gives_what_predict_gives(index, served, trained):
    assert_same(np.load(served / f"{index}.npy"), trained(*CASES[index]))


@pytest.mark.parametrize("name", ["m.onnx", "m.tflite"])
def test_the_same_model_is_the_same_bytes(name, trained):
    model = trained("bilstm", True)
    files = []
    for again in ("a_", "b_"):
        path, _ = model.export(again + name)
        with open(path, "rb") as file:
            files.append(file.read())
    assert files[0] == files[1]


def test_names_of_classes_are_in_the_file(trained):
    model = trained("gru", False)
    path, _ = model.export("names.onnx")
    properties = {each.key: each.value for each in onnx.load(path).metadata_props}
    assert properties["graph"] == "gru" and json.loads(properties["classes"]) == ["0", "1", "2"]
    path, _ = model.export("names.tflite")
    assert json.loads(zipfile.ZipFile(path).read("metadata.json")) == properties
    path, _ = model.export("names")
    with open(os.path.join(path, "assets.extra", "metadata.json"), encoding="utf-8") as file:
        assert json.load(file) == properties


@pytest.mark.parametrize("quantize, tolerance", [("float16", 5e-3), ("int8", 0.1)])
@pytest.mark.parametrize("cell", ["gru", "bilstm"])
def test_quantised_files_are_near(cell, quantize, tolerance, trained):
    model = trained(cell, False)
    path, said = model.export(f"{quantize}.tflite", quantize=quantize)
    assert f"quantised to {quantize}" in said and "same class for" in said
    np.testing.assert_allclose(
        lite.run(path, model.feed)["probabilities"], model.probabilities, atol=tolerance
    )


DIGITS = [
    ("m.onnx", None, 2e-6, 0),
    ("m.tflite", None, 2e-6, 0),
    ("m", None, 0, 0),
    ("half.tflite", "float16", 5e-3, 0.003),
    ("byte.tflite", "int8", 1, 0.01),
]


def test_all_digits_of_the_test_set(tmp_path):
    folder = str(tmp_path / "model")
    carry_out(cell="gru", epochs=1, model_dir=folder)
    for name, quantize, limit, points in DIGITS:
        common = {"mode": "export", "model_dir": folder, "quantize": quantize}
        said = carry_out(output=str(tmp_path / name), **common)
        found = re.search(
            r"360 samples: largest difference (\S+), same class for \S+%, "
            r"accuracy (\S+) \(TensorFlow (\S+)\)",
            said,
        )
        difference, here, there = map(float, found.groups())
        assert difference <= limit and abs(here - there) <= points, name


def test_a_fixed_batch(trained):
    model = trained("lstm", True)
    path, _ = model.export("fixed.onnx", batch_size=4)
    session = onnxruntime.InferenceSession(path)
    assert [each.shape[0] for each in session.get_inputs()] == [4, 4]
    too_many = "--batch_size=17 is more than there are to test with: 16 samples"
    with pytest.raises(RunError, match=too_many):
        model.export("large.onnx", batch_size=17)


def test_a_model_trained_fast_is_exported_like_any_other(trained):
    model = trained("lstm", True)
    path, _ = model.export("fast.onnx", fast=True)
    assert_same(onnxruntime.InferenceSession(path).run(None, model.feed)[0], model)


@pytest.mark.parametrize("name", ["m.onnx", "m.tflite", "m"])
def test_a_file_that_computes_something_else_is_not_kept(name, trained, monkeypatch, tmp_path):
    model = trained("gru", False)
    kind = writing.format_of(name)
    write, run = writing._FORMATS[kind]

    def wrong(*args):
        return {key: value + 1e-3 for key, value in run(*args).items()}

    monkeypatch.setitem(writing._FORMATS, kind, (write, wrong))
    with pytest.raises(RunError, match="computes other values than TensorFlow"):
        carry_out(output=str(tmp_path / name), **model.common)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "asked, why",
    [
        ({}, "needs --output=PATH"),
        ({"output": "m.onnx", "quantize": "int8"}, "is for LiteRT"),
    ],
)
def test_flags_that_do_not_fit(asked, why):
    with pytest.raises(UsageError, match=why):
        Settings(mode="export", model_dir="x", **asked).check()
