"""`multi_label_head`: any number of classes at once, each by a logit of its own."""

import tensorflow.compat.v1 as tf

from ...estimator.export import ClassificationOutput
from . import _heads


class MultiLabelHead(_heads.Head):
    """Any number of classes at once; see `multi_label_head`."""

    def __init__(
        self,
        n_classes,
        weight_column,
        thresholds,
        label_vocabulary,
        loss_reduction,
        loss_fn,
        classes_with_metrics,
        name,
    ):
        _check_classes(n_classes, label_vocabulary)
        super().__init__(weight_column, loss_reduction, loss_fn, name)
        self._n_classes, self._vocabulary = n_classes, label_vocabulary
        self._thresholds = tuple(thresholds or ())
        for threshold in self._thresholds:
            if not 0 < threshold < 1:
                raise ValueError(f"thresholds must be in (0, 1) range. Given: {threshold}")
        self._with_metrics = [self._number_of(each) for each in classes_with_metrics or ()]

    @property
    def logits_dimension(self):
        """The number of classes."""
        return self._n_classes

    def _number_of(self, class_):
        """Return the number of a class that is given by number or name."""
        if isinstance(class_, str):
            if not self._vocabulary:
                raise ValueError(
                    "label_vocabulary must be provided when classes_for_class_based_metrics are "
                    "sting."
                )
            return list(self._vocabulary).index(class_)
        if not 0 <= class_ < self._n_classes:
            raise ValueError(
                "All classes_for_class_based_metrics must be in range "
                f"[0, {self._n_classes - 1}]. Given: {class_}"
            )
        return class_

    def _in_shape(self, labels, logits):
        """Return labels `[batch, n_classes]` of ones and zeros, of sparse ones too."""
        if isinstance(labels, tf.SparseTensor):
            labels = self._dense(labels)
        return super()._in_shape(labels, logits)

    def _dense(self, labels):
        """Return the indicators of the classes that the values of a sparse tensor are."""
        if self._vocabulary is not None:
            values = self._lookup(labels.values)
        else:
            said = f"labels must be an integer SparseTensor with values in [0, {self._n_classes})"
            with tf.control_dependencies(_range_checks(labels.values, self._n_classes, said)):
                values = tf.identity(labels.values)
        labels = tf.SparseTensor(labels.indices, values, labels.dense_shape)
        return tf.cast(tf.sparse.to_indicator(labels, self._n_classes), tf.int64)

    def _lookup(self, names):
        numbers = tf.lookup.KeyValueTensorInitializer(
            tf.constant(self._vocabulary), tf.range(self._n_classes, dtype=tf.int64)
        )
        return tf.lookup.StaticHashTable(numbers, -1).lookup(names)

    def _labels(self, labels):
        said = "labels must be an integer indicator Tensor with values in [0, 1]"
        with tf.control_dependencies(_range_checks(labels, 2, said)):
            return tf.identity(labels)

    def _losses(self, labels, logits):
        losses = tf.losses.sigmoid_cross_entropy(labels, logits, reduction=tf.losses.Reduction.NONE)
        return tf.reduce_mean(losses, -1, keepdims=True)

    def _predictions(self, logits):
        with tf.name_scope("predictions"):
            return {"logits": logits, "probabilities": tf.sigmoid(logits, name="probabilities")}

    def _metrics(self, labels, predictions, weights):
        weights = None if isinstance(weights, float) else weights
        probabilities = predictions["probabilities"]
        metrics = _curves(labels, probabilities, weights)
        for threshold in self._thresholds:
            above = tf.cast(probabilities > threshold, tf.float32)
            key = f"positive_threshold_{threshold:g}"
            metrics[f"accuracy/{key}"] = tf.metrics.accuracy(labels, above, weights)
            metrics[f"precision/{key}"] = tf.metrics.precision(labels, above, weights)
            metrics[f"recall/{key}"] = tf.metrics.recall(labels, above, weights)
        for number in self._with_metrics:
            key = self._vocabulary[number] if self._vocabulary else f"class{number}"
            at = slice(number, number + 1)
            column, its_labels = probabilities[..., at], labels[..., at]
            metrics[f"probability_mean/{key}"] = tf.metrics.mean(column, weights)
            for name, metric in _curves(its_labels, column, weights).items():
                metrics[f"{name}/{key}"] = metric
        return metrics

    def _outputs(self, predictions):
        probabilities = predictions["probabilities"]
        names = self._vocabulary or [str(number) for number in range(self._n_classes)]
        classes = tf.tile(tf.constant(names)[tf.newaxis], [tf.shape(probabilities)[0], 1])
        return {"classification": ClassificationOutput(scores=probabilities, classes=classes)}


def _check_classes(n_classes, vocabulary):
    if n_classes is None or n_classes < 2:
        raise ValueError(
            f"n_classes must be > 1 for multi-class classification. Given: {n_classes}"
        )
    if vocabulary is not None and not isinstance(vocabulary, (list, tuple)):
        raise ValueError(
            f"label_vocabulary must be a list or tuple. Given type: {type(vocabulary)}"
        )
    if vocabulary is not None and len(vocabulary) != n_classes:
        raise ValueError(
            f"Length of label_vocabulary must be n_classes ({n_classes}). Given: {len(vocabulary)}"
        )


def _range_checks(values, end, message):
    return [
        tf.debugging.assert_less(values, tf.cast(end, values.dtype), message=message),
        tf.debugging.assert_non_negative(values, message=message),
    ]


def _curves(labels, probabilities, weights):
    """Return the areas under two curves, by name."""
    return {
        "auc": tf.metrics.auc(labels, probabilities, weights),
        "auc_precision_recall": tf.metrics.auc(labels, probabilities, weights, curve="PR"),
    }


def multi_label_head(
    n_classes,
    weight_column=None,
    thresholds=None,
    label_vocabulary=None,
    loss_reduction=_heads.REDUCTION,
    loss_fn=None,
    classes_for_class_based_metrics=None,
    name=None,
):
    """Return a head of classes of which an example may have none, one or several.

    Its loss is the mean of the classes' cross entropies. Labels are ones and zeros
    `[batch, n_classes]`, or a SparseTensor of the classes that each example has, by number or, with
    a vocabulary, by name.

    Args:
        n_classes: two or more.
        weight_column: the name of the feature with the examples' weights, or a numeric column.
        thresholds: probabilities; accuracy, precision and recall at each are metrics too.
        label_vocabulary: the names of the classes.
        loss_reduction: a `tf.losses.Reduction`.
        loss_fn: function of `labels` and `logits` to losses, in place of the cross entropies.
        classes_for_class_based_metrics: numbers or names of classes that get their own metrics.
        name: of the head, which is added to the names of metrics.
    """
    return MultiLabelHead(
        n_classes,
        weight_column,
        thresholds,
        label_vocabulary,
        loss_reduction,
        loss_fn,
        classes_for_class_based_metrics,
        name,
    )
