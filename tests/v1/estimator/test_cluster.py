"""`train_and_evaluate` by processes that `TF_CONFIG` makes tasks of one cluster."""

import json
import os
import pathlib
import socket
import subprocess
import sys

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.estimator import _cluster

ROOT = pathlib.Path(__file__).parents[3]
SECONDS = 240  # four processes start TensorFlow at once
STEPS = 40

SCRIPT = """\
from __future__ import print_function

import sys

import numpy as np
import tensorflow as tf

X = np.random.RandomState(0).randn(64, 5, 3).astype(np.float32)
Y = (X.sum((1, 2)) > 0).astype(np.int32)


def model_fn(features, labels, mode):
    cell = tf.nn.rnn_cell.LSTMCell(6)
    _, state = tf.nn.dynamic_rnn(cell, features["x"], dtype=tf.float32)
    logits = tf.matmul(state.h, tf.get_variable("w", [6, 2]))
    outputs = {"serving_default": tf.estimator.export.PredictOutput(logits)}
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, {"logits": logits}, export_outputs=outputs)
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    accuracy = tf.metrics.accuracy(labels, tf.argmax(logits, 1))
    step = tf.train.AdamOptimizer(0.05).minimize(loss, tf.train.get_global_step())
    placed = {each.device for each in tf.trainable_variables()}
    if mode == tf.estimator.ModeKeys.TRAIN:
        print("variables on", sorted(placed))
    return tf.estimator.EstimatorSpec(
        mode, {"logits": logits}, loss, step, eval_metric_ops={"accuracy": accuracy})


def inputs(epochs):
    return tf.estimator.inputs.numpy_input_fn(
        {"x": X}, Y, batch_size=16, num_epochs=epochs, shuffle=False)


def serving():
    x = tf.placeholder(tf.float32, [None, 5, 3])
    return tf.estimator.export.ServingInputReceiver({"x": x}, {"x": x})


config = tf.estimator.RunConfig(
    save_checkpoints_steps=10, experimental_max_worker_delay_secs=0, tf_random_seed=1)
estimator = tf.estimator.Estimator(model_fn, sys.argv[1], config)
print("task", config.task_type, "is chief", config.is_chief)
tf.estimator.train_and_evaluate(
    estimator,
    tf.estimator.TrainSpec(inputs(None), max_steps=STEPS),
    tf.estimator.EvalSpec(
        inputs(1), steps=None, start_delay_secs=0, throttle_secs=1,
        exporters=tf.estimator.FinalExporter("final", serving)))
if config.task_type == "evaluator":
    metrics = estimator.evaluate(inputs(1))
    print("evaluated at", metrics["global_step"], "accuracy %.4f" % metrics["accuracy"])
print("done")
""".replace("STEPS", str(STEPS))


def addresses(number):
    """Return free addresses of this machine."""
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    found = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    return found


def start(script, folder, cluster, task):
    """Start a process that is a task of a cluster."""
    config = {"cluster": cluster, "task": {"type": task, "index": 0}}
    return subprocess.Popen(
        [sys.executable, "-m", "tf1_rnn.run", str(script), str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CONFIG": json.dumps(config)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_every_task_does_its_part(tmp_path):
    script, folder = tmp_path / "script.py", tmp_path / "model"
    script.write_text(SCRIPT)
    ps, chief, worker = addresses(3)
    cluster = {"ps": [ps], "chief": [chief], "worker": [worker]}
    tasks = {each: start(script, folder, cluster, each) for each in (*cluster, "evaluator")}
    said = {}
    try:
        for task in ("chief", "worker", "evaluator"):
            said[task], errors = tasks[task].communicate(timeout=SECONDS)
            assert tasks[task].returncode == 0, errors
        assert tasks["ps"].poll() is None  # it serves for ever
    finally:
        for process in tasks.values():
            process.kill()
            process.communicate()
    for task in ("chief", "worker"):
        assert f"task {task} is chief {task == 'chief'}" in said[task]
        assert "variables on ['/job:ps" in said[task]
    step = int(tf.train.load_variable(str(folder), "global_step"))
    assert step >= STEPS
    assert f"evaluated at {step} accuracy" in said["evaluator"]
    events = [*(folder / "eval").glob("events*")]
    recorded = {
        event.step: value.simple_value
        for path in events
        for event in tf.train.summary_iterator(str(path))
        for value in event.summary.value
        if value.tag == "accuracy"
    }
    assert f"accuracy {recorded[step]:.4f}" in said["evaluator"]
    (exported,) = (folder / "export" / "final").iterdir()
    assert (exported / "saved_model.pb").exists()


@pytest.fixture
def estimator(tmp_path, monkeypatch):
    """A function that makes an estimator of a task, in a cluster of one address a job."""

    def make(task, *jobs, index=0):
        cluster = dict(zip(jobs, ([each] for each in addresses(len(jobs))), strict=True))
        config = {"cluster": cluster, "task": {"type": task, "index": index}}
        monkeypatch.setenv("TF_CONFIG", json.dumps(config))

        def model_fn(features, mode):
            loss = tf.reduce_mean(tf.get_variable("w", [], initializer=tf.ones_initializer()))
            step = tf.train.GradientDescentOptimizer(0.25).minimize(
                loss, tf.train.get_global_step()
            )
            return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=step)

        return tf.estimator.Estimator(model_fn, str(tmp_path))

    return make


def specs(**options):
    """Return specs of a training of two steps."""

    def input_fn():
        return tf.data.Dataset.from_tensors({"x": 1.0}).repeat(3)

    train = tf.estimator.TrainSpec(input_fn, max_steps=2)
    return train, tf.estimator.EvalSpec(input_fn, start_delay_secs=0, **options)


def test_a_master_alone_evaluates_too(estimator):
    of_master = estimator("master", "master")
    assert tf.estimator.train_and_evaluate(of_master, *specs(throttle_secs=0)) is None
    assert of_master.get_variable_value("w") == 0.5
    assert os.path.isdir(of_master.eval_dir())


def test_a_chief_alone_trains_without_a_server(estimator, monkeypatch):
    monkeypatch.setattr(tf.train, "Server", None)
    alone = estimator("chief", "chief")
    tf.estimator.train_and_evaluate(alone, *specs())
    assert alone.get_variable_value("w") == 0.5
    assert not os.path.isdir(alone.eval_dir())


@pytest.mark.parametrize("index, longest, seconds", [(0, None, 5), (1, None, 10), (1, 7, 7)])
def test_workers_wait(index, longest, seconds, estimator, monkeypatch):
    waited = []
    monkeypatch.setattr(_cluster.time, "sleep", waited.append)
    monkeypatch.setattr(_cluster, "_start_server", lambda config: None)
    monkeypatch.setattr(tf.estimator.Estimator, "train", lambda *args, **kwargs: None)
    cluster = {"chief": ["a:1"], "worker": ["b:1", "c:1"]}
    task = {"type": "worker", "index": index}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": task}))
    config = tf.estimator.RunConfig(experimental_max_worker_delay_secs=longest)
    worker = tf.estimator.Estimator(lambda features, mode: None, "folder", config)
    tf.estimator.train_and_evaluate(worker, *specs())
    assert waited == [seconds]


def test_an_evaluator_waits_for_checkpoints(estimator, monkeypatch):
    of_evaluator = estimator("evaluator", "chief", "worker")
    waited, there = [], iter([None, "a", "a", "b"])
    monkeypatch.setattr(_cluster.time, "sleep", waited.append)
    monkeypatch.setattr(tf.estimator.Estimator, "latest_checkpoint", lambda self: next(there))
    evaluated = []

    def evaluate(self, input_fn, checkpoint_path, **options):
        evaluated.append(checkpoint_path)
        return {"global_step": 2 * len(evaluated) - 2}

    monkeypatch.setattr(tf.estimator.Estimator, "evaluate", evaluate)
    tf.estimator.train_and_evaluate(of_evaluator, *specs(throttle_secs=100))
    assert evaluated == ["a", "b"]
    assert len(waited) == 3 and all(99 < seconds <= 100 for seconds in waited)


@pytest.mark.parametrize(
    "task, index, message",
    [
        ("evaluator", 1, r"only be one `evaluator` task \(with task id 0\).  Given task id 1"),
        ("judge", 0, r"Task type judge is not supported. Supported task types are \['chief', "),
    ],
)
def test_tasks_that_there_are_not(task, index, message, estimator):
    with pytest.raises(ValueError, match=message):
        tf.estimator.train_and_evaluate(estimator(task, "chief", task, index=index), *specs())
