"""How many nodes more 1.15.5 made with an operation than TensorFlow does now.

Where the v1 API does not build an operation in 1.15.5's own way, `_seeds.py` adds what is missing
to the number of nodes before an operation; for those of gradients see `_gradient_nodes.py`.
"""

import re

import tensorflow.compat.v1 as tf


class OperationNodes:
    """The operations seen in one graph, those of gradients aside."""

    def __init__(self):
        self._before = None  # the last operation that is of no regularizer
        self._of_layers = {}  # name of a regularizer's scope -> whether it is of a layer's variable
        self._last = None  # the last one outside what was made for a split

    def saved(self, operation):
        """Return how many nodes fewer there are with the next operation of the graph."""
        saved = self._of_regularizer(operation)
        if operation.type == "Split":
            saved += _of_split(operation, self._last)
        if not _FOR_SPLIT.search(operation.name):
            self._last = operation
        return saved + _SAVED[operation.type](operation) if operation.type in _SAVED else saved

    def _of_regularizer(self, operation):
        """Count for a regularizer: a variable's is applied three times, a layer's once, as it was.

        A variable's is first applied outside its scope; a layer's follows its variable's read.
        """
        scope, _, within = operation.name.partition("/Regularizer/")
        if not within:
            self._before = operation
            return 0
        if scope not in self._of_layers:
            self._of_layers[scope] = self._before.name.endswith(("/read", "/ReadVariableOp"))
        return 0 if self._of_layers[scope] else -1


def _is_within(part, operation):
    """Return whether `part` was made for `operation`: in its name scope, or one of its name."""
    return part.name.startswith((operation.name.rpartition("/")[0] + "/", operation.name + "/"))


def _of_stack(gather):
    """Count for `TensorArray.stack`: it read the array's size, which is now known beforehand."""
    indices = gather.inputs[1].op
    if indices.type != "Range" or not _is_within(indices, gather):
        return 0  # not `stack` but `gather`, of indices that a script gave
    return 0 if _is_within(indices.inputs[1].op, gather) else 1


def _of_reduction(reduction):
    """Count for a scalar's axes: once a constant, now a range up to its rank, of four nodes."""
    values, axes = (tensor.op for tensor in reduction.inputs)
    is_variable = values.type == "Identity" and "Variable" in values.inputs[0].op.type
    is_scalar = reduction.inputs[0].shape.rank == 0 and not is_variable
    return -3 if is_scalar and axes.type == "Range" else 0


def _of_iterator(iterator):
    """Count for an iterator: its data set was optimised and modelled, in three nodes."""
    return 3 if iterator.name.rpartition("/")[2].startswith("MakeIterator") else 0


def _of_one_hot(one_hot):
    """Count for a one-hot: values given for on and off were converted twice."""
    values = [tensor.op.name for tensor in list(one_hot.inputs)[2:]]
    return sum(name.startswith(one_hot.name + "/Const") for name in values)


def _of_slice(strided):
    """Count for a slice: ends and strides beside a tensor start are packed constants, too."""
    packs = [tensor.op for tensor in list(strided.inputs)[2:] if tensor.op.type == "Pack"]
    numbers = [[part.op.type == "Const" for part in pack.inputs] for pack in packs]
    return -sum(len(each) for each in numbers if all(each))


def _of_batch_norm(norm):
    """Count for a batch normalisation: in training, 1.15.5 gave an empty mean and variance.

    In a branch these take the place of two switches. A layer that does not train had a constant.
    """
    mean = norm.inputs[3].op
    if norm.get_attr("is_training"):
        return 0 if mean.type in _EMPTY else 2
    is_of_layer = "/moving_mean/" in mean.name and mean.type in _READ
    return int(is_of_layer and norm.inputs[0].op.name != _scope_of(norm) + "/Reshape")


def _of_transposed_convolution(convolution):
    """Count for a transposed convolution: a layer always computed its output size at run time."""
    shape = convolution.inputs[0].op
    of_layer = shape.name == convolution.name.rpartition("/")[0] + "/stack"
    if not of_layer or [part.op.type for part in shape.inputs][1:3] != ["Const"] * 2:
        return 0
    return 14 if convolution.get_attr("padding") == b"VALID" else 10


def _of_minimum(minimum):
    """Count for the steps of a `polynomial_decay`, whose number was converted once more."""
    scope, last = _scope_of(minimum), minimum.inputs[1].op
    if not last.name.startswith(f"{scope}/Cast_"):
        return 0
    return int(last.type == "Const" or last.inputs[0].op.name == last.name + "/x")


def _of_selection(selection):
    """Count for a `polynomial_decay` in cycles: at which it is, a branch decided."""
    rounded = selection.inputs[2].op
    is_decay = rounded.type == "Ceil" and selection.name == f"{_scope_of(rounded)}/SelectV2"
    return 5 if is_decay else 0


def _of_sparse_lookup(segments):
    """Count for an `embedding_lookup_sparse`: rows were cast, and each id was looked up once."""
    if segments.inputs[2].op.name != segments.name + "/strided_slice":
        return 0
    return 1 if segments.inputs[1].op.type == "Unique" else 5


def _of_identity(identity):
    """Count for a lookup in a resource variable, which was handed on twice."""
    gather = identity.inputs[0].op
    return int(gather.type == "ResourceGather" and identity.name == gather.name + "/Identity")


def _of_examples(parse):
    """Count for parsed examples: each key was a constant, or for a single example none was."""
    serialized, _, sparse, dense = list(parse.inputs)[:4]
    return -4 if serialized.shape.rank == 0 else _number(sparse, dense) - 3


def _of_sequence_examples(parse):
    """Count for parsed sequences, of which each key was a constant."""
    inputs = list(parse.inputs)
    return _number(inputs[2], inputs[3], inputs[5], inputs[6]) - 6


def _number(*tensors):
    return sum(tensor.shape.num_elements() for tensor in tensors)


def _of_difference(difference):
    """Count for a norm less itself, by which TensorFlow's `clip_by_global_norm` finds infinity."""
    x, y = difference.inputs
    return int(x is y and _scope_of(difference).rpartition("/")[2] == "clip_by_global_norm")


def _of_fill(fill):
    """Count for zeros or ones of sizes that are tensors, multiplied to see if they are few."""
    sizes = fill.inputs[0].op
    if sizes.name != fill.name + "/packed" or _has(fill.graph, fill.name + "/Less"):
        return 0
    known = [size.op.type == "Const" for size in sizes.inputs]
    while known[:2] == [True, True]:  # a product of numbers took no node
        del known[0]
    return len(known) - 1 + sum(known) + 2  # products, numbers in them, and the comparison


def _of_ftrl(constant):
    """Count for an FtrlOptimizer: a beta, unknown to 1.15.5, is worked into the strength of L2."""
    scope, _, name = constant.name.rpartition("/")
    if name != "l2_shrinkage_regularization_strength":
        return 0
    return -9 if _has(constant.graph, f"{scope}/Maximum/x") else -8  # a rate that is a tensor


def _of_accumulator(update):
    """Count for a variable of an FtrlOptimizer, whose first accumulator was one constant."""
    ones = update.inputs[1].op.name + "/Initializer/ones"
    return (-4 if _has(update.graph, f"{ones}/Const") else -2) if _has(update.graph, ones) else 0


def _has(graph, name):
    try:
        return bool(graph.get_operation_by_name(name))
    except KeyError:
        return False


def _of_split(split, before):
    """Count for a split by a number, which was a constant: not made where TensorFlow splits."""
    is_number = before is not None and before.type == "Const" and not before.outputs[0].shape.rank
    number = tf.get_static_value(before.outputs[0]) if is_number else None
    return int(number is None or number != split.get_attr("num_split"))


def _scope_of(operation):
    return operation.name.rpartition("/")[0]


_EMPTY = ("Const", "Switch")
_FOR_SPLIT = re.compile(r"(^|/)split(_\d+)?/")
_READ = ("Identity", "ReadVariableOp")
_VARIABLES = ("", "Sparse", "Resource", "ResourceSparse")
# For a type of operation, how many nodes more 1.15.5 made with it.
_SAVED = {
    "Const": _of_ftrl,
    "Conv2DBackpropInput": _of_transposed_convolution,
    "Fill": _of_fill,
    "FusedBatchNormV3": _of_batch_norm,
    "Identity": _of_identity,
    "MakeIterator": _of_iterator,
    "MatrixDiagPartV3": lambda part: -2,
    "MatrixDiagV3": lambda diagonal: -4,
    "Minimum": _of_minimum,
    "OneHot": _of_one_hot,
    "OptionsDataset": lambda dataset: -1,
    "ParseExampleV2": _of_examples,
    "ParseSequenceExampleV2": _of_sequence_examples,
    "SelectV2": _of_selection,
    "SparseSegmentMean": _of_sparse_lookup,
    "SparseSegmentSqrtN": _of_sparse_lookup,
    "SparseSegmentSum": _of_sparse_lookup,
    "StridedSlice": _of_slice,
    "Sub": _of_difference,
    "TensorArrayConcatV3": lambda concat: -1,
    "TensorArrayGatherV3": _of_stack,
    **dict.fromkeys(["All", "Any", "Max", "Mean", "Min", "Prod", "Sum"], _of_reduction),
    **dict.fromkeys(
        (f"{kind}ApplyFtrl{end}" for kind in _VARIABLES for end in ("", "V2")), _of_accumulator
    ),
}
