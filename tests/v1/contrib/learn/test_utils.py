"""What a served model takes, and export strategies."""

import os

import numpy as np
import pytest
from tf1_rnn.v1.contrib.learn.python.learn.utils import input_fn_utils, saved_model_export_utils

import tf1_rnn.v1 as tf
from tests.v1.estimator import tiny
from tf1_rnn.v1.contrib import learn


def test_serialised_examples_as_features():
    spec = {"a": tf.FixedLenFeature([2], tf.float32), "b": tf.VarLenFeature(tf.int64)}
    example = tf.train.Example()
    example.features.feature["a"].float_list.value.extend([1.0, 2.0])
    with tf.Graph().as_default(), tf.Session() as session:
        features, labels, inputs = learn.build_parsing_serving_input_fn(spec)()
        assert labels is None and inputs["examples"].op.name == "input_example_tensor"
        fed = {inputs["examples"]: [example.SerializeToString()] * 3}
        np.testing.assert_array_equal(session.run(features["a"], fed), [[1, 2]] * 3)
    with tf.Graph().as_default():
        made = learn.build_parsing_serving_input_fn(spec, 5)()
        assert made.features["a"].shape == [5, 2]


def test_placeholders_like_the_features():
    with tf.Graph().as_default():
        like = {"a": tf.ones([4, 3], name="a")}
        made = input_fn_utils.build_default_serving_input_fn(like)()
        assert made.features["a"].op.name == "a_1" and made.features is made.default_inputs
        assert made.features["a"].shape.as_list() == [None, 3]
        made = input_fn_utils.build_default_serving_input_fn(like, 2)()
        assert made.features["a"].shape == [2, 3]


@pytest.mark.parametrize(
    "export_fn, expected",
    [
        (lambda estimator, export_path: (), ()),
        (lambda e, p, checkpoint_path: checkpoint_path, "c"),
        (lambda e, p, checkpoint_path=None, eval_result=None: eval_result, {"loss": 1}),
        (lambda e, p, strip_default_attrs=None: strip_default_attrs, True),
    ],
)
def test_a_strategy_gives_what_its_function_asks_for(export_fn, expected):
    strategy = learn.ExportStrategy("name", export_fn, strip_default_attrs=True)
    assert strategy.name == strategy[0] == "name"
    assert strategy.export(None, "folder", "c", {"loss": 1}) == expected


def test_the_newest_exports_are_kept(tmp_path):
    for name in ("1500000001", "1500000003", "1500000002", "temp-1500000009", "7"):
        (tmp_path / name).mkdir()
    base = os.fsencode(tmp_path)
    newest = saved_model_export_utils.get_most_recent_export(base)
    assert newest == (str(tmp_path / "1500000003"), 1500000003)
    for keep, left in ((None, 5), (9, 5), (2, 4), (1, 3)):
        saved_model_export_utils.garbage_collect_exports(base, keep)
        assert len(list(tmp_path.iterdir())) == left
    assert not (tmp_path / "1500000002").exists() and (tmp_path / "7").exists()
    assert saved_model_export_utils.get_most_recent_export(tmp_path / "7") is None


class Estimator:
    """Writes folders whose names count."""

    def __init__(self):
        self.asked = []

    def export_savedmodel(self, export_dir_base, serving_input_fn, **options):
        self.asked.append((serving_input_fn, options))
        folder = os.path.join(export_dir_base, str(1500000000 + len(self.asked)))
        os.makedirs(folder)
        return os.fsencode(folder)


def test_saved_models_are_written(tmp_path):
    estimator = Estimator()
    strategy = learn.make_export_strategy(
        "serving", "key", {"a": "b"}, True, exports_to_keep=1, strip_default_attrs=True
    )
    for _ in range(2):
        folder = strategy.export(estimator, str(tmp_path), "path", {"loss": 1})
    assert os.listdir(tmp_path) == ["1500000002"] and folder.endswith(b"2")
    assert strategy.name == "Servo" and strategy.strip_default_attrs
    options = {
        "default_output_alternative_key": "key",
        "assets_extra": {"a": "b"},
        "as_text": True,
        "checkpoint_path": "path",
        "strip_default_attrs": True,
    }
    assert estimator.asked == [("serving", options)] * 2
    with pytest.raises(ValueError, match="not supported in core Estimator. Given: other"):
        core = tiny.estimator(tmp_path)
        learn.make_export_strategy("serving", "other").export(core, str(tmp_path))
