"""What is built in a node's place takes what the node took, and gives what it gave."""

import numpy as np

import tf1_rnn.v1 as tf
from tests.exporting.graphs import operators
from tf1_rnn.exporting.splicing import spliced


def graph_def():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [2], name="x")
        low, high = tf.split(tf.tanh(x, "tanh"), 2, name="parts")
        with tf.control_dependencies([low]):
            tf.identity(tf.concat([high, low], 0), "y")
    return graph.as_graph_def()


def run(graph_def, x):
    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(graph_def, name="")
        return session.run("y:0", {"x:0": x})


def halves(axis, x):
    assert x.shape.as_list() == [2]
    return [x[:1] * 3.0, x[1:]]


def test_outputs_and_inputs_in_their_order():
    found = spliced(graph_def(), {"parts": halves})
    assert "Split" in operators(graph_def()) and "Split" not in operators(found)
    x = np.array([0.25, -0.5], "float32")
    np.testing.assert_allclose(run(found, x), np.tanh(x[::-1]) * [1, 3], rtol=1e-6)


def test_other_inputs_of_other_types():
    builders = {"tanh": lambda n: [tf.cast(n, "float32") / 2.0]}
    given = graph_def()
    given.node.add(name="n", op="Placeholder").attr["dtype"].type = tf.int32.as_datatype_enum
    specs = {"n:0": tf.TensorSpec([2], tf.int32)}
    found = spliced(given, builders, specs, {"tanh": ["n"]})
    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(found, name="")
        assert session.run("y:0", {"n:0": [3, 4]}).tolist() == [2.0, 1.5]


def test_a_graph_without_such_nodes_stays():
    given = graph_def()
    assert spliced(given, {}) is given
