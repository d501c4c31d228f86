"""Variables that start from another model's."""

import pytest

import tf1_rnn.v1 as tf
from tests.v1.estimator import tiny
from tf1_rnn.v1.estimator import _warm_start

Settings = tf.estimator.WarmStartSettings


def test_settings_of_a_path_or_of_none():
    given = Settings("model", "w")
    assert _warm_start.as_settings(None) is None and _warm_start.as_settings(given) is given
    for path in ("model", b"model"):
        made = _warm_start.as_settings(path)
        assert made == ("model", ".*", {}, {})
    with pytest.raises(ValueError, match="must be a string or a WarmStartSettings"):
        _warm_start.as_settings(7)
    with pytest.raises(ValueError, match="MUST be set"):
        Settings("")


def test_a_saved_model_is_its_variables(tmp_path):
    made = tiny.estimator(tmp_path / "model")
    made.train(tiny.inputs(), steps=4)
    receiver = tf.estimator.export.build_raw_serving_input_receiver_fn(
        {"x": tf.placeholder(tf.float32, [None, 1])}
    )
    folder = tf.compat.as_str(made.export_saved_model(str(tmp_path / "saved"), receiver))
    settings = _warm_start.as_settings(folder)
    assert settings.ckpt_to_initialize_from == f"{folder}/variables/variables"
    warm = tf.estimator.Estimator(tiny.model_fn, str(tmp_path / "warm"), warm_start_from=folder)
    warm.train(tiny.inputs(), steps=1)
    cold = tf.estimator.Estimator(tiny.model_fn, str(tmp_path / "cold"))
    cold.train(tiny.inputs(), steps=1)
    assert warm.get_variable_value("w") > made.get_variable_value("w")
    assert cold.get_variable_value("w") < made.get_variable_value("w")


@pytest.mark.parametrize("names, starts", [(".*", 5.0), ("other", 0.0), (None, 0.0)])
def test_only_the_variables_named_start_from_it(tmp_path, names, starts):
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("w", [], initializer=tf.constant_initializer(5.0))
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, str(tmp_path / "model.ckpt"))
    with tf.Graph().as_default(), tf.Session() as session:
        w = tf.get_variable("w", [], initializer=tf.zeros_initializer())
        if names == "other":
            with pytest.raises(ValueError):
                _warm_start.warm_start(Settings(str(tmp_path / "model.ckpt"), names, {"x": 1}))
            return
        _warm_start.warm_start(Settings(str(tmp_path / "model.ckpt"), names))
        session.run(tf.global_variables_initializer())
        assert session.run(w) == starts
