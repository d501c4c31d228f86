"""What a gate is made of: products of tensors with constant kernels, and constants, added up.

However a cell's lines are written, with one kernel for everything, one for inputs and one for
states, or one for each gate, its gates come out the same.
"""

from typing import Any, NamedTuple

import numpy as np


class Term(NamedTuple):
    """One of the summands: what is multiplied, and by what."""

    sources: tuple  # tensors; of several, side by side, a kernel has the rows in their order
    kernel: Any = None  # `[rows, columns]`, or `[columns]` by which each column is multiplied

    def columns(self, part):
        """Return the term of some columns; None where that is not known."""
        return None if self.kernel is None else self._replace(kernel=self.kernel[..., part])


class Affine(NamedTuple):
    """A sum of terms and a constant."""

    terms: tuple
    bias: Any = 0  # a scalar or `[columns]`

    def columns(self, part):
        """Return some columns, None where that is not known."""
        terms = tuple(term.columns(part) for term in self.terms)
        bias = np.asarray(self.bias)
        return None if None in terms else Affine(terms, bias[part] if bias.ndim else bias)

    def width(self):
        """Return how many columns there are, None where that is not known."""
        return next((t.kernel.shape[-1] for t in self.terms if t.kernel is not None), None)


def affine(view, tensor):
    """Return a tensor `[batch, columns]` as an `Affine`; what is none of these is a term itself.

    Args:
        view: a `GraphView`.
        tensor: a tensor that is no constant.
    """
    tensor = view.source(tensor)
    if tensor not in view.forms:
        view.forms[tensor] = _form(view, tensor) or Affine((Term((tensor,)),))
    return view.forms[tensor]


def _form(view, tensor):
    node = view.node(tensor)
    if node.op in ("Add", "AddV2", "BiasAdd"):
        return _sum(view, *view.inputs(node)[:2])
    if node.op == "MatMul":
        return _product(view, node)
    if node.op == "Mul":
        return _scaled(view, *view.inputs(node))
    return _part(view, tensor, lambda whole: affine(view, whole))


def part_of(view, tensor, op):
    """Return an `Affine` of what an operator is applied to, before or after a part is taken.

    Args:
        view: a `GraphView`.
        tensor: a tensor.
        op: the operator, of one input.

    Returns:
        None where the tensor is no such thing.
    """
    node = view.node(tensor)
    if node.op == op:
        return affine(view, view.inputs(node)[0])
    return _part(view, tensor, lambda whole: part_of(view, whole, op))


def _sum(view, one, other):
    for constant, rest in ((one, other), (other, one)):
        value = view.constant(constant)
        if value is not None:
            inner = affine(view, rest)
            return inner._replace(bias=inner.bias + value) if value.ndim < 2 else None
    one, other = affine(view, one), affine(view, other)
    return Affine(one.terms + other.terms, one.bias + other.bias)


def _product(view, node):
    given, kernel = view.inputs(node)
    kernel = view.constant(kernel)
    if kernel is None or kernel.ndim != 2 or node.attr["transpose_a"].b:
        return None
    joined, sources = view.node(given), (given,)
    if joined.op == "ConcatV2":
        *sources, axis = view.inputs(joined)
        sources = tuple(sources) if view.constant(axis) in (1, -1) else (given,)
    return Affine((Term(sources, kernel.T if node.attr["transpose_b"].b else kernel),))


def _scaled(view, one, other):
    for constant, rest in ((one, other), (other, one)):
        value = view.constant(constant)
        if value is not None and value.ndim == 1:
            return Affine((Term((rest,), value),))
    return None


def _part(view, tensor, whole):
    """Return some columns of what a function makes of the tensor that they are of, or None."""
    node, inputs = view.node(tensor), view.inputs(view.node(tensor))
    place = int(tensor.rpartition(":")[2])
    if node.op == "Split" and view.constant(inputs[0]) in (1, -1):
        found = whole(inputs[1])
        width = found and found.width()
        width = width and width // node.attr["num_split"].i
        return width and found.columns(slice(place * width, (place + 1) * width))
    if node.op == "SplitV" and view.constant(inputs[2]) in (1, -1):
        sizes, found = view.constant(inputs[1]), whole(inputs[0])
        width = found and found.width()
        if sizes is None or not width:
            return None
        sizes = np.where(sizes < 0, width - sizes[sizes >= 0].sum(), sizes)
        ends = np.cumsum(sizes)
        return found.columns(slice(ends[place] - sizes[place], ends[place]))
    if node.op == "StridedSlice":
        part = _second_axis(node, *map(view.constant, inputs[1:]))
        found = part and whole(inputs[0])
        return found and found.columns(part)
    return None


def _second_axis(node, begin, end, strides):
    """Return the slice along the second of two axes, None for anything else."""
    masks = ("new_axis_mask", "shrink_axis_mask", "ellipsis_mask")
    if any(each is None or len(each) != 2 for each in (begin, end, strides)):
        return None
    if any(node.attr[name].i for name in masks) or list(strides) != [1, 1]:
        return None
    first, last = node.attr["begin_mask"].i, node.attr["end_mask"].i
    if not (first & 1 and last & 1):
        return None
    return slice(None if first & 2 else int(begin[1]), None if last & 2 else int(end[1]))
