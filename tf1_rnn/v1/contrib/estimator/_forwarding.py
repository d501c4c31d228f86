"""`forward_features`: an estimator whose predictions also have features of its input."""

import tensorflow.compat.v1 as tf

from ...estimator import Estimator, ModeKeys
from ...estimator.export import PredictOutput


def forward_features(estimator, keys=None, sparse_default_values=None):
    """Return an estimator that predicts what another does, and features of its input.

    Args:
        estimator: an `Estimator` whose predictions are a dict.
        keys: the name of a feature, or a list of names, by default all.
        sparse_default_values: a dict from names of sparse features to what fills their gaps;
            sparse ones cannot be forwarded without.

    Raises:
        TypeError: a name is no string.
    """
    keys = [keys] if isinstance(keys, str) else keys
    for key in keys or ():
        if not isinstance(key, str):
            raise TypeError(
                "All items in the given keys list should be a string. There exist an item with "
                f"type: {type(key)}"
            )

    def model_fn(features, labels, mode, config):
        spec = estimator.model_fn(features, labels, mode, config)
        if mode != ModeKeys.PREDICT:
            return spec
        found = _predictions_with_features(spec, features, keys, sparse_default_values or {})
        outputs = dict(spec.export_outputs)
        for key in (
            "predict",
            tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY,
        ):
            if isinstance(outputs.get(key), PredictOutput):
                forwarded = {name: found[name] for name in found if name not in spec.predictions}
                outputs[key] = PredictOutput({**outputs[key].outputs, **forwarded})
        return spec._replace(predictions=found, export_outputs=outputs)

    return Estimator(model_fn, estimator.model_dir, estimator.config)


def _predictions_with_features(spec, features, keys, defaults):
    """Return a model's predictions and the features of those names, a dict.

    Raises:
        ValueError: the predictions are no dict, or a feature is not there, has the name of a
            prediction, or is sparse and has no default.
    """
    predictions = spec.predictions
    if not isinstance(predictions, dict):
        raise ValueError(
            "Predictions should be a dict to be able to forward features. Given: "
            f"{type(predictions)}"
        )
    found = dict(predictions)
    for key in keys or features:
        if key not in features:
            raise ValueError(
                f'keys should be exist in features. Key "{key}" is not in features dict. features '
                f"dict has following keys: {features.keys()}. Please check arguments of "
                "forward_features."
            )
        if key in predictions:
            raise ValueError(
                f"Cannot forward feature key ({key}). Since it does exist in predictions. Existing "
                f"prediction keys: {predictions.keys()}. Please check arguments of "
                "forward_features."
            )
        found[key] = _dense(key, features[key], defaults)
    return found


def _dense(key, feature, defaults):
    if isinstance(feature, tf.SparseTensor) and key in defaults:
        return tf.sparse_tensor_to_dense(feature, default_value=defaults[key])
    if not tf.is_tensor(feature) or isinstance(feature, tf.SparseTensor):
        raise ValueError(
            f"Feature ({key}) should be a Tensor. Please use `keys` argument of forward_features "
            "to filter unwanted features, or add key to argument `sparse_default_values`. Type of "
            f"features[{key}] is {type(feature)}."
        )
    return feature
