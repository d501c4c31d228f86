"""A checkpoint as a SavedModel: its folder, its modes, its signatures, its assets."""

import os

import pytest

import tf1_rnn.v1 as tf
from tests.v1.estimator import tiny
from tf1_rnn.v1.estimator import _exporting

export = tf.estimator.export


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    made = tiny.estimator(tmp_path_factory.mktemp("model"))
    made.train(tiny.inputs(), steps=2)
    return made


def receiver():
    x = tf.placeholder(tf.float32, [None, 1], "given")
    return export.ServingInputReceiver({"x": x}, {"x": x})


def supervised():
    x, y = (tf.placeholder(tf.float32, [None, 1], name) for name in "xy")
    return export.SupervisedInputReceiver({"x": x}, y, {"x": x, "y": y})


def signatures(folder, tag):
    with tf.Graph().as_default(), tf.Session() as session:
        return tf.saved_model.load(session, [tag], tf.compat.as_str(folder)).signature_def


def test_each_mode_has_its_graph_and_they_share_the_variables(trained, tmp_path):
    modes = {"train": supervised, "eval": supervised, "infer": receiver}
    folder = _exporting.export(trained, str(tmp_path), modes, None, False, None, False)
    assert isinstance(folder, bytes)
    serving = signatures(folder, "serve")["serving_default"]
    assert set(serving.inputs) == {"x"} and set(serving.outputs) == {"x", "y"}
    for mode, tag in (("train", "train"), ("eval", "eval")):
        found = signatures(folder, tag)[mode]
        assert set(found.inputs) == {"x", "y"}
        names = {"loss", "predictions/x", "predictions/y"}
        names |= {"metrics/mean/value", "metrics/mean/update_op"}
        assert set(found.outputs) == names
        kind = {"train": "training", "eval": "eval"}[mode]
        assert found.method_name == f"tensorflow/supervised/{kind}"
    assert not any(name.startswith("temp-") for name in os.listdir(tmp_path))


@pytest.mark.parametrize(
    "mode, make, kind, warned",
    [
        ("infer", receiver, "Predict: ['serving_default']", []),
        ("train", supervised, "Train: ['train']", ["Export includes no default signature!"]),
        ("eval", supervised, "Eval: ['eval']", ["Export includes no default signature!"]),
    ],
)
def test_what_is_written_is_logged(trained, tmp_path, mode, make, kind, warned, caplog):
    caplog.set_level("INFO", "tensorflow")
    _exporting.export(trained, str(tmp_path), {mode: make}, None, False, None, False)
    said = [message for message in caplog.messages if "INCLUDED" in message]
    assert len(said) == 5 and f"Signatures INCLUDED in export for {kind}" in said
    assert sum(message.endswith(": None") for message in said) == 4
    assert [message for message in caplog.messages if "includes no" in message] == warned


def test_assets_are_copied_and_the_form_may_be_text(trained, tmp_path):
    (tmp_path / "words.txt").write_text("one")
    assets = {"lists/words.txt": str(tmp_path / "words.txt")}
    base = str(tmp_path / "out")
    folder = tf.compat.as_str(
        _exporting.export(trained, base, {"infer": receiver}, assets, True, None, False)
    )
    assert os.path.exists(os.path.join(folder, "saved_model.pbtxt"))
    with open(os.path.join(folder, "assets.extra", "lists", "words.txt")) as file:
        assert file.read() == "one"


def test_folders_are_named_by_the_time_and_never_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(_exporting.time, "time", lambda: 100.9)
    for base in (str(tmp_path), str(tmp_path).encode()):
        assert os.path.basename(_exporting.folder_named_by_time(base)) == "100"
    for taken in ("100", "101"):
        (tmp_path / taken).mkdir()
    assert os.path.basename(_exporting.folder_named_by_time(str(tmp_path))) == "102"


def test_alternative_requests_become_signatures_where_they_fit():
    with tf.Graph().as_default():
        x, text = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.string, [None])
        spec = tf.estimator.EstimatorSpec(
            "infer",
            {"y": x},
            export_outputs={
                "serving_default": export.PredictOutput({"y": x}),
                "score": export.RegressionOutput(x),
            },
        )
        asked = export.ServingInputReceiver({"x": x}, {"x": x}, {"text": {"t": text}})
        found = _exporting._signatures(spec, asked, "infer")
    # A regression takes only serialised examples.
    assert set(found) == {"serving_default", "text:serving_default", "text:score"}


@pytest.mark.parametrize(
    "train, modes, words",
    [
        (False, {"infer": receiver}, "Couldn't find trained model at"),
        (True, {"predict": receiver}, r"No valid modes for exporting found. Got \['predict'\]"),
    ],
)
def test_nothing_to_export(trained, tmp_path, train, modes, words):
    made = trained if train else tiny.estimator(tmp_path / "none")
    with pytest.raises(ValueError, match=words):
        _exporting.export(made, str(tmp_path / "out"), modes, None, False, None, False)
