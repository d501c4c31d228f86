"""Arrays as input: graphs, orders and seeded trainings, here and under TensorFlow 1.15.5.

Runs under Python 3.7 and TensorFlow 1.15.5 too, which writes `inputs.json`:

    .oracle/bin/python tests/v1/estimator/input_cases.py
"""

import json
import os
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(HERE, "inputs.json")
ROWS = np.arange(12)
X = np.random.RandomState(0).randn(20, 4, 3).astype(np.float32)
Y = (X.sum((1, 2)) > 0).astype(np.int32)

INPUTS = {
    "in order": {"shuffle": False},
    "shuffled": {"shuffle": True, "queue_capacity": 100},
    "for ever": {"shuffle": False, "num_epochs": None},
    "two threads": {"shuffle": True, "num_threads": 2},
}


def graph_of_inputs(tf, name):
    """Return the nodes that an input function makes, and the shapes that it returns."""
    columns = {"b": np.zeros([12, 3], np.float32), "a": ROWS, "text": ROWS.astype(str)}
    with tf.Graph().as_default() as graph:
        features, labels = tf.estimator.inputs.numpy_input_fn(
            columns, {"y": ROWS}, batch_size=2, **INPUTS[name]
        )()
        nodes = [[node.op, node.name] for node in graph.as_graph_def().node]
    tensors = dict(features, **labels)
    shapes = {key: [str(each.shape), each.dtype.name] for key, each in tensors.items()}
    return {"nodes": nodes, "shapes": {key: shapes[key] for key in sorted(shapes)}}


def batches(tf, seed, **options):
    """Return the batches of rows that an input function gives."""
    found = []
    with tf.Graph().as_default():
        if seed is not None:
            tf.set_random_seed(seed)
        rows = tf.estimator.inputs.numpy_input_fn(ROWS, **options)()
        with tf.train.MonitoredSession() as session:
            while not session.should_stop():
                found.append(session.run(rows).tolist())
    return found


def shuffled(tf):
    """Return the order of twelve shuffled rows, as places after the row that was fed first."""
    order = sum(batches(tf, 5, batch_size=5, shuffle=True), [])
    return [(row - order[0]) % 12 for row in order]


def trained(tf, kind):
    """Return what a seeded estimator says: its variables start as they did, and learn the same."""

    def model_fn(features, labels, mode):
        cell = tf.nn.rnn_cell.LSTMCell(4)
        _, state = tf.nn.dynamic_rnn(cell, features["x"], dtype=tf.float32)
        logits = tf.matmul(state.h, tf.get_variable("w", [4, 2]))
        predictions = {"logits": logits}
        if mode == tf.estimator.ModeKeys.PREDICT:
            return tf.estimator.EstimatorSpec(mode, predictions)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        step = tf.train.AdamOptimizer(0.01).minimize(loss, tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(mode, predictions, loss, step)

    def arrays(epochs):
        return tf.estimator.inputs.numpy_input_fn(
            {"x": X}, Y, batch_size=5, num_epochs=epochs, shuffle=False
        )

    def dataset():
        return tf.data.Dataset.from_tensor_slices(({"x": X}, Y)).repeat().batch(5)

    config = tf.estimator.RunConfig(tf_random_seed=3)
    with tf.Graph().as_default():
        estimator = tf.estimator.Estimator(model_fn, tempfile.mkdtemp(), config)
        estimator.train(arrays(None) if kind == "arrays" else dataset, steps=7)
        result = {"loss": float(estimator.evaluate(arrays(1))["loss"])}
        first = next(iter(estimator.predict(arrays(1))))
        result["logits"] = first["logits"].tolist()
    return result


LEARN = {
    "columns": (ROWS[:, None] * 1.0, ROWS),
    "one column": (ROWS.astype(np.float16), ROWS[:, None].astype(np.float32)),
    "dicts": ({"a": ROWS[:, None, None]}, {"b": ROWS[:, None], "c": ROWS}),
    "no labels": (ROWS[:, None], None),
}


def fed(tf, name):
    """Return how `contrib.learn`'s estimator feeds arrays: placeholders and rows, in each mode."""
    said = {}

    def model_fn(features, labels, mode):
        parts = [part for part in (features, labels) if part is not None]
        tensors = sum((_sorted_parts(part) for part in parts), [])
        said[mode] = [[str(each.shape), each.dtype.name] for each in tensors]
        keeper.tensor = tensors[0]
        weight = tf.get_variable("w", [], initializer=tf.zeros_initializer())
        loss = weight * tf.reduce_mean(tf.cast(tensors[0], tf.float32))
        step = tf.assign_add(tf.train.get_global_step(), 1)
        return tf.identity(tensors[0]), loss, step

    class Keeper(tf.train.SessionRunHook):
        def begin(self):
            self.rows = []

        def before_run(self, run_context):
            return tf.train.SessionRunArgs(self.tensor)

        def after_run(self, run_context, run_values):
            self.rows.append(np.ravel(run_values.results).astype(int).tolist())

    x, y = LEARN[name]
    keeper = Keeper()
    with tf.Graph().as_default():
        estimator = tf.contrib.learn.Estimator(model_fn, tempfile.mkdtemp())
        estimator.fit(x, y, steps=7, batch_size=5, monitors=[keeper])
        said["rows"] = keeper.rows
        estimator.fit(x, y, steps=1, monitors=[keeper])
        said["all rows"] = keeper.rows
        predicted = estimator.predict(x, batch_size=5, as_iterable=False)
        said["predicted"] = np.ravel(predicted).astype(int).tolist()
    return said


def _sorted_parts(part):
    return [part[key] for key in sorted(part)] if isinstance(part, dict) else [part]


def everything(tf):
    """Return what is recorded."""
    return {
        "graphs": {name: graph_of_inputs(tf, name) for name in INPUTS},
        "batches": batches(tf, None, batch_size=5, num_epochs=2, shuffle=False),
        "shuffled": shuffled(tf),
        "trained": {kind: trained(tf, kind) for kind in ("arrays", "dataset")},
        "fed": {name: fed(tf, name) for name in LEARN},
    }


if __name__ == "__main__":
    import tensorflow

    tensorflow.compat.v1.logging.set_verbosity(tensorflow.compat.v1.logging.ERROR)
    with open(RECORDED, "w") as file:
        json.dump(everything(tensorflow), file, sort_keys=True)
        file.write("\n")
