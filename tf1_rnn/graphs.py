"""The table of graphs: what `variants.py` defines, read from its source without running it.

A graph is a function of `variants.py`, and everything about it stands there once: its name, the
section of the tutorial in the comment above it, the loop it asks `nn` for, and its options with
their defaults in its signature. Reading the source instead of importing it keeps TensorFlow out, so
that the command line knows the graphs while `--help` still answers at once.
"""

import ast
import dataclasses
import pathlib

SOURCE = pathlib.Path(__file__).with_name("variants.py")


@dataclasses.dataclass(frozen=True)
class Graph:
    """One graph of `variants.py`.

    Attributes:
        name: the function's name, and the value of `--cell`.
        section: the heading of the tutorial's section.
        loop: the loop it asks `nn` for, as `static_rnn`.
        arguments: the function's own options and their defaults, by name.
    """

    name: str
    section: str
    loop: str
    arguments: dict

    @property
    def options(self):
        """All options of the graph and their defaults: the function's own, and its loop."""
        return {**self.arguments, "rnn": "static" if self.loop == "static_rnn" else "dynamic"}

    @property
    def takes_frames(self):
        """Whether a step is a frame, `[height, width, channels]`: the graph is convolutional."""
        return "kernel_shape" in self.arguments

    @property
    def function(self):
        """The function itself, which builds the graph; loads TensorFlow."""
        from tf1_rnn import variants

        return getattr(variants, self.name)


def read(source):
    """Return the graphs that Python source defines.

    Args:
        source: text of a module whose public functions are graphs.

    Returns:
        A dict of `Graph` by name, in the order of the source.
    """
    lines = source.splitlines()
    return {
        node.name: Graph(
            name=node.name,
            section=lines[node.lineno - 2].lstrip("# "),
            loop=_loop(node),
            arguments=_arguments(node),
        )
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def _loop(function):
    """Return the name of the loop that a function calls on its argument `nn`."""
    return next(
        node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "nn"
    )


def _arguments(function):
    """Return the defaults of the arguments that follow `nn`, by name."""
    names = [argument.arg for argument in function.args.args]
    own = names[names.index("nn") + 1 :]
    defaults = function.args.defaults[len(function.args.defaults) - len(own) :]
    return {name: ast.literal_eval(default) for name, default in zip(own, defaults, strict=True)}


GRAPHS = read(SOURCE.read_text(encoding="utf-8"))
