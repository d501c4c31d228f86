"""Ports tests that pytest compiles itself, to show what is in a failing `assert`."""

import functools
import os
import pathlib

from tf1_rnn.porting import imports

# The module of pytest that finds, compiles and loads tests and conftest.py.
MODULE = "_pytest.assertion.rewrite"


def with_the_rule(rewrite, finder, ported_tree):
    """Return `AssertionRewritingHook.exec_module` with the rule applied before the rewriting.

    No byte code is cached: pytest's cache holds, and keeps, the tests as they are.

    Args:
        rewrite: the module `MODULE`.
        finder: says by `is_ported(name, path)` what the rule is for.
        ported_tree: `(source, path) -> syntax tree`.
    """
    exec_module = rewrite.AssertionRewritingHook.exec_module

    @functools.wraps(exec_module)
    def exec_ported_module(hook, module):
        path = module.__spec__.origin
        if not finder.is_ported(module.__name__, path):
            return exec_module(hook, module)
        source = pathlib.Path(path).read_bytes()
        tree = ported_tree(source, path)
        rewrite.rewrite_asserts(tree, source, os.fspath(path), hook.config)
        exec(imports.compile_tree(tree, path), module.__dict__)

    return exec_ported_module
