"""Functions of tensors: one trace for all calls, one operation a call, and where it runs."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.fast.functions import Function


def calls(graph):
    """Return the calls of functions in a graph, and the names of what they call."""
    found = [o for o in graph.get_operations() if o.type == "PartitionedCall"]
    return found, {o.get_attr("f").name for o in found}


def test_a_function_is_traced_once_for_each_signature():
    with tf.Graph().as_default() as graph, tf.Session() as session:
        weight = tf.constant(3.0)

        def function(carry, pairs):
            total = sum(a * b for a, b in pairs)
            return (carry[0] + weight * total,), [(a,) for a, _ in pairs]

        run, x = Function(function), tf.placeholder(tf.float32, [None, 2])
        (once,), kept = run((x,), [(x, x), (x + 1, x)])
        (twice,), _ = run((once,), [(x, x), (x, x)])
        (other,), _ = run((x,), [(x, x)])
        value = np.array([[1.0, 2.0]])
        found = session.run([once, kept, twice, other], {x: value})
    once = value + 3 * (value**2 + (value + 1) * value)
    expected = [once, [(value,), (value + 1,)], once + 6 * value**2, value + 3 * value**2]
    tf.nest.map_structure(np.testing.assert_array_equal, found, expected)
    made, names = calls(graph)
    assert (len(made), len(names)) == (3, 2)
    assert [t.shape.as_list() for o in made for t in o.outputs[:1]] == [[None, 2]] * 3


@pytest.mark.parametrize(
    "device, one_thread",
    [("", True), ("/cpu:0", True), ("/job:worker/cpu:0", True), ("/job:worker", False)],
)
def test_where_it_runs(device, one_thread):
    """In one thread where there is no GPU; the operations inside are on the device of the call."""
    with tf.Graph().as_default() as graph:
        with tf.device(device):
            Function(lambda x: x * x)(tf.zeros([2]))
        (call,), (name,) = calls(graph)
        (function,) = (f for f in graph.as_graph_def().library.function if f.signature.name == name)
    assert call.get_attr("executor_type") == (b"SINGLE_THREADED_EXECUTOR" if one_thread else b"")
    assert call.device == tf.DeviceSpec.from_string(device).to_string()
    assert not any(node.device for node in function.node_def)


def test_a_device_function_of_a_cluster_is_not_written_into_the_function():
    with tf.Graph().as_default() as graph:
        with tf.device(
            tf.train.replica_device_setter(1, cluster={"ps": ["a:1"], "worker": ["b:1"]})
        ):
            Function(lambda x: x * x)(tf.zeros([2]))
        functions = graph.as_graph_def().library.function
    assert functions and not any(node.device for f in functions for node in f.node_def)
