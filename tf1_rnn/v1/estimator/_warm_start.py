"""`WarmStartSettings`: variables that start from another model's."""

import collections

import tensorflow.compat.v1 as tf


class WarmStartSettings(
    collections.namedtuple(
        "WarmStartSettings",
        "ckpt_to_initialize_from vars_to_warm_start var_name_to_vocab_info "
        "var_name_to_prev_var_name",
    )
):
    """The arguments of `tf.train.warm_start`, which runs before training.

    Args:
        ckpt_to_initialize_from: a checkpoint, or a folder with one.
        vars_to_warm_start: a regular expression, a list of them or of variables; None for the
            embeddings' vocabularies alone, by default all trainable variables.
        var_name_to_vocab_info: a dict from names of variables to `tf.train.VocabInfo`.
        var_name_to_prev_var_name: a dict from names of variables to those in the checkpoint.

    Raises:
        ValueError: no checkpoint is given.
    """

    __slots__ = ()

    def __new__(
        cls,
        ckpt_to_initialize_from,
        vars_to_warm_start=".*",
        var_name_to_vocab_info=None,
        var_name_to_prev_var_name=None,
    ):
        """Check the fields."""
        if not ckpt_to_initialize_from:
            raise ValueError("`ckpt_to_initialize_from` MUST be set in WarmStartSettings")
        return super().__new__(
            cls,
            ckpt_to_initialize_from,
            vars_to_warm_start,
            var_name_to_vocab_info or {},
            var_name_to_prev_var_name or {},
        )


def as_settings(warm_start_from):
    """Return the settings from an estimator's argument: settings, a path or None."""
    if warm_start_from is None or isinstance(warm_start_from, WarmStartSettings):
        return warm_start_from
    if not isinstance(warm_start_from, str | bytes):
        raise ValueError(
            "warm_start_from must be a string or a WarmStartSettings, instead got "
            f"{type(warm_start_from)}"
        )
    path = tf.compat.as_str_any(warm_start_from)
    variables = tf.saved_model.constants.VARIABLES_DIRECTORY
    if tf.saved_model.loader.maybe_saved_model_directory(path):
        filename = tf.saved_model.constants.VARIABLES_FILENAME
        path = f"{path.rstrip('/')}/{variables}/{filename}"
    return WarmStartSettings(path)


def warm_start(settings):
    """Let the variables of the default graph start from the settings' checkpoint."""
    tf.logging.info("Warm-starting with WarmStartSettings: %s", settings)
    tf.train.warm_start(*settings)
