"""Equal ONNX graphs in one form, whatever their names and the order of their nodes."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from tf1_rnn.exporting import onnx_names  # noqa: E402


def value(name):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"])


def model(nodes, initializers=(), outputs=("y",)):
    graph = helper.make_graph(
        nodes, "tf2onnx's", [value("x")], [value(name) for name in outputs], list(initializers)
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def sums(names, order):
    """Return y = (x + 1) + (x + 2) with nodes of these names, in an order."""
    one, two, a, b = names
    arrays = [numpy_helper.from_array(np.array([n], "f"), name) for n, name in ((1, one), (2, two))]
    nodes = [
        helper.make_node("Add", ["x", one], [a], name=a),
        helper.make_node("Add", ["x", two], [b], name=b),
        helper.make_node("Add", [a, b], ["y"], name="end " + a, doc_string=b),
        helper.make_node("Relu", [a], ["unused " + b]),
    ]
    return model([nodes[place] for place in order], arrays if one < two else arrays[::-1])


def test_names_order_and_what_is_unused_do_not_count():
    one, other = sums("opab", [0, 1, 2, 3]), sums("pobq", [3, 1, 0, 2])
    for each in (one, other):
        onnx_names.canonical(each)
        onnx.checker.check_model(each)
    assert one.SerializeToString(deterministic=True) == other.SerializeToString(deterministic=True)
    graph = one.graph
    assert [node.op_type for node in graph.node] == ["Add"] * 3
    assert graph.output[0].name == "y" and graph.input[0].name == "x"
    assert graph.input[0].type.tensor_type.shape.dim[0].dim_param == "x_0"


def test_a_name_that_tells_a_layer_stays():
    node = helper.make_node("Relu", ["x"], ["y"], name="recurrent/lstm")
    made = model([node])
    onnx_names.canonical(made)
    assert made.graph.node[0].name == "recurrent/lstm"


def identity(source, result):
    return helper.make_node("Identity", [source], [result])


@pytest.mark.parametrize(
    "nodes, outputs, kept",
    [
        ([identity("x", "a"), helper.make_node("Relu", ["a"], ["y"])], ["y"], ["Relu"]),
        ([helper.make_node("Relu", ["x"], ["a"]), identity("a", "y")], ["y"], ["Relu"]),
        # From an input to an output there must be a node.
        ([identity("x", "y")], ["y"], ["Identity"]),
        # One tensor cannot have the names of two outputs.
        (
            [helper.make_node("Relu", ["x"], ["a"]), identity("a", "y"), identity("a", "z")],
            ["y", "z"],
            ["Identity", "Relu"],
        ),
    ],
)
def test_what_does_nothing_is_left_out(nodes, outputs, kept):
    made = model(nodes, outputs=outputs)
    onnx_names.canonical(made)
    onnx.checker.check_model(made)
    assert sorted(node.op_type for node in made.graph.node) == kept
    assert [each.name for each in made.graph.output] == outputs


def test_the_body_of_a_loop_is_brought_into_the_form_too():
    def looped(inner, outer):
        body = helper.make_graph(
            [
                helper.make_node("Add", [inner, outer], [inner + "2"], name=inner + "n"),
                identity(inner + "2", inner + "3"),
            ],
            inner + "g",
            [value(inner)],
            [value(inner + "3")],
        )
        nodes = [
            helper.make_node("Relu", ["x"], [outer]),
            helper.make_node("Scan", ["x"], ["y"], body=body, num_scan_inputs=1),
        ]
        made = model(nodes)
        onnx_names.canonical(made)
        return made

    one, other = looped("a", "b"), looped("q", "p")
    assert one.SerializeToString(deterministic=True) == other.SerializeToString(deterministic=True)
    # What the body takes from outside is needed, and comes first.
    assert [node.op_type for node in one.graph.node] == ["Relu", "Scan"]
    body = (
        one.graph.node[1].attribute[0].g
        if one.graph.node[1].attribute[0].HasField("g")
        else one.graph.node[1].attribute[1].g
    )
    assert [node.op_type for node in body.node] == ["Add"]
    assert body.node[0].input[1] == one.graph.node[0].output[0]
