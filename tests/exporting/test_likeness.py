"""Parts of a graph that compute the same of different tensors, and parts that only look so."""

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.exporting import likeness
from tf1_rnn.exporting.graph_view import GraphView


@pytest.fixture(scope="module")
def view():
    with tf.Graph().as_default() as graph:
        a = tf.placeholder("float", [2, 2], name="a")
        b = tf.placeholder("float", [2, 2], name="b")
        w, same, other = (tf.constant(3.0 * value) for value in (1, 1, 2))
        tf.add(tf.tanh(a) * w, a, name="of_a")
        tf.add(tf.tanh(b) * same, b, name="of_b")
        tf.add(tf.tanh(b) * other, b, name="other_constant")
        tf.add(tf.sigmoid(b) * same, b, name="other_operator")
        tf.add(tf.tanh(b) * same, a, name="of_both")
        tf.matmul(a, a, name="product")
        tf.matmul(b, b, transpose_a=True, name="transposed")
        with tf.control_dependencies([a]):
            tf.matmul(b, b, name="later")
        tf.split(a, 2, name="parts")
        tf.split(b, 2, name="parts_of_b")
        tf.random_normal([2], name="noise")
        tf.random_normal([2], name="other_noise")
    return GraphView(graph.as_graph_def())


def corresponding(a, b):
    """Leaves are the placeholders: only a to b."""
    return {"a:0": b == "b:0", "b:0": False}.get(a)


def test_the_same_of_another_tensor(view):
    found = likeness.matched(view, "of_a:0", "of_b:0", corresponding)
    assert found["a:0"] == "b:0" and found["of_a:0"] == "of_b:0"
    assert [view.node_at(twin).op for twin in found.values()] == [
        view.node_at(tensor).op for tensor in found
    ]


@pytest.mark.parametrize("other", ["other_constant", "other_operator", "of_both", "product"])
def test_what_is_made_differently(view, other):
    assert likeness.matched(view, "of_a:0", f"{other}:0", corresponding) is None


def test_a_tensor_corresponds_to_only_one(view):
    """`of_a` reads a twice, `of_both` b and a: also where any leaf may stand for any other."""

    def anything(a, b):
        return True if {a, b} <= {"a:0", "b:0"} else None

    assert likeness.matched(view, "of_a:0", "of_both:0", anything) is None
    assert likeness.matched(view, "of_a:0", "of_b:0", anything) is not None


@pytest.mark.parametrize(
    "one, other, alike",
    [
        ("product:0", "later:0", True),  # that it waits for something changes no number
        ("product:0", "transposed:0", False),
        ("parts:1", "parts_of_b:1", True),
        ("parts:0", "parts_of_b:1", False),
        ("a:0", "a:0", True),
        ("a:0", "b:0", False),
    ],
)
def test_alike(view, one, other, alike):
    assert likeness.do_the_same(view, one, other) is alike


def test_inputs_without_those_that_only_order(view):
    later = view.nodes["later"]
    assert any(name.startswith("^") for name in later.input)
    assert likeness.data_inputs(later) == ["b", "b"]
