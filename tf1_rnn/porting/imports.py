"""The import rule, `tf1_rnn.v1` in place of `tensorflow`, applied to a script's own imports.

The rule is applied to the syntax tree of the user's modules as they are loaded, never to the
modules of installed libraries: TensorFlow's own internals, tf_slim and tf_keras still import
the real TensorFlow in the same process.
"""

import ast
import contextlib
import importlib
import sys
import warnings

V1 = "tf1_rnn.v1"
NUMPY = "tf1_rnn.porting.numpy1"
# The one name that the rule adds to a script's own: the module `inserted`.
INSERTED = "__tf1_rnn__"


def v1_name(name):
    """Return the name that takes the place of module `name` in an import, or None to keep it.

    `tensorflow.contrib.rnn` becomes `tf1_rnn.v1.contrib.rnn`, and so does its older spelling
    under `tensorflow.compat.v1`. `tensorflow.compat.v2` is TensorFlow 2's, and stays.
    """
    head, _, rest = name.partition(".")
    if head != "tensorflow" or rest.startswith("compat.v2"):
        return None
    if rest == "compat.v1" or rest.startswith("compat.v1."):
        rest = rest[len("compat.v1.") :]
    return f"{V1}.{rest}" if rest else V1


def running_name(name):
    """Return `v1_name(name)`, and for NumPy itself the module that has its old names too."""
    return NUMPY if name == "numpy" else v1_name(name)


def by_name(name, rule=running_name):
    """Return the name of what takes the place of `name` when a script imports it by a string."""
    return (rule(name) or name) if isinstance(name, str) else name


def import_by_name(name, globals=None, locals=None, fromlist=(), level=0, rule=running_name):
    """Import a module for a script, as `__import__` does.

    Args:
        name: of the module.
        globals: as in `__import__`.
        locals: as in `__import__`.
        fromlist: as in `__import__`; without one the top module is returned.
        level: as in `__import__`; only absolute imports are changed.
        rule: function from a module's name to the one that runs instead, or None.
    """
    new = rule(name) if level == 0 else None
    if new is None:
        return __import__(name, globals, locals, fromlist, level)
    module = importlib.import_module(new)
    if fromlist:
        return _with_submodules(module, fromlist)
    return module if new == NUMPY else sys.modules[V1]


def _with_submodules(module, names):
    """Return the module, with those of its submodules imported that are named and that exist."""
    for name in names:
        try:
            __import__(module.__name__, fromlist=[name])
        except ImportError as error:  # `fromlist=["x"]` for no more than the innermost module
            if getattr(error, "tensorflow_1_name", None) is None:
                raise
    return module


# The functions that import what a string names; their argument is read when they run.
IMPORTERS = ("__import__", "import_module", "locate")
# The methods of arrays that NumPy 2 renamed or removed; `habits` has their functions.
METHODS = ("itemset", "ptp", "tostring")


def _own(name, node):
    """Return an expression for one of the functions of `inserted`."""
    module = ast.copy_location(ast.Name(INSERTED, ast.Load()), node)
    return ast.copy_location(ast.Attribute(module, name, ast.Load()), node)


def _call(name, args, node):
    return ast.copy_location(ast.Call(_own(name, node), args, []), node)


class ImportRule(ast.NodeTransformer):
    """Applies a rule to every import of a syntax tree; line and column numbers stay."""

    rule = staticmethod(v1_name)
    # The functions of `inserted` that apply the rule to what a string names.
    by_name, import_by_name = "tensorflow_by_name", "import_tensorflow_by_name"

    def __init__(self):
        self.inserts = False

    def visit_Module(self, node):
        """Rewrite a module or a notebook's cell; import what the new code calls."""
        self.inserts = False
        self.generic_visit(node)
        if self.inserts:
            alias = ast.alias("tf1_rnn.porting.inserted", INSERTED)
            place = _after_the_first_words(node.body)
            node.body.insert(place, ast.copy_location(ast.Import([alias]), node.body[place]))
        return ast.fix_missing_locations(node)

    def visit_Import(self, node):
        """Rewrite `import a.b` and `import a.b as c`."""
        node.names = [new for alias in node.names for new in self._aliases(alias)]
        return node

    def _aliases(self, alias):
        new = self.rule(alias.name)
        top = alias.name.partition(".")[0]
        new_top = self.rule(top)
        if alias.asname or new_top is None:
            # `import numpy.linalg as la` is not NumPy itself: it keeps its name.
            return [ast.copy_location(ast.alias(new or alias.name, alias.asname), alias)]
        # `import a.b` binds a: the submodule is loaded under that name, then its top takes over.
        names = [new_top] if alias.name == top else [new or alias.name, new_top]
        return [ast.copy_location(ast.alias(name, top), alias) for name in names]

    def visit_ImportFrom(self, node):
        """Rewrite `from a.b import c`; relative imports are the script's own."""
        if node.level == 0:
            node.module = self.rule(node.module) or node.module
            if node.module == f"{V1}.compat":
                return self._from_compat(node)
        return node

    def _from_compat(self, node):
        """`from tensorflow.compat import v1 as tf`: v1 is the v1 API itself."""
        if [alias.name for alias in node.names] != ["v1"]:
            return node
        return ast.copy_location(ast.Import([ast.alias(V1, node.names[0].asname or "v1")]), node)

    def visit_Call(self, node):
        """Rewrite imports by a string, and the execution of a text."""
        self.generic_visit(node)
        function = _function_name(node)
        if function == "__import__":
            node.func = self._inserted(self.import_by_name, node)
        elif function in IMPORTERS and node.args:
            node.args[0] = self._call(self.by_name, [node.args[0]], node)
        elif isinstance(node.func, ast.Name) and function == "compile":
            node.func = self._call("compiler", [node.func], node)
        elif isinstance(node.func, ast.Name) and function == "exec" and node.args:
            node.args[0] = self._call("executed", [node.args[0]], node)
        return node

    def _inserted(self, name, node):
        """Return an expression for one of the functions of `inserted`."""
        self.inserts = True
        module = ast.copy_location(ast.Name(INSERTED, ast.Load()), node)
        return ast.copy_location(ast.Attribute(module, name, ast.Load()), node)

    def _call(self, name, arguments, node):
        return ast.copy_location(ast.Call(self._inserted(name, node), arguments, []), node)


class OneRule(ImportRule):
    """Applies the rule to imports of TensorFlow and NumPy, and the functions of `habits`.

    That is the rule a script runs with; `run --strict` leaves it at `ImportRule`.
    """

    rule = staticmethod(running_name)
    by_name, import_by_name = "by_name", "import_by_name"

    def visit_Call(self, node):
        """Rewrite imports by a string, and what NumPy 2's arrays do not let be called."""
        super().visit_Call(node)
        function = _function_name(node)
        if function in METHODS and isinstance(node.func, ast.Attribute):
            name = ast.copy_location(ast.Constant(function), node)
            node.func = self._call("method", [node.func.value, name], node.func)
        elif isinstance(node.func, ast.Name) and function in ("int", "float"):
            if len(node.args) == 1 and not node.keywords and not _is_starred(node.args[0]):
                return self._call("number", [node.func, node.args[0]], node)
        return node

    def visit_BinOp(self, node):
        """Rewrite `"..." % values`."""
        self.generic_visit(node)
        left = getattr(node.left, "value", None)
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            return self._call("text", [node.left, node.right], node)
        return node

    def visit_Assign(self, node):
        """Rewrite `x[key] = value`."""
        self.generic_visit(node)
        target = node.targets[0]
        if len(node.targets) > 1 or not isinstance(target, ast.Subscript):
            return node
        key = ast.Subscript(self._inserted("key", node), target.slice, ast.Load())
        key = ast.copy_location(key, target)
        call = self._call("assign", [node.value, target.value, key], node)
        return ast.copy_location(ast.Expr(call), node)


def _function_name(call):
    return getattr(call.func, "attr", getattr(call.func, "id", None))


def _is_starred(node):
    return isinstance(node, ast.Starred)


def _after_the_first_words(body):
    """Return the place of the first statement after the docstring and `from __future__ import`."""
    place = 0
    for node in body[:-1]:
        text = getattr(getattr(node, "value", None), "value", None)
        is_docstring = place == 0 and isinstance(node, ast.Expr) and isinstance(text, str)
        if not is_docstring and getattr(node, "module", None) != "__future__":
            break
        place += 1
    return place


def compile_user_source(source, path, strict=False):
    """Compile the bytes or text of a user's module with the rule applied.

    Args:
        source: the module's source.
        path: its file, which tracebacks name.
        strict: apply the rule only to TensorFlow's imports.

    Raises:
        SyntaxError: current Python cannot read the source.
    """
    return compile_tree(ported_tree(source, path, strict), path)


def ported_tree(source, path, strict=False):
    """Return the syntax tree of a user's module with the rule applied.

    Args:
        source: of the module, text or bytes.
        path: its file.
        strict: apply the rule only to TensorFlow's imports.
    """
    with _without_advice():
        tree = compile(source, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        return transformer(strict).visit(tree)


def transformer(strict=False):
    """Return what applies the rule to a syntax tree."""
    return ImportRule() if strict else OneRule()


def compile_tree(tree, path):
    """Return the code of a syntax tree."""
    with _without_advice():
        return compile(tree, path, "exec", dont_inherit=True)


@contextlib.contextmanager
def _without_advice():
    """Ignore Python 3.12's warnings about odd escapes, which 1.15.5's Pythons did not give."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
