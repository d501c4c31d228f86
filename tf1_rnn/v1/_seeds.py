"""The seeds that 1.15.5 gave to operations: under a graph's seed, the number of nodes before them.

TensorFlow now counts the graph's random operations instead, so a seeded script would draw
other numbers. This is the one place where a private function of TensorFlow is replaced,
`random_seed.get_seed`, and where its loops are told to keep their order; eager execution and
functions called from it keep TensorFlow's own rule.
"""

import contextlib
import importlib
import weakref

import tensorflow.compat.v1 as tf

from ._gradient_nodes import PUT_IN_ORDER, GradientNodes

_HOME = "tensorflow.python.framework.random_seed"

_counts = weakref.WeakKeyDictionary()  # graph -> its _Count
_left_out = weakref.WeakKeyDictionary()  # graph -> nodes that our own code leaves out


class _Seeding:
    """Whether operations get a seed also without a graph's seed, and how many did."""

    all = False
    unseeded = 0


_seeding = _Seeding()


def seed_all():
    """Seed also the random operations that have neither a seed nor a graph's seed."""
    _seeding.all = True


def seeded_for_all():
    """Return how many operations got a seed only because of `seed_all`."""
    return _seeding.unseeded


def install():
    """Install 1.15.5's rule, once; return whether it is installed.

    If TensorFlow has moved the function, its own rule stays, and a warning says so.
    """
    try:
        home = importlib.import_module(_HOME)
        original = home.get_seed
    except (ImportError, AttributeError):
        tf.get_logger().warning(
            f"TensorFlow {tf.__version__} has no {_HOME}.get_seed: operations without a seed of "
            "their own are seeded by TensorFlow's rule, not by that of 1.15.5."
        )
        return False
    if not hasattr(original, "tensorflow_rule"):
        home.get_seed = _with_rule_of_1_15(original)
    return True


def _with_rule_of_1_15(original):
    def get_seed(op_seed):
        if tf.executing_eagerly_outside_functions():
            return original(op_seed)
        graph = tf.get_default_graph()
        if op_seed is None and (graph.seed is not None or _seeding.all):
            op_seed = graph.version + saved_nodes(graph)
            _seeding.unseeded += graph.seed is None
        if op_seed is not None:
            _keep_loops_in_order(graph)
        return original(op_seed)

    get_seed.__doc__ = original.__doc__
    get_seed.tensorflow_rule = original
    return get_seed


def _keep_loops_in_order(graph):
    """Let loops that get a seeded operation run one iteration at a time from now on.

    Each execution draws the next numbers. 1.15.5 came to the operation in the order of time;
    TensorFlow now, with more iterations under way, often in the reverse order.
    """
    context = graph._get_control_flow_context()
    while context is not None and context.GetWhileContext() is not None:
        loop = context.GetWhileContext()
        if loop.parallel_iterations > 1:
            PUT_IN_ORDER.add(loop)
            loop._parallel_iterations = 1  # of what enters the loop from now on
            for operation in graph.get_operations():
                if operation.type == "Enter" and _is_of(loop, operation):
                    operation._set_attr("parallel_iterations", tf.AttrValue(i=1))
        context = loop.outer_context


def _is_of(loop, enter):
    return enter.get_attr("frame_name") == tf.compat.as_bytes(loop.name)


def leave_out(nodes):
    """Count nodes that 1.15.5 made here in the default graph, without making them."""
    graph = tf.get_default_graph()
    _left_out[graph] = _left_out.get(graph, 0) + nodes


@contextlib.contextmanager
def uncounted():
    """Exclude from the count the nodes made inside, which 1.15.5 did not make."""
    graph = tf.get_default_graph()
    before = graph.version + saved_nodes(graph)
    yield
    leave_out(before - graph.version - saved_nodes(graph))


@contextlib.contextmanager
def counted_as(nodes):
    """Count `nodes`, as many as 1.15.5 made, in the place of those made inside."""
    with uncounted():
        yield
    leave_out(nodes)


def saved_nodes(graph):
    """Return how many fewer nodes `graph` has than 1.15.5's would have."""
    count = _counts.setdefault(graph, _Count())
    count.see(graph.get_operations())
    return count.saved + _left_out.get(graph, 0)


class _Count:
    """How many of a graph's operations were seen, and how many nodes were saved with them."""

    def __init__(self):
        self.seen = self.saved = 0
        self._gradients = GradientNodes()
        self._before = None  # the last operation that is of no regularizer

    def see(self, operations):
        """Count the operations not seen before."""
        for operation in operations[self.seen :]:
            saved = self._gradients.saved(operation)
            if saved is None:
                saved = _of_regularizer(operation, self._before)
                if operation.type in _SAVED:
                    saved += _SAVED[operation.type](operation)
            self.saved += saved
            if "/Regularizer/" not in operation.name:
                self._before = operation
        self.seen = len(operations)


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

    In a branch these take the place of two switches.
    """
    return 2 if norm.get_attr("is_training") and norm.inputs[3].op.type not in _EMPTY else 0


def _of_transposed_convolution(convolution):
    """Count for a transposed convolution: a layer always computed its output size at run time."""
    shape = convolution.inputs[0].op
    of_layer = shape.name == convolution.name.rpartition("/")[0] + "/stack"
    if not of_layer or [part.op.type for part in shape.inputs][1:3] != ["Const"] * 2:
        return 0
    return 14 if convolution.get_attr("padding") == b"VALID" else 10


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


def _of_regularizer(operation, before):
    """Count for a regularizer: a variable's is now applied twice, once without use; a layer's once.

    Args:
        operation: any.
        before: the last operation that is of no regularizer: the variable's own, if a layer's.
    """
    if "/Regularizer/" not in operation.name:
        return 0
    return 0 if before.name.endswith(("/read", "/ReadVariableOp")) else -1


_EMPTY = ("Const", "Switch")
_VARIABLES = ("", "Sparse", "Resource", "ResourceSparse")
# What the v1 API does not build in 1.15.5's own way: for a type of operation, how many nodes more
# 1.15.5 made with it.
_SAVED = {
    "Const": _of_ftrl,
    "Conv2DBackpropInput": _of_transposed_convolution,
    "FusedBatchNormV3": _of_batch_norm,
    "MakeIterator": _of_iterator,
    "MatrixDiagPartV3": lambda part: -2,
    "MatrixDiagV3": lambda diagonal: -4,
    "OneHot": _of_one_hot,
    "OptionsDataset": lambda dataset: -1,
    "StridedSlice": _of_slice,
    "TensorArrayConcatV3": lambda concat: -1,
    "TensorArrayGatherV3": _of_stack,
    **dict.fromkeys(["All", "Any", "Max", "Mean", "Min", "Prod", "Sum"], _of_reduction),
    **dict.fromkeys(
        (f"{kind}ApplyFtrl{end}" for kind in _VARIABLES for end in ("", "V2")), _of_accumulator
    ),
}
