"""`--rewrite`: a ported copy of a script or notebook, with its imports changed.

LibCST, of the extra, keeps every other character of the script as it is.
"""

import ast
import difflib
import functools
import io
import os
import sys
import tokenize

from tf1_rnn import files, inputs
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.porting import notebooks, python2
from tf1_rnn.porting.imports import V1, v1_name

_NEEDED = "install it with: pip install 'tf1_rnn[legacy]'"


def rewrite(source):
    """Return the source with `tf1_rnn.v1` for `tensorflow` in its imports."""
    import libcst
    import libcst.helpers

    return libcst.parse_module(source).visit(_transformer(libcst)).code


def _transformer(cst):
    class OneRule(cst.CSTTransformer):
        """`imports.OneRule` once more, on LibCST's tree, which keeps the script's formatting."""

        def leave_Import(self, original, updated):
            names = []
            for alias in updated.names:
                names += self._aliases(alias)
            return updated.with_changes(names=names)

        def _aliases(self, alias):
            name = cst.helpers.get_full_name_for_node(alias.name)
            new = v1_name(name)
            if new is None:
                return [alias]
            if alias.asname is not None:
                return [alias.with_changes(name=_dotted(cst, new))]
            # `import tensorflow.contrib.rnn` binds tensorflow: load the module, then bind its top.
            wanted = [V1] if name == "tensorflow" else [new, V1]
            asname = cst.AsName(name=cst.Name("tensorflow"))
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            result = [
                alias.with_changes(name=_dotted(cst, each), asname=asname, comma=comma)
                for each in wanted
            ]
            result[-1] = result[-1].with_changes(comma=alias.comma)
            return result

        def leave_ImportFrom(self, original, updated):
            if updated.relative or updated.module is None:
                return updated
            name = cst.helpers.get_full_name_for_node(updated.module)
            if name == "tensorflow.compat" and not isinstance(updated.names, cst.ImportStar):
                if [alias.evaluated_name for alias in updated.names] == ["v1"]:
                    # `from tf1_rnn import v1 as tf`
                    return updated.with_changes(module=_dotted(cst, V1.rpartition(".")[0]))
            new = v1_name(name)
            return updated if new is None else updated.with_changes(module=_dotted(cst, new))

    return OneRule()


def _dotted(cst, name):
    first, *rest = name.split(".")
    node = cst.Name(first)
    for part in rest:
        node = cst.Attribute(node, cst.Name(part))
    return node


class _Script:
    """A script: its bytes, and those of the ported copy."""

    def __init__(self, path):
        self.path = path
        try:
            self.source = inputs.read(path)
            self.encoding, _ = tokenize.detect_encoding(io.BytesIO(self.source).readline)
            self.before = self.after = self.source.decode(self.encoding)
        except inputs.Unreadable as error:
            raise RunError(f"{path}: {error}") from error
        except UnicodeDecodeError as error:
            raise RunError(f"{path}: cannot be read: it is not {error.encoding}") from error
        except SyntaxError as error:
            raise RunError(f"{path}: cannot be read: {error.msg}") from error

    def port(self, port):
        self.after = port(self.before, self.path, lambda line: f"{self.path}:{line}")

    def content(self):
        return self.after.encode(self.encoding)

    def difference(self, output):
        yield from _difference(self.before, self.after, self.path, output)


class _Notebook:
    """A notebook, its cells ported one by one."""

    def __init__(self, path):
        self.path = path
        self.notebook = notebooks.Notebook(path)
        self.changes = []

    def port(self, port):
        for cell in self.notebook.cells:
            before = cell.source
            module = notebooks.written_module(before)

            def where(line, cell=cell, added=1 if module else 0):
                return f"{self.path}: cell {cell.number}, line {line + added}"

            if module:
                cell.replace(module[0] + port(module[1], self.path, where))
            else:
                python, masked = notebooks.as_python(before, from_python2=True)
                cell.replace(notebooks.unmasked(port(python, self.path, where), masked))
            self.changes.append((cell.number, before, cell.source))

    def content(self):
        return self.notebook.text().encode()

    def difference(self, output):
        for number, before, after in self.changes:
            names = (f"{path}: cell {number}" for path in (self.path, output))
            yield from _difference(before + "\n", after + "\n", *names)


def _difference(before, after, *names):
    lines = (text.splitlines(keepends=True) for text in (before, after))
    return difflib.unified_diff(*lines, *names)


def _ported(source, path, where, from_python2):
    """Return a source with the rule applied, and in Python 3 if it is to be brought there.

    Args:
        source: text.
        path: its file.
        where: a function that returns the words for a line.
        from_python2: whether it is to be brought to Python 3.

    Raises:
        RunError: it cannot be.
    """
    try:
        if from_python2:
            source = _to_python3(source, path, where)
        else:
            ast.parse(source, path)
        return rewrite(source)
    except ModuleNotFoundError as error:
        libraries = {"libcst": "LibCST", "fissix": "fissix"}
        library = libraries.get((error.name or "").partition(".")[0])
        if library is None:
            raise
        raise RunError(f"rewriting requires {library}; {_NEEDED}") from error
    except SyntaxError as error:
        reason = None if from_python2 else python2.reason_of(error)
        told = f"{reason} is Python 2: add --python2" if reason else error.msg
        raise RunError(f"{where(error.lineno or 1)}: cannot be ported: {told}") from error
    except (MemoryError, RecursionError, ValueError) as error:
        told = str(error) or "it is nested too deeply"
        raise RunError(f"{where(1)}: cannot be ported: {told}") from error


def _to_python3(source, path, where):
    """Return a source in Python 3, and report what only its author can decide."""
    end = "\r\n" if "\r\n" in source else "\n"
    before = source.replace("\r\n", "\n")
    ported = python2.to_python3(before, path)
    for line, told in python2.left_to_its_author(before, ported):
        print(f"{where(line)}: {told}", file=sys.stderr)
    return ported.replace("\n", end)


def _write(output, content, in_place, force):
    """Write the copy.

    Raises:
        RunError: another file exists, such as a copy that was edited, or the disk is full.
    """
    try:
        if not in_place and not force and os.path.isfile(output):
            with open(output, "rb") as file:
                if file.read() == content:
                    return
            raise RunError(
                f"{output} exists and differs from what would be written now: give another name "
                "with --output=, or add --force to overwrite it"
            )
        with files.writing(output, "wb") as file:
            file.write(content)
    except OSError as error:
        raise RunError(f"{output}: cannot be written: {error.strerror}") from error


def main(path, output=None, in_place=False, force=False, from_python2=False):
    """Write the ported copy, NAME_ported unless told otherwise, and print the difference.

    Args:
        path: the script or notebook.
        output: where to write.
        in_place: write over the script or notebook.
        force: overwrite an existing copy that differs.
        from_python2: bring it from Python 2 to 3 as well.

    Raises:
        UsageError: the flags do not fit together.
        RunError: it cannot be read, ported or written.
    """
    if in_place and output:
        raise UsageError("--in-place and --output exclude each other")
    if os.path.isdir(path):
        raise RunError(f"{path}: a folder; expected one script or notebook")
    root, extension = os.path.splitext(path)
    output = path if in_place else output or f"{root}_ported{extension}"
    document = (_Notebook if extension == ".ipynb" else _Script)(path)
    if not in_place and os.path.exists(output) and os.path.samefile(path, output):
        raise UsageError(f"--output={output} is the script itself: to overwrite it, use --in-place")
    document.port(functools.partial(_ported, from_python2=from_python2))
    _write(output, document.content(), in_place, force)
    sys.stdout.writelines(document.difference(output))
