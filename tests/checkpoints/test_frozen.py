"""The variables of a frozen graph: constants that are read as variables are."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.checkpoints import frozen


def written(path, build, freeze=True):
    """Write the graph that a function builds, its variables as constants; return its path."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        build()
        session.run(tf.global_variables_initializer())
        graph_def = graph.as_graph_def()
        if freeze:
            graph_def = tf.graph_util.convert_variables_to_constants(session, graph_def, ["end"])
    path.write_bytes(graph_def.SerializeToString())
    return str(path)


@pytest.mark.parametrize("use_resource", [False, True])
def test_what_was_a_variable_and_nothing_else(tmp_path, use_resource):
    def build():
        make = {"use_resource": use_resource, "initializer": tf.ones_initializer()}
        kernel = tf.get_variable("cell/kernel", [2, 3], **make)
        step = tf.get_variable("count", [], **make)
        tf.identity(tf.constant(np.ones([4, 2]), tf.float32) @ kernel + step, "end")

    found = frozen.constants(written(tmp_path / "graph.pb", build))
    assert set(found) == {"cell/kernel", "count"}
    np.testing.assert_array_equal(found["cell/kernel"], np.ones([2, 3]))


def test_of_an_optimised_graph_all_arrays_of_floats(tmp_path):
    def build():
        kernel = tf.constant(np.ones([2, 3]), tf.float32, name="kernel")
        tf.reshape(kernel * tf.constant(2.0, name="scale"), tf.constant([3, 2]), "end")

    assert set(frozen.constants(written(tmp_path / "graph.pb", build))) == {"kernel"}


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_graph_with_variables_is_refused(tmp_path, use_resource):
    def build():
        tf.get_variable("v", [2], use_resource=use_resource)

    path = written(tmp_path / "graph.pb", build, freeze=False)
    with pytest.raises(ValueError, match="a graph without its variables; expected a frozen graph"):
        frozen.constants(path)


@pytest.mark.parametrize("content", [b"", b"no graph", b"\x0a\x00"])
def test_what_is_no_graph(tmp_path, content):
    (tmp_path / "a.pb").write_bytes(content)
    with pytest.raises(ValueError, match="a.pb is not a frozen graph"):
        frozen.constants(str(tmp_path / "a.pb"))
