"""The one rule for a porter, `tf1_rnn.v1` for `tensorflow`, applied to a script's own imports.

The rule is applied to the syntax tree of the user's modules as they are loaded, never to the
modules of installed libraries: TensorFlow's own internals, tf_slim and tf_keras go on importing
the real TensorFlow in the same process. No file is changed and no byte code is cached.
"""

import ast
import importlib
import importlib.machinery
import os
import site
import sys
import sysconfig
import warnings

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
_THIS_MODULE = f"__import__({__name__!r}, None, None, ['*'])"


class OneRule(ast.NodeTransformer):
    """Applies the rule to every import of a syntax tree; line and column numbers stay."""

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
        """Rewrite `import_module(name)`, `pydoc.locate(name)` and `__import__(name)`."""
        self.generic_visit(node)
        function = getattr(node.func, "attr", getattr(node.func, "id", None))
        if function == "__import__":
            node.func = self._own("import_by_name", node)
        elif function in IMPORTERS and node.args:
            call = ast.Call(self._own("by_name", node), [node.args[0]], [])
            node.args[0] = ast.copy_location(call, node)
        return node

    def _own(self, name, node):
        """Return an expression for a function of this module that binds no name in the script."""
        expression = ast.parse(f"{_THIS_MODULE}.{name}", mode="eval").body
        for each in ast.walk(expression):
            ast.copy_location(each, node)
        return expression

    def _from_compat(self, node):
        """`from tensorflow.compat import v1 as tf`: v1 is the face itself."""
        if [alias.name for alias in node.names] != ["v1"]:
            return node
        return ast.copy_location(ast.Import([ast.alias(FACE, node.names[0].asname or "v1")]), node)


def compile_user_source(source, path):
    """Compile the bytes or text of a user's module with the rule applied to its imports."""
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
    return tuple({os.path.realpath(folder) + os.sep for folder in folders if folder})


_INSTALLED = _installed_folders()


def is_user_file(path):
    """Say whether `path` is the user's own: outside Python, the installed packages and this one."""
    return path is not None and not os.path.realpath(path).startswith(_INSTALLED)
