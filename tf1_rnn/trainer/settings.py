"""What a run was asked for: the flags that were given. Needs neither TensorFlow nor NumPy."""

from __future__ import annotations

import dataclasses
import math
import os
import re
from collections.abc import Mapping

from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.exporting import formats
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import data_files
from tf1_rnn.trainer.flags import CONFIGURED, CONV_LEAST_STEPS, FLAGS, LEAST_STEPS, show
from tf1_rnn.wording import counted

# What a run writes into its model_dir (see `model_dir`).
OWN_FILES = (
    r"((config|metrics|epoch)\.json|(history|shards)\.csv|index\.npz|report\.html|checkpoint|best|"
    r"tensorboard|model\.ckpt.*)$"
)

# A field for each flag. Of the configuration, what was not given is None until the model_dir and
# the defaults are asked for it.
_Given = dataclasses.make_dataclass(
    "_Given",
    [(row.name, object, None if row.configured else row.default) for row in FLAGS.values()],
    frozen=True,
    kw_only=True,
)


class Settings(_Given):
    """A run as the command line describes it: an attribute for each row of `flags.FLAGS`.

    A flag that was not given is None where its value may come from the model_dir or depends on the
    cell, and its default otherwise.
    """

    @property
    def training(self) -> bool:
        """Whether the run trains."""
        return self.mode == "train"

    def check(self) -> None:
        """Refuse flags that do not fit each other.

        Raises:
            UsageError: what was given, and what was expected.
            RunError: the output cannot be written where it should.
        """
        if not self.training and not self.model_dir:
            raise UsageError(
                f"--mode={self.mode} needs a trained model; expected --model_dir=FOLDER"
            )
        if self.training and self.cell is None and not self.describe:
            raise UsageError(f"--cell was not given; expected one of {', '.join(GRAPHS)}")
        for row in FLAGS.values():
            self._check(row)
        if self.cell is not None:
            self._check_options()
        if self.mode == "export":
            self._check_export()
        if self.patience is not None and self.validation == 0:
            raise UsageError(
                f"--patience={self.patience} was given with --validation=0; it needs a validation "
                "set, expected --validation above 0"
            )
        if self.backup_workers and not self.sync:
            raise UsageError(
                f"--backup_workers={self.backup_workers} was given with --nosync; workers that "
                "wait for no other need no backup, expected one of the two"
            )
        self._check_columns()
        self._check_paths()
        if self.output and (
            formats.is_occupied(self.output)
            if self.mode == "export"
            else os.path.isdir(self.output)
        ):
            raise RunError(f"--output={self.output} {formats.OCCUPIED}")
        if self.output and not os.path.isdir(os.path.dirname(os.path.abspath(self.output))):
            raise RunError(f"--output={self.output}: its folder does not exist; create it first")

    def check_workers(self, workers: int) -> None:
        """Refuse what so many workers cannot do.

        Args:
            workers: how many processes compute, the chief included; 1 without a cluster.

        Raises:
            UsageError: what was given, and what was expected.
        """
        if self.backup_workers >= workers and self.backup_workers:
            raise UsageError(
                f"--backup_workers={self.backup_workers} of {counted(workers, 'worker')}, "
                "the chief included; expected fewer backup workers than workers"
            )

    def check_alone(self) -> None:
        """Refuse what one process on its own cannot do.

        Raises:
            UsageError: what was given, and what was expected.
        """
        if not self.sync:
            raise UsageError(
                "--nosync was given without a cluster; expected tf1-rnn cluster, or TF_CONFIG"
            )
        self.check_workers(1)

    def _check_columns(self):
        """Refuse a column that has two tasks, as the label that is a feature as well."""
        for name in ("label", "sequence", "split"):
            if getattr(self, name) in (self.features or ()):
                raise UsageError(
                    f"--features={show(self.features)} names the column of --{name}; expected "
                    "others"
                )
            if name != "label" and self.label is not None and getattr(self, name) == self.label:
                raise UsageError(
                    f"--label={self.label} is the column of --{name}; expected another"
                )

    def _check_paths(self):
        """Refuse a folder that TensorFlow cannot read again, and output over the run's own files.

        TensorFlow looks for a checkpoint by a pattern, in which these characters stand for others.
        """
        wrong = [character for character in "[]*?\\" if character in (self.model_dir or "")]
        if wrong:
            raise UsageError(
                f"--model_dir={self.model_dir}: TensorFlow cannot read checkpoints in a folder "
                f"with {wrong[0]} in its name; expected another name"
            )
        for name in ("data", "test_data"):
            path = getattr(self, name)
            if path and self.training and self.model_dir and _is_own_file(path, self.model_dir):
                raise UsageError(
                    f"--{name}={path} has the name of a file that a run writes to "
                    f"--model_dir={self.model_dir}; expected another name, or another folder"
                )
        for name in ("data", "test_data", "model_dir"):
            if self.output and self._is_in(name):
                raise UsageError(
                    f"--output={self.output} is part of --{name}={getattr(self, name)}, which "
                    "is never overwritten; expected another file"
                )

    def _is_in(self, name):
        """Return whether the output would take the place of what another flag names."""
        path = getattr(self, name)
        if path is None:
            return False
        if name != "model_dir":
            return data_files.may_read(path, self.output)
        return _is_own_file(self.output, path)

    def _check_export(self):
        """Refuse an export without a path, over a folder, or quantised for another format."""
        if not self.output:
            raise UsageError(
                "--mode=export needs --output=PATH: an .onnx or .tflite file, or a folder"
            )
        if formats.has_other_ending(self.output):
            raise UsageError(f"--output={self.output} {formats.OTHER_ENDING}")
        if self.quantize and formats.format_of(self.output) != "LiteRT":
            raise UsageError(
                f"--quantize={self.quantize} is for LiteRT; expected --output=FILE.tflite"
            )

    def _check(self, row):
        """Refuse a flag that does not belong to the mode, or an invalid value."""
        value = getattr(self, row.name)
        if value is None:
            return
        if row.of_data and value != row.default and self.data is None:
            raise UsageError(f"--{row.name} was given without --data; expected --data=FILE")
        if self.mode not in row.modes and value != row.default:
            raise UsageError(
                f"--{row.name} was given with --mode={self.mode}; expected "
                + " or ".join(f"--mode={mode}" for mode in row.modes)
            )
        if row.check and not row.check(value):
            raise UsageError(f"--{row.name}={show(value)}; expected {row.expected}")

    def _check_options(self):
        """Refuse an option that the cell does not have."""
        options = GRAPHS[self.cell].options
        for row in FLAGS.values():
            if getattr(self, row.name) is not None and self.cell not in row.cells:
                raise UsageError(
                    f"--{row.name} is not an option of --cell={self.cell}; expected "
                    + ", ".join(f"--{option}" for option in options)
                )
        moving = self.data is None and GRAPHS[self.cell].takes_frames
        if self.time_steps is not None and not moving:
            raise UsageError(
                f"--time_steps={self.time_steps} is for the moving digits of "
                "conv_lstm; other data have their own number of time steps"
            )

    def configuration(self, kept: Mapping | None = None) -> dict:
        """Return every choice that shapes the graph and its training, defaults filled in.

        Args:
            kept: the configuration a model_dir was made with. Evaluation and prediction take
                from it what the command line leaves out; training takes nothing from it.

        Returns:
            A dict of plain values: the flags of `flags.CONFIGURED` that the cell has.
        """
        kept = kept if kept and not self.training else {}
        cell = self.cell or kept.get("cell")
        if cell is None:
            raise UsageError(
                f"--cell was not given, and --model_dir={self.model_dir} does not name the cell; "
                f"expected one of {', '.join(GRAPHS)}"
            )
        dataclasses.replace(self, cell=cell)._check_options()
        values = {**defaults(cell), **(kept if kept.get("cell") == cell else {})}
        given = {name: getattr(self, name) for name in CONFIGURED}
        return {
            name: _plain(values[name] if given[name] is None else given[name])
            for name in defaults(cell)
        }

    def enough_epochs(self, configuration: Mapping, steps_per_epoch: int) -> int:
        """Return the epochs that were asked for, else enough for every size of training set."""
        if self.epochs is not None:
            return self.epochs
        frames = GRAPHS[configuration["cell"]].takes_frames
        least_steps = CONV_LEAST_STEPS if frames else LEAST_STEPS
        return max(configuration["epochs"], math.ceil(least_steps / steps_per_epoch))


def how_to_resume(model_dir: str | None) -> str:
    """Return what a training run that was stopped has kept, and what resumes it."""
    if model_dir is None:
        return "nothing was kept; runs with --model_dir=FOLDER can be resumed"
    if not os.path.isfile(os.path.join(model_dir, "checkpoint")):
        return f"{model_dir} holds no checkpoint yet; the same command starts again"
    return f"run the same command again to resume from the last checkpoint in {model_dir}"


def _is_own_file(path, model_dir):
    """Return whether a path is one that a run writes in its model_dir."""
    path, model_dir = os.path.realpath(path), os.path.realpath(model_dir)
    first = os.path.relpath(path, model_dir).split(os.sep)[0]
    return path.startswith(os.path.join(model_dir, "")) and bool(re.match(OWN_FILES, first))


def defaults(cell: str) -> dict:
    """Return the configuration of a cell by default."""
    values = {
        name: FLAGS[name].default_of(cell) for name in CONFIGURED if cell in FLAGS[name].cells
    }
    return {**values, "cell": cell}


def of_older(kept: Mapping) -> dict:
    """Return a kept configuration with the values of flags that are younger than it.

    Args:
        kept: a configuration.

    Raises:
        LookupError, TypeError: it is none, or of a cell that does not exist.
    """
    before = {name: FLAGS[name].before for name in CONFIGURED if FLAGS[name].before is not None}
    return {**defaults(kept["cell"]), **before, **kept}


def _plain(value):
    """Return a value as JSON gives it back."""
    return list(value) if isinstance(value, tuple) else value
