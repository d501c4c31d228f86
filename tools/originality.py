"""Check that no function's body repeats TensorFlow 1.15.5's source: no 30 tokens in a row.

    .venv/bin/python tools/originality.py      # exit 1 and a line for each place found

Compares `tf1_rnn/` with the TensorFlow 1.15.5 installed in `.oracle/`, or next to the Python of
`$TF1_RNN_ORACLE`. Docstrings and comments do not count, nor do signatures and what hands them on
(`self._x = x`, `f(x, y=y)`, configs): those are an interface, which is meant to be the same.
"""

import ast
import io
import os
import pathlib
import sys
import tokenize

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from tools import oracle

RUN = 30
PACKAGES = ("tensorflow_core", "tensorflow_estimator")
_LAYOUT = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}
_PLAIN = (ast.Attribute, ast.Constant, ast.Name)


def tokens_of(source):
    """Return the tokens of a source, without comments and layout."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token for token in tokens if token.type not in _LAYOUT]


def runs_of(source):
    """Yield (line, run) for every run of tokens in the bodies of a source's functions."""
    tree, tokens = ast.parse(source), tokens_of(source)
    bodies = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    left_out = [span for node in ast.walk(tree) for span in _left_out(node)]
    left_out += [
        span for node in bodies if isinstance(node, ast.FunctionDef) for span in _forwarding(node)
    ]
    for body in bodies:
        parts = body.body if isinstance(body.body, list) else [body.body]
        inside = (parts[0].lineno, parts[0].col_offset), _end(parts[-1])
        texts = []
        for token in tokens:
            if inside[0] <= token.start and token.end <= inside[1]:
                if any(start <= token.start and token.end <= end for start, end in left_out):
                    texts.clear()
                    continue
                texts = [*texts[-RUN + 1 :], (token.start[0], token.string)]
                if len(texts) == RUN:
                    yield texts[0][0], tuple(text for _, text in texts)


def _left_out(node):
    """Yield the spans of a node that are no code of a body: docstrings and signatures."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield (node.lineno, node.col_offset), _end(node)
    if isinstance(node, ast.FunctionDef):
        yield (node.lineno, node.col_offset), (node.body[0].lineno, node.body[0].col_offset)


def _forwarding(function):
    """Yield the spans in a function that hand its interface on, and do no more.

    Calls with its own parameters, or with names for keywords; `self._x = x`; and what `get_config`
    returns.
    """
    every = function.args
    names = {each.arg for each in [*every.posonlyargs, *every.args, *every.kwonlyargs]}
    names |= {each.arg for each in (every.vararg, every.kwarg) if each}

    def is_parameter(node):
        node = node.value if isinstance(node, ast.Starred) else node
        return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in names)

    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            named = all(isinstance(each.value, _PLAIN) for each in node.keywords)
            handed_on = named and all(map(is_parameter, node.args))
        elif isinstance(node, ast.Assign):
            handed_on = isinstance(node.targets[0], ast.Attribute) and is_parameter(node.value)
        else:
            handed_on = isinstance(node, ast.Dict) and function.name == "get_config"
        if handed_on:
            yield (node.lineno, node.col_offset), _end(node)


def _end(node):
    return node.end_lineno, node.end_col_offset


def repeated(sources, originals):
    """Return the sorted (path, line, original) of runs that are in both.

    Args:
        sources: dict from paths to the sources that are checked.
        originals: iterable of (path, source) of what they must not repeat.
    """
    places = {}
    for path, source in sources.items():
        for line, run in runs_of(source):
            places.setdefault(run, (path, line))
    found = {}
    for path, source in originals:
        texts = [token.string for token in tokens_of(source)]
        for start in range(len(texts) - RUN + 1):
            run = tuple(texts[start : start + RUN])
            if run in places:
                found.setdefault(places[run], path)
    return sorted((*place, path) for place, path in found.items())


def _originals(site_packages):
    for package in PACKAGES:
        for path in sorted((site_packages / package).rglob("*.py")):
            yield str(path.relative_to(site_packages)), path.read_text(encoding="utf-8")


def main():
    """Print a line for each place found, and return the exit status."""
    executable = oracle.python()
    folder = pathlib.Path(executable or "").parent.parent / "lib" / "python3.7" / "site-packages"
    if not (folder / PACKAGES[0]).is_dir():
        print("No TensorFlow 1.15.5 here; " + oracle.HOW, file=sys.stderr)
        return 2
    package = pathlib.Path(oracle.ROOT) / "tf1_rnn"
    sources = {
        str(path.relative_to(package.parent)): path.read_text(encoding="utf-8")
        for path in sorted(package.rglob("*.py"))
    }
    found = repeated(sources, _originals(folder))
    for path, line, original in found:
        print(f"{path}:{line}: {RUN} tokens in a row as in {original}")
    print(f"{len(found)} places in {len(sources)} modules")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
