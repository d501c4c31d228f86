"""Estimators: warm starts, metrics added, evaluation between steps, datasets, NaN."""

import glob
import os

import numpy as np
import pytest

import tf1_rnn.v1 as tf

X = np.random.RandomState(0).randn(12, 3).astype(np.float32)
Y = (X.sum(1) > 0).astype(np.float32)


def dataset():
    return tf.data.Dataset.from_tensor_slices(({"x": X}, Y)).repeat(5).batch(4)


def model_fn(features, labels, mode, params):
    with tf.variable_scope(params.get("scope", "model")):
        kernel = tf.get_variable("kernel", [3, 1], initializer=tf.zeros_initializer())
        offset = tf.get_variable("offset", [1], initializer=tf.ones_initializer())
    logits = (tf.matmul(features["x"], kernel) + offset)[:, 0]
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, {"logits": logits})
    loss = tf.losses.sigmoid_cross_entropy(labels, logits)
    step = tf.train.GradientDescentOptimizer(0.5).minimize(loss, tf.train.get_global_step())
    metrics = {"mean": tf.metrics.mean(logits)}
    return tf.estimator.EstimatorSpec(mode, {"logits": logits}, loss, step, eval_metric_ops=metrics)


@pytest.fixture
def estimator(tmp_path):
    return tf.estimator.Estimator(model_fn, str(tmp_path / "model"), params={})


def test_trains_until_the_input_ends(estimator):
    assert estimator.train(dataset) is estimator
    assert estimator.get_variable_value("global_step") == 15
    assert estimator.latest_checkpoint().endswith("model.ckpt-15")
    assert estimator.evaluate(dataset)["loss"] < 0.3


def test_what_is_said_of_a_configuration(tmp_path, caplog):
    caplog.set_level("INFO", "tensorflow")
    made = tf.estimator.Estimator(model_fn, str(tmp_path))
    assert made.model_dir == str(tmp_path)
    assert caplog.messages[0] == "Using default config."
    assert caplog.messages[1].startswith("Using config: {") and len(caplog.messages) == 2
    caplog.clear()
    tf.estimator.Estimator(model_fn, config=tf.estimator.RunConfig(str(tmp_path)))
    assert [message.split("{")[0] for message in caplog.messages] == ["Using config: "]


def test_one_model_starts_from_another(estimator, tmp_path):
    estimator.train(dataset, steps=3)
    whole = tf.estimator.Estimator(
        model_fn, str(tmp_path / "whole"), params={}, warm_start_from=estimator.model_dir
    )
    settings = tf.estimator.WarmStartSettings(
        estimator.model_dir, ".*kernel", var_name_to_prev_var_name={"other/kernel": "model/kernel"}
    )
    part = tf.estimator.Estimator(
        model_fn, str(tmp_path / "part"), params={"scope": "other"}, warm_start_from=settings
    )
    hook = _First()
    whole.train(dataset, hooks=[hook], steps=1)
    np.testing.assert_equal(
        hook.values, {name: estimator.get_variable_value(name) for name in hook.values}
    )
    part.train(dataset, hooks=[hook], steps=1)
    np.testing.assert_equal(
        hook.values["other/kernel"], estimator.get_variable_value("model/kernel")
    )
    assert hook.values["other/offset"] == 1
    assert part.get_variable_value("global_step") == 1


class _First(tf.train.SessionRunHook):
    """Keeps the variables that a training begins with."""

    def after_create_session(self, session, coord):
        names = [variable.op.name for variable in tf.trainable_variables()]
        values = session.run(tf.trainable_variables())
        self.values = dict(zip(names, values, strict=True))


def test_metrics_are_added(estimator):
    estimator.train(dataset, steps=2)
    more = tf.estimator.add_metrics(
        estimator, lambda labels, predictions: {"labels": tf.metrics.mean(labels)}
    )
    result = more.evaluate(dataset)
    assert result["labels"] == pytest.approx(Y.mean())
    assert {**result, "labels": 0} == {**estimator.evaluate(dataset), "labels": 0}


def test_evaluates_between_steps(estimator):
    hook = tf.estimator.experimental.InMemoryEvaluatorHook(estimator, dataset, every_n_iter=2)
    estimator.train(dataset, steps=3, hooks=[hook])
    losses = dict(_scalars(estimator.eval_dir(), "loss"))
    assert sorted(losses) == [0, 2, 3]
    assert losses[3] == pytest.approx(estimator.evaluate(dataset)["loss"])


def _scalars(folder, tag):
    for path in glob.glob(os.path.join(folder, "*")):
        for event in tf.train.summary_iterator(path):
            for value in event.summary.value:
                if value.tag == tag:
                    yield event.step, value.simple_value


def test_predicts_by_rows_and_by_batches(estimator):
    estimator.train(dataset, steps=2)
    rows = list(estimator.predict(dataset))
    batches = list(estimator.predict(dataset, yield_single_examples=False))
    assert len(rows) == 60 and len(batches) == 15
    np.testing.assert_array_equal(
        [row["logits"] for row in rows], np.concatenate([each["logits"] for each in batches])
    )
    with pytest.raises(ValueError, match="provided .*nothing"):
        next(estimator.predict(dataset, predict_keys=["nothing"]))


def test_signatures_of_several_modes(estimator, tmp_path):
    estimator.train(dataset, steps=2)
    x = tf.placeholder(tf.float32, [None, 3], "x")
    y = tf.placeholder(tf.float32, [None], "y")
    supervised = tf.estimator.experimental.build_raw_supervised_input_receiver_fn
    folder = estimator.experimental_export_all_saved_models(
        str(tmp_path / "saved"),
        {
            "train": supervised({"x": x}, y),
            "infer": tf.estimator.export.build_parsing_serving_input_receiver_fn(
                {"x": tf.FixedLenFeature([3], tf.float32)}
            ),
        },
    )
    example = tf.train.Example()
    example.features.feature["x"].float_list.value.extend(X[0])
    with tf.Session(graph=tf.Graph()) as session:
        loaded = tf.saved_model.loader.load(session, ["serve"], folder.decode())
        signature = loaded.signature_def["serving_default"]
        logits = session.run(
            signature.outputs["logits"].name,
            {signature.inputs["examples"].name: [example.SerializeToString()]},
        )
    np.testing.assert_allclose(logits[0], next(estimator.predict(dataset))["logits"], rtol=1e-6)
    with tf.Session(graph=tf.Graph()) as session:
        loaded = tf.saved_model.loader.load(session, ["train"], folder.decode())
        signature = loaded.signature_def["train"]
        assert sorted(signature.inputs) == ["label", "x"]
        assert sorted(signature.outputs) == [
            "loss",
            "metrics/mean/update_op",
            "metrics/mean/value",
            "predictions/logits",
        ]
        fed = {signature.inputs["x"].name: X, signature.inputs["label"].name: Y}
        session.run(signature.outputs["loss"].name, fed)


def test_stops_at_nan(tmp_path):
    def diverges(features, labels, mode):
        step = tf.assign_add(tf.train.get_global_step(), 1)
        return tf.estimator.EstimatorSpec(mode, loss=tf.log(-1.0), train_op=step)

    with pytest.raises(tf.train.NanLossDuringTrainingError):
        tf.estimator.Estimator(diverges, str(tmp_path)).train(dataset, steps=3)


@pytest.mark.parametrize("y", [None, Y, {"a": Y, "b": Y}])
@pytest.mark.parametrize("shuffle", [False, True])
def test_arrays_in_batches(y, shuffle):
    inputs = tf.estimator.inputs.numpy_input_fn(
        {"x": X}, y, batch_size=5, num_epochs=2, shuffle=shuffle
    )
    with tf.Graph().as_default():
        tensors, batches = inputs(), []
        with tf.train.MonitoredSession() as session:
            while not session.should_stop():
                batches.append(session.run(tensors))
    rows = [batch["x"] if y is None else batch[0]["x"] for batch in batches]
    assert [len(each) for each in rows] == [5, 5, 5, 5, 4]
    rows = np.concatenate(rows)
    twice = np.concatenate([X, X])
    assert np.array_equal(rows, twice) != shuffle
    np.testing.assert_array_equal(np.sort(rows, 0), np.sort(twice, 0))
    if isinstance(y, dict):
        labels = np.concatenate([batch[1]["b"] for batch in batches])
        np.testing.assert_array_equal(labels, rows.sum(1) > 0)


def test_data_frames_in_batches():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2, 3], "b": ["u", "v", "w"]})
    labels = pandas.Series([0.0, 1.0, 0.0])
    inputs = tf.estimator.inputs.pandas_input_fn(frame, labels, batch_size=2, shuffle=False)
    with tf.Graph().as_default():
        tensors = inputs()
        with tf.train.MonitoredSession() as session:
            features, y = session.run(tensors)
    assert features["a"].tolist() == [1, 2] and y.tolist() == [0, 1]
    assert features["b"].tolist() == [b"u", b"v"]
    with pytest.raises(ValueError, match="mismatched"):
        tf.estimator.inputs.pandas_input_fn(frame, labels[1:], shuffle=False)
