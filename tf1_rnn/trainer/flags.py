"""The table of the training command's flags: one row for each. Needs neither TensorFlow nor NumPy.

The command line, `--help`, `settings`, the configuration of a run and what a model_dir is checked
for all come from this table: to add a flag, add its row here, and use its value.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable, Mapping

from tf1_rnn.graphs import GRAPHS

MODES = ("train", "eval", "predict", "export")

# Which runs in one model_dir must agree on a flag's value.
ALWAYS = "always"  # it shapes the graph or what the graph is fed
TRAINING = "training"  # training depends on it, a trained model does not
LARGEST = 3e38  # beyond it, a float32 is infinite
NEVER = "never"  # it may change from one run to the next

# The steps that the digits get in as many epochs: smaller sets are gone through more often.
LEAST_STEPS, CONV_LEAST_STEPS = 1800, 450


@dataclasses.dataclass(frozen=True)
class Flag:
    """One flag of the training command.

    Attributes:
        name: as in `--name`.
        kind: "choice", "integer", "number", "boolean", "text", "path", "sizes" or "names".
        help: what it means; the cells it is for and its default are added to it.
        default: its value where neither the command line nor the model_dir gives one. Options of
            a graph have theirs in `variants.py`.
        defaults_of_cells: other defaults, by cell.
        configured: whether its value belongs to a run's configuration, which the model_dir keeps.
        agree: which runs in one model_dir must agree on it: `ALWAYS`, `TRAINING` or `NEVER`.
        modes: the modes that it has a meaning in.
        choices: the values of a choice.
        bounds: the least and the greatest integer.
        check: what its value must pass, beyond its kind, and in `expected` the words for it.
        expected: what a value must be, for the error message.
        of_data: whether it is only for the user's own data.
        before: its value in a configuration that is older than the flag; None for its default.
        opposite: another name for `--noNAME`.
    """

    name: str
    kind: str
    help: str
    default: object = None
    defaults_of_cells: Mapping = dataclasses.field(default_factory=dict)
    configured: bool = False
    agree: str = NEVER
    modes: tuple = MODES
    choices: tuple = ()
    bounds: tuple = (1, None)
    check: Callable | None = None
    expected: str = ""
    of_data: bool = False
    before: object = None
    opposite: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells that it is for."""
        own = tuple(cell for cell, graph in GRAPHS.items() if self.name in graph.options)
        return own or tuple(GRAPHS)

    def default_of(self, cell: str) -> object:
        """Return its default for a cell."""
        default = self.defaults_of_cells.get(cell, self.default)
        return GRAPHS[cell].options.get(self.name, default)

    def is_value(self, value: object) -> bool:
        """Return whether a value that JSON gave back may be one of this flag."""
        if value is None:
            return all(self.default_of(cell) is None for cell in self.cells)
        of_kind = {
            "choice": lambda: value in self.choices,
            "integer": lambda: type(value) is int and self._is_in_bounds(value),
            "number": lambda: type(value) in (int, float),
            "boolean": lambda: type(value) is bool,
            "sizes": lambda: _is_list_of(value, int),
            "names": lambda: _is_list_of(value, str),
        }.get(self.kind, lambda: isinstance(value, str))
        return of_kind() and (self.check is None or self.check(value))

    def _is_in_bounds(self, value):
        least, greatest = self.bounds
        return least <= value and (greatest is None or value <= greatest)


def _is_list_of(value, kind):
    return isinstance(value, list) and all(type(item) is kind for item in value)


def _graph(name, kind, help, **more):
    """Return the row of an option of some graphs, which has its default in `variants.py`."""
    return Flag(name, kind, help, configured=True, agree=ALWAYS, **more)


def _data(name, help):
    """Return the row of a flag on how data are read, which a trained model remembers."""
    return Flag(name, "text", help, configured=True, of_data=True)


def _training(name, kind, help, default, agree=TRAINING, **more):
    """Return the row of a flag that training depends on."""
    return Flag(name, kind, help, default, configured=True, agree=agree, **more)


def _positive(value):
    return 0 < value < LARGEST


def _fraction(value):
    return 0 <= value < 1


def _factor(value):
    return 0 < value <= 1


def _different(names):
    return all(names) and len(set(names)) == len(names)


def _positive_sizes(sizes):
    return len(sizes) > 0 and min(sizes) > 0


def _two_positive_sizes(sizes):
    return len(sizes) == 2 and min(sizes) > 0


_ROWS = (
    _graph("cell", "choice", f"the graph: {', '.join(GRAPHS)}", choices=tuple(GRAPHS)),
    _graph("num_units", "integer", "number of units, in each direction"),
    _graph(
        "multi_units",
        "sizes",
        "number of units in each layer",
        check=_positive_sizes,
        expected="positive sizes, as 128,64",
    ),
    _graph("use_peepholes", "boolean", "use peephole connections"),
    _graph("output_channels", "integer", "number of filters"),
    _graph(
        "kernel_shape",
        "sizes",
        "height and width of the filters",
        check=_two_positive_sizes,
        expected="two positive sizes, as 3,3",
    ),
    _graph(
        "rnn",
        "choice",
        "static: the graph is unrolled over the time steps; dynamic: a while loop",
        choices=("static", "dynamic"),
    ),
    Flag("fast", "boolean", "use the faster loops of tf1_rnn.fast; variables are the same", False),
    Flag(
        "data",
        "path",
        "an .npz, .h5, .csv, .tsv, .parquet, .ts or .arff file, TFRecords, .npz or TFRecords in "
        "shards (train-*, train@4 or a folder), or a folder of frames (default: the digits that "
        "come with the package; for conv_lstm, moving digits)",
    ),
    _data(
        "sequence",
        "table with a row for each time step: the column that identifies the sequence; without it, "
        "each row is a sequence, with its steps in numbered columns",
    ),
    _data("label", "table or TFRecords: the column or feature to predict"),
    Flag(
        "features",
        "names",
        "table or TFRecords: the inputs of the model (default: all other columns or features)",
        configured=True,
        of_data=True,
        check=_different,
        expected="different names separated by commas",
    ),
    _data("split", "table: the column of train, test and valid (default: split, if it exists)"),
    Flag("test_data", "path", "a second file, or shards, with the test set", of_data=True),
    Flag(
        "stream",
        "boolean",
        "read .npz or TFRecords piece by piece, so that they need not fit into memory (default: "
        "for shards of .npz, and of TFRecords of more than 1 GB)",
        configured=True,
        of_data=True,
    ),
    Flag(
        "target",
        "choice",
        "what to predict: a class for each sequence, a class for each time step, or numbers "
        "(default: by the type and shape of the labels)",
        choices=("class", "steps", "number"),
        of_data=True,
    ),
    Flag(
        "describe", "boolean", "show what the --data file contains, and exit", False, of_data=True
    ),
    Flag(
        "time_steps", "integer", "conv_lstm without --data: number of frames of the moving digits"
    ),
    _training(
        "standardize",
        "boolean",
        "scale every feature to mean 0 and standard deviation 1, as measured on the training set",
        False,
        agree=ALWAYS,
    ),
    _training(
        "batch_size",
        "integer",
        "samples in a training step; export: fixed batch size, any if not given",
        32,
    ),
    _training(
        "learning_rate",
        "number",
        "Adam's learning rate",
        0.003,
        check=_positive,
        expected="a positive number",
    ),
    _training(
        "epochs",
        "integer",
        "passes over the training set; if not given, raised on small sets until at least "
        f"{LEAST_STEPS:,} steps run (conv_lstm: {CONV_LEAST_STEPS})",
        40,
        agree=NEVER,
        defaults_of_cells={"conv_lstm": 10},
    ),
    _training(
        "seed",
        "integer",
        "seed of initial values, order of samples, dropout and choice of the validation set",
        0,
        bounds=(0, 2**32 - 1),
    ),
    _training(
        "validation",
        "number",
        "fraction of the training set held out to choose the best epoch; x_valid and y_valid in "
        "the file are used instead; with 0, the last epoch is kept",
        0.1,
        check=_fraction,
        expected="a fraction of the training set, at least 0 and less than 1",
        before=0.0,
    ),
    _training(
        "patience",
        "integer",
        "stop after this many epochs without a lower validation loss (default: never)",
        None,
        agree=NEVER,
    ),
    _training(
        "dropout",
        "number",
        "fraction of the cells' outputs dropped in training: 1 - output_keep_prob",
        0.0,
        check=_fraction,
        expected="a fraction, at least 0 and less than 1",
    ),
    _training(
        "clip_norm",
        "number",
        "clip the gradients to this global norm (default: no clipping)",
        None,
        check=_positive,
        expected="a positive number",
    ),
    _training(
        "decay",
        "number",
        "multiply the learning rate by this factor after each epoch",
        1.0,
        check=_factor,
        expected="a factor greater than 0 and at most 1",
    ),
    _training(
        "class_weights",
        "choice",
        "balanced: weight the loss so that every class counts the same, however few its samples",
        "none",
        choices=("none", "balanced"),
    ),
    Flag(
        "mode",
        "choice",
        "train; eval: evaluate on the test set; predict: write predictions for the test set; "
        "export: write the model in another format (default train)",
        "train",
        choices=MODES,
    ),
    Flag(
        "model_dir",
        "path",
        "folder for checkpoints (the best one in best/), history.csv, metrics.json and TensorBoard "
        "summaries; without it, nothing is kept",
    ),
    Flag(
        "output",
        "path",
        "predict: the CSV file to write (default: standard output); export: an .onnx or .tflite "
        "file, or a folder for a SavedModel",
        modes=("predict", "export"),
    ),
    Flag(
        "quantize",
        "choice",
        "export to .tflite: store smaller weights, float16 or int8",
        choices=("float16", "int8"),
        modes=("export",),
    ),
    Flag(
        "sync",
        "boolean",
        "cluster: every step waits for all workers, each of which computes a share of the batch; "
        "with --nosync or --async each worker trains on batches of its own (default yes)",
        True,
        modes=("train",),
        opposite="async",
    ),
    Flag(
        "backup_workers",
        "integer",
        "cluster: how many of the workers step in for others that are slow or lost (default 0)",
        0,
        bounds=(0, None),
        modes=("train",),
    ),
    Flag(
        "timeout",
        "integer",
        "cluster: seconds without an answer after which a process counts as lost (default 600)",
        600,
    ),
    Flag(
        "verbose",
        "boolean",
        "show TensorFlow's messages, and the traceback if something fails",
        False,
    ),
)
FLAGS = {row.name: row for row in _ROWS}
CONFIGURED = tuple(row.name for row in _ROWS if row.configured)


def show(value: object) -> str:
    """Return a value as it is written on the command line."""
    return ",".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def assignment(name: str, value: object) -> str:
    """Return a flag with its value as it is written on the command line."""
    if value is None:
        return f"no --{name}"
    if isinstance(value, bool):
        return f"--{'' if value else 'no'}{name}"
    return f"--{name}={show(value)}"


def described(row: Flag) -> str:
    """Return what `--help` says of a flag: the cells it is for, its help, and its default."""
    cells = "" if len(row.cells) == len(GRAPHS) else f"{', '.join(row.cells)}: "
    return f"{cells}{row.help}{_described_default(row) if row.configured else ''}"


def _described_default(row):
    """Return the default that most cells have, and those of the others."""
    defaults = {cell: _word(row.default_of(cell)) for cell in row.cells}
    common, _ = collections.Counter(defaults.values()).most_common(1)[0]
    others = [f"{cell} {word}" for cell, word in defaults.items() if word != common]
    return f" (default {', '.join([common, *others])})" if common else ""


def _word(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else show(value)
