"""Estimators that are trained, resumed, evaluated and exported, here and under TensorFlow 1.15.5.

Runs under Python 3.7 and TensorFlow 1.15.5 too, which writes the folder `recorded`:

    .oracle/bin/python tests/v1/estimator/cases.py
    .oracle/bin/python tests/v1/estimator/cases.py again CASE FOLDER    # prints what `again` says
"""

import json
import logging
import os
import re
import shutil
import sys
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(HERE, "recorded")
X = np.random.RandomState(0).randn(40, 5, 3).astype(np.float32)
Y = (X.sum((1, 2)) > 0).astype(np.int32)


def numbers(value):
    """Return arrays and scalars as JSON has them."""
    if isinstance(value, dict):
        return {str(key): numbers(each) for key, each in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [numbers(each) for each in value]
    if isinstance(value, bytes):
        return value.decode()
    value = np.asarray(value)
    if value.dtype == object:
        return [numbers(each) for each in value]
    return value.tolist()


class Lstm:
    """An estimator of a user's own model function."""

    def __init__(self, tf, folder):
        self.tf = tf
        self.inputs = tf.estimator.inputs.numpy_input_fn(
            {"x": X}, Y, batch_size=8, num_epochs=None, shuffle=False
        )
        self.once = tf.estimator.inputs.numpy_input_fn(
            {"x": X}, Y, batch_size=16, num_epochs=1, shuffle=False
        )
        self.estimator = tf.estimator.Estimator(
            self.model_fn,
            folder,
            tf.estimator.RunConfig(
                save_checkpoints_steps=10, log_step_count_steps=5, save_summary_steps=5
            ),
            params={"units": 4},
        )

    def model_fn(self, features, labels, mode, params):
        """An LSTM, whose last state is classified."""
        tf = self.tf
        cell = tf.nn.rnn_cell.LSTMCell(params["units"], initializer=_spread(tf))
        _, state = tf.nn.dynamic_rnn(cell, features["x"], dtype=tf.float32)
        kernel = tf.get_variable("w", [params["units"], 2], initializer=_spread(tf))
        logits = tf.matmul(state.h, kernel)
        predictions = {"class": tf.argmax(logits, 1), "prob": tf.nn.softmax(logits)}
        if mode == tf.estimator.ModeKeys.PREDICT:
            export = tf.estimator.export
            outputs = {
                "serving_default": export.PredictOutput(predictions),
                "classes": export.ClassificationOutput(scores=predictions["prob"]),
            }
            return tf.estimator.EstimatorSpec(mode, predictions, export_outputs=outputs)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        accuracy = tf.metrics.accuracy(labels, predictions["class"])
        step = tf.train.AdamOptimizer(0.05).minimize(loss, tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(
            mode, predictions, loss, step, eval_metric_ops={"accuracy": accuracy}
        )

    def first(self):
        """Train, evaluate; return the results."""
        return {
            "log": said(self.tf, lambda: self.estimator.train(self.inputs, steps=25)),
            "evaluated": self.estimator.evaluate(self.once),
            "two batches": self.estimator.evaluate(self.once, steps=2, name="two"),
            "names": self.estimator.get_variable_names(),
            "files": files(self.estimator.model_dir),
        }

    def again(self):
        """Resume in the folder; return the results."""
        tf = self.tf
        log = said(tf, lambda: self.estimator.train(self.inputs, max_steps=30))
        skipped = said(tf, lambda: self.estimator.train(self.inputs, max_steps=30))
        receiver = tf.estimator.export.build_raw_serving_input_receiver_fn(
            {"x": tf.placeholder(tf.float32, [None, 5, 3], "x")}
        )
        train_spec = tf.estimator.TrainSpec(self.inputs, max_steps=60)
        eval_spec = tf.estimator.EvalSpec(
            self.once,
            steps=None,
            throttle_secs=0,
            exporters=[
                tf.estimator.FinalExporter("final", receiver),
                tf.estimator.LatestExporter("latest", receiver, exports_to_keep=1),
            ],
        )
        exporting = said(
            tf,
            lambda: self.estimator.export_saved_model(
                os.path.join(self.estimator.model_dir, "export"), receiver
            ),
        )
        result = {
            "log": log,
            "skipped": skipped,
            "exporting": exporting,
            "predicted": list(self.estimator.predict(self.once))[:3],
        }
        metrics, exports = tf.estimator.train_and_evaluate(self.estimator, train_spec, eval_spec)
        predictor = tf.contrib.predictor.from_saved_model(exports[0].decode())
        result.update(
            metrics=metrics,
            exports=[export is not None for export in exports],
            served=predictor({"x": X[:2]}),
            checkpoints=checkpoints(self.estimator.model_dir),
            files=files(self.estimator.model_dir),
        )
        return result


class Rnn:
    """A recurrent estimator of contrib's."""

    def __init__(self, tf, folder):
        self.tf = tf
        columns = tf.contrib.feature_column
        words = columns.sequence_categorical_column_with_vocabulary_list(
            "words", ["a", "b", "c"], num_oov_buckets=1
        )
        embedded = tf.feature_column.embedding_column(
            words, 3, initializer=tf.constant_initializer(np.arange(12).reshape(4, 3) * 0.1)
        )
        self.estimator = tf.contrib.estimator.RNNClassifier(
            [columns.sequence_numeric_column("price"), embedded],
            [tf.feature_column.numeric_column("age")],
            num_units=[4, 3],
            cell_type="gru",
            model_dir=folder,
            config=tf.estimator.RunConfig(tf_random_seed=1),
        )

    def inputs(self):
        """Return a batch of three sequences, six times."""
        tf = self.tf
        at = [[0, 0], [0, 1], [1, 0], [2, 0], [2, 1], [2, 2]]
        features = {
            "price": tf.SparseTensor(at, [1.0, 2.0, 3.0, 0.5, -1.0, 2.0], [3, 3]),
            "words": tf.SparseTensor(at, ["a", "c", "zz", "b", "a", "a"], [3, 3]),
            "age": [1.0, 2.0, 3.0],
        }
        dataset = tf.data.Dataset.from_tensor_slices((features, [0, 1, 1])).batch(3).repeat(6)
        return dataset.make_one_shot_iterator().get_next()

    def first(self):
        """Train; return the names of what has been saved."""
        self.estimator.train(self.inputs)
        return {"names": self.estimator.get_variable_names()}

    def again(self):
        """Evaluate, resume, predict; return the results."""
        before = self.estimator.evaluate(self.inputs)
        self.estimator.train(self.inputs)
        return {
            "before": before,
            "after": self.estimator.evaluate(self.inputs),
            "predicted": next(self.estimator.predict(self.inputs)),
        }


CASES = {"lstm": Lstm, "rnn": Rnn}


def _spread(tf):
    """An initializer: numbers between -0.5 and 0.5 that no seed draws."""

    def initialise(shape, dtype=None, partition_info=None):
        size = int(np.prod(shape))
        return tf.constant(np.sin(np.arange(size)).reshape(shape) / 2, tf.float32)

    return initialise


def said(tf, call):
    """Return what a call logs, without times, folders and advice."""
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    logger, level = tf.compat.v1.logging, tf.compat.v1.logging.get_verbosity()
    logging.getLogger("tensorflow").addHandler(handler)
    logger.set_verbosity(logger.INFO)
    try:
        call()
    finally:
        logger.set_verbosity(level)
        logging.getLogger("tensorflow").removeHandler(handler)
    kept = [
        re.sub(r" \([\d.]+ sec\)|/\S*/|temp-\S+/", "", line)
        for line in lines
        if not re.search(r"eprecated|global_step/sec|been increased|contrib module", line)
    ]
    return kept


def checkpoints(folder):
    """Return the names of the checkpoints that a folder names."""
    with open(os.path.join(folder, "checkpoint")) as file:
        return re.findall(r'"(.*?)"', file.read())


def files(folder):
    """Return the files of a folder, without what names the time and the machine."""
    found = []
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.relpath(os.path.join(root, name), folder)
            found.append(re.sub(r"tfevents.*", "tfevents", re.sub(r"\d{9,}", "TIME", path)))
    return sorted(set(found))


def record(tf):
    """Write the folder `recorded`."""
    shutil.rmtree(RECORDED, ignore_errors=True)
    expected = {}
    for name, case in CASES.items():
        folder = os.path.join(RECORDED, name)
        expected[name] = {"first": case(tf, folder).first()}
        kept = checkpoints(folder)[0]
        for path in os.listdir(folder):
            if path.startswith("events") or path == "graph.pbtxt" or path.endswith(".meta"):
                os.remove(os.path.join(folder, path))
            elif path.startswith("eval"):
                shutil.rmtree(os.path.join(folder, path))
            elif path.startswith("model.ckpt") and not path.startswith(kept + "."):
                os.remove(os.path.join(folder, path))
        with open(os.path.join(folder, "checkpoint"), "w") as file:
            file.write(f'model_checkpoint_path: "{kept}"\n')
        expected[name]["again"] = again(tf, name, folder)
    with open(os.path.join(RECORDED, "expected.json"), "w") as file:
        json.dump(numbers(expected), file, indent=1, sort_keys=True)
        file.write("\n")


def again(tf, name, folder):
    """Return what a case prints when it resumes in a copy of a folder."""
    copied = os.path.join(tempfile.mkdtemp(), name)
    shutil.copytree(folder, copied)
    with tf.Graph().as_default():
        return CASES[name](tf, copied).again()


if __name__ == "__main__":
    import tensorflow

    tensorflow.compat.v1.logging.set_verbosity(tensorflow.compat.v1.logging.ERROR)
    if len(sys.argv) == 1:
        record(tensorflow)
    else:
        print(json.dumps(numbers(again(tensorflow, *sys.argv[2:]))))
