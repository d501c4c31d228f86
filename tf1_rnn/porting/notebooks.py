"""Notebook files: their code cells as Python, written back with everything else unchanged."""

import ast
import io
import json
import re

from tf1_rnn import inputs
from tf1_rnn.errors import RunError

# Cell magics whose cell is Python for all that.
_PYTHON_CELLS = {"capture", "prun", "time", "timeit"}
_MAGIC_LINE = re.compile(r"\s*[%!?]|[^#]*\?\s*$|\s*[\w\s,.\[\]]+=\s*[%!]")
# Lines that a ported notebook no longer needs.
_OF_TENSORFLOW_1 = re.compile(r"\s*%(tensorflow_version\b|load_ext\s+tf1_rnn\b)")
_MARK = "# tf1_rnn magic "


class Notebook:
    """A notebook of any version that has cells of code, as its JSON holds it."""

    def __init__(self, path):
        """Read a notebook.

        Raises:
            RunError: the file cannot be read, is no notebook, or is one in another language.
        """
        self.path = path
        try:
            content = io.BytesIO(inputs.read(path))
            self._text = io.TextIOWrapper(content, encoding="utf-8-sig").read()
            self._json = json.loads(self._text)
            sheets = self._json.get("worksheets", [self._json])
            cells = [cell for sheet in sheets for cell in sheet["cells"]]
            self.cells = [
                Cell(number, cell)
                for number, cell in enumerate(cells, 1)
                if cell["cell_type"] == "code"
            ]
            language = self._json.get("metadata", {}).get("kernelspec", {}).get("language", "")
        except inputs.Unreadable as error:
            raise RunError(f"{path}: {error}") from error
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise RunError(f"{path}: cannot be read: it is not a notebook") from error
        if language.lower() not in ("", "python", "ipython"):
            raise RunError(f"{path}: cannot be ported: it is a notebook in {language}, not Python")

    def text(self):
        """Return the notebook's JSON as it was written, but for the cells that have changed."""
        before = json.loads(self._text)
        end = self._text[len(self._text.rstrip()) :]
        indents = [1, 2, 4, None, "\t", 0]
        for style in ({"indent": i, "ensure_ascii": a} for i in indents for a in (False, True)):
            if json.dumps(before, **style) + end == self._text:
                break
        else:
            style, end = {"indent": 1, "ensure_ascii": False}, "\n"
        return json.dumps(self._json, **style) + end


class Cell:
    """A cell of code; its number counts all cells from 1."""

    def __init__(self, number, content):
        self.number = number
        self._content = content
        self._key = "source" if "source" in content else "input"  # until version 4
        self.source = _text_of(content[self._key])

    def replace(self, source):
        """Give the cell other code; its outputs stay."""
        if source != self.source:
            is_list = isinstance(self._content[self._key], list)
            self._content[self._key] = source.splitlines(keepends=True) if is_list else source
            self.source = source


def _text_of(source):
    return source if isinstance(source, str) else "".join(source)


def written_module(source):
    """Return (first line, the rest) of a cell that writes a Python file, or None."""
    first, _, rest = source.lstrip("\n").partition("\n")
    match = re.match(r"%%(?:writefile|file)\s+(?:-a\s+)?.*\.py\s*$", first)
    return (first + "\n", rest) if match else None


def as_python(source, from_python2=False):
    """Return a cell's source with the lines that are IPython's own masked.

    The lines keep their numbers. A masked line does nothing; `unmasked` brings it back.

    Args:
        source: the cell's source.
        from_python2: take what Python 3 cannot read for Python 2.

    Returns:
        (Python, the masked lines by number).

    Raises:
        SyntaxError: what is not IPython's is not Python either.
    """
    lines = source.splitlines(keepends=True)
    masked = {}
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].startswith("%%"):
        _mask(lines, first, masked)
        if masked[first].split()[0][2:] not in _PYTHON_CELLS:
            for number in range(first + 1, len(lines)):
                _mask(lines, number, masked)
    while True:
        try:
            ast.parse("".join(lines))
            return "".join(lines), masked
        except SyntaxError as error:
            number = (error.lineno or 1) - 1
            if number in masked or number >= len(lines) or not _MAGIC_LINE.match(lines[number]):
                if not from_python2:
                    raise
                for number, line in enumerate(lines):
                    if line.lstrip().startswith(("%", "!")):
                        _mask(lines, number, masked, _indentation(line))
                return "".join(lines), masked
            indentation = _indentation(lines[number])
            _mask(lines, number, masked, indentation)
            while masked[number].rstrip().endswith("\\") and number + 1 < len(lines):
                number += 1
                _mask(lines, number, masked, indentation)


def _indentation(line):
    return line[: len(line) - len(line.lstrip(" \t"))]


def _mask(lines, number, masked, indentation=""):
    line = masked[number] = lines[number]
    end = "\n" if line.endswith("\n") else ""
    lines[number] = f"{indentation}pass  {_MARK}{number}{end}"


def unmasked(python, masked):
    """Return the source whose lines `as_python` masked, however the others have changed.

    Colab's `%tensorflow_version 1.x`, and `%load_ext tf1_rnn`, are not needed any more.
    """

    def original(match):
        line = masked[int(match[1])].removesuffix("\n")
        return f"# {line.lstrip()}" if _OF_TENSORFLOW_1.match(line) else line

    return re.sub(rf"^[ \t]*pass  {_MARK}(\d+)$", original, python, flags=re.MULTILINE)
