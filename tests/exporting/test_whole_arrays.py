"""Tensors in the place of TensorArrays have what they had."""

import pytest

import tf1_rnn.v1 as tf
from tests.exporting.graphs import operators
from tf1_rnn.exporting.graph_view import GraphView
from tf1_rnn.exporting.whole_arrays import origin, whole


def filled(x):
    """Written out of order; some are left out."""
    return tf.TensorArray(tf.int32, 4, element_shape=[2]).write(2, x * 3).write(0, x + 1)


def unstacked(x):
    array = tf.TensorArray(tf.int32, 2, clear_after_read=False).unstack(x)
    return array.read(1) + array.gather([0, 1, 1])


GRAPHS = {
    "stacked": lambda x: filled(x).stack(),
    "some": lambda x: filled(x).gather([2, 0]),
    "size": lambda x: filled(x).size(),
    "size of none": lambda x: tf.TensorArray(tf.int32, 3).size() + x,
    "grown": lambda x: tf.TensorArray(tf.int32, 0, True).write(0, x).write(1, x * 2).stack(),
    "unstacked": unstacked,
}


def run(graph_def):
    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(graph_def, name="")
        return session.run("y:0", {"x:0": [4, 5]})


def built(build):
    with tf.Graph().as_default() as graph:
        tf.identity(build(tf.placeholder("int32", [2], name="x")), "y")
    graph_def = graph.as_graph_def()
    return graph_def, [node.name for node in graph_def.node if node.op == "TensorArrayV3"]


@pytest.mark.parametrize("name", GRAPHS)
def test_what_is_written_is_read(name):
    given, arrays = built(GRAPHS[name])
    found = tf.graph_util.extract_sub_graph(whole(given, arrays), ["x", "y"])
    assert not any(op.startswith("TensorArray") for op in operators(found))
    assert run(found).tolist() == run(given).tolist()


def test_where_a_flow_comes_from():
    given, (array,) = built(GRAPHS["stacked"])
    view = GraphView(given)
    *_, write = [node for node in given.node if node.op == "TensorArrayWriteV3"]
    assert origin(view, write.name) == origin(view, array + ":1") == array
    assert origin(view, array) == origin(view, "x") == ""


@pytest.mark.parametrize(
    "build, words",
    [
        (lambda x: filled(x).concat(), "is a TensorArrayConcatV3, for which LiteRT has no form"),
        (lambda x: tf.TensorArray(tf.int32, 3).read(0), "nothing was written"),
    ],
)
def test_what_has_no_form_is_named(build, words):
    with pytest.raises(ValueError, match=words):
        whole(*built(build))
