"""A graph without detours computes the same."""

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tests.exporting.graphs import assert_same, operators
from tf1_rnn.exporting import plain


def test_a_graph_without_detours():
    model, feed = graphs.build("fast")
    ends = [tensor.rpartition(":")[0] for tensor in model.outputs.values()]
    found = tf.graph_util.extract_sub_graph(
        plain.plain(model.graph_def, model.outputs.values()), ends
    )
    assert operators(model.graph_def) >= {"IdentityN", "Bitcast"}
    assert not operators(found) & {"IdentityN", "Bitcast"}
    assert_same(model, found, feed)


def test_a_bitcast_that_is_no_detour_stays():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [2, 3], name="x")
        tf.bitcast(x, tf.int32, name="bits")
        tf.identity_n([x, x + 1.0], name="both")
        tf.identity(graph.get_tensor_by_name("both:1"), "end")
    found = plain.plain(graph.as_graph_def(), ["bits:0", "end:0"])
    assert "Bitcast" in operators(found) and "IdentityN" not in operators(found)
    nodes = {node.name: node for node in found.node}
    assert nodes["end"].input[0].startswith("add")


def test_prints_and_decided_choices_are_left_out():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder("float", [2], name="x")
        y = tf.cond(tf.constant(False), lambda: tf.random_normal([2]), lambda: x * 2.0)
        tf.identity(tf.Print(y, [x]), "end")
    found = plain.plain(graph.as_graph_def(), ["end:0"])
    assert operators(found) == {"Placeholder", "Const", "Mul", "Identity"}


def test_the_graph_that_is_given_stays_as_it_is():
    model, _ = graphs.build("fast")
    before = model.graph_def.SerializeToString(deterministic=True)
    plain.plain(model.graph_def, model.outputs.values())
    assert model.graph_def.SerializeToString(deterministic=True) == before
