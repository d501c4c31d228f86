"""Train all six graphs, one after another, and compare them: `tf1-rnn train-all`.

Each is trained by `tf1-rnn train` in a process of its own, with a model_dir of its own.
"""

import contextlib
import json
import math
import os
import pathlib
import signal
import subprocess
import sys
import time

from tf1_rnn import command_line, files, inputs
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer.flags import FLAGS, Flag, assignment, described
from tf1_rnn.trainer.settings import Settings

COMMAND = "train-all"
STOPPED = (128 + signal.SIGINT, 128 + signal.SIGTERM)  # exit codes
USAGE = """Train the six recurrent graphs one after another, and print a table of their results.

  tf1-rnn train-all
  tf1-rnn train-all --cells=gru,lstm --seed=1

Run the same command again to resume an interrupted one.

Flags:
"""
EPILOGUE = f"\n\n{command_line.EXIT_CODES}"

# What is chosen here for each graph, so that no flag can.
_CHOSEN = ("cell", "model_dir", "mode", "output")
_OWN = (
    Flag("cells", "text", "the graphs to train, separated by commas (default: all six)"),
    Flag("runs", "path", "folder for the model_dirs of the graphs (default: a new one in runs/)"),
)
_MEASURES = {"test_accuracy": "test accuracy", "test_r2": "test R2"}
_PASSED_ON = tuple(row for row in FLAGS.values() if row.name not in _CHOSEN)


class Request:
    """What was asked for.

    Attributes:
        cells: names of the graphs to train.
        runs: the folder for their model_dirs, or None.
        flags: the flags of the training command that were given, as on the command line.
        verbose: whether tracebacks are shown.
    """

    def __init__(self, values):
        """Check everything that can be checked before the first graph is trained.

        Args:
            values: the value of each flag, by name.

        Raises:
            UsageError: what was given, and what was expected.
        """
        self.cells = _cells(values.pop("cells"))
        self.runs = values.pop("runs")
        self.verbose = values["verbose"]
        given = {
            row.name: values[row.name]
            for row in _PASSED_ON
            if values[row.name] not in (None, None if row.configured else row.default)
        }
        self.flags = [assignment(name, value) for name, value in given.items()]
        for row in _PASSED_ON:
            others = [cell for cell in self.cells if cell not in row.cells]
            if row.name in given and others:
                left = [cell for cell in self.cells if cell in row.cells]
                raise UsageError(
                    f"--{row.name} is not an option of {', '.join(others)}; expected it with "
                    f"--cells={','.join(left or row.cells)}"
                )
        for cell in self.cells:
            Settings(**values, cell=cell, mode="train", model_dir=None, output=None).check()


def _cells(text):
    if text is None:
        return list(GRAPHS)
    names = text.split(",")
    for name in names:
        if name not in GRAPHS:
            near = command_line.nearest(name, GRAPHS)
            expected = near or f"; expected names from {', '.join(GRAPHS)}"
            raise UsageError(f"--cells={text}: there is no graph {name!r}{expected}")
    if len(set(names)) < len(names):
        raise UsageError(f"--cells={text} names a graph twice; expected each once")
    return names


def main(argv=None):
    """Run the command line and return its exit code."""
    return command_line.carry_out(
        COMMAND,
        lambda: parse((sys.argv if argv is None else argv)[1:]),
        train,
        stopped=lambda _: "run the same command again to resume",
    )


def parse(argv):
    """Return the `Request` of a command line.

    Raises:
        TextOnly: `--help` or `--version` was given.
        UsageError: a flag is unknown, has a wrong value, or does not fit the others.
    """
    argv = command_line.expanded(argv)
    for argument in argv:
        name = argument[2:].partition("=")[0]
        if argument.startswith("--") and name in _CHOSEN:
            instead = {"cell": "--cells=gru,lstm", "model_dir": "--runs=FOLDER"}.get(name)
            raise UsageError(
                f"--{name} is for one graph; expected " + (instead or "it with tf1-rnn train")
            )
    return Request(command_line.parse_flags((*_OWN, *_PASSED_ON), argv, help_text))


def help_text():
    """Return what `--help` shows."""
    rows = [
        (f"--{'[no]' if row.kind == 'boolean' else ''}{row.name}", described(row))
        for row in (*_OWN, *_PASSED_ON)
    ]
    return USAGE + command_line.flags_text(rows) + EPILOGUE


def train(request):
    """Train the graphs that were asked for, and print a table of all; return the exit code."""
    runs = pathlib.Path(request.runs) if request.runs else _folder(request)
    if runs.exists() and not runs.is_dir():
        raise RunError(f"--runs={runs} is a file; expected a folder")
    if (runs / "config.json").exists():
        raise RunError(
            f"--runs={runs} is the model_dir of a single run; give the folder that it is in, or "
            "another one"
        )
    asked = {"cells": request.cells, "flags": request.flags}
    same = _read(runs / "command.json") == asked
    with _writing(runs):
        runs.mkdir(parents=True, exist_ok=True)
        with files.writing(str(runs / "command.json")) as file:
            json.dump(asked, file, indent=2)
    for cell in request.cells:
        done = same and _read(runs / cell / "seconds.json") is not None
        print(f"\n== {cell}{': already trained' if done else ''}", flush=True)
        if not done:
            code = _train(cell, runs / cell, request.flags)
            if code in STOPPED:
                return command_line.say(COMMAND, f"the training of {cell} was stopped", code)
            if code:
                return code
    table = "\n".join(_table(runs, request.cells))
    with _writing(runs), files.writing(str(runs / "results.md")) as file:
        file.write(table + "\n")
    kept = ["results.md", *_report(runs, request.cells)]
    print(f"\n{table}\n\nkept    in {runs}: {', '.join(kept)}, and a model_dir for each graph")
    return 0


def _folder(request):
    """Return the newest folder that an interrupted command of the same words left, or a new one."""
    asked = {"cells": request.cells, "flags": request.flags}
    for folder in sorted(pathlib.Path("runs").glob("*/command.json"), reverse=True):
        if _read(folder) == asked and not (folder.parent / "results.md").exists():
            return folder.parent
    return pathlib.Path("runs") / time.strftime("%Y%m%d-%H%M%S")


def _train(cell, model_dir, flags):
    """Train one graph; return the exit code of its process."""
    started = time.monotonic()
    command = [sys.executable, "-m", "tf1_rnn.main", f"--cell={cell}", f"--model_dir={model_dir}"]
    environment = command_line.environment_of_child(COMMAND)
    code = subprocess.run([*command, *flags], env=environment).returncode
    if code == 0:
        with _writing(model_dir), files.writing(str(model_dir / "seconds.json")) as file:
            json.dump(round(time.monotonic() - started), file)
    return code if code >= 0 else 128 - code


def _table(runs, cells):
    """Yield the lines of a Markdown table of the graphs' numbers."""
    found = [_of_run(runs / cell) for cell in cells]
    measure = next(name for name in _MEASURES if name in found[0][0])
    if any(measure not in metrics for metrics, _ in found):
        raise RunError(
            f"{runs} holds runs with different kinds of labels; give another --runs=FOLDER"
        )
    yield f"| cell | loop | parameters | {_MEASURES[measure]} | test loss | epoch | seconds |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for cell, (metrics, seconds) in zip(cells, found, strict=True):
        yield (
            f"| {cell} | {metrics['configuration']['rnn']} | {metrics['parameters']:,} "
            f"| {metrics[measure]:.4f} | {metrics['test_loss']:.4f} "
            f"| {metrics['chosen_epoch']} of {metrics['epochs']} | {seconds} |"
        )


def _of_run(folder):
    """Return the metrics and the seconds of a finished run."""
    metrics, seconds = _read(folder / "metrics.json"), _read(folder / "seconds.json")
    if _are_of_a_finished_run(metrics) and _is_number(seconds):
        return metrics, seconds
    raise RunError(
        f"{folder} holds no finished run: remove it and run the same command again, or give "
        "another --runs=FOLDER"
    )


def _are_of_a_finished_run(metrics):
    """Return whether metrics, of whatever JSON holds, have all that the table shows."""
    try:
        whole = [metrics[name] for name in ("parameters", "chosen_epoch", "epochs", "steps")]
        measured = [metrics[name] for name in _MEASURES if name in metrics]
        return (
            metrics["configuration"]["rnn"] in FLAGS["rnn"].choices
            and all(type(number) is int for number in whole)
            and len(measured) == 1
            and all(map(_is_number, [metrics["test_loss"], *measured]))
        )
    except (LookupError, TypeError):
        return False


def _is_number(value):
    return type(value) in (int, float) and math.isfinite(value)


def _report(runs, cells):
    """Write one page over all graphs; return its name, or nothing where matplotlib is missing."""
    from tf1_rnn.trainer import messages
    from tf1_rnn.trainer.model_dir import ModelDir
    from tf1_rnn.trainer.report import page

    found = {}
    for cell in cells:
        metrics, seconds = _of_run(runs / cell)
        history = ModelDir(str(runs / cell)).read_history(metrics["steps"])
        found[cell] = metrics, history, seconds
    try:
        with _writing(runs):
            page.write_all(str(runs / "report.html"), found)
    except ImportError:
        print(messages.without_report())
        return []
    return ["report.html"]


def _read(path):
    """Return what a JSON file holds, or None where there is none."""
    if not os.path.lexists(path):
        return None
    try:
        return json.loads(inputs.read(path).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RunError(
            f"{path} cannot be read ({error}): remove it, or give another --runs=FOLDER"
        ) from None


@contextlib.contextmanager
def _writing(folder):
    """Turn a failing write into one line."""
    try:
        yield
    except OSError as error:
        raise RunError(
            f"{folder} cannot be written: {error.strerror}; free space, or give another --runs"
        ) from None


if __name__ == "__main__":
    sys.exit(main())
