"""Lists of nodes: kept as JSON, and compared."""

from tf1_rnn.baseline import nodes
from tf1_rnn.baseline.nodes import Node

OLD = [
    Node("x", "Placeholder", ()),
    Node("add/y", "Const", ("^x",)),
    Node("add", "Add", ("x", "add/y")),
    Node("stack/TensorArraySizeV3", "TensorArraySizeV3", ("x:1",)),
    Node("stack/range", "Range", ("add/y", "stack/TensorArraySizeV3")),
]


def changed(number, **fields):
    return [n._replace(**fields) if k == number else n for k, n in enumerate(OLD)]


def test_json_gives_the_same_nodes_back():
    rows = nodes.to_json(OLD)
    assert rows[4] == ["stack/range", "Range", "1 3"]
    assert nodes.from_json(rows) == OLD


def test_equal_graphs_do_not_differ():
    assert nodes.first_difference(OLD, OLD) is None


def test_tensorflows_renames_are_no_difference():
    assert nodes.first_difference(changed(2, type="AddV2"), OLD) is None
    assert nodes.first_difference(changed(2, type="Sub"), OLD).mine.type == "Sub"


def test_what_tensorflow_leaves_out_is_no_difference():
    now = [OLD[0], OLD[1], OLD[2], OLD[4]._replace(inputs=("add/y", "x"))]
    assert nodes.first_difference(now, OLD) is None
    assert nodes.first_difference(OLD, now) is None


def test_the_first_difference_is_named():
    difference = nodes.first_difference(changed(1, name="add/x"), OLD)
    assert (difference.index, difference.mine.name, difference.other.name) == (1, "add/x", "add/y")
    assert nodes.first_difference(changed(2, inputs=("add/y", "x")), OLD).index == 2


def test_a_graph_that_goes_on_differs():
    difference = nodes.first_difference(OLD[:2], OLD)
    assert difference.mine is None and difference.other.name == "add"
    assert nodes.describe(difference.mine) == "no node"
    assert nodes.describe(difference.other) == "add: Add(x, add/y)"
