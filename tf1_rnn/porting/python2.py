"""Python 2 in old sources: where it is, and the same source in Python 3.

fissix, which carries on Python's own 2to3, does the conversion.
"""

import ast
import dataclasses
import difflib
import io
import re
import tokenize

from tf1_rnn.porting import python2_lists, python2_texts

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
    "StandardError": "standarderror",
    "apply": "apply",
    "basestring": "basestring",
    "buffer": "buffer",
    "cmp": None,
    "coerce": None,
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
_METHODS = {
    "has_key": "has_key",
    **{
        f"{kind}{name}": "dict" for kind in ("iter", "view") for name in ("items", "keys", "values")
    },
}
_MODULES = {
    *("BaseHTTPServer ConfigParser HTMLParser Queue SocketServer StringIO Tkinter").split(),
    *("__builtin__ cPickle cStringIO commands cookielib copy_reg httplib thread").split(),
    *("urllib2 urlparse xmlrpclib").split(),
}
# Modules that no other has taken the place of, and what has.
_MODULES_GONE = {"exceptions": "builtins", "md5": "hashlib", "sets": "set", "sha": "hashlib"}
_ATTRIBUTES = {
    **{
        ("itertools", name): "itertools"
        for name in ("izip", "imap", "ifilter", "ifilterfalse", "izip_longest")
    },
    **{
        ("urllib", name): "urllib"
        for name in (
            *("urlopen urlretrieve urlencode quote quote_plus unquote unquote_plus").split(),
            *("pathname2url url2pathname urlcleanup URLopener FancyURLopener").split(),
        )
    },
    **{("operator", name): "operator" for name in ("isCallable", "sequenceIncludes")},
    **{
        ("types", f"{name}Type"): "types"
        for name in (
            *("Boolean Complex Dict Dictionary Float Int List Long None Object String").split(),
            *("Tuple Type Unicode").split(),
        )
    },
    ("os", "getcwdu"): "getcwdu",
    ("sys", "maxint"): "renames",
    ("sys", "setdefaultencoding"): None,
}
# Attributes of functions and methods.
_OF_FUNCTIONS = {
    **{f"func_{name}": "funcattrs" for name in ("closure", "code", "defaults", "globals", "name")},
    **{f"im_{name}": "methodattrs" for name in ("class", "func", "self")},
}
# Libraries that bring Python 2's names to Python 3, also by `import *`.
_COMPATIBLE = ("six", "past", "future", "builtins")
# The fixers of calls that made lists.
_LISTS = {
    **{name: name for name in ("filter", "map", "zip")},
    **{name: "dict" for name in ("items", "keys", "values")},
    "range": "xrange",
}


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    """A use of Python 2 in a source that Python 3 can read, and the fixer that changes it."""

    line: int
    what: str
    fixer: str | None = None
    remedy: str = ""


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
    finder = _Finder(_bound_names(tree), _iterators(tree))
    finder.visit(tree)
    return sorted(finder.found | _in_idioms(tree), key=lambda each: (each.line, each.what))


def _in_idioms(tree):
    return {
        Finding(
            each.node.lineno,
            each.what,
            None if each.replacement is None else "text",
            each.remedy if each.replacement is None else "",
        )
        for each in python2_texts.idioms(tree)
    }


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


_MAKERS = {"chain", "cycle", "filter", "iter", "izip", "map", "open", "reader", "reversed", "zip"}


def _iterators(tree):
    """Return the texts of all targets that only iterators are assigned to: `self.batches`."""
    makers = _MAKERS | {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        if any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in ast.walk(node))
    }
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    texts = {True: set(), False: set()}
    for node in assigned:
        is_iterator = isinstance(node.value, ast.GeneratorExp) or _called(node.value) in makers
        texts[is_iterator].update(ast.unparse(target) for target in node.targets)
    return texts[True] - texts[False]


def _called(node):
    """Return the name of the function or method that a call calls, or None."""
    function = getattr(node, "func", None)
    return getattr(function, "attr", getattr(function, "id", None))


class _Finder(ast.NodeVisitor):
    def __init__(self, bound, iterators):
        self.bound, self.iterators, self.found = bound, iterators, set()

    def _find(self, node, what, fixer, remedy=""):
        self.found.add(Finding(node.lineno, what, fixer, remedy))

    def visit_Module(self, node):
        for call, what in python2_lists.needed(node):
            name = python2_lists.made_by(call)[1]
            if name not in self.bound:
                self._find(call, what, _LISTS[name])
        self.generic_visit(node)

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
            self._find_module(node, alias.name)

    def visit_ImportFrom(self, node):
        if node.level == 0:
            self._find_module(node, node.module)
        for alias in node.names:
            if (node.module, alias.name) in _ATTRIBUTES:
                fixer = _ATTRIBUTES[node.module, alias.name]
                fixer = "itertools_imports" if fixer == "itertools" else fixer
                self._find(node, f"{node.module}.{alias.name}", fixer)

    def _find_module(self, node, module):
        if module in _MODULES:
            self._find(node, f"import {module}", "imports")
        elif module in _MODULES_GONE:
            self._find(node, f"import {module}", None, f"use {_MODULES_GONE[module]}")

    def visit_ClassDef(self, node):
        """Find methods and attributes that mean nothing in Python 3."""
        defined = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
        renamed = {"__nonzero__": ("__bool__", "nonzero")}
        if "__iter__" in defined:
            renamed["next"] = ("__next__", "next")
        for old, (new, fixer) in renamed.items():
            if old in defined and new not in self.bound:
                self._find(defined[old], f"def {old}", fixer)
        for each in node.body:
            names = getattr(each, "targets", ())
            if any(getattr(name, "id", None) == "__metaclass__" for name in names):
                self._find(each, "__metaclass__", "metaclass")
        self.generic_visit(node)

    def visit_Attribute(self, node):
        self.generic_visit(node)
        if node.attr in _OF_FUNCTIONS and node.attr not in self.bound:
            self._find(node, f".{node.attr}", _OF_FUNCTIONS[node.attr])
        owner = getattr(node.value, "id", None)
        if (owner, node.attr) in _ATTRIBUTES:
            self._find(node, f"{owner}.{node.attr}", _ATTRIBUTES[owner, node.attr])

    def visit_Call(self, node):
        self.generic_visit(node)
        method = getattr(node.func, "attr", None)
        if method in _METHODS and method not in self.bound:
            self._find(node, f".{method}()", _METHODS[method])
        if method == "next" and not node.args:
            owner = node.func.value
            if ast.unparse(owner) in self.iterators or _called(owner) in _MAKERS:
                self._find(node, ".next()", "next")
        function = _called(node)
        if function in ("sort", "sorted") and any(each.arg == "cmp" for each in node.keywords):
            self._find(node, f"{function}(cmp=...)", "sorted")
        compared = node.args[:1] if method == "sort" else node.args[1:2]
        if function in ("sort", "sorted") and compared and _compares(compared[0]):
            self._find(node, f"{function}(cmp)", "sorted")

    def visit_Compare(self, node):
        self.generic_visit(node)
        function = getattr(getattr(node.left, "func", None), "id", None)
        if function == "exec" and isinstance(node.ops[0], ast.In):
            self._find(node, "exec(...) in names", "exec")

    def visit_Expr(self, node):
        self.generic_visit(node)
        parts = node.value.elts if isinstance(node.value, ast.Tuple) else []
        if parts and getattr(getattr(parts[0], "func", None), "id", None) == "print":
            self._find(node, "print(...), value", "print")

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.RShift) and getattr(node.left, "id", None) == "print":
            self._find(node, "print >>file", "print")
        function = getattr(getattr(node.left, "func", None), "id", None)
        if isinstance(node.op, ast.Mod) and function == "print":
            self._find(node, "print(...) % values", "print")


def _compares(node):
    """Return whether a function given to a sort takes two values."""
    return getattr(node, "id", None) == "cmp" or (
        isinstance(node, ast.Lambda) and len(node.args.args) == 2
    )


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
        names = {each.fixer for each in findings(tree)} - {None, "text"}
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
    return python2_texts.without(_without_default_encoding(result))


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


# The fixers of what Python 3 cannot read, and what they find.
_SYNTAX = {
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


def read(source, path):
    """Read a source that Python 3 cannot read.

    Returns:
        (the syntax tree, its lines as numbers of lines in the source, the findings).

    Raises:
        ModuleNotFoundError: fissix is not installed.
        SyntaxError: it is neither Python 2 nor 3.
    """
    from fissix import refactor

    tool = refactor.RefactoringTool([f"fissix.fixes.fix_{name}" for name in _SYNTAX])
    found = set()
    for fixer in [*tool.pre_order, *tool.post_order]:
        fixer.transform = _recording(fixer, found)
    result = _refactored(tool, source + "\n", path)
    try:
        tree = ast.parse(result, path)
    except TabError:
        tree = ast.parse(_without_tabs(result), path)
    except SyntaxError:  # ur'...', say
        result = to_python3(source, path)
        tree = ast.parse(result, path)
    lines = _lines_before(source, result)
    found |= {dataclasses.replace(each, line=lines[each.line]) for each in findings(tree)}
    return tree, lines, sorted(found)


def _lines_before(before, after):
    """Return the line in one source that each line in a changed one was, by its number."""
    texts = [[line.strip() for line in source.split("\n")] for source in (before, after)]
    lines = {}
    for _, i1, i2, j1, j2 in difflib.SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        lines.update({j + 1: min(i1 + j - j1, max(i1, i2 - 1)) + 1 for j in range(j1, j2)})
    return lines


def _recording(fixer, found):
    """Return the fixer's `transform`, which adds what it changes to a set of findings."""
    transform = fixer.transform
    name = type(fixer).__module__.rpartition("fix_")[2]

    def record(node, results):
        before, line = str(node), node.get_lineno()
        new = transform(node, results)
        if str(node if new is None else new) != before:
            found.add(Finding(line, _SYNTAX[name], name))
        return new

    return record


def _refactored(tool, source, path):
    try:
        return str(tool.refactor_string(source, path))
    except Exception as error:  # fissix has several, of its parser and its tokenizer
        raise SyntaxError(f"it is neither Python 2 nor Python 3 ({error})") from error


def left_to_its_author(before, after):
    """Return (line before, what to do) for what `to_python3` has not converted, by line."""
    lines = _lines_before(before, after)
    told = [
        (lines[each.line], f"{each.what} is Python 2 and was not converted" + _so(each.remedy))
        for each in findings(ast.parse(after))
    ]
    if after != before:
        message = "check `/`: between two integers it meant `//`"
        told += [(lines[line], message) for line in divisions(after)]
    return sorted(told)


def _so(remedy):
    return f": {remedy}" if remedy else ""


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
