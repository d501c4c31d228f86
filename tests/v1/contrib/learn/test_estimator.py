"""Estimators of contrib.learn train on arrays and input functions, also in an experiment."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

learn = tf.contrib.learn
X = np.random.RandomState(0).randn(20, 5, 3).astype(np.float32)
Y = (X.sum((1, 2)) > 0).astype(np.int32)


def model_fn(features, targets, mode, params):
    cell = tf.contrib.rnn.BasicLSTMCell(4)
    with tf.variable_scope("model", initializer=tf.constant_initializer(0.1)):
        _, state = tf.nn.static_rnn(cell, tf.unstack(features, axis=1), dtype=tf.float32)
        initial = tf.constant_initializer(np.tile([0.1, -0.1], [4, 1]))
        kernel = tf.get_variable("kernel", [4, 2], initializer=initial)
    logits = tf.matmul(state.h, kernel)
    predictions = {"class": tf.argmax(logits, 1), "probability": tf.nn.softmax(logits)}
    loss = step = None
    if mode != learn.ModeKeys.INFER:
        loss = tf.losses.sparse_softmax_cross_entropy(targets, logits)
    if mode == learn.ModeKeys.TRAIN:
        optimizer = tf.train.GradientDescentOptimizer(params["rate"])
        step = optimizer.minimize(loss, tf.train.get_global_step())
    return predictions, loss, step


def inputs(epochs=None):
    return tf.estimator.inputs.numpy_input_fn(X, Y, batch_size=5, num_epochs=epochs, shuffle=False)


ACCURACY = learn.MetricSpec(tf.metrics.accuracy, prediction_key="class")


@pytest.fixture
def estimator(tmp_path):
    config = learn.RunConfig(save_checkpoints_steps=5)
    return learn.Estimator(model_fn, str(tmp_path / "model"), config, params={"rate": 0.5})


def test_input_functions(estimator):
    estimator.fit(input_fn=inputs(), steps=25)
    result = estimator.evaluate(input_fn=inputs(1), metrics={"accuracy": ACCURACY})
    # As 1.15.5 printed them.
    assert result["loss"] == pytest.approx(0.5720662, rel=1e-4)
    assert result["accuracy"] == 1 and result["global_step"] == 25
    assert estimator.evaluate(input_fn=inputs(), steps=2)["loss"] == pytest.approx(
        0.54228973, rel=1e-4
    )
    rows = list(estimator.predict(input_fn=inputs(1)))
    assert len(rows) == 20
    np.testing.assert_allclose(rows[0]["probability"], [0.30784154, 0.6921585], rtol=1e-4)
    np.testing.assert_allclose(
        estimator.get_variable_value("model/kernel")[0], [-0.23999754, 0.23999754], rtol=1e-4
    )


def test_arrays(estimator):
    model = learn.SKCompat(estimator)
    assert model.fit(X, Y, batch_size=20, steps=3) is model
    predicted = model.predict(X)
    assert predicted["class"].shape == (20,) and predicted["probability"].shape == (20, 2)
    score = model.score(X, Y, metrics={"accuracy": ACCURACY})
    assert score["accuracy"] == pytest.approx((predicted["class"] == Y).mean())
    for arguments in ({}, {"x": X, "input_fn": inputs()}):
        with pytest.raises(ValueError, match="input_fn"):
            estimator.fit(steps=1, **arguments)


def test_model_fn_ops_and_export(tmp_path):
    def ops_fn(features, labels, mode):
        offset = tf.get_variable("offset", [], initializer=tf.ones_initializer())
        values = features["x"] + offset
        step = tf.assign_add(tf.train.get_global_step(), 1)
        loss = tf.reduce_mean(values)
        return learn.ModelFnOps(mode, values, loss, step)

    estimator = learn.Estimator(ops_fn, str(tmp_path / "model"))
    estimator.fit({"x": X[:, 0, 0]}, steps=1)
    x = tf.placeholder(tf.float32, [None], "x")

    def serving():
        x = tf.placeholder(tf.float32, [None], "x")
        return learn.InputFnOps({"x": x}, None, {"x": x})

    folder = estimator.export_savedmodel(str(tmp_path / "saved"), serving)
    predictor = tf.contrib.predictor.from_saved_model(folder.decode())
    assert predictor({"x": [1.0, 2.0]})["output"].tolist() == [2, 3]
    with pytest.raises(ValueError, match="Missing loss"):
        learn.ModelFnOps(learn.ModeKeys.EVAL, x)


@pytest.mark.parametrize("kind", ["contrib", "core"])
def test_experiments(kind, tmp_path):
    def core_fn(features, labels, mode, params):
        return tf.estimator.EstimatorSpec(mode, *model_fn(features, labels, mode, params))

    def experiment_fn(run_config, hparams):
        kwargs = {"config": run_config, "params": {"rate": hparams.rate}}
        metrics = None
        if kind == "contrib":
            made, metrics = learn.Estimator(model_fn, **kwargs), {"accuracy": ACCURACY}
        else:
            made = tf.estimator.Estimator(core_fn, **kwargs)
        return learn.Experiment(
            made, inputs(), inputs(1), train_steps=20, eval_steps=None, eval_metrics=metrics
        )

    config = learn.RunConfig(model_dir=str(tmp_path), save_checkpoints_steps=10)
    hparams = tf.contrib.training.HParams(rate=0.3)
    result, exports = learn.learn_runner.run(experiment_fn, run_config=config, hparams=hparams)
    assert result["loss"] == pytest.approx(0.6891872, rel=1e-4)  # as 1.15.5 printed it
    assert exports == [] and result["global_step"] == 20
    with pytest.raises(ValueError, match="non-existent task"):
        learn.learn_runner.run(experiment_fn, run_config=config, hparams=hparams, schedule="no")


def test_a_monitor_stops_what_does_not_improve(estimator):
    monitor = learn.monitors.ValidationMonitor(
        X,
        Y,
        every_n_steps=5,
        metrics={"accuracy": ACCURACY},
        early_stopping_rounds=8,
        early_stopping_metric="accuracy",
        early_stopping_metric_minimize=True,  # it rises
        check_interval_secs=0,
    )
    estimator.fit(input_fn=inputs(), steps=100, monitors=[monitor])
    assert monitor.early_stopped
    assert estimator.get_variable_value("global_step") < 40
