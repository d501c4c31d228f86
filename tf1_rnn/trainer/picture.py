"""A graph's recurrent layers drawn as an SVG picture: what is read off the graph itself.

    svg = draw(tf.get_default_graph(), x, outputs)

A box for the input, one for each loop with a box inside for each of its cells (the operations of
one step, and the variables with their shapes), and one for the result.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from tf1_rnn.checkpoints.kinds import DENSE
from tf1_rnn.checkpoints.recognising import contents

if TYPE_CHECKING:
    import tensorflow.compat.v1 as tf

# Operations that only carry a value to where it is computed with.
_CARRYING = {"Const", "Enter", "Identity", "ReadVariableOp"}
_PRODUCTS = ("MatMul", "Conv1D", "Conv2D", "Conv3D")

WIDTH, GAP, MARGIN, LINE, HEAD = 330, 46, 16, 17, 24


class Cell(NamedTuple):
    """A cell: its name, the operations of one step in order, and lines on its variables."""

    name: str
    operations: list
    variables: list


class Loop(NamedTuple):
    """A loop over time: what to call it, and its cells from the lowest layer to the highest."""

    title: str
    cells: list


def loops_of(graph: tf.Graph) -> list[Loop]:
    """Return the graph's recurrent loops, in the order in which they were made.

    Args:
        graph: a `tf.Graph` whose cells have their variables.

    Returns:
        A list of `Loop`; a bidirectional network has two.
    """
    variables = {
        variable.op.name: variable.shape.as_list()
        for variable in graph.get_collection("trainable_variables")
    }
    loops = {}
    for layer in contents(variables).layers:
        if layer.key == DENSE:
            continue
        loops.setdefault(layer.direction, []).append(layer)
    return [
        Loop(_title(graph, direction, layers), [_cell(graph, layer, variables) for layer in layers])
        for direction, layers in loops.items()
    ]


def _title(graph, direction, layers):
    steps = [count for layer in layers if (count := _steps(graph, layer)) is not None]
    is_unrolled = len(steps) == len(layers)
    loop = f"unrolled, {max(steps)} time steps" if is_unrolled else "while loop over time"
    return f"{direction} {loop}".strip()


def _steps(graph, layer):
    """Return how many steps of a layer the graph holds, or None where a loop repeats one."""
    operations = _computing(graph, layer)
    if any("/while/" in operation.name for operation in operations):
        return None
    return sum(operation.type in _PRODUCTS for operation in operations)


def _cell(graph, layer, variables):
    operations = _computing(graph, layer)
    first = operations[: len(operations) // (_steps(graph, layer) or 1)]
    parts = [f"{leaf} {variables[name]}" for leaf, name in layer.variables.items()]
    return Cell(layer.scope, [operation.type for operation in first], parts)


def _computing(graph, layer):
    """Return the operations that a layer's steps compute with, in the order they were made."""
    names = list(layer.variables.values())
    kernel = next(name for name in names if name.endswith("kernel"))
    scopes = {
        product.name.rpartition("/")[0] + "/"
        for product in _readers(graph.get_operation_by_name(kernel))
        if product.type in _PRODUCTS
    }
    own = tuple(name + "/" for name in names)
    return [
        operation
        for operation in graph.get_operations()
        if operation.name.startswith(tuple(scopes))
        and operation.name not in names
        and not operation.name.startswith(own)
        and operation.type not in _CARRYING
    ]


def _readers(operation):
    """Return the forward operations that compute with a variable, past those that carry it."""
    found = []
    for tensor in operation.outputs:
        for reader in tensor.consumers():
            if reader.type in _CARRYING:
                found += _readers(reader)
            elif not reader.name.startswith("gradients"):
                found.append(reader)
    return found


def draw(graph: tf.Graph, x: tf.Tensor, outputs: tf.Tensor) -> str:
    """Return a picture of a graph as the text of an SVG file.

    Args:
        graph: a `tf.Graph` with recurrent layers.
        x: the tensor that goes in.
        outputs: the output tensor.
    """
    columns = [_stack(loop) for loop in loops_of(graph)]
    height = sum(column.height for column in columns) + GAP * (len(columns) - 1)
    middle = MARGIN + height / 2
    side = 150
    left, right = MARGIN + side + GAP, MARGIN + side + GAP + WIDTH + GAP
    shapes = [_box(MARGIN, middle - 30, side, 60, "input", [x.op.name, _shape(x)])]
    top = MARGIN
    for column in columns:
        shapes.append(column.at(left, top))
        center = top + column.height / 2
        shapes.append(_arrow(MARGIN + side, middle, left, center))
        shapes.append(_arrow(left + WIDTH, center, right, middle))
        top += column.height + GAP
    shapes.append(_box(right, middle - 30, side, 60, "outputs", [outputs.op.name, _shape(outputs)]))
    return _svg(right + side + MARGIN, height + 2 * MARGIN, shapes)


class _Column(NamedTuple):
    height: float
    loop: Loop
    cells: list  # of (name, lines)

    def at(self, x, y):
        """Return the loop's box with its cells one above the other, the lowest layer first."""
        shapes = [_frame(x, y, WIDTH, self.height, self.loop.title)]
        y += HEAD + 6
        for name, lines in self.cells:
            height = _height(lines)
            shapes.append(_box(x + 10, y, WIDTH - 20, height, name, lines))
            y += height + 12
        return "".join(shapes)


def _stack(loop):
    cells = []
    for cell in loop.cells:
        steps = textwrap.wrap(" \u2192 ".join(map(_spoken, cell.operations)), 44)
        cells.append((cell.name, [*steps, "", *cell.variables]))
    return _Column(HEAD + sum(_height(lines) + 12 for _, lines in cells), loop, cells)


def _spoken(operation):
    return re.sub(r"V\d$", "", operation)


def _height(lines):
    return HEAD + LINE * len(lines) + 8


def _shape(tensor):
    sizes = tensor.shape.as_list() if tensor.shape.rank is not None else ["?"]
    return (
        "["
        + ", ".join("batch" if i == 0 and n is None else str(n) for i, n in enumerate(sizes))
        + "]"
    )


def _svg(width, height, shapes):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" font-family="sans-serif" font-size="12">\n'
        '<defs><marker id="tip" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto">'
        '<path d="M0,0 L9,4 L0,8 z" fill="#555"/></marker></defs>\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{chr(10).join(shapes)}\n</svg>\n'
    )


def _frame(x, y, width, height, title):
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8" fill="#eef3fa" '
        f'stroke="#7a94b8" stroke-dasharray="5 3"/>{_text(x + 10, y + 18, title, bold=True)}'
    )


def _box(x, y, width, height, title, lines):
    texts = [_text(x + 8, y + 17, title, bold=True)]
    texts += [_text(x + 8, y + HEAD + LINE * i + 12, line) for i, line in enumerate(lines) if line]
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="5" fill="#fff" '
        f'stroke="#35557f"/>{"".join(texts)}'
    )


def _text(x, y, text, bold=False):
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}"{weight} fill="#1c2733">{escape(text)}</text>'


def _arrow(x1, y1, x2, y2):
    return (
        f'<path d="M{x1:g},{y1:g} L{x2 - 2:g},{y2:g}" stroke="#555" fill="none" '
        'marker-end="url(#tip)"/>'
    )
