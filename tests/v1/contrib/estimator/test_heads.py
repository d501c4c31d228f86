"""Heads give the losses, predictions, metrics and signatures that 1.15.5's gave."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

contrib = tf.contrib.estimator
LOGITS = {1: [[0.15], [-0.06]], 3: [[0.15, 0.03, 0.06], [-0.06, 0.3, 0.0]]}
# Printed by 1.15.5 for these logits and the labels 1 and 0.
CASES = {
    "binary": (
        contrib.binary_classification_head,
        1,
        {
            "accuracy": 1.0,
            "accuracy_baseline": 0.5,
            "auc": 0.99999905,
            "auc_precision_recall": 0.999999,
            "average_loss": 0.6422771,
            "label/mean": 0.5,
            "precision": 1.0,
            "prediction/mean": 0.5112171,
            "recall": 1.0,
        },
        {
            "serving_default": "Classification",
            "classification": "Classification",
            "regression": "Regression",
            "predict": "Predict",
        },
    ),
    "classes": (
        lambda **options: contrib.multi_class_head(3, **options),
        3,
        {"accuracy": 0.0, "average_loss": 1.2006522},
        {
            "serving_default": "Classification",
            "classification": "Classification",
            "predict": "Predict",
        },
    ),
    "regression": (
        contrib.regression_head,
        1,
        {"average_loss": 0.36305, "label/mean": 0.5, "prediction/mean": 0.045},
        {"serving_default": "Regression", "regression": "Regression", "predict": "Predict"},
    ),
}


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        tf.train.create_global_step()
        yield


def evaluated(head, logits, labels, features=None):
    """Return the loss and the metrics of a head."""
    spec = head.create_estimator_spec(features or {}, "eval", tf.constant(logits), labels=labels)
    with tf.Session() as session:
        session.run([tf.local_variables_initializer(), tf.tables_initializer()])
        session.run([update for _, update in spec.eval_metric_ops.values()])
        values = {name: value for name, (value, _) in spec.eval_metric_ops.items()}
        return session.run([spec.loss, values])


@pytest.mark.parametrize("name", CASES)
def test_metrics_and_signatures(name):
    make, dimension, want, outputs = CASES[name]
    head = make()
    assert head.logits_dimension == dimension
    labels = tf.constant([[1], [0]], tf.float32 if name == "regression" else tf.int32)
    loss, metrics = evaluated(head, LOGITS[dimension], labels)
    assert loss == pytest.approx(want["average_loss"], rel=1e-5)
    assert metrics == pytest.approx(want, rel=1e-5)
    spec = head.create_estimator_spec({}, "infer", tf.constant(LOGITS[dimension]))
    kinds = {key: type(each).__name__ for key, each in spec.export_outputs.items()}
    assert kinds == {key: f"{kind}Output" for key, kind in outputs.items()}


def test_weights_and_names():
    head = contrib.binary_classification_head(
        weight_column="weight", thresholds=[0.4], name="mine", loss_reduction="weighted_sum"
    )
    features = {"weight": tf.constant([2.0, 0.5])}
    loss, metrics = evaluated(head, LOGITS[1], tf.constant([1, 0]), features)
    losses = np.log1p(np.exp([-0.15, -0.06]))
    assert loss == pytest.approx(losses @ [2.0, 0.5], rel=1e-5)
    assert metrics["average_loss/mine"] == pytest.approx(losses @ [2.0, 0.5] / 2.5, rel=1e-5)
    assert metrics["accuracy/positive_threshold_0.4/mine"] == pytest.approx(0.8)


def test_vocabularies():
    head = contrib.multi_class_head(3, label_vocabulary=["x", "y", "z"])
    spec = head.create_estimator_spec({}, "infer", tf.constant(LOGITS[3]))
    with tf.Session() as session:
        session.run(tf.tables_initializer())
        assert session.run(spec.predictions["classes"]).tolist() == [[b"x"], [b"y"]]
    _, metrics = evaluated(head, LOGITS[3], tf.constant(["x", "y"]))
    assert metrics["accuracy"] == 1
    with pytest.raises(ValueError, match="label_vocabulary"):
        contrib.multi_class_head(3, label_vocabulary=["x"])


def test_labels_that_are_no_classes():
    head = contrib.multi_class_head(3)
    with pytest.raises(tf.errors.InvalidArgumentError, match="n_classes"):
        evaluated(head, LOGITS[3], tf.constant([1, 3]))
    with pytest.raises(ValueError, match="labels"):
        head.create_loss({}, "eval", tf.constant(LOGITS[3]), None)


@pytest.mark.parametrize("name, scope", [(None, "head"), ("mine", "mine")])
def test_the_nodes_and_the_optimisers_variables_have_1_15_5s_names(name, scope):
    with tf.variable_scope("rnn"):
        kernel = tf.get_variable("w", [2, 3])
        head, logits = contrib.multi_class_head(3, name=name), tf.matmul(tf.ones([3, 2]), kernel)
        labels, optimizer = tf.constant([[0], [1], [1]]), tf.train.AdamOptimizer()
        spec = head.create_estimator_spec({}, "train", logits, labels, optimizer)
    variables = {variable.op.name for variable in tf.global_variables()}
    assert {f"rnn/{scope}/beta1_power", "rnn/rnn/w/Adam"} <= variables
    assert spec.loss.op.name == f"rnn/{scope}/weighted_loss/value"
    probabilities, classes = (spec.predictions[key] for key in ("probabilities", "classes"))
    assert probabilities.op.name == f"rnn/{scope}/predictions/probabilities"
    assert classes.op.name == f"rnn/{scope}/predictions/str_classes"


def test_several_heads_have_one_optimiser_outside_their_scopes():
    heads = [contrib.regression_head(name=name) for name in "ab"]
    head, logits = contrib.multi_head(heads), tf.get_variable("w", [3, 1])
    by_name, labels = dict.fromkeys("ab", logits), dict.fromkeys("ab", tf.ones([3, 1]))
    with tf.variable_scope("rnn"):
        spec = head.create_estimator_spec({}, "train", by_name, labels, tf.train.AdamOptimizer())
    assert "rnn/beta1_power" in {variable.op.name for variable in tf.global_variables()}
    assert spec.loss.op.name == "rnn/merge_losses/AddN"
    summaries = tf.get_collection(tf.GraphKeys.SUMMARIES)
    assert [summary.op.name for summary in summaries] == ["loss/a", "loss/b", "loss"]
