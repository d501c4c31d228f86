"""Train one of the six recurrent graphs: `python -m tf1_rnn.main --cell=bilstm`.

No TensorFlow and no NumPy before a run starts, so that `--help` and a wrong flag answer at once.
"""

import os
import signal
import sys

from absl import flags

from tf1_rnn import __version__
from tf1_rnn.console import Console, silenced
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer.settings import (
    CELLS,
    CONV_LEAST_STEPS,
    CONV_TRAINING,
    LEAST_STEPS,
    MODES,
    TRAINING,
    Settings,
)

USAGE = """Train one of the six recurrent graphs, test it, and keep or use what it learned.

  python -m tf1_rnn.main --cell=bilstm
  python -m tf1_rnn.main --cell=gru --data=FILE.npz --model_dir=runs/gru
  python -m tf1_rnn.main --mode=predict --data=FILE.npz --model_dir=runs/gru --output=FILE.csv

The same command resumes a run that was interrupted; more --epochs continue one that ended.
"""
EPILOGUE = """
An .npz file holds x_train, y_train, x_test, y_test, and for sequences of different lengths
lengths_train and lengths_test. x is [n, time_steps, length], or for conv_lstm frames
[n, time_steps, height, width, channels]; y is classes from 0, or one-hot rows.
Exit codes: 0 fine, 1 a failure, 2 a wrong command line, 130 Ctrl-C, 143 SIGTERM.
"""
OPTIONS = ("num_units", "multi_units", "rnn", "use_peepholes", "output_channels", "kernel_shape")


class Stopped(BaseException):
    """Ctrl-C or SIGTERM; no Exception, so that nothing on the way takes it for a failure."""


def define_flags():
    """Return the command's flags, none of them parsed, none of them global."""
    values = flags.FlagValues()
    _define_graph_flags(values)
    _define_training_flags(values)
    _define_run_flags(values)
    return values


def _define_graph_flags(values):
    flags.DEFINE_enum("cell", None, list(CELLS), "the graph", flag_values=values)
    _integer(values, "num_units", "units of the cell, in each direction (default 128)")
    flags.DEFINE_list(
        "multi_units", None, "multi_lstm: units of each layer (default 128,64)", flag_values=values
    )
    flags.DEFINE_enum(
        "rnn",
        None,
        ["static", "dynamic"],
        "the loop: unrolled in the graph, or a while loop (default: as in the document, "
        "basic_lstm static, the others dynamic)",
        flag_values=values,
    )
    _boolean(
        values,
        "use_peepholes",
        "basic_lstm, lstm, bilstm: LSTMCell with peepholes (default: as in the document, "
        "basic_lstm without, the others with)",
        None,
    )
    _integer(values, "output_channels", "conv_lstm: filters (default 32)")
    flags.DEFINE_list(
        "kernel_shape", None, "conv_lstm: the filters' size (default 3,3)", flag_values=values
    )
    _boolean(values, "fast", "run the graph in tf1_rnn.fast's loops: same variables, faster")


def _define_training_flags(values):
    def default(name):
        own = f", conv_lstm {CONV_TRAINING[name]}"
        return f"(default {TRAINING[name]}{own if CONV_TRAINING[name] != TRAINING[name] else ''})"

    _text(
        values,
        "data",
        "an .npz file (default: the digits that come with the package, for conv_lstm moving)",
    )
    _integer(
        values, "time_steps", "conv_lstm: frames of the moving digits; other data tell their own"
    )
    _boolean(
        values,
        "standardize",
        "bring every feature to mean 0 and deviation 1 of the training set "
        "(default: values as they are)",
        None,
    )
    _integer(values, "batch_size", f"samples a step {default('batch_size')}")
    flags.DEFINE_float(
        "learning_rate", None, f"Adam's {default('learning_rate')}", flag_values=values
    )
    _integer(
        values,
        "epochs",
        f"times through the training set {default('epochs')[:-1]}; of small sets more, to make "
        f"{LEAST_STEPS:,} steps, conv_lstm {CONV_LEAST_STEPS})",
    )
    _integer(values, "seed", "of initial values and order (default 0)", 0, 2**32 - 1)


def _define_run_flags(values):
    what = "train, test, or predict the classes of x_test"
    flags.DEFINE_enum("mode", "train", MODES, what, flag_values=values)
    _text(
        values,
        "model_dir",
        "folder of checkpoints, history.csv, metrics.json and TensorBoard summaries; "
        "without it nothing is kept",
    )
    _text(values, "output", "predict: the CSV file to write (default: standard output)")
    _boolean(values, "verbose", "show TensorFlow's messages, and the traceback of a failure")
    _boolean(values, "version", "show the version")
    _boolean(values, "help", "show this")


def _integer(values, name, what, lower_bound=1, upper_bound=None):
    flags.DEFINE_integer(name, None, what, lower_bound, upper_bound, flag_values=values)


def _boolean(values, name, what, value=False):
    flags.DEFINE_bool(name, value, what, flag_values=values)


def _text(values, name, what):
    flags.DEFINE_string(name, None, what, flag_values=values)


def parse(argv):
    """Return the `Settings` of a command line, or None where it asks for text alone.

    Raises:
        UsageError: a flag that is unknown, has a wrong value, or does not fit the others.
    """
    values = define_flags()
    try:
        left = values(argv)[1:]
    except flags.Error as error:
        raise UsageError(" ".join(str(error).split())) from None
    if values.help or values.version:
        print(help_text(values) if values.help else f"tf1_rnn {__version__}")
        return None
    if left:
        raise UsageError(f"{' '.join(left)}: expected flags only, as --cell=gru")

    def given(names):
        return {name: values[name].value for name in names if values[name].value is not None}

    options = given(OPTIONS)
    for name in ("multi_units", "kernel_shape"):
        if name in options:
            options[name] = _sizes(name, options[name])
    settings = Settings(
        options=options,
        training=given(TRAINING),
        **{
            name: values[name].value
            for name in (
                "cell",
                "time_steps",
                "data",
                "standardize",
                "model_dir",
                "mode",
                "output",
                "fast",
                "verbose",
            )
        },
    )
    settings.check()
    return settings


def help_text(values):
    """Return what `--help` shows."""
    lines = [USAGE, "Flags:"]
    for name in values:
        flag = values[name]
        if flag.help is None or name in ("flagfile", "undefok"):
            continue
        lines += _wrapped(f"  --{'[no]' if flag.boolean else ''}{name}", flag.help)
    return "\n".join(lines) + "\n" + EPILOGUE


def main(argv=None):
    """Run the command line and return its exit code."""
    handlers = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
    settings = None
    try:
        settings = parse(sys.argv if argv is None else argv)
        if settings:
            _carry_out(settings)
        return 0
    except Stopped as stopped:
        number = stopped.args[0]
        by = "Ctrl-C" if number == signal.SIGINT else "SIGTERM"
        _say(f"stopped by {by}; {_how_to_go_on(settings)}")
        return 128 + number
    except BrokenPipeError:
        # Who read the output has left; Python would complain once more when it closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if settings and settings.verbose:
            raise
        _say(_one_line(error))
        return getattr(error, "exit_code", 1)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _carry_out(settings):
    if not settings.verbose:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with silenced(settings.verbose):
        from tf1_rnn.trainer.session import Run
    # Predictions own the standard output where they go there.
    to_stderr = settings.mode == "predict" and settings.output is None
    run = Run(settings, Console(sys.stderr if to_stderr else sys.stdout))
    {"train": run.train, "eval": run.evaluate, "predict": run.predict}[settings.mode]()


def _sizes(name, texts):
    try:
        return tuple(int(text) for text in texts)
    except ValueError:
        raise UsageError(
            f"--{name}={','.join(texts)}; expected whole numbers between commas, as 128,64"
        ) from None


def _wrapped(name, text, width=100, indent=24):
    import textwrap

    lines = textwrap.wrap(text, width - indent)
    head = [name.ljust(indent) + lines.pop(0)] if len(name) < indent - 1 else [name]
    return head + [" " * indent + line for line in lines]


def _stop(number, frame):
    raise Stopped(number)


def _how_to_go_on(settings):
    if settings is None or settings.mode != "train":
        return "nothing was changed"
    if settings.model_dir is None:
        return "nothing is kept without --model_dir"
    return f"the same command goes on from the last checkpoint in {settings.model_dir}"


def _one_line(error):
    if isinstance(error, RunError):
        return str(error)
    text = (str(error).strip() or type(error).__name__).split("\n")[0]
    return f"unexpected {type(error).__name__}: {text[:300]}; --verbose shows where"


def _say(text):
    print(f"tf1_rnn: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
