"""Idioms of Python 2 that no fixer of 2to3 knows: functions of `string`, texts that are bytes."""

import ast
import builtins
import dataclasses

_STRING_METHODS = {
    *("capitalize center count expandtabs find index ljust lower lstrip replace rfind").split(),
    *("rindex rjust rstrip split strip swapcase upper zfill").split(),
}
_STRING_NAMES = {
    **{"letters": "string.ascii_letters", "lowercase": "string.ascii_lowercase"},
    **{"uppercase": "string.ascii_uppercase", "maketrans": "str.maketrans"},
    **{"atof": "float", "atoi": "int", "atol": "int"},
}
_OF_STRING = {*_STRING_METHODS, *_STRING_NAMES, "join", "joinfields", "splitfields", "translate"}
_CODECS = {"base64", "bz2", "hex", "rot13", "string_escape", "zip", "zlib"}
_CODEC_METHODS = {"decode", "encode"}
_PICKLES = {"load": ("r", "rb"), "dump": ("w", "wb")}


@dataclasses.dataclass(frozen=True)
class Idiom:
    """An idiom, its node, and the expression that replaces it in Python 3, if there is one."""

    node: ast.AST
    what: str
    replacement: str | None = None
    remedy: str = ""


def idioms(tree):
    """Yield the idioms in a syntax tree."""
    finder = _Finder(tree)
    for node in ast.walk(tree):
        for find in (finder.of_string, finder.of_pickle, _of_translate, _of_codec, _of_import):
            found = find(node)
            if found is not None:
                yield found
        if isinstance(node, ast.ExceptHandler):
            yield from _messages(node)


def without(source):
    """Return a source in which all idioms that have a replacement are replaced, inner ones first.

    Args:
        source: text that Python 3 can parse.
    """
    while True:
        found = [each for each in idioms(ast.parse(source)) if each.replacement is not None]
        inner = [each for each in found if not any(_is_within(other, each.node) for other in found)]
        if not inner:
            return source
        for each in sorted(inner, key=lambda each: (-each.node.lineno, -each.node.col_offset)):
            source = _replaced(source, each.node, each.replacement)


def _is_within(other, node):
    return other.node is not node and any(each is other.node for each in ast.walk(node))


def _replaced(source, node, replacement):
    lines = source.encode().split(b"\n")
    before = lines[node.lineno - 1][: node.col_offset]
    after = lines[node.end_lineno - 1][node.end_col_offset :]
    lines[node.lineno - 1 : node.end_lineno] = [before + replacement.encode() + after]
    return b"\n".join(lines).decode()


class _Finder:
    def __init__(self, tree):
        nodes = list(ast.walk(tree))
        self.has_string = any(
            alias.name == "string" and alias.asname is None
            for node in nodes
            if isinstance(node, ast.Import)
            for alias in node.names
        )
        self.called = {node.func for node in nodes if isinstance(node, ast.Call)}
        # Files by the names that a `with` or an assignment gives them.
        self.files = {}
        for node in nodes:
            if isinstance(node, ast.withitem):
                self._add_file(node.optional_vars, node.context_expr)
            elif isinstance(node, ast.Assign) and len(node.targets) == 1:
                self._add_file(node.targets[0], node.value)

    def _add_file(self, target, value):
        if isinstance(target, ast.Name):
            # Two files of one name may have two modes: look at neither.
            self.files[target.id] = None if target.id in self.files else value

    def of_string(self, node):
        """Return a use of what Python 3's module `string` lacks."""
        call, function = (node, node.func) if isinstance(node, ast.Call) else (None, node)
        if not self._is_of_string(function):
            return None
        name, what = function.attr, f"string.{function.attr}"
        if call is None:
            if node in self.called and name not in _STRING_NAMES:
                return None  # the call is replaced
            return Idiom(node, what, _STRING_NAMES.get(name, f"str.{name}"))
        if name in _STRING_NAMES:
            return None  # the attribute is replaced
        remedy = "call the method of the text"
        if call.keywords or not call.args or any(isinstance(x, ast.Starred) for x in call.args):
            return Idiom(node, what, remedy=remedy)
        return Idiom(node, what, _as_method(name, call.args), remedy)

    def _is_of_string(self, node):
        return (
            self.has_string
            and isinstance(node, ast.Attribute)
            and getattr(node.value, "id", None) == "string"
            and node.attr in _OF_STRING
        )

    def of_pickle(self, node):
        """Return the call of `open` that opens a pickle as text."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return None
        owner = getattr(node.func.value, "id", None)
        if owner not in ("cPickle", "pickle", "pkl") or node.func.attr not in _PICKLES:
            return None
        place = 0 if node.func.attr == "load" else 1
        if len(node.args) <= place:
            return None
        file = node.args[place]
        file = self.files.get(file.id) if isinstance(file, ast.Name) else file
        if file is None or getattr(getattr(file, "func", None), "id", None) != "open":
            return None
        text, binary = _PICKLES[node.func.attr]
        mode = file.args[1] if len(file.args) > 1 else ast.Constant("r")
        if len(file.args) not in (1, 2) or file.keywords or mode.value not in (text, text + "t"):
            return None
        replacement = f"open({ast.unparse(file.args[0])}, {binary!r})"
        return Idiom(file, "a pickle in a file of text", replacement)


def _as_method(name, args):
    """Return `string.f(x, y)` as `x.f(y)`; `string.join(x, y)` is `y.join(x)`."""
    if name in ("join", "joinfields"):
        args = [args[1] if len(args) > 1 else ast.Constant(" "), args[0]]
        name = "join"
    name = "split" if name == "splitfields" else name
    owner = ast.unparse(args[0])
    simple = (ast.Attribute, ast.Call, ast.Name, ast.Subscript)
    is_text = isinstance(args[0], ast.Constant) and isinstance(args[0].value, str)
    owner = owner if is_text or isinstance(args[0], simple) else f"({owner})"
    return f"{owner}.{name}({', '.join(map(ast.unparse, args[1:]))})"


def _of_translate(node):
    """Return `text.translate(None, deleted)`."""
    if not isinstance(node, ast.Call) or getattr(node.func, "attr", None) != "translate":
        return None
    if len(node.args) != 2 or getattr(node.args[0], "value", ...) is not None:
        return None
    owner, deleted = ast.unparse(node.func), ast.unparse(node.args[1])
    return Idiom(node, ".translate(None, x)", f"{owner}(str.maketrans('', '', {deleted}))")


def _of_codec(node):
    """Return `text.encode('hex')` and its like."""
    if not isinstance(node, ast.Call) or getattr(node.func, "attr", None) not in _CODEC_METHODS:
        return None
    codec = getattr(node.args[0], "value", None) if node.args else None
    if not isinstance(codec, str) or codec.lower().replace("-", "_") not in _CODECS:
        return None
    name = node.func.attr
    return Idiom(node, f".{name}({codec!r})", remedy=f"use codecs.{name}(bytes, {codec!r})")


def _of_import(node):
    """Return `from string import join` and its like."""
    if not isinstance(node, ast.ImportFrom) or node.module != "string" or node.level:
        return None
    names = [alias.name for alias in node.names if alias.name in _OF_STRING]
    if not names:
        return None
    return Idiom(node, f"string.{names[0]}", remedy="use the methods of texts")


def _messages(handler):
    """Yield each `e.message` of an exception that Python itself defines."""
    if not hasattr(builtins, getattr(handler.type, "id", "")) or not handler.name:
        return
    for node in ast.walk(handler):
        if isinstance(node, ast.Attribute) and node.attr == "message":
            if getattr(node.value, "id", None) == handler.name:
                yield Idiom(node, f"{handler.name}.message", f"str({handler.name})")
