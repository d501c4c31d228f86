"""Finds the names of TensorFlow that a source uses, through imports and assignments."""

import ast
import dataclasses

from tf1_rnn.porting.imports import IMPORTERS, V1, v1_name

# What catches the error for a missing name; None is a bare `except:`.
_CATCHES = {"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", None}

_OWN_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclasses.dataclass(frozen=True, order=True)
class Use:
    """One name of TensorFlow in a script: its line, and its path without `tensorflow.`.

    `imported` is the part of the path that import statements go, which reach modules that
    attributes do not: `contrib.rnn.python` is no attribute of `contrib.rnn`. `is_module` says
    that all of it must be modules, as after `import`; after `from a import b`, b need not be one.
    `caught` says that the script continues without the name.
    """

    line: int
    name: str
    imported: str = ""
    is_module: bool = False
    caught: bool = False


def uses_in(source, path="<script>"):
    """Return the sorted uses of TensorFlow in a script's source."""
    return uses_in_tree(ast.parse(source, path))


def uses_in_tree(tree, own=()):
    """Return the sorted uses of TensorFlow in a syntax tree, without those of names in `own`."""
    finder = _UseFinder(own)
    finder.visit(tree)
    return sorted(finder.uses)


def names_set_in(tree):
    """Return the paths that a source sets itself, `{"GraphKeys.TARGETS"}`, a set.

    A program may set a name in one file, `tf.GraphKeys.TARGETS = "targets"`, and use it in others.
    """
    finder = _UseFinder()
    finder.visit(tree)
    return finder.own


class _Scope:
    """The names of a module, class or function, each with the path it refers to, or None."""

    def __init__(self, is_class=False):
        self.names, self.is_class = {}, is_class


class _UseFinder(ast.NodeVisitor):
    """Collects uses; `own` holds the paths that the script sets itself: `tf.nn.seq2seq = ...`."""

    def __init__(self, own=()):
        self.scopes = [_Scope()]
        self.uses, self.imports, self.own = set(), {"": True}, set(own)
        self.caught = False

    # Scopes: a parameter, or a name that is assigned to, hides an import of that name.

    def _function(self, node):
        for each in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit(each)
        for each in getattr(node, "decorator_list", ()):
            self.visit(each)
        self.scopes.append(_Scope())
        body = node.body if isinstance(node.body, list) else [node.body]
        for name in _parameters(node.args) | _names_bound_in(body):
            self._bind(name, None)
        for each in body:
            self.visit(each)
        self.scopes.pop()

    def visit_FunctionDef(self, node):
        self._bind(node.name, None)
        self._function(node)

    visit_AsyncFunctionDef = visit_FunctionDef
    visit_Lambda = _function

    def visit_ClassDef(self, node):
        self._bind(node.name, None)
        for each in [*node.bases, *node.keywords, *node.decorator_list]:
            self.visit(each)
        self.scopes.append(_Scope(is_class=True))
        for each in node.body:
            self.visit(each)
        self.scopes.pop()

    def _comprehension(self, node):
        self.scopes.append(_Scope())
        for each in node.generators:
            self.visit(each)
        for part in ("key", "value", "elt"):
            if hasattr(node, part):
                self.visit(getattr(node, part))
        self.scopes.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_comprehension(self, node):
        self.visit(node.iter)
        self.visit(node.target)
        for each in node.ifs:
            self.visit(each)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store):
            self._bind(node.id, None)

    def _bind(self, name, path):
        self.scopes[-1].names[name] = path

    def _looked_up(self, name):
        for depth, scope in enumerate(reversed(self.scopes)):
            if name in scope.names and not (scope.is_class and depth):
                return scope.names[name]
        return None

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

    def visit_ExceptHandler(self, node):
        if node.name:
            self._bind(node.name, None)
        self.generic_visit(node)

    def visit_Call(self, node):
        self.generic_visit(node)
        function = getattr(node.func, "attr", getattr(node.func, "id", None))
        if function in IMPORTERS and node.args and isinstance(node.args[0], ast.Constant):
            name = node.args[0].value
            new = v1_name(name) if isinstance(name, str) else None
            if new is not None:
                outside, self.caught = self.caught, self.caught or function == "locate"
                self.imports[new[len(V1) + 1 :]] = function != "locate"
                self._use(node, new[len(V1) + 1 :])
                self.caught = outside

    def visit_Import(self, node):
        for alias in node.names:
            if v1_name(alias.name) is None:
                self._bind((alias.asname or alias.name).partition(".")[0], None)
                continue
            path = v1_name(alias.name)[len(V1) + 1 :]
            self.imports[path] = True
            self._use(node, path)
            self._bind(alias.asname or "tensorflow", path if alias.asname else "")

    def visit_ImportFrom(self, node):
        if node.level or v1_name(node.module) is None:
            for alias in node.names:
                self._bind(alias.asname or alias.name, None)
            return
        base = v1_name(node.module)[len(V1) + 1 :]
        for alias in node.names:
            if base == "compat" and alias.name == "v1":
                path = ""
            else:
                path = base if alias.name == "*" else f"{base}.{alias.name}".lstrip(".")
            self.imports[path] = alias.name == "*" or self.imports.get(path, False)
            self._use(node, path)
            if alias.name != "*":
                self._bind(alias.asname or alias.name, path)

    def visit_Assign(self, node):
        path = self._path(node.value)
        self.generic_visit(node)
        if path is not None and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self._bind(node.targets[0].id, path)

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
            return self._looked_up(node.id)
        if not isinstance(node, ast.Attribute):
            return None
        path = self._path(node.value)
        path = None if path is None else f"{path}.{node.attr}".lstrip(".")
        loaded = isinstance(node.ctx, ast.Load)
        return None if loaded and path in self.own else path

    def _use(self, node, path):
        if path:
            prefixes = [path[:end] for end in range(len(path) + 1) if (path + ".")[end] == "."]
            imported = max(set(self.imports).intersection(prefixes), key=len, default="")
            self.uses.add(Use(node.lineno, path, imported, self.imports[imported], self.caught))


def _parameters(arguments):
    each = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    each += filter(None, (arguments.vararg, arguments.kwarg))
    return {argument.arg for argument in each}


def _names_bound_in(body):
    """Return the names that a function's body assigns to; those it imports come in their order."""
    bound, outer = set(), set()
    pending = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
            continue
        if isinstance(
            node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
        ):
            continue
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            outer.update(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        pending += ast.iter_child_nodes(node)
    return bound - outer


def _names_in(caught):
    """Return the names of what an `except` clause catches, {None} for a bare one."""
    if caught is None:
        return {None}
    each = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return {getattr(name, "id", getattr(name, "attr", "")) for name in each}
