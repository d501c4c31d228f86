"""What a run is told: the cell and its sizes, the data, how to train. Needs no TensorFlow."""

import dataclasses
import math
import os

from tf1_rnn.errors import UsageError

# The options of each graph and their defaults, as `variants.py` has them: repeated here because
# reading them there would load TensorFlow. A test holds the two against each other.
CELLS = {
    "basic_lstm": {"num_units": 128, "rnn": "static", "use_peepholes": False},
    "lstm": {"num_units": 128, "rnn": "dynamic", "use_peepholes": True},
    "gru": {"num_units": 128, "rnn": "dynamic"},
    "multi_lstm": {"multi_units": (128, 64), "rnn": "dynamic"},
    "bilstm": {"num_units": 128, "rnn": "dynamic", "use_peepholes": True},
    "conv_lstm": {"output_channels": 32, "kernel_shape": (3, 3), "rnn": "dynamic"},
}
TRAINING = {"batch_size": 32, "learning_rate": 0.003, "epochs": 40, "seed": 0}
CONV_TRAINING = {"batch_size": 32, "learning_rate": 0.003, "epochs": 10, "seed": 0}
# What the digits get in as many epochs; a smaller set is gone through more often, to get as much.
LEAST_STEPS, CONV_LEAST_STEPS = 1800, 450
MOVING_TIME_STEPS = 4
MODES = ("train", "eval", "predict")


@dataclasses.dataclass(frozen=True)
class Settings:
    """A run, as the command line describes it; None is a flag that was not given.

    Attributes:
        cell: a key of `CELLS`.
        options: the options of that graph that were given, by name.
        training: those of `TRAINING` that were given, by name.
        time_steps: frames of the moving digits; data of the user's own tell theirs.
        data: path of an `.npz` file.
        standardize: whether every feature is brought to mean 0 and deviation 1.
        model_dir: folder of checkpoints and metrics.
        mode: one of `MODES`.
        output: file that predictions are written to; None for standard output.
        fast: whether `tf1_rnn.fast` supplies the loops.
        verbose: whether TensorFlow's own messages are shown.
    """

    cell: str | None = None
    options: dict = dataclasses.field(default_factory=dict)
    training: dict = dataclasses.field(default_factory=dict)
    time_steps: int | None = None
    data: str | None = None
    standardize: bool | None = None
    model_dir: str | None = None
    mode: str = "train"
    output: str | None = None
    fast: bool = False
    verbose: bool = False

    def check(self):
        """Raise UsageError where flags do not fit each other."""
        if self.mode != "train" and not self.model_dir:
            raise UsageError(
                f"--mode={self.mode} needs a trained model; expected --model_dir=FOLDER"
            )
        if self.mode == "train" and self.cell is None:
            raise UsageError(f"--cell was not given; expected one of {', '.join(CELLS)}")
        if self.output is not None and self.mode != "predict":
            raise UsageError("--output was given without --mode=predict, which alone writes a file")
        rate = self.training.get("learning_rate", 1)
        if not (rate > 0 and math.isfinite(rate)):
            raise UsageError(f"--learning_rate={rate}; expected a positive number")
        if self.cell is not None:
            self._check_options()
        if self.output and not os.path.isdir(os.path.dirname(os.path.abspath(self.output))):
            raise UsageError(f"--output={self.output}: no such folder; make it first")

    def _check_options(self):
        for name in self.options:
            if name not in CELLS[self.cell]:
                raise UsageError(
                    f"--{name} is not an option of --cell={self.cell}; expected "
                    + ", ".join(f"--{option}" for option in CELLS[self.cell])
                )
        units = self.options.get("multi_units", (1,))
        if not units or min(units) < 1:
            raise UsageError(f"--multi_units={show(units)}; expected positive sizes, as 128,64")
        kernel = self.options.get("kernel_shape", (1, 1))
        if len(kernel) != 2 or min(kernel) < 1:
            raise UsageError(f"--kernel_shape={show(kernel)}; expected two positive sizes, as 3,3")
        if self.time_steps is not None and (self.data is not None or self.cell != "conv_lstm"):
            raise UsageError(
                f"--time_steps={self.time_steps} is for the moving digits of "
                "conv_lstm; other data tell their time steps"
            )

    def configuration(self, kept=None):
        """Return every choice that shapes the graph and its training, defaults filled in.

        Args:
            kept: the configuration a model_dir was made with. Evaluation and prediction take
                from it what the command line leaves out; training takes nothing from it.

        Returns:
            A dict of plain values: the cell, its options, the training, and what is done to the
            data.
        """
        kept = kept if kept and self.mode != "train" else {}
        cell = self.cell or kept.get("cell")
        if cell is None:
            raise UsageError(
                f"--cell was not given and --model_dir={self.model_dir} does not "
                f"tell; expected one of {', '.join(CELLS)}"
            )
        dataclasses.replace(self, cell=cell)._check_options()
        training = CONV_TRAINING if cell == "conv_lstm" else TRAINING
        defaults = {"cell": cell, **CELLS[cell], **training, "standardize": False}
        given = {"cell": cell, **self.options, **self.training}
        if self.standardize is not None:
            given["standardize"] = self.standardize
        chosen = {
            name: given.get(name, kept.get(name, default) if kept.get("cell") == cell else default)
            for name, default in defaults.items()
        }
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in chosen.items()
        }

    def epochs(self, configuration, steps_per_epoch):
        """Return the epochs that were asked for, else enough for every size of training set."""
        if "epochs" in self.training:
            return self.training["epochs"]
        conv = configuration["cell"] == "conv_lstm"
        least_steps = CONV_LEAST_STEPS if conv else LEAST_STEPS
        return max(configuration["epochs"], math.ceil(least_steps / steps_per_epoch))


def show(value):
    """Return a flag's value as it is written on the command line."""
    return ",".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
