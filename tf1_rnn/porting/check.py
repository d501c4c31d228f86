"""`--check`: which uses of TensorFlow 1 in a script will work, without running it.

The script's syntax tree says which names of TensorFlow it uses, through which imports and
assignments; the face itself is asked for each of them, so that the answer cannot be out of date.
"""

import ast
import dataclasses
import importlib
import os
import sys
import types

from tf1_rnn.porting import quiet
from tf1_rnn.porting.imports import FACE, IMPORTERS, face_name

WORKS, EXTRA, FAILS = "works", "needs the extra", "will not work"
CAUGHT = "is not here, which the script catches"
# What catches the error for a name that is not there; None is a bare `except:`.
_CATCHES = {"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", None}
# What the libraries of the extra answer for; contrib.framework only for what it lacks itself.
_OF_THE_EXTRA = ("layers", "keras", "contrib.layers", "contrib.slim")


@dataclasses.dataclass(frozen=True, order=True)
class Use:
    """One name of TensorFlow in a script: its line, and its path without `tensorflow.`.

    `imported` is the part of the path that import statements go, which reach modules that
    attributes do not: `contrib.rnn.python` is no attribute of `contrib.rnn`. `caught` says that
    the script goes on without the name.
    """

    line: int
    name: str
    imported: str = ""
    caught: bool = False


def uses_in(source, path="<script>"):
    """Return the sorted uses of TensorFlow in a script's source."""
    finder = _UseFinder()
    finder.visit(ast.parse(source, path))
    return sorted(finder.uses)


class _UseFinder(ast.NodeVisitor):
    """Collects uses; `aliases` maps a name of the script to the path that it stands for.

    `own` holds the paths that the script has set itself: `tf.nn.seq2seq = ...`.
    """

    def __init__(self):
        self.aliases, self.uses, self.imports, self.own = {}, set(), {""}, set()
        self.caught = False

    def visit_Try(self, node):
        outside = self.caught
        self.caught = outside or any(
            _CATCHES.intersection(_names_in(handler.type)) for handler in node.handlers
        )
        for each in node.body:
            self.visit(each)
        self.caught = outside
        for each in [*node.handlers, *node.orelse, *node.finalbody]:
            self.visit(each)

    def visit_Call(self, node):
        self.generic_visit(node)
        function = getattr(node.func, "attr", getattr(node.func, "id", None))
        if function in IMPORTERS and node.args and isinstance(node.args[0], ast.Constant):
            name = node.args[0].value
            new = face_name(name) if isinstance(name, str) else None
            if new is not None:
                outside, self.caught = self.caught, self.caught or function == "locate"
                self.imports.add(new[len(FACE) + 1 :])
                self._use(node, new[len(FACE) + 1 :])
                self.caught = outside

    def visit_Import(self, node):
        for alias in node.names:
            if face_name(alias.name) is None:
                continue
            path = face_name(alias.name)[len(FACE) + 1 :]
            self.imports.add(path)
            self._use(node, path)
            if alias.asname:
                self.aliases[alias.asname] = path
            else:
                self.aliases["tensorflow"] = ""

    def visit_ImportFrom(self, node):
        if node.level or face_name(node.module) is None:
            return
        base = face_name(node.module)[len(FACE) + 1 :]
        for alias in node.names:
            if base == "compat" and alias.name == "v1":
                path = ""
            else:
                path = base if alias.name == "*" else f"{base}.{alias.name}".lstrip(".")
            self.imports.add(path)
            self._use(node, path)
            if alias.name != "*":
                self.aliases[alias.asname or alias.name] = path

    def visit_Assign(self, node):
        self.generic_visit(node)
        path = self._path(node.value)
        if path is not None and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self.aliases[node.targets[0].id] = path

    def visit_Attribute(self, node):
        path = self._path(node)
        if path is None:
            self.generic_visit(node)
        elif isinstance(node.ctx, ast.Store):
            self.own.add(path)
        else:
            self._use(node, path)

    def _path(self, node):
        """Return the path that an expression such as `tf.nn.rnn_cell` stands for, or None."""
        if isinstance(node, ast.Name):
            return self.aliases.get(node.id)
        if not isinstance(node, ast.Attribute):
            return None
        path = self._path(node.value)
        path = None if path is None else f"{path}.{node.attr}".lstrip(".")
        loaded = isinstance(node.ctx, ast.Load)
        return None if loaded and path in self.own else path

    def _use(self, node, path):
        if path:
            prefixes = [path[:end] for end in range(len(path) + 1) if (path + ".")[end] == "."]
            imported = max(self.imports.intersection(prefixes), key=len, default="")
            self.uses.add(Use(node.lineno, path, imported, self.caught))


def _names_in(caught):
    """Return the names of what an `except` clause catches, {None} for a bare one."""
    if caught is None:
        return {None}
    each = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return {getattr(name, "id", getattr(name, "attr", "")) for name in each}


def answer_for(path, imported=""):
    """Return (what will happen, a remark) for the use of a path such as `contrib.rnn.LSTMCell`.

    `imported` is the part of it that the script's import statements go, as in `Use`.
    """
    target = sys.modules[FACE]
    walked = []
    try:
        for part in path.split("."):
            walked.append(part)
            if f"{imported}.".startswith(".".join(walked) + "."):
                target = _import_from(target, ".".join(walked))
            else:
                target = getattr(target, part)
            if not isinstance(target, types.ModuleType):
                break  # what a class or a flag has is the script's affair
    except (AttributeError, ImportError) as error:
        if "tf1_rnn[legacy]" in str(error):
            return EXTRA, str(error)
        return FAILS, str(error) or f"tf.{path} is not here"
    return (EXTRA if _comes_from_extra(".".join(walked), target) else WORKS), ""


def _import_from(parent, path):
    """Return what an import statement finds at `path`: a module, else a name of its parent."""
    try:
        return importlib.import_module(f"{FACE}.{path}")
    except ImportError:
        return getattr(parent, path.rpartition(".")[2])


def _comes_from_extra(path, target):
    if path.startswith(tuple(f"{name}." for name in _OF_THE_EXTRA)) or path in _OF_THE_EXTRA:
        return True
    return (getattr(target, "__module__", None) or "").startswith(("tf_slim", "tf_keras"))


def _scripts(path):
    if not os.path.isdir(path):
        yield path
        return
    for folder, _, files in sorted(os.walk(path)):
        yield from (os.path.join(folder, file) for file in sorted(files) if file.endswith(".py"))


def main(paths):
    """Print a line for each use in the scripts and folders; return 1 if any will not work."""
    quiet.import_face()
    counts = dict.fromkeys((WORKS, EXTRA, CAUGHT, FAILS), 0)
    for path in (script for each in paths for script in _scripts(each)):
        try:
            with open(path, "rb") as file:
                uses = uses_in(file.read(), path)
        except (OSError, SyntaxError, ValueError) as error:
            print(f"{path}:{getattr(error, 'lineno', None) or 1}: cannot be read: {error}")
            counts[FAILS] += 1
            continue
        for use in uses:
            answer, remark = answer_for(use.name, use.imported)
            if answer == FAILS and use.caught:
                answer, remark = CAUGHT, ""
            counts[answer] += 1
            remark = f" ({remark})" if remark else ""
            print(f"{path}:{use.line}: tf.{use.name}: {answer}{remark}")
    shown = {answer: count for answer, count in counts.items() if count or answer != CAUGHT}
    print(", ".join(f"{count} {answer}" for answer, count in shown.items()))
    return 1 if counts[FAILS] else 0
