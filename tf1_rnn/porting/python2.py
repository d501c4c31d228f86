"""Python 2 in old sources: where it is, and the same source in Python 3.

fissix, which carries on Python's own 2to3, does the conversion.
"""

import ast
import dataclasses
import io
import re
import tokenize

# Python 3's messages about Python 2 sources, and what each means.
_REASONS = [
    (r"Missing parentheses in call to 'print'", "print without parentheses"),
    (r"Missing parentheses in call to 'exec'", "exec without parentheses"),
    (r"multiple exception types must be parenthesized", "`except E, e:`"),
    (r"leading zeros in decimal integer literals", "a number such as 0777"),
    (r"inconsistent use of tabs", "indentation that mixes tabs and spaces"),
]
# The same by the text of the line, where Python's message is too general.
_LINES = [
    (r"^\s*print\b", "print without parentheses"),
    (r"^\s*exec\b", "exec without parentheses"),
    (r"^\s*except\b.*,", "`except E, e:`"),
    (r"^\s*raise\b.*,", "`raise E, value`"),
    (r"<>", "`<>`"),
    (r"`", "a value in backquotes"),
    (r"\b\d+[lL]\b", "a number such as 10L"),
    (r"\b[uU][rR]['\"]", "a text such as ur'...'"),
    (r"\bdef\b.*\(.*\(|\blambda\s*\(", "a tuple among the parameters"),
]

_BUILTINS = {
    "apply": "apply",
    "basestring": "basestring",
    "buffer": "buffer",
    "cmp": None,
    "execfile": "execfile",
    "file": None,
    "intern": "intern",
    "long": "long",
    "raw_input": "raw_input",
    "reduce": "reduce",
    "reload": "reload",
    "unichr": "unicode",
    "unicode": "unicode",
    "xrange": "xrange",
}
_METHODS = {"has_key": "has_key", "iteritems": "dict", "iterkeys": "dict", "itervalues": "dict"}
_MODULES = {
    *("BaseHTTPServer ConfigParser HTMLParser Queue SocketServer StringIO Tkinter").split(),
    *("__builtin__ cPickle cStringIO commands cookielib copy_reg httplib thread").split(),
    *("urllib2 urlparse xmlrpclib").split(),
}
_ATTRIBUTES = {
    **{("itertools", name): "itertools" for name in ("izip", "imap", "ifilter", "izip_longest")},
    **{("urllib", name): "urllib" for name in ("urlopen", "urlretrieve", "urlencode", "quote")},
    ("os", "getcwdu"): "getcwdu",
    ("string", "letters"): None,
    ("string", "maketrans"): None,
    ("sys", "maxint"): "sys_maxint",
    ("sys", "setdefaultencoding"): None,
}
# Libraries that bring Python 2's names to Python 3, also by `import *`.
_COMPATIBLE = ("six", "past", "future", "builtins")
_LISTS = {"filter": "filter", "map": "map", "zip": "zip"}
_DICT_LISTS = ("items", "keys", "values")


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    """A use of Python 2 in a source that Python 3 can read, and the fixer that changes it."""

    line: int
    what: str
    fixer: str | None = None


def reason_of(error):
    """Return the Python 2 construct that a SyntaxError is about, or None."""
    for pattern, reason in _REASONS:
        if re.search(pattern, error.msg or ""):
            return reason
    line = (error.text or "").partition("#")[0]
    return next((reason for pattern, reason in _LINES if re.search(pattern, line)), None)


def findings(tree):
    """Return the uses of Python 2 in a syntax tree that will fail at run time, by line.

    What the source defines itself, imports from elsewhere, or tries with an `except` or under a
    test of Python's version is left out.
    """
    finder = _Finder(_bound_names(tree))
    finder.visit(tree)
    return sorted(finder.found, key=lambda each: (each.line, each.what))


def _bound_names(tree):
    """Return all names that a source binds anywhere."""
    bound = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_COMPATIBLE):
            bound.update(_BUILTINS if node.names[0].name == "*" else ())
    return bound


class _Finder(ast.NodeVisitor):
    def __init__(self, bound):
        self.bound, self.found = bound, set()

    def _find(self, node, what, fixer):
        self.found.add(Finding(node.lineno, what, fixer))

    def visit_Try(self, node):
        """Skip a `try` and its handlers if the source expects it to fail."""
        if any(_expects_failing(handler) for handler in node.handlers):
            for each in [*node.orelse, *node.finalbody]:
                self.visit(each)
        else:
            self.generic_visit(node)

    def visit_If(self, node):
        """Skip what depends on Python's version."""
        if not re.search(r"version|PY[23]", ast.unparse(node.test)):
            self.generic_visit(node)

    visit_IfExp = visit_If

    def visit_Name(self, node):
        if node.id in _BUILTINS and node.id not in self.bound:
            self._find(node, node.id, _BUILTINS[node.id])

    def visit_Import(self, node):
        for alias in node.names:
            if alias.name in _MODULES:
                self._find(node, f"import {alias.name}", "imports")

    def visit_ImportFrom(self, node):
        if node.level == 0 and node.module in _MODULES:
            self._find(node, f"import {node.module}", "imports")
        for alias in node.names:
            if (node.module, alias.name) in _ATTRIBUTES:
                fixer = _ATTRIBUTES[node.module, alias.name]
                fixer = "itertools_imports" if fixer == "itertools" else fixer
                self._find(node, f"{node.module}.{alias.name}", fixer)

    def visit_Attribute(self, node):
        self.generic_visit(node)
        owner = getattr(node.value, "id", None)
        if (owner, node.attr) in _ATTRIBUTES:
            self._find(node, f"{owner}.{node.attr}", _ATTRIBUTES[owner, node.attr])

    def visit_Call(self, node):
        self.generic_visit(node)
        method = getattr(node.func, "attr", None)
        if method in _METHODS and method not in self.bound:
            self._find(node, f".{method}()", _METHODS[method])
        function = method or getattr(node.func, "id", None)
        if function in ("sort", "sorted") and any(each.arg == "cmp" for each in node.keywords):
            self._find(node, f"{function}(cmp=...)", None)
        if method == "sort" and _list_of(node.func.value):
            self._find(node, f"{_list_of(node.func.value)[0]}.sort()", "dict")

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.RShift) and getattr(node.left, "id", None) == "print":
            self._find(node, "print >>file", "print")
        function = getattr(getattr(node.left, "func", None), "id", None)
        if isinstance(node.op, ast.Mod) and function == "print":
            self._find(node, "print(...) % values", "print")

    def visit_Subscript(self, node):
        self.generic_visit(node)
        found = _list_of(node.value)
        if found and found[1] not in self.bound and (found[1] in _LISTS or _is_place(node.slice)):
            self._find(node, f"{found[0]}[...]", found[2])


def _list_of(node):
    """Return (text, name, fixer) for a call that made a list in Python 2: `d.keys()`, `map(f, x)`.

    None is returned for other expressions.
    """
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Name) and node.func.id in _LISTS:
        return f"{node.func.id}(...)", node.func.id, _LISTS[node.func.id]
    if isinstance(node.func, ast.Attribute) and node.func.attr in _DICT_LISTS and not node.args:
        return f".{node.func.attr}()", node.func.attr, "dict"
    return None


def _is_place(node):
    """Return whether a subscript is a number or a slice."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Slice) or isinstance(getattr(node, "value", None), int)


def _expects_failing(handler):
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {getattr(each, "id", None) for each in caught}
    return bool(names & {"AttributeError", "ImportError", "ModuleNotFoundError", "NameError", None})


def decoded(source):
    """Return a source as text, by its coding cookie if it has one.

    Raises:
        SyntaxError: the cookie, or the source, is wrong.
    """
    if isinstance(source, str):
        return source
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        return source.decode(encoding)
    except UnicodeDecodeError as error:
        raise SyntaxError(f"it is not {error.encoding} (at byte {error.start})") from error


def to_python3(source, path):
    """Return a source in Python 3: all of it if it is Python 2, else what `findings` finds in it.

    Args:
        source: text.
        path: its file, whose neighbours identify relative imports.

    Raises:
        ModuleNotFoundError: fissix is not installed.
        SyntaxError: it is neither Python 2 nor 3.
    """
    from fissix import refactor

    try:
        tree = ast.parse(source, path)
    except SyntaxError:
        fixers = set(refactor.get_fixers_from_package("fissix.fixes")) - {"fissix.fixes.fix_future"}
        options = {}
    else:
        names = {each.fixer for each in findings(tree)} - {None}
        fixers = {f"fissix.fixes.fix_{name}" for name in names}
        options = {"print_function": "print" not in names}
    tool = refactor.RefactoringTool(sorted(fixers), options)
    for fixer in [*tool.pre_order, *tool.post_order]:
        if type(fixer).__module__.endswith("fix_dict"):
            fixer.transform = _of_lists_alone(fixer.transform)
    added = "" if source.endswith("\n") else "\n"
    result = _refactored(tool, source + added, path) if fixers else source + added
    result = result.removesuffix(added) if added else result
    try:
        ast.parse(result, path)
    except TabError:
        result = _without_tabs(result)
        ast.parse(result, path)
    return _without_default_encoding(result)


def _without_default_encoding(source):
    """Replace `sys.setdefaultencoding(...)` by `pass`: Python 3's is UTF-8, and no one sets it."""
    lines = source.encode().split(b"\n")
    calls = [each.value for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Expr)]
    found = [
        call
        for call in calls
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "sys.setdefaultencoding"
        and call.lineno == call.end_lineno
    ]
    for call in sorted(found, key=lambda call: -call.col_offset):
        line = lines[call.lineno - 1]
        lines[call.lineno - 1] = line[: call.col_offset] + b"pass" + line[call.end_col_offset :]
    return b"\n".join(lines).decode()


def _of_lists_alone(transform):
    """Return the fixer of `.values()` that leaves what is no list: that of HParams is a dict.

    `**hparams.values()` and `hparams.values()["x"]` tell.
    """

    def transform_lists(node, results):
        is_unpacked = str(node.parent).lstrip().startswith("**")
        key = str(results["tail"][0]) if results["tail"] else ""
        return None if is_unpacked or key.startswith(("['", '["')) else transform(node, results)

    return transform_lists


def _without_tabs(source):
    """Return the source with its indentation in spaces, a tab reaching to the next eighth column.

    That is how Python 2 read them. Lines inside a text of several lines stay.
    """
    from fissix.pgen2 import tokenize as old_tokenize

    lines = source.splitlines(keepends=True)
    readline = iter([*lines, ""]).__next__
    inside = {
        line
        for kind, _, (first, _), (last, _), _ in old_tokenize.generate_tokens(readline)
        if kind == old_tokenize.STRING
        for line in range(first + 1, last + 1)
    }
    for number, line in enumerate(lines, 1):
        code = line.lstrip(" \t")
        if number not in inside:
            lines[number - 1] = line[: len(line) - len(code)].expandtabs(8) + code
    return "".join(lines)


# What fixers find, where the source has something else.
_FOUND = {
    "except": "`except E, e:`",
    "exec": "exec without parentheses",
    "ne": "`<>`",
    "numliterals": "a number such as 0777 or 10L",
    "print": "print without parentheses",
    "raise": "`raise E, value`",
    "repr": "a value in backquotes",
    "throw": "`throw(E, value)`",
    "tuple_params": "a tuple among the parameters",
}


def findings_in_python_2(source, path):
    """Return the uses of Python 2 in a source that Python 3 cannot read, by line.

    Raises:
        ModuleNotFoundError: fissix is not installed.
        SyntaxError: it is neither Python 2 nor 3.
    """
    from fissix import refactor

    names = {*_FOUND, *(fixer for fixer in _BUILTINS.values() if fixer), *_METHODS.values()}
    names |= {"imports", "itertools", "itertools_imports", "urllib"}
    tool = refactor.RefactoringTool([f"fissix.fixes.fix_{name}" for name in sorted(names)])
    found = set()
    for fixer in [*tool.pre_order, *tool.post_order]:
        fixer.transform = _recording(fixer, found)
    _refactored(tool, source + "\n", path)
    told = {(each.line, each.what): each for each in found}  # two fixers may see one word
    return [told[key] for key in sorted(told)]


def _recording(fixer, found):
    """Return the fixer's `transform`, which adds what it changes to a set of findings."""
    transform = fixer.transform
    name = type(fixer).__module__.rpartition("fix_")[2]

    def record(node, results):
        before, line = str(node), node.get_lineno()
        new = transform(node, results)
        if str(node if new is None else new) != before:
            for what in [_FOUND[name]] if name in _FOUND else _words_in(before):
                found.add(Finding(line, what, name))
        return new

    return record


def _words_in(text):
    """Return the Python 2 words in a piece of source; `range` is not one."""
    words = re.findall(r"\w+", text)
    names = {*_BUILTINS, *(name for _, name in _ATTRIBUTES)}
    return [
        *(f"import {word}" for word in words if word in _MODULES),
        *(f".{word}()" for word in words if word in _METHODS),
        *(word for word in words if word in names),
    ]


def _refactored(tool, source, path):
    try:
        return str(tool.refactor_string(source, path))
    except Exception as error:  # fissix has several, of its parser and its tokenizer
        raise SyntaxError(f"it is neither Python 2 nor Python 3 ({error})") from error


def divisions(source):
    """Return the lines of a source in Python 3 where `/` may have been a division of integers."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            if any(alias.name == "division" for alias in node.names):
                return []
    return sorted(
        {
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div)
            if not any(map(_is_float, ast.iter_child_nodes(node)))
        }
    )


def _is_float(node):
    called = getattr(getattr(node, "func", None), "id", None)
    return called == "float" or isinstance(getattr(node, "value", None), float)
