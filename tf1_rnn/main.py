"""Train one of the six recurrent graphs: `tf1-rnn train --cell=bilstm`.

No TensorFlow and no NumPy before a run starts, so that `--help` and a wrong flag answer at once.
"""

import atexit
import os
import sys

from tf1_rnn import command_line
from tf1_rnn.console import Console, silenced
from tf1_rnn.startup import without_keras
from tf1_rnn.trainer.cluster import configuration
from tf1_rnn.trainer.flags import FLAGS, described
from tf1_rnn.trainer.settings import Settings, how_to_resume

USAGE = """Train one of the six recurrent graphs, evaluate it, predict with it, or export it.

  tf1-rnn train --cell=bilstm
  tf1-rnn train --cell=gru --data=FILE.npz --model_dir=runs/gru
  tf1-rnn train --mode=predict --data=FILE.npz --model_dir=runs/gru --output=FILE.csv
  tf1-rnn train --mode=export --data=FILE.npz --model_dir=runs/gru --output=gru.onnx

Run the same command again to resume an interrupted run, or with more --epochs to go
on from a finished one.

Flags (--model-dir and --model_dir are the same):
"""
EPILOGUE = f"""

An .npz or .h5 file contains the arrays x_train, y_train, x_test and y_test, and lengths_train and
lengths_test if the sequences differ in length. x has the shape [n, time_steps, length], or for
conv_lstm [n, time_steps, height, width, channels]. y contains a class for each sequence or each
time step (numbers from 0, names or one-hot rows), or numbers to predict.
A table has a row for each time step, and columns named by --sequence and --label; or a row for each
sequence, with its steps in numbered columns.
Tables, HDF5 files and frames need: pip install 'tf1_rnn[data]'
{command_line.EXIT_CODES}"""


def parse(argv):
    """Return the `Settings` of a command line.

    Args:
        argv: the program's name and its arguments.

    Raises:
        TextOnly: `--help` or `--version` was given.
        UsageError: a flag is unknown, has a wrong value, or does not fit the others.
    """
    settings = Settings(**command_line.parse_flags(FLAGS.values(), argv[1:], help_text))
    settings.check()
    return settings


def help_text():
    """Return what `--help` shows."""
    rows = [
        (f"--{'[no]' if row.kind == 'boolean' else ''}{row.name}", described(row))
        for row in FLAGS.values()
    ]
    return USAGE + command_line.flags_text(rows) + EPILOGUE


def main(argv=None):
    """Run the command line and return its exit code."""
    code = command_line.carry_out(
        "train",
        lambda: parse(sys.argv if argv is None else argv),
        _carry_out,
        stopped=_how_to_go_on,
        unread=1,  # a run that was cut short has not done what it was asked for
    )
    if configuration.VARIABLE in os.environ:
        # A thread that still waits for another process, inside TensorFlow, would abort this one.
        atexit.register(os._exit, code)
    return code


def _carry_out(settings):
    task = configuration.read(os.environ)
    if task is None:
        settings.check_alone()
    if not settings.verbose:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if settings.describe:
        with silenced(settings.verbose), without_keras():
            from tf1_rnn.trainer import loading

            lines = loading.describe(settings.data)
        print("\n".join(lines))
        return
    with silenced(settings.verbose), without_keras():
        from tf1_rnn.trainer import plan, session
    # Predictions own the standard output where they go there.
    to_stderr = settings.mode == "predict" and settings.output is None
    console = Console(sys.stderr if to_stderr else sys.stdout)
    if task:
        from tf1_rnn.trainer.cluster import roles

        roles.play(task, settings, console)
        return
    session.Run(plan.settle(settings), console).carry_out()


def _how_to_go_on(settings):
    if settings is None or not settings.training:
        return "nothing was changed"
    return how_to_resume(settings.model_dir)


if __name__ == "__main__":
    sys.exit(main())
