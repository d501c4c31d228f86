"""Exporters: what `train_and_evaluate` writes after an evaluation."""

import abc
import os
import shutil

import tensorflow.compat.v1 as tf

from ._model import arguments_of


def as_tuple_of(kind, given):
    """Return one or several of a kind, or nothing, as a tuple; None for anything else."""
    try:
        several = (given,) if isinstance(given, kind) else tuple(given or ())
    except TypeError:
        return None
    return several if all(isinstance(each, kind) for each in several) else None


class Exporter(abc.ABC):
    """Writes a model after an evaluation; a user's exporter is a subclass."""

    @property
    @abc.abstractmethod
    def name(self):
        """The name, which is that of the folder within `export`."""

    @abc.abstractmethod
    def export(self, estimator, export_path, checkpoint_path, eval_result, is_the_final_export):
        """Write the model.

        Args:
            estimator: an `Estimator`.
            export_path: the folder to write to.
            checkpoint_path: the checkpoint that was evaluated.
            eval_result: the metrics.
            is_the_final_export: whether training has ended.

        Returns:
            The folder that was written, or None.
        """


class _SavedModels(Exporter):
    """Writes SavedModels by `Estimator.export_saved_model`."""

    def __init__(self, name, serving_input_receiver_fn, assets_extra, as_text, exports_to_keep):
        self._name = name
        self._receiver_fn = serving_input_receiver_fn
        self._assets_extra, self._as_text = assets_extra, as_text
        self._exports_to_keep = exports_to_keep

    @property
    def name(self):
        """The name."""
        return self._name

    def _write(self, estimator, export_path, checkpoint_path):
        """Write a SavedModel and delete the oldest ones beyond the limit."""
        written = estimator.export_saved_model(
            export_path,
            self._receiver_fn,
            assets_extra=self._assets_extra,
            as_text=self._as_text,
            checkpoint_path=checkpoint_path,
        )
        if self._exports_to_keep:
            folders = [name for name in os.listdir(export_path) if name.isdigit()]
            for name in sorted(folders, key=int)[: -self._exports_to_keep]:
                shutil.rmtree(os.path.join(export_path, name))
        return written


class LatestExporter(_SavedModels):
    """Writes a SavedModel after every evaluation.

    Args:
        name: of the folder within `export`.
        serving_input_receiver_fn: makes a `ServingInputReceiver`.
        assets_extra: dict from paths within `assets.extra` to files that are copied there.
        as_text: write the graph as text.
        exports_to_keep: how many are kept; None for all.
    """

    def __init__(
        self,
        name,
        serving_input_receiver_fn,
        assets_extra=None,
        as_text=False,
        exports_to_keep=5,
    ):
        if exports_to_keep is not None and exports_to_keep <= 0:
            raise ValueError("`exports_to_keep`, if provided, must be positive number")
        super().__init__(name, serving_input_receiver_fn, assets_extra, as_text, exports_to_keep)

    def export(self, estimator, export_path, checkpoint_path, eval_result, is_the_final_export):
        """Write the model; see `Exporter.export`."""
        return self._write(estimator, export_path, checkpoint_path)


class FinalExporter(_SavedModels):
    """Writes a SavedModel after the last evaluation only; see `LatestExporter`."""

    def __init__(self, name, serving_input_receiver_fn, assets_extra=None, as_text=False):
        super().__init__(name, serving_input_receiver_fn, assets_extra, as_text, None)

    def export(self, estimator, export_path, checkpoint_path, eval_result, is_the_final_export):
        """Write the model, if training has ended; see `Exporter.export`."""
        if not is_the_final_export:
            return None
        tf.logging.info("Performing the final export in the end of training.")
        return self._write(estimator, export_path, checkpoint_path)


def _loss_smaller(best_eval_result, current_eval_result):
    """Return whether the loss has fallen."""
    for name, result in (("best_eval_result", best_eval_result), ("current", current_eval_result)):
        if not result or "loss" not in result:
            raise ValueError(f"{name} cannot be empty or without a loss, given: {result}")
    return best_eval_result["loss"] > current_eval_result["loss"]


class BestExporter(_SavedModels):
    """Writes a SavedModel whenever an evaluation is better than all before.

    Args:
        name: of the folder within `export`.
        serving_input_receiver_fn: makes a `ServingInputReceiver`.
        assets_extra: dict from paths within `assets.extra` to files that are copied there.
        as_text: write the graph as text.
        exports_to_keep: how many are kept; None for all.
        event_file_pattern: the summaries, within the model's folder, from which the best result
            so far is read when a program starts; None to start without one. They hold the first
            evaluation of a run too, which is for that reason never written.
        compare_fn: a function of `best_eval_result` and `current_eval_result`, that says whether
            the current one is better; by default one whose loss is smaller.
    """

    def __init__(
        self,
        name="best_exporter",
        serving_input_receiver_fn=None,
        event_file_pattern="eval/*.tfevents.*",
        compare_fn=_loss_smaller,
        assets_extra=None,
        as_text=False,
        exports_to_keep=5,
    ):
        if compare_fn is None:
            raise ValueError("`compare_fn` must not be None.")
        names = arguments_of(compare_fn)
        for name_of_argument in ("best_eval_result", "current_eval_result"):
            if name_of_argument not in names:
                raise ValueError(
                    f"compare_fn ({compare_fn}) must include {name_of_argument} argument."
                )
        if exports_to_keep is not None and exports_to_keep <= 0:
            raise ValueError(
                f"`exports_to_keep`, if provided, must be a positive number. Got {exports_to_keep}"
            )
        super().__init__(name, serving_input_receiver_fn, assets_extra, as_text, exports_to_keep)
        self._is_better, self._event_file_pattern = compare_fn, event_file_pattern
        self._best = None

    def export(self, estimator, export_path, checkpoint_path, eval_result, is_the_final_export):
        """Write the model, if it is better than all before; see `Exporter.export`."""
        if self._best is None and self._event_file_pattern:
            tf.logging.info("Loading best metric from event files.")
            self._best = self._best_of_events(
                os.path.join(estimator.model_dir, self._event_file_pattern)
            )
        if self._best is not None and not self._is_better(
            best_eval_result=self._best, current_eval_result=eval_result
        ):
            return None
        tf.logging.info("Performing best model export.")
        self._best = eval_result
        return self._write(estimator, export_path, checkpoint_path)

    def _best_of_events(self, pattern):
        """Return the best of the results in files of summaries, or None."""
        best = None
        for path in tf.gfile.Glob(pattern):
            for event in tf.train.summary_iterator(path):
                result = {
                    value.tag: value.simple_value
                    for value in event.summary.value
                    if value.HasField("simple_value")
                }
                if result and (
                    best is None
                    or self._is_better(best_eval_result=best, current_eval_result=result)
                ):
                    best = result
        return best
