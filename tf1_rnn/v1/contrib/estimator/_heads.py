"""Heads: from logits to predictions, loss and metrics, in each mode of an estimator."""

import abc
import collections

import tensorflow.compat.v1 as tf

from ...estimator._model import arguments_of
from ...estimator._spec import EstimatorSpec, ModeKeys
from ...estimator.export import ClassificationOutput, PredictOutput, RegressionOutput

LossSpec = collections.namedtuple(
    "LossSpec", "training_loss unreduced_loss weights processed_labels"
)
_DEFAULT = tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY


class Head(abc.ABC):
    """From logits to predictions, loss and metrics.

    Args:
        weight_column: the name of the feature with the examples' weights, or a numeric column.
        loss_reduction: a `tf.losses.Reduction`.
        loss_fn: a function of `labels`, `logits` and any of `features` and `loss_reduction` that
            returns the losses `[batch, 1]`, in place of the usual ones.
        name: of the head, which is added to the names of metrics.
    """

    def __init__(self, weight_column, loss_reduction, loss_fn, name):
        if loss_reduction not in tf.losses.Reduction.all() or loss_reduction == "none":
            raise ValueError(f"Invalid loss_reduction: {loss_reduction}")
        if loss_fn is not None:
            _check_loss_fn(loss_fn)
        self._weight_column, self._reduction = weight_column, loss_reduction
        self._loss_fn, self._name = loss_fn, name

    @property
    def name(self):
        """The name, or None."""
        return self._name

    @property
    @abc.abstractmethod
    def logits_dimension(self):
        """The size of the last dimension of the logits."""

    @property
    def _labels_dimension(self):
        """The size of the last dimension of the labels."""
        return self.logits_dimension

    @property
    def _losses_dimension(self):
        """The size of the last dimension of the losses."""
        return 1

    @abc.abstractmethod
    def _predictions(self, logits):
        """Return the predictions by name."""

    @abc.abstractmethod
    def _labels(self, labels):
        """Return the labels as the losses take them, `[batch, 1]` or `[batch, dimension]`."""

    @abc.abstractmethod
    def _losses(self, labels, logits):
        """Return the losses of the examples, `[batch, 1]` or `[batch, dimension]`."""

    @abc.abstractmethod
    def _metrics(self, labels, predictions, weights):
        """Return the metrics by name, without that of the losses."""

    @abc.abstractmethod
    def _outputs(self, predictions):
        """Return the export outputs by name, without that of all predictions."""

    def create_loss(self, features, mode, logits, labels):
        """Return a `LossSpec`: the loss, the examples' losses, their weights and labels.

        Args:
            features: a dict of tensors, with the weights if there are any.
            mode: one of `ModeKeys`.
            logits: `[batch, logits_dimension]`, or with more dimensions between the two.
            labels: `[batch]` or `[batch, 1]`, or as many as the logits' dimensions.

        Raises:
            ValueError: no labels, or labels of another shape or type.
        """
        if labels is None:
            raise ValueError(
                "You must provide a labels Tensor. Given: None. Suggested troubleshooting steps: "
                "Check that your data contain your label feature. Check that your input_fn "
                "properly parses and returns labels."
            )
        labels = self._labels(self._in_shape(labels, logits))
        losses = self._unreduced(labels, logits, features)
        weights = self._weights(features, logits)
        loss = tf.losses.compute_weighted_loss(losses, weights, reduction=self._reduction)
        return LossSpec(loss, losses, weights, labels)

    def _in_shape(self, labels, logits):
        """Return labels as a tensor of as many dimensions as the logits."""
        labels = tf.convert_to_tensor(labels)
        if labels.shape.ndims == 1:
            labels = tf.expand_dims(labels, -1)
        expected = self._labels_dimension
        found = None if labels.shape.ndims is None else tf.dimension_value(labels.shape[-1])
        if found not in (None, expected):
            raise ValueError(
                f"Mismatched label shape. Expected labels dimension={expected}.  Received {found}. "
                "Suggested Fix:If your classifier expects one-hot encoding label,check your "
                "n_classes argument to the estimator and/or the shape of your label. Otherwise, "
                "check the shape of your label."
            )
        wanted = tf.concat([tf.shape(logits)[:-1], [expected]], 0)
        check = tf.debugging.assert_equal(
            wanted, tf.shape(labels), message="The labels have not the shape of the logits."
        )
        with tf.control_dependencies([check]):
            return tf.identity(labels)

    def _unreduced(self, labels, logits, features):
        """Return the losses of the examples: the user's, if there is a function, or the usual."""
        if self._loss_fn is None:
            return self._losses(labels, logits)
        offered = {"features": features, "loss_reduction": self._reduction}
        asked = set(arguments_of(self._loss_fn))
        more = {name: value for name, value in offered.items() if name in asked}
        losses = self._loss_fn(labels=labels, logits=logits, **more)
        shape = tf.shape(losses)
        wanted = tf.concat([tf.shape(logits)[:-1], [self._losses_dimension]], 0)
        is_right = tf.reduce_all(tf.equal(wanted, shape)) if _same_rank(losses, logits) else False
        check = tf.debugging.Assert(
            is_right,
            [
                f"loss_fn must return Tensor of shape [D0, D1, ... DN, {self._losses_dimension}]. ",
                "logits_shape: ",
                tf.shape(logits),
                "loss_shape: ",
                shape,
            ],
        )
        with tf.control_dependencies([check]):
            return tf.identity(losses)

    def create_estimator_spec(
        self,
        features,
        mode,
        logits,
        labels=None,
        optimizer=None,
        train_op_fn=None,
        regularization_losses=None,
    ):
        """Return the `EstimatorSpec` of a model with these logits.

        Args:
            features: a dict of tensors, with the weights if there are any.
            mode: one of `ModeKeys`.
            logits: `[batch, logits_dimension]`.
            labels: `[batch]` or `[batch, 1]`, or as many as the logits' dimensions.
            optimizer: a `tf.train.Optimizer` that minimises the loss; or
            train_op_fn: a function from the loss to the training step.
            regularization_losses: scalars that are added to the loss.

        Raises:
            ValueError: both or none of `optimizer` and `train_op_fn`, when training.
        """
        with tf.name_scope(self._name or "head"):  # that of the optimiser's own variables
            return self._spec(
                features,
                mode,
                tf.cast(logits, tf.float32),
                labels,
                regularization_losses,
                lambda loss: make_train_op(loss, optimizer, train_op_fn),
            )

    def _spec(self, features, mode, logits, labels, regularization_losses, train_op_fn):
        predictions = self._predictions(logits)
        if mode == ModeKeys.PREDICT:
            outputs = self._outputs(predictions)
            outputs = {_DEFAULT: next(iter(outputs.values())), **outputs}
            outputs["predict"] = PredictOutput(predictions)
            return EstimatorSpec(mode, predictions=predictions, export_outputs=outputs)
        made = self.create_loss(features, mode, logits, labels)
        loss = made.training_loss
        if regularization_losses:
            loss = tf.add_n([loss, *regularization_losses])
        if mode == ModeKeys.EVAL:
            metrics = {"average_loss": tf.metrics.mean(made.unreduced_loss, made.weights)}
            metrics.update(self._metrics(made.processed_labels, predictions, made.weights))
            if regularization_losses:
                total = tf.add_n(regularization_losses)
                metrics["regularization_loss"] = tf.metrics.mean(total)
            named = {self._named(name): metric for name, metric in metrics.items()}
            return EstimatorSpec(mode, predictions=predictions, loss=loss, eval_metric_ops=named)
        with tf.name_scope(""):
            tf.summary.scalar(self._named("loss"), loss)
            if self._reduction == tf.losses.Reduction.SUM:
                mean = _mean(made.unreduced_loss, made.weights)
                tf.summary.scalar(self._named("average_loss"), mean)
        return EstimatorSpec(mode, predictions=predictions, loss=loss, train_op=train_op_fn(loss))

    def _named(self, name):
        return f"{name}/{self._name}" if self._name else name

    def _weights(self, features, logits):
        """Return the weights of the examples, `[batch, 1]`, or 1."""
        if self._weight_column is None:
            return 1.0
        column = self._weight_column
        if isinstance(column, str):
            column = tf.feature_column.numeric_column(column)
        weights = tf.convert_to_tensor(features[column.key])
        weights = tf.cast(weights, tf.float32)
        is_short = weights.shape.ndims == logits.shape.ndims - 1
        return tf.expand_dims(weights, -1) if is_short else weights


def _check_loss_fn(loss_fn):
    names = arguments_of(loss_fn)
    for name in ("labels", "logits"):
        if name not in names:
            raise ValueError(f"loss_fn must contain argument: {name}. Given arguments: {names}")
    unexpected = sorted({*names} - {"labels", "logits", "features", "loss_reduction"})
    if unexpected:
        raise ValueError(f"loss_fn has unexpected args: {unexpected}")


def _same_rank(losses, logits):
    ranks = losses.shape.ndims, logits.shape.ndims
    return None in ranks or ranks[0] == ranks[1]


def _mean(losses, weights):
    """Return the mean of the examples' losses, by their weights."""
    weights = tf.broadcast_to(tf.cast(weights, losses.dtype), tf.shape(losses))
    return tf.div_no_nan(tf.reduce_sum(losses * weights), tf.reduce_sum(weights))


def make_train_op(loss, optimizer, train_op_fn):
    """Return the training step, of an optimiser or of a function of the loss.

    Args:
        loss: a scalar.
        optimizer: a `tf.train.Optimizer`, or None.
        train_op_fn: a function from the loss to the training step, or None.

    Raises:
        ValueError: both or none are given.
    """
    if optimizer is None and train_op_fn is None:
        raise ValueError("train_op_fn and optimizer cannot both be None.")
    if optimizer is not None and train_op_fn is not None:
        raise ValueError("train_op_fn and optimizer cannot both be set.")
    if train_op_fn is not None:
        return train_op_fn(loss)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        return optimizer.minimize(loss, global_step=tf.train.get_global_step())


class _Classes:
    """Classes, by number or by a vocabulary of names."""

    def __init__(self, n_classes, vocabulary):
        if vocabulary is not None and len(vocabulary) != n_classes:
            raise ValueError(
                f'"label_vocabulary" does not have "n_classes" items. n_classes={n_classes}, '
                f"vocabulary={vocabulary}"
            )
        self.number, self._vocabulary = n_classes, vocabulary

    def check_type(self, dtype):
        """Raise ValueError where labels of a type can be no classes."""
        if self._vocabulary is None and not dtype.is_integer:
            raise ValueError(f"Labels dtype should be integer. Instead got {dtype}.")
        if self._vocabulary is not None and dtype != tf.string:
            raise ValueError(
                f"Labels dtype should be string if there is a vocabulary. Instead got {dtype}"
            )

    def ids(self, labels):
        """Return labels as numbers, checked to be classes."""
        if self._vocabulary is not None:
            table = tf.lookup.StaticHashTable(
                tf.lookup.KeyValueTensorInitializer(
                    tf.constant(self._vocabulary), tf.range(self.number, dtype=tf.int64)
                ),
                -1,
            )
            labels = table.lookup(labels)
        checks = [
            tf.debugging.assert_less(
                labels,
                tf.cast(self.number, labels.dtype),
                message=f"Labels must be < n_classes, which is {self.number}",
            ),
            tf.debugging.assert_non_negative(labels, message="Labels must be >= 0"),
        ]
        with tf.control_dependencies(checks):
            return tf.identity(labels)

    def predictions(self, logits):
        """Return the class of each row `[batch, 1]` and all classes `[batch, classes]`.

        Args:
            logits: `[batch, classes]`.

        Returns:
            Their numbers and names, a dict.
        """
        ids, every = tf.expand_dims(tf.argmax(logits, -1), -1), tf.range(self.number)
        rows = [tf.shape(logits)[0], 1]
        return {
            "class_ids": ids,
            "classes": self._names(ids, "str_classes"),
            "all_class_ids": tf.tile(every[tf.newaxis], rows),
            "all_classes": tf.tile(self._names(every)[tf.newaxis], rows),
        }

    def _names(self, ids, name=None):
        if self._vocabulary is None:
            return tf.as_string(ids, name=name)
        return tf.gather(tf.constant(self._vocabulary), ids)


class BinaryHead(Head):
    """A head of two classes, with one logit.

    Args:
        weight_column: the name of the feature with the examples' weights, or a numeric column.
        thresholds: probabilities between 0 and 1; accuracy, precision and recall at each are
            metrics too.
        label_vocabulary: the names of the classes, where the labels are text.
        loss_reduction: a `tf.losses.Reduction`.
        loss_fn: function of `labels` and `logits` to losses, in place of the usual ones.
        name: of the head, which is added to the names of metrics.
    """

    logits_dimension = 1

    def __init__(self, weight_column, thresholds, label_vocabulary, loss_reduction, loss_fn, name):
        super().__init__(weight_column, loss_reduction, loss_fn, name)
        self._thresholds = tuple(thresholds or ())
        for threshold in self._thresholds:
            if not 0 < threshold < 1:
                raise ValueError(f"thresholds not in (0, 1): {self._thresholds}.")
        self._classes = _Classes(2, label_vocabulary)

    def _labels(self, labels):
        return tf.cast(self._classes.ids(labels), tf.float32)

    def _losses(self, labels, logits):
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)

    def _predictions(self, logits):
        with tf.name_scope("predictions"):
            both = tf.concat([tf.zeros_like(logits), logits], -1)
            return {
                "logits": logits,
                "logistic": tf.sigmoid(logits, name="logistic"),
                "probabilities": tf.nn.softmax(both, name="probabilities"),
                **self._classes.predictions(both),
            }

    def _metrics(self, labels, predictions, weights):
        weights = None if isinstance(weights, float) else weights
        logistic, ids = predictions["logistic"], predictions["class_ids"]
        mean, update = tf.metrics.mean(labels, weights)
        metrics = {
            "accuracy": tf.metrics.accuracy(labels, ids, weights),
            "precision": tf.metrics.precision(labels, ids, weights),
            "recall": tf.metrics.recall(labels, ids, weights),
            "prediction/mean": tf.metrics.mean(logistic, weights),
            "label/mean": (mean, update),
            "accuracy_baseline": (tf.maximum(mean, 1 - mean), tf.maximum(update, 1 - update)),
            "auc": tf.metrics.auc(labels, logistic, weights),
            "auc_precision_recall": tf.metrics.auc(labels, logistic, weights, curve="PR"),
        }
        for threshold in self._thresholds:
            above = tf.cast(logistic > threshold, tf.float32)
            for name, metric in (
                ("accuracy", tf.metrics.accuracy),
                ("precision", tf.metrics.precision),
                ("recall", tf.metrics.recall),
            ):
                metrics[f"{name}/positive_threshold_{threshold:g}"] = metric(labels, above, weights)
        return metrics

    def _outputs(self, predictions):
        return {
            "classification": ClassificationOutput(
                scores=predictions["probabilities"], classes=predictions["all_classes"]
            ),
            "regression": RegressionOutput(predictions["logistic"]),
        }


class MultiClassHead(Head):
    """A head of three or more classes, with a logit each.

    Args:
        n_classes: number of classes, at least 3.
        weight_column: the name of the feature with the examples' weights, or a numeric column.
        label_vocabulary: the names of the classes, where the labels are text.
        loss_reduction: a `tf.losses.Reduction`.
        loss_fn: function of `labels` and `logits` to losses, in place of the usual ones.
        name: of the head, which is added to the names of metrics.
    """

    def __init__(self, n_classes, weight_column, label_vocabulary, loss_reduction, loss_fn, name):
        super().__init__(weight_column, loss_reduction, loss_fn, name)
        if n_classes is None or n_classes <= 2:
            raise ValueError(f"n_classes must be > 2: {n_classes}.")
        self._classes = _Classes(n_classes, label_vocabulary)

    @property
    def logits_dimension(self):
        """The number of classes."""
        return self._classes.number

    @property
    def _labels_dimension(self):
        return 1

    def _labels(self, labels):
        self._classes.check_type(labels.dtype)
        return self._classes.ids(labels)

    def _losses(self, labels, logits):
        losses = tf.losses.sparse_softmax_cross_entropy(
            tf.squeeze(labels, -1), logits, reduction=tf.losses.Reduction.NONE
        )
        return tf.expand_dims(losses, -1)

    def _predictions(self, logits):
        with tf.name_scope("predictions"):
            return {
                "logits": logits,
                "probabilities": tf.nn.softmax(logits, name="probabilities"),
                **self._classes.predictions(logits),
            }

    def _metrics(self, labels, predictions, weights):
        weights = None if isinstance(weights, float) else weights
        return {"accuracy": tf.metrics.accuracy(labels, predictions["class_ids"], weights)}

    def _outputs(self, predictions):
        return {
            "classification": ClassificationOutput(
                scores=predictions["probabilities"], classes=predictions["all_classes"]
            )
        }


class RegressionHead(Head):
    """A head of one or more numbers, with squared errors.

    Args:
        weight_column: the name of the feature with the examples' weights, or a numeric column.
        label_dimension: how many numbers there are for each example.
        loss_reduction: a `tf.losses.Reduction`.
        loss_fn: function of `labels` and `logits` to losses, in place of the usual ones.
        inverse_link_fn: function from logits to predictions, or None.
        name: of the head, which is added to the names of metrics.
    """

    def __init__(
        self, weight_column, label_dimension, loss_reduction, loss_fn, inverse_link_fn, name
    ):
        super().__init__(weight_column, loss_reduction, loss_fn, name)
        if label_dimension < 1:
            raise ValueError(f"Invalid label_dimension {label_dimension}.")
        self._dimension, self._inverse_link_fn = label_dimension, inverse_link_fn

    @property
    def logits_dimension(self):
        """The number of values."""
        return self._dimension

    @property
    def _losses_dimension(self):
        return self._dimension

    def _labels(self, labels):
        return tf.cast(labels, tf.float32)

    def _losses(self, labels, logits):
        return tf.losses.mean_squared_error(labels, logits, reduction=tf.losses.Reduction.NONE)

    def _predictions(self, logits):
        if self._inverse_link_fn is None:
            return {"predictions": logits}
        return {"predictions": self._inverse_link_fn(logits), "logits": logits}

    def _metrics(self, labels, predictions, weights):
        return {
            "prediction/mean": tf.metrics.mean(predictions["predictions"], weights),
            "label/mean": tf.metrics.mean(labels, weights),
        }

    def _outputs(self, predictions):
        return {"regression": RegressionOutput(predictions["predictions"])}


REDUCTION = tf.losses.Reduction.SUM_OVER_BATCH_SIZE


def binary_classification_head(
    weight_column=None,
    thresholds=None,
    label_vocabulary=None,
    loss_reduction=REDUCTION,
    loss_fn=None,
    name=None,
):
    """Return a head of two classes, by one logit.

    Args:
        weight_column: the name of the feature with the examples' weights, or a numeric column.
        thresholds: probabilities; accuracy, precision and recall at each are metrics too.
        label_vocabulary: the names of the classes, where the labels are text.
        loss_reduction: a `tf.losses.Reduction`.
        loss_fn: function of `labels` and `logits` to losses `[batch, 1]`, by default the sigmoid
            cross entropy.
        name: of the head, which is added to the names of metrics.
    """
    return BinaryHead(weight_column, thresholds, label_vocabulary, loss_reduction, loss_fn, name)


def multi_class_head(
    n_classes,
    weight_column=None,
    label_vocabulary=None,
    loss_reduction=REDUCTION,
    loss_fn=None,
    name=None,
):
    """Return a head of three or more classes, with one logit for each.

    Args:
        n_classes: number of classes.
        weight_column: the name of the feature with the examples' weights, or a numeric column.
        label_vocabulary: the names of the classes, where the labels are text.
        loss_reduction: a `tf.losses.Reduction`.
        loss_fn: function of `labels` and `logits` to losses `[batch, 1]`, by default the softmax
            cross entropy.
        name: of the head, which is added to the names of metrics.
    """
    return MultiClassHead(n_classes, weight_column, label_vocabulary, loss_reduction, loss_fn, name)


def regression_head(
    weight_column=None,
    label_dimension=1,
    loss_reduction=REDUCTION,
    loss_fn=None,
    inverse_link_fn=None,
    name=None,
):
    """Return a head of one or more numbers, whose loss is the squared error.

    Args:
        weight_column: the name of the feature with the examples' weights, or a numeric column.
        label_dimension: how many numbers there are for each example.
        loss_reduction: a `tf.losses.Reduction`.
        loss_fn: function of `labels` and `logits` to losses `[batch, label_dimension]`, by
            default squared errors.
        inverse_link_fn: function from logits to predictions, by default none.
        name: of the head, which is added to the names of metrics.
    """
    return RegressionHead(
        weight_column, label_dimension, loss_reduction, loss_fn, inverse_link_fn, name
    )


def logistic_regression_head(weight_column=None, loss_reduction=REDUCTION, name=None):
    """Return a head of one number between 0 and 1, whose loss is the cross entropy.

    Its labels may be any numbers between the two.

    Args:
        weight_column: the name of the feature with the examples' weights, or a numeric column.
        loss_reduction: a `tf.losses.Reduction`.
        name: of the head, which is added to the names of metrics.
    """

    def loss_fn(labels, logits):
        said = "Labels must be in range [0, 1]"
        checks = [
            tf.debugging.assert_non_negative(labels, message=said),
            tf.debugging.assert_less_equal(labels, 1.0, message=said),
        ]
        with tf.control_dependencies(checks):
            labels = tf.identity(labels)
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)

    return RegressionHead(weight_column, 1, loss_reduction, loss_fn, tf.sigmoid, name)


def poisson_regression_head(
    weight_column=None,
    label_dimension=1,
    loss_reduction=REDUCTION,
    compute_full_loss=True,
    name=None,
):
    """Return a head of `label_dimension` counts, by the logarithms of their means.

    Args:
        weight_column: the name of the feature with the examples' weights, or a numeric column.
        label_dimension: how many counts there are for each example.
        loss_reduction: a `tf.losses.Reduction`.
        compute_full_loss: whether the loss has the term that depends on the labels only.
        name: of the head, which is added to the names of metrics.
    """

    def loss_fn(labels, logits):
        return tf.nn.log_poisson_loss(labels, logits, compute_full_loss)

    return RegressionHead(weight_column, label_dimension, loss_reduction, loss_fn, tf.exp, name)
