"""The one rule for a porter, `tf1_rnn.v1` for `tensorflow`, applied to a script's own imports.

The rule is applied to the syntax tree of the user's modules as they are loaded, never to the
modules of installed libraries: TensorFlow's own internals, tf_slim and tf_keras go on importing
the real TensorFlow in the same process. No file is changed and no byte code is cached.
"""

import ast
import builtins
import importlib
import importlib.machinery
import os
import site
import sys
import sysconfig
import warnings

from tf1_rnn.porting import habits

FACE = "tf1_rnn.v1"
NUMPY = "tf1_rnn.porting.numpy1"


def face_name(name):
    """Return the name that takes the place of module `name` in an import, or None to keep it.

    `tensorflow.contrib.rnn` becomes `tf1_rnn.v1.contrib.rnn`, and so does its older spelling
    under `tensorflow.compat.v1`. `tensorflow.compat.v2` is TensorFlow 2's, and stays.
    """
    head, _, rest = name.partition(".")
    if head != "tensorflow" or rest.startswith("compat.v2"):
        return None
    if rest == "compat.v1" or rest.startswith("compat.v1."):
        rest = rest[len("compat.v1.") :]
    return f"{FACE}.{rest}" if rest else FACE


def running_name(name):
    """Return `face_name(name)`, and for NumPy itself the module that has its old names too."""
    return NUMPY if name == "numpy" else face_name(name)


def by_name(name):
    """Return the name of what takes the place of `name` when a script imports it by a string."""
    return (running_name(name) or name) if isinstance(name, str) else name


def import_by_name(name, globals=None, locals=None, fromlist=(), level=0):
    """Do for a script what `__import__` does: without a `fromlist` it returns the top module."""
    new = running_name(name) if level == 0 else None
    if new is None:
        return __import__(name, globals, locals, fromlist, level)
    module = importlib.import_module(new)
    if fromlist:
        return __import__(new, globals, locals, fromlist, level)
    return module if new == NUMPY else sys.modules[FACE]


# The functions that import what a string names; what they are given is looked at when they run.
IMPORTERS = ("__import__", "import_module", "locate")


def _own(name, node):
    """Return an expression for one of our functions; it binds no name in the script."""
    return ast.copy_location(ast.Name(f"__tf1_rnn_{name}__", ast.Load()), node)


def _call(name, args, node):
    return ast.copy_location(ast.Call(_own(name, node), args, []), node)


class OneRule(ast.NodeTransformer):
    """Applies the rule to every import of a syntax tree; line and column numbers stay.

    What else it changes is what `habits` says.
    """

    def __init__(self, rule=running_name):
        self.rule = rule

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
            if node.module == f"{FACE}.compat":
                return self._from_compat(node)
        return node

    def visit_Call(self, node):
        """Rewrite imports by a string, and what NumPy 2's arrays do not let be called."""
        self.generic_visit(node)
        function = getattr(node.func, "attr", getattr(node.func, "id", None))
        if function == "__import__":
            node.func = _own("import_by_name", node)
        elif function in IMPORTERS and node.args:
            node.args[0] = _call("by_name", [node.args[0]], node)
        elif function in habits.METHODS and isinstance(node.func, ast.Attribute):
            name = ast.copy_location(ast.Constant(function), node)
            node.func = _call("method", [node.func.value, name], node.func)
        elif isinstance(node.func, ast.Name) and function in ("int", "float"):
            if len(node.args) == 1 and not node.keywords and not _is_starred(node.args[0]):
                return _call("number", [node.func, node.args[0]], node)
        return node

    def visit_BinOp(self, node):
        """Rewrite `"..." % values`."""
        self.generic_visit(node)
        left = getattr(node.left, "value", None)
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            return _call("text", [node.left, node.right], node)
        return node

    def visit_Assign(self, node):
        """Rewrite `x[key] = value`."""
        self.generic_visit(node)
        target = node.targets[0]
        if len(node.targets) > 1 or not isinstance(target, ast.Subscript):
            return node
        key = ast.Subscript(_own("key", node), target.slice, ast.Load())
        call = _call("assign", [node.value, target.value, ast.copy_location(key, target)], node)
        return ast.copy_location(ast.Expr(call), node)

    def _from_compat(self, node):
        """`from tensorflow.compat import v1 as tf`: v1 is the face itself."""
        if [alias.name for alias in node.names] != ["v1"]:
            return node
        return ast.copy_location(ast.Import([ast.alias(FACE, node.names[0].asname or "v1")]), node)


def _is_starred(node):
    return isinstance(node, ast.Starred)


_FUNCTIONS = {
    "assign": habits.assign,
    "by_name": by_name,
    "import_by_name": import_by_name,
    "key": habits.key,
    "method": habits.method,
    "number": habits.number,
    "text": habits.text,
}


def _offer_functions():
    """Make what `_own` names a name of Python's own: found from every module, no script's."""
    for name, function in _FUNCTIONS.items():
        setattr(builtins, f"__tf1_rnn_{name}__", function)


def compile_user_source(source, path):
    """Compile the bytes or text of a user's module with the rule applied to its imports."""
    _offer_functions()
    with warnings.catch_warnings():
        # Python 3.12 speaks up about "\d" in old strings; 1.15.5's Pythons did not.
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        tree = compile(source, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        tree = ast.fix_missing_locations(OneRule().visit(tree))
        return compile(tree, path, "exec", dont_inherit=True)


class UserLoader(importlib.machinery.SourceFileLoader):
    """Loads one of the user's own modules with the rule applied."""

    def get_code(self, fullname):
        """Compile from the source; the byte code cache holds (and keeps) the module as it is."""
        path = self.get_filename(fullname)
        return compile_user_source(self.get_data(path), path)


class UserFinder:
    """A meta path finder for the user's own source modules: those no library installed."""

    def find_spec(self, name, path=None, target=None):
        """Return the spec that Python would find, with a `UserLoader` if the file is the user's."""
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if (
            spec is not None
            and type(spec.loader) is importlib.machinery.SourceFileLoader
            and is_user_file(spec.origin)
        ):
            spec.loader = UserLoader(spec.loader.name, spec.loader.path)
            return spec
        return None

    def install(self):
        """Put the finder before Python's own path finder, once."""
        if not any(isinstance(finder, UserFinder) for finder in sys.meta_path):
            sys.meta_path.insert(0, self)


def _installed_folders():
    """The folders that hold Python itself, installed packages, and this package."""
    folders = [sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    folders += site.getsitepackages() if hasattr(site, "getsitepackages") else []
    folders += [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    folders.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for name in ("tensorflow", "numpy"):  # installed elsewhere, they lie on PYTHONPATH
        spec = importlib.machinery.PathFinder.find_spec(name)
        folders += map(os.path.dirname, spec.submodule_search_locations if spec else ())
    return tuple({path + os.sep for folder in folders if folder for path in _paths_of(folder)})


def _paths_of(path):
    """Return a path as it is written and as links lead: installers may link what they install."""
    return os.path.abspath(path), os.path.realpath(path)


_INSTALLED = _installed_folders()


def is_user_file(path):
    """Say whether `path` is the user's own: outside Python, the installed packages and this one."""
    if path is None or path.startswith("<"):  # <frozen importlib...>
        return False
    return not any(each.startswith(_INSTALLED) for each in _paths_of(path))
