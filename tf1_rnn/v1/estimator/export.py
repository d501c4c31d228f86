"""`tf.estimator.export`: inputs and outputs of a SavedModel.

A model function returns outputs (`PredictOutput`, ...); an input function for serving returns a
receiver (`ServingInputReceiver`, ...).
"""

import collections

import tensorflow.compat.v1 as tf

from .. import _lazy

_TENSORS = (tf.Tensor, tf.SparseTensor)


class ExportOutput:
    """An output of a SavedModel, from which a signature is made."""

    def as_signature_def(self, receiver_tensors):
        """Return the `SignatureDef` that has these inputs.

        Args:
            receiver_tensors: a dict of tensors by name.

        Raises:
            ValueError: the inputs do not fit this kind of output.
        """
        raise NotImplementedError


class ClassificationOutput(ExportOutput):
    """Scores of classes, the classes' names, or both.

    Args:
        scores: float tensor, `[batch, classes]`.
        classes: string tensor, `[batch, classes]`.
    """

    def __init__(self, scores=None, classes=None):
        if scores is not None and not (_is_tensor(scores) and scores.dtype.is_floating):
            raise ValueError(f"Classification scores must be a float32 Tensor; got {scores}")
        if classes is not None and not (_is_tensor(classes) and classes.dtype == tf.string):
            raise ValueError(f"Classification classes must be a string Tensor; got {classes}")
        if scores is None and classes is None:
            raise ValueError("At least one of scores and classes must be set.")
        self._scores, self._classes = scores, classes

    @property
    def scores(self):
        """The scores, or None."""
        return self._scores

    @property
    def classes(self):
        """The names of the classes, or None."""
        return self._classes

    def as_signature_def(self, receiver_tensors):
        """Return the signature; its one input is serialised examples."""
        examples = _serialised_examples(receiver_tensors, "Classification")
        return tf.saved_model.signature_def_utils.classification_signature_def(
            examples, self.classes, self.scores
        )


class RegressionOutput(ExportOutput):
    """Values of a regression, a float tensor."""

    def __init__(self, value):
        if not (_is_tensor(value) and value.dtype.is_floating):
            raise ValueError(f"Regression output value must be a float32 Tensor; got {value}")
        self._value = value

    @property
    def value(self):
        """The values."""
        return self._value

    def as_signature_def(self, receiver_tensors):
        """Return the signature; its one input is serialised examples."""
        examples = _serialised_examples(receiver_tensors, "Regression")
        return tf.saved_model.signature_def_utils.regression_signature_def(examples, self.value)


class PredictOutput(ExportOutput):
    """Any outputs: a tensor, named "output", or a dict of tensors."""

    def __init__(self, outputs):
        outputs = outputs if isinstance(outputs, dict) else {"output": outputs}
        self._outputs = {}
        for key, value in outputs.items():
            name = "/".join(key) if isinstance(key, tuple) else key
            if not isinstance(name, str):
                raise ValueError(f"Prediction output key must be a string; got {name}.")
            if not _is_tensor(value):
                raise ValueError(f"Prediction output value must be a Tensor; got {value}.")
            self._outputs[name] = value

    @property
    def outputs(self):
        """The tensors by name."""
        return self._outputs

    def as_signature_def(self, receiver_tensors):
        """Return the signature."""
        return tf.saved_model.signature_def_utils.predict_signature_def(
            receiver_tensors, self.outputs
        )


def _is_tensor(value):
    return isinstance(value, tf.Tensor)


def _serialised_examples(receiver_tensors, kind):
    if len(receiver_tensors) != 1:
        raise ValueError(f"{kind} input must be a single string Tensor; got {receiver_tensors}")
    (examples,) = receiver_tensors.values()
    if not _is_tensor(examples) or examples.dtype != tf.string:
        raise ValueError(f"{kind} input must be a single string Tensor; got {receiver_tensors}")
    return examples


_FIELDS = "features receiver_tensors receiver_tensors_alternatives"


class ServingInputReceiver(collections.namedtuple("ServingInputReceiver", _FIELDS)):
    """Features of a model, and the tensors of a request that they are made from.

    Args:
        features: a dict of tensors by name, or one tensor, which is called "feature".
        receiver_tensors: a dict of placeholders by name, or one, which is called "input".
        receiver_tensors_alternatives: a dict of other such dicts; each becomes a signature.
    """

    __slots__ = ()

    def __new__(cls, features, receiver_tensors, receiver_tensors_alternatives=None):
        """Check the fields."""
        if features is None:
            raise ValueError("features must be defined.")
        features = _checked_tensors(features, "feature", "feature")
        return super().__new__(
            cls, features, *_checked_receivers(receiver_tensors, receiver_tensors_alternatives)
        )


class TensorServingInputReceiver(collections.namedtuple("TensorServingInputReceiver", _FIELDS)):
    """Features that are one tensor, not a dict; see `ServingInputReceiver`."""

    __slots__ = ()

    def __new__(cls, features, receiver_tensors, receiver_tensors_alternatives=None):
        """Check the fields."""
        if features is None:
            raise ValueError("features must be defined.")
        if not isinstance(features, _TENSORS):
            raise ValueError("feature must be a Tensor or SparseTensor.")
        return super().__new__(
            cls, features, *_checked_receivers(receiver_tensors, receiver_tensors_alternatives)
        )


def _checked_tensors(tensors, kind, name_of_one):
    """Return the tensors as a dict."""
    tensors = tensors if isinstance(tensors, dict) else {name_of_one: tensors}
    for name, tensor in tensors.items():
        if not isinstance(tensor, _TENSORS):
            raise ValueError(f"{kind} {name} must be a Tensor or SparseTensor.")
    return tensors


def _checked_receivers(receiver_tensors, alternatives):
    if receiver_tensors is None:
        raise ValueError("receiver_tensors must be defined.")
    receiver_tensors = _checked_tensors(receiver_tensors, "receiver_tensor", "input")
    if alternatives is not None:
        if not isinstance(alternatives, dict):
            raise ValueError(f"receiver_tensors_alternatives must be a dict: {alternatives}.")
        alternatives = {
            name: _checked_tensors(tensors, "receiver_tensor", "input")
            for name, tensors in alternatives.items()
        }
    return receiver_tensors, alternatives


def build_parsing_serving_input_receiver_fn(feature_spec, default_batch_size=None):
    """Return a function that receives serialised `tf.train.Example`s and parses them.

    Args:
        feature_spec: a dict from names to `tf.FixedLenFeature` and its like.
        default_batch_size: the size of the placeholder "input_example_tensor", by default any.
    """

    def receiver():
        serialised = tf.placeholder(
            tf.string, shape=[default_batch_size], name="input_example_tensor"
        )
        features = tf.parse_example(serialised, feature_spec)
        return ServingInputReceiver(features, {"examples": serialised})

    return receiver


def build_raw_serving_input_receiver_fn(features, default_batch_size=None):
    """Return a function that receives the features themselves.

    Args:
        features: a dict of tensors by name, whose types and shapes the placeholders take.
        default_batch_size: their first dimension, by default any.
    """

    def receiver():
        placeholders = _placeholders(features, default_batch_size)
        return ServingInputReceiver(placeholders, dict(placeholders))

    return receiver


class SupervisedInputReceiver(
    collections.namedtuple("SupervisedInputReceiver", "features labels receiver_tensors")
):
    """Features and labels of a training or evaluation graph, and the placeholders they come from.

    Args:
        features: a tensor, or a dict of tensors by name.
        labels: a tensor, or a dict of tensors by name.
        receiver_tensors: a dict of placeholders by name.
    """

    __slots__ = ()

    def __new__(cls, features, labels, receiver_tensors):
        """Check the fields."""
        for name, tensors in (("feature", features), ("label", labels)):
            _checked_tensors(tensors, name, name)
        receivers, _ = _checked_receivers(receiver_tensors, None)
        return super().__new__(cls, features, labels, receivers)


def build_raw_supervised_input_receiver_fn(features, labels, default_batch_size=None):
    """Return a function that receives features and labels themselves.

    Args:
        features: a tensor, or a dict of tensors by name, whose types and shapes the placeholders
            take.
        labels: the same for the labels.
        default_batch_size: their first dimension, by default any.

    Raises:
        ValueError: features and labels share a name.
    """
    named = [
        each if isinstance(each, dict) else {name: each}
        for name, each in (("input", features), ("label", labels))
    ]
    both = set(named[0]) & set(named[1])
    if both:
        raise ValueError(f"Features and labels must have distinct keys. Got overlapping: {both}")

    def receiver():
        placeholders = [_placeholders(each, default_batch_size) for each in named]
        values = [
            each if isinstance(given, dict) else next(iter(each.values()))
            for given, each in zip((features, labels), placeholders, strict=True)
        ]
        return SupervisedInputReceiver(*values, {**placeholders[0], **placeholders[1]})

    return receiver


def _placeholders(tensors, batch_size):
    """Return a placeholder for each tensor, by name, of a batch of another size."""
    placeholders = {}
    for name, tensor in tensors.items():
        shape = tensor.shape.as_list()
        shape[0] = batch_size
        placeholders[name] = tf.placeholder(tensor.dtype, shape, tensor.op.name)
    return placeholders


_lazy.forward(__name__)
