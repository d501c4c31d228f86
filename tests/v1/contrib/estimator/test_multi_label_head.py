"""`multi_label_head` takes labels in all forms, and has metrics of thresholds and classes."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

contrib = tf.contrib.estimator
LOGITS = np.array([[0.5, -1.0, 2.0], [1.5, 0.0, -2.0]], np.float32)
LABELS = np.array([[1, 0, 1], [0, 1, 0]])


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        tf.train.create_global_step()
        yield


def sparse(first, second, third):
    """Return two examples, the first with two classes, the second with one."""
    return tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [first, second, third], [2, 2])


@pytest.mark.parametrize(
    "labels, vocabulary",
    [
        (lambda: tf.constant(LABELS), None),
        (lambda: sparse(0, 2, 1), None),
        (lambda: sparse("x", "z", "y"), ["x", "y", "z"]),
    ],
)
def test_labels_in_all_forms_have_one_loss(labels, vocabulary):
    head = contrib.multi_label_head(3, label_vocabulary=vocabulary)
    spec = head.create_loss({}, "eval", tf.constant(LOGITS), labels())
    with tf.Session() as session:
        session.run(tf.tables_initializer())
        loss = session.run(spec.training_loss)
    expected = (np.log1p(np.exp(LOGITS)) - LOGITS * LABELS).mean()
    np.testing.assert_allclose(loss, expected, rtol=1e-6)


def test_metrics_of_thresholds_and_classes():
    head = contrib.multi_label_head(3, thresholds=[0.4], classes_for_class_based_metrics=[2])
    spec = head.create_estimator_spec({}, "eval", tf.constant(LOGITS), LABELS)
    with tf.Session() as session:
        session.run(tf.local_variables_initializer())
        session.run([update for _, update in spec.eval_metric_ops.values()])
        found = session.run({k: value for k, (value, _) in spec.eval_metric_ops.items()})
    probabilities = 1 / (1 + np.exp(-LOGITS))
    above = probabilities > 0.4
    key = "positive_threshold_0.4"
    np.testing.assert_allclose(found[f"accuracy/{key}"], (above == LABELS).mean(), rtol=1e-6)
    np.testing.assert_allclose(found[f"precision/{key}"], LABELS[above].mean(), rtol=1e-6)
    np.testing.assert_allclose(
        found["probability_mean/class2"], probabilities[:, 2].mean(), rtol=1e-6
    )


@pytest.mark.parametrize(
    "options, words",
    [
        ({"n_classes": 1}, "n_classes must be > 1"),
        ({"thresholds": [1.0]}, "in \\(0, 1\\) range"),
        ({"label_vocabulary": ["x"]}, "Length of label_vocabulary"),
        ({"classes_for_class_based_metrics": [3]}, "in range \\[0, 2\\]"),
        ({"classes_for_class_based_metrics": ["x"]}, "label_vocabulary must be provided"),
    ],
)
def test_misuse(options, words):
    with pytest.raises(ValueError, match=words):
        contrib.multi_label_head(**{"n_classes": 3, **options})
