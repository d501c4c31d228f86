"""What heads make of logits and labels in each mode, here and under TensorFlow 1.15.5.

Runs under Python 3.7 and TensorFlow 1.15.5 too, which writes `heads.json`:

    .oracle/bin/python tests/v1/contrib/estimator/head_cases.py
"""

import json
import os
import re

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(HERE, "heads.json")
ONE, TWO = [[0.15], [-0.06]], [[0.1, 0.2], [0.3, 0.4]]
THREE = [[0.1, 0.2, -0.5], [-0.3, 0.4, 0.6]]
SEQUENCES = [[[0.1, 0.2], [0.3, -0.4]], [[-0.7, 1.0], [0.9, 0.3]]]
WEIGHTS = {"weight": [[2.0], [0.5]]}


def heads(tf):
    """Return {name: (head, logits, labels, features)}."""
    contrib = tf.contrib.estimator
    several = [
        contrib.multi_label_head(2, name="tags"),
        contrib.regression_head(name="size", label_dimension=3),
        contrib.binary_classification_head(name="sign", weight_column="weight"),
    ]
    labels_of_several = {
        "tags": [[1, 0], [1, 1]],
        "size": [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]],
        "sign": [[0], [1]],
    }
    rows = [[0.1, 0.2, 1.0, 2.0, 3.0, 0.7], [0.3, -0.4, 4.0, 5.0, 6.0, -0.2]]
    by_name = {
        "tags": [row[:2] for row in rows],
        "size": [row[2:5] for row in rows],
        "sign": [row[5:] for row in rows],
    }
    return {
        "binary": (contrib.binary_classification_head(), ONE, [[1], [0]], {}),
        "classes": (contrib.multi_class_head(3, name="c"), THREE, [[1], [0]], {}),
        "regression": (contrib.regression_head(), ONE, [[1.0], [0.0]], {}),
        "logistic": (contrib.logistic_regression_head(), ONE, [[0.3], [1.0]], {}),
        "logistic weighted": (
            contrib.logistic_regression_head("weight", "weighted_sum", "mine"),
            ONE,
            [[0.3], [1.0]],
            WEIGHTS,
        ),
        "poisson": (contrib.poisson_regression_head(), ONE, [[3], [1]], {}),
        "poisson of two": (
            contrib.poisson_regression_head("weight", 2, compute_full_loss=False, name="p"),
            TWO,
            [[3, 1], [1, 0]],
            WEIGHTS,
        ),
        "labels": (contrib.multi_label_head(3), THREE, [[1, 0, 1], [0, 1, 1]], {}),
        "labels weighted": (
            contrib.multi_label_head(
                3, "weight", [0.3, 0.55], classes_for_class_based_metrics=[0, 2], name="m"
            ),
            THREE,
            [[1, 0, 1], [0, 1, 1]],
            WEIGHTS,
        ),
        "labels sparse": (
            contrib.multi_label_head(3),
            THREE,
            tf.SparseTensorValue([[0, 0], [0, 1], [1, 0]], [2, 0, 1], [2, 2]),
            {},
        ),
        "labels by name": (
            contrib.multi_label_head(
                3, label_vocabulary=["x", "y", "z"], classes_for_class_based_metrics=["y"]
            ),
            THREE,
            tf.SparseTensorValue([[0, 0], [0, 1], [1, 0]], ["z", "x", "y"], [2, 2]),
            {},
        ),
        "labels of sequences": (
            contrib.multi_label_head(2, loss_reduction="weighted_mean"),
            SEQUENCES,
            [[[1, 0], [0, 0]], [[1, 1], [0, 1]]],
            {},
        ),
        "labels, own loss": (
            contrib.multi_label_head(2, loss_fn=lambda labels, logits: _own_loss(tf, logits)),
            TWO,
            [[1, 0], [0, 1]],
            {},
        ),
        "several": (contrib.multi_head(several), rows, labels_of_several, WEIGHTS),
        "several weighted": (
            contrib.multi_head(several, [1.0, 2.0, 0.5]),
            by_name,
            labels_of_several,
            WEIGHTS,
        ),
    }


def _own_loss(tf, logits):
    return tf.reduce_sum(logits * logits, 1, keepdims=True)


def made(tf, name, mode, regularized):
    """Return what a head makes in one mode, as JSON has it."""
    with tf.Graph().as_default(), tf.Session() as session:
        step = tf.train.create_global_step()
        head, logits, labels, features = heads(tf)[name]
        options = {}
        if mode == "train":
            options["train_op_fn"] = lambda loss: step.assign_add(1)
        if regularized and not name.startswith("several"):
            options["regularization_losses"] = [tf.constant(10.0), tf.constant(1.0)]
        labels = None if mode == "infer" else _tensors(tf, labels)
        spec = head.create_estimator_spec(
            _tensors(tf, features), mode, _tensors(tf, logits), labels=labels, **options
        )
        session.run(
            [
                tf.global_variables_initializer(),
                tf.local_variables_initializer(),
                tf.tables_initializer(),
            ]
        )
        metrics = spec.eval_metric_ops or {}
        session.run([update for _, update in metrics.values()])
        result = {
            "logits_dimension": head.logits_dimension,
            "name": head.name,
            "predictions": _named(session.run(spec.predictions or {})),
            "metrics": _named(session.run({key: value for key, (value, _) in metrics.items()})),
            "outputs": {
                str(key): _output(each) for key, each in (spec.export_outputs or {}).items()
            },
            "losses": [each.op.name for each in tf.losses.get_losses()],
            "summaries": [each.op.name for each in tf.get_collection(tf.GraphKeys.SUMMARIES)],
        }
        if spec.loss is not None:
            result["loss"] = float(session.run(spec.loss))
        if spec.train_op is not None:
            result["step"] = int(session.run(spec.train_op))
        return result


def loss_of(tf, name):
    """Return the parts of what `create_loss` gives."""
    with tf.Graph().as_default(), tf.Session() as session:
        head, logits, labels, features = heads(tf)[name]
        parts = head.create_loss(
            _tensors(tf, features), "eval", _tensors(tf, logits), _tensors(tf, labels)
        )
        session.run(tf.tables_initializer())
        return {field: _json(_value(session, part)) for field, part in parts._asdict().items()}


def _value(session, part):
    if isinstance(part, dict):
        return {key: _value(session, each) for key, each in part.items()}
    return part if isinstance(part, float) else session.run(part)


def _tensors(tf, values):
    if isinstance(values, dict):
        return {key: _tensors(tf, each) for key, each in values.items()}
    if isinstance(values, tf.SparseTensorValue):
        return tf.SparseTensor.from_value(values)
    return tf.constant(values)


def _named(values):
    return {str(key): _json(value) for key, value in values.items()}


def _json(value):
    if isinstance(value, dict):
        return _named(value)
    value = np.asarray(value)
    return (value.astype(str) if value.dtype == object else value).tolist()


def _output(output):
    parts = {"kind": type(output).__name__}
    for name in ("scores", "classes", "value"):
        if getattr(output, name, None) is not None:
            parts[name] = getattr(output, name).dtype.name
    if hasattr(output, "outputs"):
        parts["outputs"] = sorted(output.outputs)
    return parts


def mistakes(tf):
    """Return {name: function} of what a head refuses."""
    contrib = tf.contrib.estimator
    tag, log, size = contrib.multi_label_head, contrib.logistic_regression_head, tf.constant

    def loss(head, logits, labels):
        made = head.create_loss({}, "eval", size(logits), _tensors(tf, labels))
        with tf.Session() as session:
            session.run(tf.tables_initializer())
            return session.run(made.training_loss)

    def two(weights=None):
        return contrib.multi_head(
            [contrib.regression_head(name="a"), contrib.regression_head(name="b")], weights
        )

    sparse = tf.SparseTensorValue([[0, 0], [1, 0]], [1, 2], [2, 2])
    unknown = tf.SparseTensorValue([[0, 0], [1, 0]], ["x", "w"], [2, 2])
    labels = {"a": [[0.0]], "b": [[1.0]]}
    return {
        "reduction": lambda: log(loss_reduction="x"),
        "probability": lambda: loss(log(), [[0.1]], [[1.5]]),
        "no labels": lambda: log().create_loss({}, "eval", size([[0.1]]), None),
        "dimension": lambda: contrib.poisson_regression_head(label_dimension=0),
        "one class": lambda: tag(1),
        "no number": lambda: tag(None),
        "threshold": lambda: tag(3, thresholds=[0.5, 1.0]),
        "vocabulary": lambda: tag(3, label_vocabulary=["a"]),
        "kind of vocabulary": lambda: tag(3, label_vocabulary=3),
        "class": lambda: tag(3, classes_for_class_based_metrics=[3]),
        "name of a class": lambda: tag(
            2, label_vocabulary=["a", "b"], classes_for_class_based_metrics=["c"]
        ),
        "name without": lambda: tag(2, classes_for_class_based_metrics=["1"]),
        "arguments of a loss": lambda: tag(2, loss_fn=lambda a, b: 1),
        "more of a loss": lambda: tag(2, loss_fn=lambda labels, logits, k: 1),
        "binary's loss": lambda: contrib.binary_classification_head(loss_fn=lambda a, b: 1),
        "shape of a loss": lambda: loss(
            tag(2, loss_fn=lambda labels, logits: tf.constant([1.0])), TWO, [[1, 0], [1, 1]]
        ),
        "label": lambda: loss(tag(2), [[0.1, 0.2]], [[1, 2]]),
        "shape": lambda: loss(tag(2), [[0.1, 0.2]], [[1]]),
        "rank": lambda: loss(tag(2), [[0.1, 0.2]], [1]),
        "sparse": lambda: loss(tag(2), TWO, sparse),
        "sparse name": lambda: loss(tag(2, label_vocabulary=["x", "y"]), TWO, unknown),
        "shape of regression": lambda: loss(contrib.regression_head(), [[1.0]], [[1.0, 1.0]]),
        "shape of binary": lambda: loss(contrib.binary_classification_head(), [[1.0]], [[1, 1]]),
        "shape of classes": lambda: loss(contrib.multi_class_head(3), [[1.0] * 3], [[1, 1]]),
        "class of text": lambda: loss(contrib.multi_class_head(3), [[1.0] * 3], [["x"]]),
        "class of a number": lambda: loss(
            contrib.multi_class_head(3, label_vocabulary=["x", "y", "z"]), [[1.0] * 3], [[1]]
        ),
        "no heads": lambda: contrib.multi_head([]),
        "weights of heads": lambda: two([1.0]),
        "logits of several": lambda: two().create_loss(
            {}, "eval", size([[1.0, 2.0, 3.0]]), _tensors(tf, labels)
        ),
        "no step": lambda: two().create_estimator_spec(
            {}, "train", size([[1.0, 2.0]]), _tensors(tf, labels)
        ),
        "no step of one": lambda: log().create_estimator_spec(
            {}, "train", size([[1.0]]), size([[1.0]])
        ),
        "two steps": lambda: log().create_estimator_spec(
            {},
            "train",
            size([[1.0]]),
            size([[1.0]]),
            optimizer=tf.train.AdamOptimizer(),
            train_op_fn=lambda loss: tf.no_op(),
        ),
    }


# What matters in the message of an operation, which is otherwise TensorFlow's to word.
_WORDS = re.compile(
    r"[Ll]abels must be .*?[\])]|loss_fn must return Tensor of shape .*?\]|Indices are not valid"
)


def said(tf, name):
    """Return the kind of an error and its first line, or of an operation's what matters."""
    with tf.Graph().as_default():
        tf.train.create_global_step()
        try:
            return str(mistakes(tf)[name]())
        except tf.errors.OpError as error:
            return f"{type(error).__name__}: {_WORDS.search(error.message).group()}"
        except Exception as error:  # which one is what is compared
            return f"{type(error).__name__}: {str(error).splitlines()[0]}"


MODES = {"train": False, "eval": True, "infer": False}


def everything(tf):
    """Return what is recorded."""
    return {
        "made": {
            name: dict(
                {mode: made(tf, name, mode, more) for mode, more in MODES.items()},
                parts=loss_of(tf, name),
            )
            for name in heads(tf)
        },
        "said": {name: said(tf, name) for name in mistakes(tf)},
    }


if __name__ == "__main__":
    import tensorflow

    tensorflow.compat.v1.logging.set_verbosity(tensorflow.compat.v1.logging.ERROR)
    with open(RECORDED, "w") as file:
        json.dump(everything(tensorflow), file, indent=1, sort_keys=True)
        file.write("\n")
