"""One call of `Estimator.predict`."""

import numpy as np
import tensorflow.compat.v1 as tf

from ._spec import ModeKeys


def predict(estimator, input_fn, keys, hooks, checkpoint_path, single):
    """Yield the predictions of a checkpoint, row by row or batch by batch.

    Args:
        estimator: the `Estimator`.
        input_fn: function that returns features and labels.
        keys: names of predictions, by default all.
        hooks: `tf.train.SessionRunHook`s.
        checkpoint_path: the checkpoint, by default the folder's last one.
        single: whether to yield row by row; otherwise batch by batch.
    """
    path = checkpoint_path or estimator.latest_checkpoint()
    if not path:
        tf.logging.info(
            "Could not find trained model in model_dir: %s, running initialization to predict.",
            estimator.model_dir,
        )
    with tf.Graph().as_default():
        tf.set_random_seed(estimator.config.tf_random_seed)
        tf.train.create_global_step()
        features, _, input_hooks = estimator._call_input_fn(input_fn, ModeKeys.PREDICT)
        spec = estimator._call_model_fn(features, None, ModeKeys.PREDICT, estimator.config)
        predictions = _chosen(spec.predictions, keys)
        creator = tf.train.ChiefSessionCreator(
            scaffold=spec.scaffold,
            master=estimator.config.master,
            config=estimator._session_config(),
            checkpoint_filename_with_path=path,
        )
        hooks = [*input_hooks, *hooks, *spec.prediction_hooks]
        with tf.train.MonitoredSession(creator, hooks=hooks) as session:
            while not session.should_stop():
                batch = session.run(predictions)
                if single:
                    yield from _rows(batch)
                else:
                    yield batch


def _chosen(predictions, keys):
    """Return the predictions of those names.

    Raises:
        ValueError: the predictions are no dict, or have none of the names.
    """
    if not keys:
        return predictions
    if not isinstance(predictions, dict):
        raise ValueError("predict_keys argument is not valid in case of non-dict predictions.")
    chosen = {name: value for name, value in predictions.items() if name in keys}
    if not chosen:
        raise ValueError(
            f"Expected to run at least one output from {predictions.keys()}, provided {keys}."
        )
    return chosen


def _rows(batch):
    """Yield each row of a batch, in its structure."""
    if not isinstance(batch, dict):
        yield from batch
        return
    lengths = {name: np.shape(value)[0] for name, value in batch.items()}
    first = next(iter(lengths.values()))
    for name, length in lengths.items():
        if length != first:
            raise ValueError(
                f"Batch length of predictions should be same. {name} has different batch length "
                "than others."
            )
    for row in range(first):
        yield {name: value[row] for name, value in batch.items()}
