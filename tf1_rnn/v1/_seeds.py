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

from ..cells import node_count
from ._gradient_nodes import PUT_IN_ORDER, GradientNodes
from ._operation_nodes import OperationNodes

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
    node_count.count_with(counted_as)
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
        if op_seed is not None and not _has_shape_of_run(graph):
            _keep_loops_in_order(graph)
        return original(op_seed)

    get_seed.__doc__ = original.__doc__
    get_seed.tensorflow_rule = original
    return get_seed


def _has_shape_of_run(graph):
    """Return whether the operation to come is of a shape that only a run will tell."""
    made = reversed(graph.get_operations())
    return next((each.type for each in made if each.type != "Const"), None) == "Shape"


def _keep_loops_in_order(graph):
    """Let loops that get a seeded operation run one iteration at a time from now on.

    Each execution draws the next numbers. Where the shape is known beforehand, 1.15.5 came to the
    operation in the order of time; TensorFlow now, with more iterations under way, often in the
    reverse order. Where it is not, both come to it in the same order.
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
        self._gradients, self._others = GradientNodes(), OperationNodes()

    def see(self, operations):
        """Count the operations not seen before."""
        for operation in operations[self.seen :]:
            saved = self._gradients.saved(operation)
            self.saved += self._others.saved(operation) if saved is None else saved
        self.seen = len(operations)
