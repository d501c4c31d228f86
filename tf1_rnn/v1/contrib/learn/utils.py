"""`tf.contrib.learn.utils` of TensorFlow 1.x: what a served model takes, and how it is written."""

import collections as _collections
import os as _os
import re as _re
import shutil as _shutil

import tensorflow.compat.v1 as _tf

from ... import _lazy
from ... import estimator as _core
from ...estimator._model import arguments_of as _arguments_of

InputFnOps = _collections.namedtuple("InputFnOps", "features labels default_inputs")


def build_parsing_serving_input_fn(feature_spec, default_batch_size=None):
    """Return a function that makes `InputFnOps` of serialised `tf.train.Example`s.

    Args:
        feature_spec: dict of the features, as `tf.parse_example` takes it.
        default_batch_size: the number of examples, by default any.
    """

    def input_fn():
        examples = _tf.placeholder(_tf.string, [default_batch_size], "input_example_tensor")
        features = _tf.parse_example(examples, feature_spec)
        return InputFnOps(features, None, {"examples": examples})

    return input_fn


def build_default_serving_input_fn(features, default_batch_size=None):
    """Return a function that makes `InputFnOps` of placeholders like some features.

    Args:
        features: dict from names to tensors `[batch, ...]`.
        default_batch_size: the batch's size, by default any.
    """

    def input_fn():
        placeholders = {
            name: _tf.placeholder(
                tensor.dtype, [default_batch_size, *tensor.shape[1:]], tensor.op.name
            )
            for name, tensor in features.items()
        }
        return InputFnOps(placeholders, None, placeholders)

    return input_fn


class ExportStrategy(
    _collections.namedtuple("ExportStrategy", "name export_fn strip_default_attrs")
):
    """How an `Experiment` writes a model after an evaluation.

    Args:
        name: of the folder within `export`.
        export_fn: a function of the estimator, the folder and any of `checkpoint_path`,
            `eval_result` and `strip_default_attrs`.
        strip_default_attrs: what `export_fn` is given, unless it is None.
    """

    __slots__ = ()

    def __new__(cls, name, export_fn, strip_default_attrs=None):
        """Let the last field be left out."""
        return super().__new__(cls, name, export_fn, strip_default_attrs)

    def export(self, estimator, export_path, checkpoint_path=None, eval_result=None):
        """Write the model, and return what `export_fn` does.

        Args:
            estimator: the estimator.
            export_path: the folder to write to.
            checkpoint_path: the checkpoint, by default the last one.
            eval_result: the metrics of its evaluation.
        """
        offered = {
            "checkpoint_path": checkpoint_path,
            "eval_result": eval_result,
            "strip_default_attrs": self.strip_default_attrs,
        }
        asked = _arguments_of(self.export_fn)
        given = {name: each for name, each in offered.items() if name in asked}
        return self.export_fn(estimator, export_path, **given)


def make_export_strategy(
    serving_input_fn,
    default_output_alternative_key=None,
    assets_extra=None,
    as_text=False,
    exports_to_keep=5,
    strip_default_attrs=None,
):
    """Return an `ExportStrategy` named "Servo", which writes SavedModels.

    Args:
        serving_input_fn: makes `InputFnOps`, or a `ServingInputReceiver` for `tf.estimator`.
        default_output_alternative_key: not used; None for an estimator of `tf.estimator`.
        assets_extra: a dict from paths within `assets.extra` to files that are copied there.
        as_text: write the graph as text.
        exports_to_keep: how many are kept; None for all.
        strip_default_attrs: leave out attributes of nodes that have their default.
    """

    def export_fn(estimator, export_dir_base, checkpoint_path=None, strip_default_attrs=False):
        options = {"strip_default_attrs": bool(strip_default_attrs)}
        if not isinstance(estimator, _core.Estimator):
            options["default_output_alternative_key"] = default_output_alternative_key
        elif default_output_alternative_key is not None:
            raise ValueError(
                "default_output_alternative_key is not supported in core Estimator. Given: "
                f"{default_output_alternative_key}"
            )
        written = estimator.export_savedmodel(
            export_dir_base,
            serving_input_fn,
            assets_extra=assets_extra,
            as_text=as_text,
            checkpoint_path=checkpoint_path,
            **options,
        )
        garbage_collect_exports(export_dir_base, exports_to_keep)
        return written

    return ExportStrategy("Servo", export_fn, strip_default_attrs)


def get_most_recent_export(export_dir_base):
    """Return a pair of the newest export's folder and number, or None without one."""
    exports = _exports(export_dir_base)
    return exports[-1] if exports else None


def garbage_collect_exports(export_dir_base, exports_to_keep):
    """Delete the oldest exports of a folder.

    Args:
        export_dir_base: the folder.
        exports_to_keep: how many are kept; None for all.
    """
    if exports_to_keep is not None:
        exports = _exports(export_dir_base)
        for folder, _ in exports[: max(0, len(exports) - exports_to_keep)]:
            _shutil.rmtree(folder)


_Export = _collections.namedtuple("Path", "path export_version")


def _exports(base):
    """Return the exports in a folder, the oldest first; their names are times in seconds."""
    base = _tf.compat.as_str_any(base)
    numbers = sorted(int(name) for name in _os.listdir(base) if _re.fullmatch(r"\d{10}", name))
    return [_Export(_os.path.join(base, str(number)), number) for number in numbers]


_lazy.forward(__name__)
