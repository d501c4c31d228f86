"""`Estimator`: trains, evaluates and serves the model that a model function describes."""

import copy
import os
import tempfile

import tensorflow.compat.v1 as tf

from . import _evaluating, _exporting, _model, _predicting, _training
from ._run_config import RunConfig, default_session_config
from ._spec import ModeKeys
from ._warm_start import as_settings


class Estimator:
    """Trains, evaluates and serves a model.

    Args:
        model_fn: a function of `features` and any of `labels`, `mode`, `params` and `config`,
            which returns an `EstimatorSpec`.
        model_dir: the folder of checkpoints and summaries; by default that of `config`, or a new
            one.
        config: a `RunConfig`.
        params: a dict that the model function is given.
        warm_start_from: a checkpoint, a folder of checkpoints or a `WarmStartSettings`, from which
            variables start.

    Raises:
        ValueError: the model function has an unknown argument, two different folders, or a
            subclass overrides a member.
    """

    def __init__(self, model_fn, model_dir=None, config=None, params=None, warm_start_from=None):
        _check_overrides(type(self))
        self._config = _config_with_folder(config, model_dir)
        self._model_dir = self._config.model_dir
        tf.logging.info("Using config: %s", str(vars(self._config)))
        if model_fn is None:
            raise ValueError("model_fn must be provided to Estimator.")
        _model.check_model_fn(model_fn, params)
        self._model_fn = model_fn
        self._params = copy.deepcopy(params or {})
        self._warm_start_settings = as_settings(warm_start_from)

    @property
    def model_dir(self):
        """The folder of checkpoints and summaries."""
        return self._model_dir

    @property
    def config(self):
        """A copy of the `RunConfig`."""
        return copy.deepcopy(self._config)

    @property
    def params(self):
        """A copy of the parameters."""
        return copy.deepcopy(self._params)

    @property
    def model_fn(self):
        """The model function, as a function of features, labels, mode and config."""

        def public_model_fn(features, labels, mode, config):
            return self._call_model_fn(features, labels, mode, config)

        return public_model_fn

    def train(self, input_fn, hooks=None, steps=None, max_steps=None, saving_listeners=None):
        """Train the model, from the last checkpoint of the folder if there is one.

        Args:
            input_fn: gives features and labels; see `_model.call_input_fn`.
            hooks: `tf.train.SessionRunHook`s of the training session.
            steps: steps to train now; by default until the input ends.
            max_steps: the global step at which to stop, in place of `steps`.
            saving_listeners: `tf.train.CheckpointSaverListener`s.

        Returns:
            The estimator.

        Raises:
            ValueError: both numbers of steps, or one that is not positive.
            TypeError: a hook or listener has another type.
        """
        if steps is not None and max_steps is not None:
            raise ValueError("Can not provide both steps and max_steps.")
        _check_positive("steps", steps)
        _check_positive("max_steps", max_steps)
        if max_steps is not None and max_steps <= self._saved_step():
            tf.logging.info("Skipping training since max_steps has already saved.")
            return self
        hooks = checked_hooks(hooks)
        listeners = _training.checked_listeners(saving_listeners)
        if steps is not None or max_steps is not None:
            hooks.append(tf.train.StopAtStepHook(steps, max_steps))
        loss = _training.train(self, input_fn, hooks, listeners)
        tf.logging.info("Loss for final step: %s.", loss)
        return self

    def evaluate(self, input_fn, steps=None, hooks=None, checkpoint_path=None, name=None):
        """Evaluate a checkpoint.

        Args:
            input_fn: gives features and labels.
            steps: batches to evaluate; by default until the input ends.
            hooks: `tf.train.SessionRunHook`s of the evaluation session.
            checkpoint_path: the checkpoint, by default the folder's last one.
            name: of this evaluation, whose summaries lie in `eval_NAME`.

        Returns:
            A dict from the names of metrics, "loss" and "global_step" to numbers.
        """
        _check_positive("steps", steps)
        return _evaluating.evaluate(
            self, input_fn, steps, checked_hooks(hooks), checkpoint_path, name
        )

    def predict(
        self,
        input_fn,
        predict_keys=None,
        hooks=None,
        checkpoint_path=None,
        yield_single_examples=True,
    ):
        """Yield the predictions for an input.

        Args:
            input_fn: gives features; labels are ignored.
            predict_keys: names of predictions; by default all.
            hooks: `tf.train.SessionRunHook`s of the session.
            checkpoint_path: the checkpoint, by default the folder's last one; where there is none
                the variables are initialised.
            yield_single_examples: yield each row of a batch, or the whole of it.

        Yields:
            Predictions as arrays, in the structure that the model function gives them.
        """
        yield from _predicting.predict(
            self,
            input_fn,
            predict_keys,
            checked_hooks(hooks),
            checkpoint_path,
            yield_single_examples,
        )

    def export_saved_model(
        self,
        export_dir_base,
        serving_input_receiver_fn,
        assets_extra=None,
        as_text=False,
        checkpoint_path=None,
        experimental_mode=ModeKeys.PREDICT,
    ):
        """Write a SavedModel, in a new folder that is named by the time.

        Args:
            export_dir_base: the folder of the new folder.
            serving_input_receiver_fn: makes a `ServingInputReceiver`.
            assets_extra: a dict from paths within `assets.extra` to files that are copied there.
            as_text: write the graph as text.
            checkpoint_path: the checkpoint, by default the folder's last one.
            experimental_mode: of the model that is written.

        Returns:
            The new folder, as bytes.

        Raises:
            ValueError: no function, no checkpoint, or no outputs to export.
        """
        if not serving_input_receiver_fn:
            raise ValueError("An input_receiver_fn must be defined.")
        return self.experimental_export_all_saved_models(
            export_dir_base,
            {experimental_mode: serving_input_receiver_fn},
            assets_extra,
            as_text,
            checkpoint_path,
        )

    def export_savedmodel(
        self,
        export_dir_base,
        serving_input_receiver_fn,
        assets_extra=None,
        as_text=False,
        checkpoint_path=None,
        strip_default_attrs=False,
    ):
        """Write a SavedModel under the method's older name; see `export_saved_model`."""
        if not serving_input_receiver_fn:
            raise ValueError("An input_receiver_fn must be defined.")
        return _exporting.export(
            self,
            export_dir_base,
            {ModeKeys.PREDICT: serving_input_receiver_fn},
            assets_extra,
            as_text,
            checkpoint_path,
            strip_default_attrs,
        )

    def experimental_export_all_saved_models(
        self,
        export_dir_base,
        input_receiver_fn_map,
        assets_extra=None,
        as_text=False,
        checkpoint_path=None,
    ):
        """Write a SavedModel of several modes; return its folder, as bytes.

        Args:
            export_dir_base: the folder of the new folder.
            input_receiver_fn_map: dict from modes to functions that make receivers.
            assets_extra: a dict from paths within `assets.extra` to files that are copied there.
            as_text: write the graph as text.
            checkpoint_path: the checkpoint, by default the folder's last one.
        """
        return _exporting.export(
            self,
            export_dir_base,
            input_receiver_fn_map,
            assets_extra,
            as_text,
            checkpoint_path,
            strip_default_attrs=True,
        )

    def latest_checkpoint(self):
        """Return the path of the folder's last checkpoint, or None."""
        return tf.train.latest_checkpoint(self.model_dir)

    def get_variable_names(self):
        """Return the names of the variables in the last checkpoint; ValueError without one."""
        return [name for name, _ in tf.train.list_variables(self._folder_with_checkpoint())]

    def get_variable_value(self, name):
        """Return the value of a variable in the last checkpoint; ValueError without one."""
        return tf.train.load_variable(self._folder_with_checkpoint(), name)

    def eval_dir(self, name=None):
        """Return the folder of the summaries of an evaluation."""
        return os.path.join(self.model_dir, f"eval_{name}" if name else "eval")

    def _folder_with_checkpoint(self):
        if self.latest_checkpoint() is None:
            raise ValueError(f"Could not find trained model in model_dir: {self.model_dir}.")
        return self.model_dir

    def _saved_step(self):
        """Return the global step of the last checkpoint, 0 without one."""
        try:
            return int(tf.train.load_variable(self.model_dir, tf.GraphKeys.GLOBAL_STEP))
        except (tf.errors.OpError, ValueError):
            return 0

    def _call_input_fn(self, input_fn, mode):
        return _model.call_input_fn(input_fn, mode, self.params, self.config)

    def _call_model_fn(self, features, labels, mode, config):
        return _model.call_model_fn(self._model_fn, features, labels, mode, self.params, config)

    def _session_config(self):
        """Return the `ConfigProto` of the estimator's sessions."""
        return self._config.session_config or default_session_config()


def checked_hooks(hooks):
    """Return the hooks as a list; TypeError where one is none."""
    hooks = list(hooks or [])
    for hook in hooks:
        if not isinstance(hook, tf.train.SessionRunHook):
            raise TypeError(f"Hooks must be a SessionRunHook, given: {hook}")
    return hooks


def _check_positive(name, number):
    if number is not None and number <= 0:
        raise ValueError(f"Must specify {name} > 0, given: {number}")


def _check_overrides(kind):
    """Raise ValueError where a subclass has a member of the estimator's name."""
    own = {name for name in vars(Estimator) if not name.startswith("__")}
    overridden = {
        name
        for each in kind.__mro__[: kind.__mro__.index(Estimator)]
        for name in own & set(vars(each))
        if name not in getattr(kind, "_may_override", ())
    }
    if overridden:
        raise ValueError(
            f"Subclasses of Estimator cannot override members of Estimator. {kind} does override "
            f"{sorted(overridden)}"
        )


def _config_with_folder(config, model_dir):
    """Return the configuration, with a folder."""
    if config is None:
        config = RunConfig()
        tf.logging.info("Using default config.")
    elif not isinstance(config, RunConfig):
        raise ValueError(f"config must be an instance of `RunConfig`, but provided {config}.")
    model_dir = os.fspath(model_dir) if model_dir is not None else None
    if model_dir is not None and config.model_dir not in (None, model_dir):
        raise ValueError(
            "`model_dir` are set both in constructor and `RunConfig`, but with different values. "
            f"In constructor: '{model_dir}', in `RunConfig`: '{config.model_dir}' "
        )
    model_dir = model_dir or config.model_dir
    if model_dir is None:
        model_dir = tempfile.mkdtemp()
        tf.logging.warn("Using temporary folder as model directory: %s", model_dir)
    config = config.replace(model_dir=model_dir)
    if config.session_config is None:
        config = config.replace(session_config=default_session_config())
    return config
