"""How many nodes more 1.15.5 made for the gradients in a graph than TensorFlow does now.

The gradients have the same values. TensorFlow now works out more of the shapes when it builds them:
which axes were broadcast, what a sum was taken over. `_seeds.py` adds what is missing to the number
of nodes before an operation.
"""

import re
import weakref

import tensorflow.compat.v1 as tf

_SCOPE = re.compile(r"_grad(_\d+)?$")
# Loops that take one iteration after the other for the sake of the random operations in them.
PUT_IN_ORDER = weakref.WeakSet()
_STACK = 6  # nodes by which a loop hands a value on to its gradient


class GradientNodes:
    """The gradients seen in one graph."""

    def __init__(self):
        self._scopes = {}  # name scope of a gradient -> the operation it is of, or None
        self._counted = set()  # scopes whose nodes in 1.15.5 are counted
        self._loops = set()  # gradients of loops that are in order, seen with a stack
        # Of known shapes 1.15.5 worked these out once in a graph, and left the nodes there.
        self._broadcasts, self._reductions = set(), set()

    def saved(self, node):
        """Return how many nodes fewer there are with `node`; None if it is of no gradient."""
        scope, rest = self._split(node.name, node.graph)
        if scope is None:
            return None
        operation = self._scopes[scope]
        saved = self._by_rule(scope, operation, rest) + _of_gate(operation, rest)
        return saved + self._of_order(node)

    def _by_rule(self, scope, operation, rest):
        rule = _RULES.get(operation.type)
        if rule is None or _EITHER_WAY.search(rest):
            return 0
        replaced, then = rule
        saved = 0
        if replaced.match(rest):
            saved -= 1
        elif then is _broadcast:  # equal known shapes, of which neither makes any
            return 0
        if scope not in self._counted:
            self._counted.add(scope)
            saved += then(self, operation)
        return saved

    def _of_order(self, node):
        """Count the node that kept the stacks of a loop with parallel iterations in step."""
        if node.type != "StackPopV2":
            return 0
        loop = node._get_control_flow_context().GetWhileContext()
        is_new = loop.grad_state.forward_context in PUT_IN_ORDER and loop not in self._loops
        self._loops.add(loop)
        return int(is_new)

    def _split(self, name, graph):
        """Return the scope of the gradient that a node is of, and the rest of its name."""
        parts = name.split("/") if "_grad" in name else []
        for end in range(len(parts) - 1, 0, -1):
            scope = "/".join(parts[:end])
            if _SCOPE.search(parts[end - 1]) and self._operation(scope, parts[:end], graph):
                return scope, "/".join(parts[end:])
        return None, None

    def _operation(self, scope, parts, graph):
        """Return the operation whose gradient has the name scope `scope`, or None."""
        if scope not in self._scopes:
            names = ("/".join(parts[start:]) for start in range(1, len(parts)))
            found = (_operation_named(_SCOPE.sub("", name), graph) for name in names)
            self._scopes[scope] = next(filter(None, found), None)
        return self._scopes[scope]


def _operation_named(name, graph):
    try:
        return graph.get_operation_by_name(name)
    except (KeyError, ValueError):
        return None


def _is_known(*tensors):
    return all(tensor.shape.is_fully_defined() for tensor in tensors)


def _of_stack(operation):
    """Return the nodes by which a loop hands a value to its gradient; 0 outside loops."""
    nodes, context = _STACK, operation._get_control_flow_context()
    while context is not None and not context.IsWhileContext():
        nodes, context = nodes + 2, context.outer_context  # a branch: two switches
    return 0 if context is None else nodes + _of_branches_around(context)


def _of_branches_around(loop):
    """Return the switches by which the stack comes into a loop and its gradient."""
    switches, context = 0, loop.outer_context
    while context is not None:
        switches, context = switches + (not context.IsWhileContext()), context.outer_context
    return switches + 1 if switches else 0


def _broadcast(seen, operation):
    """Count for the gradient of x + y, x - y, x * y and the like, summed where broadcast."""
    x, y = operation.inputs
    if not _is_known(x, y) or (operation.type in _KNOW_EQUAL and _is_equal(x, y)):
        return 7 + 2 * _of_stack(operation)  # two shapes, the axes, two sums and reshapes
    shapes = tuple(x.shape.as_list()), tuple(y.shape.as_list())
    axes = 0 if shapes in seen._broadcasts else 3
    seen._broadcasts.add(shapes)
    return axes + 4 * sum(_is_summed(*shapes, which) for which in (0, 1))


_KNOW_EQUAL = {"Add", "AddV2", "Sub", "SquaredDifference"}


def _is_equal(x, y):
    """Whether two shapes are equal; nodes are made then where that of the gradient is unknown."""
    return x.shape.as_list() == y.shape.as_list()


def _is_summed(x, y, which):
    """Whether the gradient of x, or of y, must be summed over axes."""
    rank = max(len(x), len(y))
    mine, other = ((1,) * (rank - len(shape)) + shape for shape in ((x, y), (y, x))[which])
    is_lower = len((x, y)[which]) < rank
    return is_lower or any(a == 1 and b != 1 for a, b in zip(mine, other, strict=True))


def _always_broadcast(seen, operation):
    """Count for the gradient of x / y and the like, summed over axes found at run time."""
    unknown = sum(not _is_known(tensor) for tensor in operation.inputs)
    return 7 + unknown * _of_stack(operation)


def _selection(seen, operation):
    """Count for the gradient of a maximum of two tensors, zero for one: three nodes more."""
    return 3 + _always_broadcast(seen, operation)


def _is_of_all(reduction):
    """Whether a reduction is known to be over all axes."""
    axes, rank = tf.get_static_value(reduction.inputs[1]), reduction.inputs[0].shape.rank
    return axes is not None and axes.ndim == 1 and rank is not None and [*axes] == [*range(rank)]


def _sum(seen, operation):
    values, axes = operation.inputs
    known_axes = tf.get_static_value(axes)
    if values.shape.rank == 0:
        return -1
    if _is_of_all(operation):
        return 0
    if known_axes is not None and _is_known(values):
        key = tuple(values.shape.as_list()), tuple(known_axes.reshape(-1).tolist())
        is_new = key not in seen._reductions
        seen._reductions.add(key)
        return 12 if is_new else 0
    if not operation.get_attr("keep_dims"):
        return 3
    return 14 + bool(_of_stack(operation) and operation.type == "Sum")  # its axes


def _mean(seen, operation):
    values, axes = operation.inputs
    output = operation.outputs[0]
    saved = _sum(seen, operation)
    if _is_known(values, output):
        return saved
    saved += 1 if axes.shape.rank else -2  # the number of values in a mean
    if _is_known(output):  # of all: in a loop, the axes are handed on for that number alone
        return saved - bool(_of_stack(operation) and _is_of_all(operation))
    return saved + _of_stack(operation)


def _largest(seen, operation):
    if operation.get_attr("keep_dims"):
        return 11
    return 7 if _is_known(operation.inputs[0]) else 0


def _product(seen, operation):
    if operation.get_attr("keep_dims"):
        return 14
    return 12 if _is_known(operation.inputs[0]) else 3


def _gather(seen, operation):
    """Count for a gather: indices are no longer cast; other axes than the first need more."""
    return 1 if tf.get_static_value(operation.inputs[2]) == 0 else -7


def _matrices(seen, operation):
    """Batches of known shapes are no more compared where they are equal."""
    x, y = (tensor.shape for tensor in operation.inputs)
    if (
        x.rank is None
        or y.rank is None
        or not (x[:-2].is_fully_defined() and y[:-2].is_fully_defined())
    ):
        return 0
    shapes = x.as_list(), y.as_list()
    return 15 if shapes[0][:-2] == shapes[1][:-2] and shapes[0] != shapes[1] else 0


def _reshape(seen, operation):
    """Count for a shape with one unknown size, a constant now: a loop handed it to its gradient."""
    shape = operation.inputs[0].shape
    is_nearly_known = shape.rank is not None and shape.as_list().count(None) == 1
    return _of_stack(operation) if is_nearly_known else 0


def _slice(seen, operation):
    """Bounds that are numbers are constants again; in a loop they always were."""
    bounds = list(operation.inputs)[1:]
    return sum(bound.op.type == "Const" for bound in bounds) if _of_stack(operation) else 0


def _segments(seen, operation):
    """Count for a sum over segments; of embeddings looked up, ids were made unique and gathered."""
    is_lookup = operation.inputs[2].op.name == operation.name + "/strided_slice"
    nodes = 2 if operation.type == "SparseSegmentSum" else 0
    return nodes + 13 if is_lookup and operation.inputs[1].op.type != "Unique" else nodes


def _of_gate(operation, rest):
    """Count for an optimiser's gate: a normalised mean and variance had gradients, of zero."""
    is_gated = rest == "tuple/group_deps" and operation.type == "FusedBatchNormV3"
    return 2 if is_gated and operation.get_attr("is_training") else 0


def _always(nodes):
    return lambda seen, operation: nodes


# What is made once a loop, for whichever is first, and what brings control inputs into a loop.
_EITHER_WAY = re.compile(r"/b_sync$|^Shape(_1)?/Identity(_\d+)?$")
_NOTHING = re.compile("$^")
_SUMMED = re.compile(r"(Shape|Shape_1|BroadcastGradientArgs|Sum|Sum_1|Reshape|Reshape_1)(/|$)")
_SELECTED = re.compile(_SUMMED.pattern[:-6] + r"|Shape_2|zeros|zeros_like)(/|$)")
# For a type of operation, which nodes of its gradient TensorFlow makes now, and how many 1.15.5
# made in their place.
_RULES = {
    **dict.fromkeys(
        ["Add", "AddV2", "Mul", "Pow", "SquaredDifference", "Sub"], (_SUMMED, _broadcast)
    ),
    **dict.fromkeys(
        ["Complex", "Div", "DivNoNan", "FloorMod", "RealDiv"], (_SUMMED, _always_broadcast)
    ),
    **dict.fromkeys(["Maximum", "Minimum"], (_SELECTED, _selection)),
    **dict.fromkeys(["Max", "Min"], (_NOTHING, _largest)),
    **dict.fromkeys(
        ["TensorArrayScatterV3", "TensorArrayWriteV3"],
        (re.compile(r"(flow_out|write_barrier)(/|$)"), _always(0)),
    ),
    "BatchMatMulV2": (_NOTHING, _matrices),
    "BroadcastTo": (_NOTHING, _always(-1)),
    "GRUBlockCell": (_NOTHING, _always(-2)),
    "GatherV2": (_NOTHING, _gather),
    "LSTMBlockCell": (_NOTHING, _always(2)),
    "MatrixDiagPartV3": (_NOTHING, lambda seen, operation: -2 * _is_known(operation.inputs[0])),
    "MatrixDiagV3": (_NOTHING, _always(-1)),
    "Mean": (_NOTHING, _mean),
    "Prod": (_NOTHING, _product),
    "Reshape": (_NOTHING, _reshape),
    "Sign": (_NOTHING, _always(2)),
    "SparseSegmentMean": (_NOTHING, _segments),
    "SparseSegmentSqrtN": (_NOTHING, _segments),
    "SparseSegmentSum": (_NOTHING, _segments),
    "SparseSoftmaxCrossEntropyWithLogits": (_NOTHING, _always(1)),
    "StridedSlice": (re.compile("StridedSliceGrad/(shape|begin|end|strides)$"), _slice),
    "Sum": (_NOTHING, _sum),
    "UnsortedSegmentSum": (_NOTHING, _always(-6)),
}
