"""`--check`: which uses of TensorFlow 1 in scripts and notebooks will work, without running them.

`uses` finds the names of TensorFlow; each is looked up in the v1 API itself, so that the
answer is never out of date. Uses of Python 2 are listed, too.
"""

import ast
import contextlib
import dataclasses
import importlib
import os
import sys
import types
from collections.abc import Callable

from tf1_rnn import inputs
from tf1_rnn.errors import RunError, printable
from tf1_rnn.porting import notebooks, python2, quiet, uses
from tf1_rnn.porting.imports import V1
from tf1_rnn.porting.uses import Use, uses_in

__all__ = ["Use", "answer_for", "main", "uses_in"]

WORKS, EXTRA, FAILS = "works", "needs the extra", "will not work"
CAUGHT = "is not supported, which the script catches"


def answer_for(path, imported="", is_module=False):
    """Return what will happen at the use of a path, and a remark.

    Args:
        path: names joined by dots, such as `contrib.rnn.LSTMCell`.
        imported: the part of it that the script's import statements name.
        is_module: whether the last name of `imported` must be a module, as in `Use`.
    """
    target = sys.modules[V1]
    walked = []
    try:
        for part in path.split("."):
            walked.append(part)
            so_far = ".".join(walked)
            if f"{imported}.".startswith(f"{so_far}."):
                target = _import_from(target, so_far, is_module or so_far != imported)
            else:
                target = getattr(target, part)
            if not isinstance(target, (type, types.ModuleType, types.SimpleNamespace)):
                break  # attributes of a function or a flag are the script's own
    except (AttributeError, ImportError) as error:
        if "tf1_rnn[legacy]" in str(error):
            return EXTRA, str(error)
        return FAILS, str(error) or f"tf.{path} is not supported"
    return WORKS, ""


def _import_from(parent, path, must_be_module):
    """Return what an import statement finds at `path`: a module, or a name of its parent."""
    try:
        return importlib.import_module(f"{V1}.{path}")
    except ImportError:
        if must_be_module:
            raise
        return getattr(parent, path.rpartition(".")[2])


@dataclasses.dataclass(frozen=True)
class _Unit:
    """A source to check as a whole, and how a line of it is named."""

    path: str
    source: bytes | str
    where: Callable[[int], str]


def _units(path, program):
    """Return the sources in a script, a notebook or a folder; None for each that is unreadable."""
    if not os.path.isdir(path):
        return _units_of_file(path, program)
    unread = []
    found = sorted(
        os.path.join(folder, file)
        for folder, _, files in os.walk(path, onerror=unread.append)
        for file in files
        if file.endswith((".py", ".ipynb")) and ".ipynb_checkpoints" not in folder
    )
    if not found and not unread:
        raise RunError(f"{path}: there are no scripts or notebooks in this folder")
    refused = [
        _refused(f"{error.filename}: cannot be read: {error.strerror}", program) for error in unread
    ]
    return refused + [unit for each in found for unit in _units_of_file(each, program)]


def _units_of_file(path, program):
    try:
        if path.endswith(".ipynb"):
            return _units_of_notebook(path)
        return [_Unit(path, inputs.read(path), lambda line: f"{path}:{line}")]
    except (RunError, inputs.Unreadable) as error:
        said = error if isinstance(error, RunError) else f"{path}: {error}"
        return [_refused(str(said), program)]


def _refused(reason, program):
    """Name on the standard error what cannot be read; return None, in place of its source."""
    print(f"{program}: {printable(reason)}", file=sys.stderr)


def _units_of_notebook(path):
    """Return a notebook's cells as one source, and each module that a cell writes as its own."""
    units, whole, places = [], [], []

    def add(number, source):
        for line, text in enumerate(source.split("\n"), 1):
            whole.append(text)
            places.append(f"{path}: cell {number}, line {line}")

    for cell in notebooks.Notebook(path).cells:
        module = notebooks.written_module(cell.source)
        if module:
            units.append(
                _Unit(
                    path,
                    module[1],
                    lambda line, n=cell.number: f"{path}: cell {n}, line {line + 1}",
                )
            )
            continue
        try:
            add(cell.number, notebooks.as_python(cell.source)[0])
        except SyntaxError:
            source, _ = notebooks.as_python(cell.source, from_python2=True)
            units.append(
                _Unit(path, source, lambda line, n=cell.number: f"{path}: cell {n}, line {line}")
            )
    units.insert(0, _Unit(path, "\n".join(whole) + "\n", lambda line: places[line - 1]))
    return units


def _names_set_in(units):
    """Return the names of TensorFlow that any of the sources sets itself."""
    own = set()
    for unit in units:
        with contextlib.suppress(MemoryError, RecursionError, SyntaxError, ValueError):
            own |= uses.names_set_in(ast.parse(unit.source, unit.path))
    return own


def _answers(unit, own):
    """Return the sorted (line, what, answer, remark) for all findings in a source.

    Args:
        unit: the source.
        own: the names of TensorFlow that the program sets itself.
    """
    try:
        tree = ast.parse(unit.source, unit.path)
        found = python2.findings(tree)
        return sorted(_answers_for_uses(tree, own) + [_answer_for_python_2(x) for x in found])
    except SyntaxError as error:
        return _answers_for_unreadable(unit, error, own)
    except (MemoryError, RecursionError, ValueError) as error:
        text = str(error) or "it is nested too deeply"
        return [(1, "cannot be read", FAILS, text)]


def _answers_for_uses(tree, own):
    found = uses.uses_in_tree(tree, own)
    return [(use.line, f"tf.{use.name}", *_answer_for_use(use)) for use in found]


def _answer_for_use(use):
    answer, remark = answer_for(use.name, use.imported, use.is_module)
    return (CAUGHT, "") if answer == FAILS and use.caught else (answer, remark)


def _answer_for_python_2(finding):
    remedy = "tf1-rnn rewrite --python2 converts it" if finding.fixer else finding.remedy
    return finding.line, finding.what, FAILS, f"Python 2: {remedy}" if remedy else "Python 2"


def _answers_for_unreadable(unit, error, own):
    line = error.lineno or 1
    reason = python2.reason_of(error)
    if reason is None:
        return [(line, "cannot be read", FAILS, error.msg)]
    try:
        tree, lines, found = python2.read(python2.decoded(unit.source), unit.path)
    except (ModuleNotFoundError, SyntaxError):
        return [_answer_for_python_2(python2.Finding(line, reason, "all"))]
    answers = [(lines[line], *rest) for line, *rest in _answers_for_uses(tree, own)]
    return sorted(answers + [_answer_for_python_2(each) for each in found])


def main(paths, program="tf1-rnn check"):
    """Print a line for each use in scripts, notebooks or folders.

    Args:
        paths: what to check. A file that cannot be read is named on the standard error.
        program: what stands before such a line.

    Returns:
        0, or 1 if a use will not work or a file cannot be read.

    Raises:
        RunError: a folder holds nothing to check.
    """
    units = [unit for path in paths for unit in _units(path, program)]
    found = [unit for unit in units if unit is not None]
    if not found:
        return 1
    quiet.import_v1()
    counts = dict.fromkeys((WORKS, EXTRA, CAUGHT, FAILS), 0)
    own = _names_set_in(found)
    for unit in found:
        for line, what, answer, remark in _answers(unit, own):
            counts[answer] += 1
            remark = f" ({remark})" if remark else ""
            print(f"{unit.where(line)}: {what}: {answer}{remark}")
    shown = {answer: count for answer, count in counts.items() if count or answer != CAUGHT}
    print(", ".join(f"{count} {answer}" for answer, count in shown.items()))
    return 1 if counts[FAILS] or len(found) < len(units) else 0
