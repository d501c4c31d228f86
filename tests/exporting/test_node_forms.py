"""Nodes that are given the form of an operator run as that operator."""

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.exporting import node_forms


def test_a_gather_from_a_constant():
    graph_def = tf.GraphDef()
    for name, value in (("table", [[1, 2, 3], [4, 5, 6]]), ("at", [2, 0]), ("axis", 1)):
        node_forms.as_constant(graph_def.node.add(name=name), value)
    taken = graph_def.node.add(name="taken", op="Anything", input=["x", "y"])
    taken.attr["dtype"].type = tf.float32.as_datatype_enum
    node_forms.as_gather(taken, ["table", "at", "axis"], node_forms.INT32)
    with tf.Graph().as_default(), tf.Session() as session:
        (found,) = tf.import_graph_def(graph_def, return_elements=["taken:0"])
        np.testing.assert_array_equal(session.run(found), [[3, 1], [6, 4]])
