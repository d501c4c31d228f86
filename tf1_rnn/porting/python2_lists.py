"""Where a Python 2 source needs the list that `map`, `zip`, `range` or `d.keys()` gave there."""

import ast
import collections

_ITERATORS = {"filter", "map", "zip"}
_VIEWS = {"items", "keys", "values"}
_METHODS = {"append", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort"}
# Functions that take no iterator or view as their first argument, by the name of their module.
_TAKERS = {
    "json": {"dump", "dumps"},
    "np": {
        *("argmax argmin argsort array asarray average concatenate cumsum hstack max mean").split(),
        *("median min percentile prod sort stack std sum unique var vstack").split(),
    },
    "random": {"choice", "sample", "shuffle"},
    "tf": {"add_n", "concat", "constant", "convert_to_tensor", "pack", "stack"},
}
_TAKERS["numpy"] = _TAKERS["np"]
_LOOPS = (ast.For, ast.While, ast.comprehension)
_SCOPES = (ast.FunctionDef, ast.Lambda, ast.Module)


def made_by(node):
    """Return (text, name) of the call that made a list in Python 2, or None for anything else."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Name) and node.func.id in {*_ITERATORS, "range"}:
        return f"{node.func.id}(...)", node.func.id
    if isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWS and not node.args:
        return f".{node.func.attr}()", node.func.attr
    return None


def needed(tree):
    """Yield (call, what) for each call in a syntax tree whose result is used as a list.

    The result is used where it is made, or under a name that it alone has in its function. An
    iterator that is gone through a second time counts: Python 3 finds nothing there.
    """
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    uses = _uses_by_scope(tree, parents)
    for node in parents:
        made = made_by(node)
        if made is None:
            continue
        text, name = made
        use = _use_as_list(node, name, parents)
        if use is None:
            use = _use_under_its_name(node, name, parents, uses)
        if use is not None:
            yield node, use.format(text)


def _uses_by_scope(tree, parents):
    """Return the nodes of each name, by (scope, name)."""
    uses = collections.defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            uses[_scope(node, parents), node.id].append(node)
    return uses


def _scope(node, parents):
    while not isinstance(node, _SCOPES):
        node = parents[node]
    return node


def _use_under_its_name(node, name, parents, uses):
    assignment = parents[node]
    if not isinstance(assignment, ast.Assign) or len(assignment.targets) != 1:
        return None
    target = assignment.targets[0]
    if not isinstance(target, ast.Name):
        return None
    others = [each for each in uses[_scope(node, parents), target.id] if each is not target]
    if any(not isinstance(each.ctx, ast.Load) for each in others):
        return None
    for each in others:
        use = _use_as_list(each, name, parents)
        if use is not None:
            return use
    if name in _ITERATORS:
        loops = [each for each in others if _is_gone_through(each, parents)]
        if len(loops) > 1 or any(_loops_around(each, assignment, parents) for each in loops):
            return "{}, gone through twice"
    return None


def _is_gone_through(node, parents):
    parent = parents[node]
    return isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is node


def _loops_around(node, assignment, parents):
    """Return whether a loop around the one over `node` leaves the assignment outside."""
    around, node = set(), parents[parents[node]]
    while node in parents:
        around.add(node)
        node = parents[node]
    while assignment in parents:
        around.discard(assignment)
        assignment = parents[assignment]
    return any(isinstance(each, _LOOPS) for each in around)


def _use_as_list(node, name, parents):
    """Return what is done to a value that only a list allows, as a text for `format`, or None."""
    parent = parents[node]
    if isinstance(parent, ast.Subscript) and parent.value is node and name != "range":
        return "{}[...]" if name in _ITERATORS or _is_place(parent.slice) else None
    if isinstance(parent, ast.Subscript) and parent.value is node:
        return None if isinstance(parent.ctx, ast.Load) else "{}[...] = x"
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add):
        return "{} + x"
    if isinstance(parent, ast.Attribute) and isinstance(parents[parent], ast.Call):
        is_taken = name == "range" and parent.attr in ("count", "index")
        return f"{{}}.{parent.attr}()" if parent.attr in _METHODS and not is_taken else None
    if isinstance(parent, ast.Call) and parent.args and parent.args[0] is node:
        return _use_by_call(parent.func, name)
    return None


def _use_by_call(function, name):
    if isinstance(function, ast.Name):
        return "len({})" if function.id == "len" and name in _ITERATORS else None
    if not isinstance(function, ast.Attribute):
        return None
    owner = getattr(function.value, "id", getattr(function.value, "attr", None))
    takes_it = name == "range" and (owner, function.attr) != ("random", "shuffle")
    if function.attr in _TAKERS.get(owner, ()) and not takes_it:
        return f"{owner}.{function.attr}({{}})"
    return None


def _is_place(node):
    """Return whether a subscript is a number or a slice."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Slice) or isinstance(getattr(node, "value", None), int)
