"""`contrib.learn.Estimator`: the older estimator, with `fit`, on the newer one."""

import numpy as np
import tensorflow.compat.v1 as tf

from ... import estimator as core
from ...estimator import _model
from ...estimator._estimator import checked_hooks
from ._feeder import Feeder
from ._model_fn import ModelFnOps, metric_ops
from ._run_config import RunConfig


class Estimator:
    """Trains, evaluates and serves a model.

    Args:
        model_fn: a function of features, labels (by any name, second), and any of `mode`, `params`,
            `config` and `model_dir`. It returns `ModelFnOps`, or predictions, loss and train_op.
        model_dir: the folder of checkpoints and summaries.
        config: a `RunConfig`, of contrib.learn or of `tf.estimator`.
        params: a dict that the model function is given.
        feature_engineering_fn: a function that makes features and labels of features and labels.
    """

    def __init__(
        self,
        model_fn=None,
        model_dir=None,
        config=None,
        params=None,
        feature_engineering_fn=None,
    ):
        if config is None:
            config = RunConfig()
            tf.logging.info("Using default config.")
        self._user_fn, self._engineer = model_fn, feature_engineering_fn
        self._metrics, self._labels_spec = None, None

        def core_fn(features, labels, mode, params, config):
            return self._estimator_spec(features, labels, mode, params, config)

        self._core = core.Estimator(core_fn, model_dir, config, params)
        self._given_params = params

    @property
    def model_dir(self):
        """The folder of checkpoints and summaries."""
        return self._core.model_dir

    @property
    def config(self):
        """A copy of the `RunConfig`."""
        return self._core.config

    @property
    def params(self):
        """A copy of the parameters."""
        return self._core.params

    @property
    def model_fn(self):
        """The model function, as a function of features, labels, mode and config."""
        return self._core.model_fn

    def fit(
        self,
        x=None,
        y=None,
        input_fn=None,
        steps=None,
        batch_size=None,
        monitors=None,
        max_steps=None,
    ):
        """Train the model on arrays or on an input function; return the estimator.

        Args:
            x: array of features `[rows, ...]`, or a dict of them.
            y: array of labels `[rows, ...]`.
            input_fn: a function that returns features and labels, in place of `x` and `y`.
            steps: steps to train now.
            batch_size: rows of a batch of `x`.
            monitors: `tf.train.SessionRunHook`s.
            max_steps: the global step at which to stop, in place of `steps`.
        """
        input_fn, feeding = _input_fn(x, y, input_fn, batch_size, None, shuffle=True)
        monitors = checked_hooks(monitors)
        for monitor in monitors:
            if hasattr(monitor, "set_estimator"):
                monitor.set_estimator(self)
        self._core.train(input_fn, hooks=monitors + feeding, steps=steps, max_steps=max_steps)
        return self

    def partial_fit(self, x=None, y=None, input_fn=None, steps=1, batch_size=None, monitors=None):
        """Train for a few steps more; see `fit`."""
        return self.fit(x, y, input_fn, steps, batch_size, monitors)

    def evaluate(
        self,
        x=None,
        y=None,
        input_fn=None,
        feed_fn=None,
        batch_size=None,
        steps=None,
        metrics=None,
        name=None,
        checkpoint_path=None,
        hooks=None,
        log_progress=True,
    ):
        """Evaluate a checkpoint, and return the metrics by name.

        Args:
            x: array of features `[rows, ...]`, or a dict of them.
            y: array of labels `[rows, ...]`.
            input_fn: a function that returns features and labels, in place of `x` and `y`.
            batch_size: rows of a batch of `x`.
            feed_fn: not supported; None.
            steps: batches to evaluate; by default until the input ends.
            metrics: a dict from names to `MetricSpec`s or to functions of predictions and labels.
            name: of this evaluation.
            checkpoint_path: the checkpoint, by default the folder's last one.
            hooks: `tf.train.SessionRunHook`s.
            log_progress: accepted.
        """
        if feed_fn is not None:
            raise ValueError("feed_fn is not supported: give input_fn, or x and y.")
        input_fn, feeding = _input_fn(x, y, input_fn, batch_size, 1)
        hooks = checked_hooks(hooks) + feeding
        self._metrics = metrics
        try:
            return self._core.evaluate(input_fn, steps, hooks, checkpoint_path, name)
        finally:
            self._metrics = None

    def predict(
        self,
        x=None,
        input_fn=None,
        batch_size=None,
        outputs=None,
        as_iterable=True,
        iterate_batches=False,
    ):
        """Return the predictions for arrays or for an input function.

        Args:
            x: array of features `[rows, ...]`, or a dict of them.
            input_fn: a function that returns features, in place of `x`.
            batch_size: rows of a batch of `x`.
            outputs: names of predictions; by default all.
            as_iterable: return a generator of rows, or else whole arrays.
            iterate_batches: let the generator give batches.
        """
        input_fn, feeding = _input_fn(x, None, input_fn, batch_size, 1)
        each = self._core.predict(
            input_fn, outputs, feeding, yield_single_examples=as_iterable and not iterate_batches
        )
        if as_iterable:
            return each
        batches = list(each)
        if isinstance(batches[0], dict):
            return {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}
        return np.concatenate(batches)

    def export_savedmodel(
        self,
        export_dir_base,
        serving_input_fn,
        default_output_alternative_key=None,
        assets_extra=None,
        as_text=False,
        checkpoint_path=None,
        graph_rewrite_specs=None,
        strip_default_attrs=False,
    ):
        """Write a SavedModel of the predictions; return its folder, as bytes.

        Args:
            export_dir_base: the folder of the new folder.
            serving_input_fn: returns features, labels and the placeholders they come from, as
                `InputFnOps` does, or a `tf.estimator.export.ServingInputReceiver`.
            default_output_alternative_key: not used.
            assets_extra: a dict from paths within `assets.extra` to files that are copied there.
            as_text: write the graph as text.
            checkpoint_path: the checkpoint, by default the folder's last one.
            graph_rewrite_specs: not used.
            strip_default_attrs: leave out attributes of nodes that have their default.
        """

        def receiver():
            given = serving_input_fn()
            if hasattr(given, "receiver_tensors"):
                return given
            features, _, placeholders = given
            return core.export.ServingInputReceiver(features, placeholders)

        return self._core.export_savedmodel(
            export_dir_base, receiver, assets_extra, as_text, checkpoint_path, strip_default_attrs
        )

    def get_variable_names(self):
        """Return the names of the variables in the last checkpoint."""
        return self._core.get_variable_names()

    def get_variable_value(self, name):
        """Return the value of a variable in the last checkpoint."""
        return self._core.get_variable_value(name)

    def _estimator_spec(self, features, labels, mode, params, config):
        """Call the user's function, and return what the newer estimator expects."""
        if mode == core.ModeKeys.PREDICT:
            labels = self._placeholders_of_labels()
        elif labels is not None:
            self._labels_spec = tf.nest.map_structure(_batches_like, labels)
        if self._engineer is not None:
            features, labels = self._engineer(features, labels)
        offered = {"mode": mode, "params": params, "config": config, "model_dir": self.model_dir}
        asked = _model.arguments_of(self._user_fn)
        result = self._user_fn(
            features, labels, **{name: each for name, each in offered.items() if name in asked}
        )
        if isinstance(result, core.EstimatorSpec):
            return result
        if not isinstance(result, ModelFnOps):
            if len(result) != 3:
                raise ValueError(
                    "model_fn should return ModelFnOps, or predictions, loss and train_op; it "
                    f"returned {len(result)} values."
                )
            predictions, loss, train_op = result
            result = ModelFnOps(mode, predictions, loss, train_op)
        if mode == core.ModeKeys.EVAL:
            metrics = metric_ops(self._metrics, features, labels, result.predictions)
            result = result._replace(eval_metric_ops={**result.eval_metric_ops, **metrics})
        return result.estimator_spec()

    def _placeholders_of_labels(self):
        """Return placeholders like the labels last seen, which a model function may ask about."""
        if self._labels_spec is None:
            return None
        return tf.nest.map_structure(
            lambda spec: tf.placeholder(spec.dtype, spec.shape), self._labels_spec
        )


def _batches_like(tensor):
    """Return the type and shape of a tensor, for batches of any size."""
    shape = tensor.shape
    return tf.TensorSpec(shape if not shape.ndims else [None, *shape[1:]], tensor.dtype)


def _input_fn(x, y, input_fn, batch_size, num_epochs, shuffle=False):
    """Return the input function, one of arrays if there is none, and the hooks that feed it.

    Raises:
        ValueError: both are given, or none.
    """
    if input_fn is not None:
        if x is not None or y is not None:
            raise ValueError("Can not provide both input_fn and x or y.")
        if batch_size is not None:
            raise ValueError("Can not provide both input_fn and batch_size.")
        return input_fn, []
    if x is None:
        raise ValueError("Either x or input_fn must be provided.")
    feeder = Feeder(x, y, batch_size, num_epochs, shuffle)
    return feeder.input_fn, [tf.train.FeedFnHook(feeder.feed)]


class SKCompat:
    """An estimator as scikit-learn has them: `fit`, `predict` and `score` take arrays.

    Args:
        estimator: a `contrib.learn.Estimator`.
    """

    def __init__(self, estimator):
        self._estimator = estimator

    def fit(self, x, y, batch_size=128, steps=None, max_steps=None, monitors=None):
        """Train on arrays; return this object.

        Args:
            x: array of features `[rows, ...]`.
            y: array of labels `[rows, ...]`.
            batch_size: rows of a batch.
            steps: steps to train now, or batches to evaluate.
            max_steps: the global step at which to stop, in place of `steps`.
            monitors: `tf.train.SessionRunHook`s.
        """
        self._estimator.fit(
            x, y, steps=steps, batch_size=batch_size, max_steps=max_steps, monitors=monitors
        )
        return self

    def score(self, x, y, batch_size=128, steps=None, metrics=None, name=None):
        """Return the metrics of arrays.

        Args:
            x: array of features `[rows, ...]`.
            y: array of labels `[rows, ...]`.
            batch_size: rows of a batch.
            steps: steps to train now, or batches to evaluate.
            metrics: a dict from names to `MetricSpec`s or to functions of predictions and labels.
            name: of this evaluation.
        """
        return self._estimator.evaluate(
            x, y, batch_size=batch_size, steps=steps, metrics=metrics, name=name or "score"
        )

    def predict(self, x, batch_size=128, outputs=None):
        """Return the predictions for arrays, as arrays.

        Args:
            x: array of features `[rows, ...]`.
            batch_size: rows of a batch.
            outputs: names of predictions, by default all.
        """
        return self._estimator.predict(x, batch_size=batch_size, outputs=outputs, as_iterable=False)
