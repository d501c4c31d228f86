"""Writing an ONNX graph: names, constants, and a model that is checked and the same each time."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
from tf1_rnn.exporting import onnx_builder  # noqa: E402
from tf1_rnn.exporting.onnx_builder import Builder  # noqa: E402


def doubled(**more):
    """Return a model of y = 2 x."""
    builder = Builder()
    two = builder.constant(np.array(2.0, np.float32), "two")
    builder.node("Mul", ["x", two], ["y"])
    values = [onnx_builder.value(n, np.dtype("float32"), ["rows", 3]) for n in ("x", "y")]
    return onnx_builder.model(builder.graph("g", values[:1], values[1:]), **more)


def test_names_are_unique_in_their_graph_and_begin_with_its_prefix():
    builder, inner = Builder(), Builder("body/")
    assert [builder.unique("a") for _ in range(3)] == ["a", "a_1", "a_2"]
    assert [inner.unique("a"), inner.constant(np.ones(1), "a")] == ["body/a", "body/a_1"]


def test_a_nodes_outputs_are_one_name_or_a_list():
    builder = Builder()
    assert builder.node("Relu", ["x"]) == "Relu:0"
    assert builder.node("Split", ["x"], 2) == ["Split:0", "Split:1"]
    assert builder.node("Relu", ["x"], name="mine") == "mine:0"
    assert builder.node("Relu", ["x"], ["y"], name="mine") == "y"
    assert [node.name for node in builder.nodes] == ["Relu", "Split", "mine", "mine_1"]


def test_constants_keep_type_and_order():
    builder = Builder()
    builder.constant(np.arange(6, dtype=np.float16).reshape(2, 3).T)
    builder.ints(-1, 2)
    arrays = [onnx.numpy_helper.to_array(each) for each in builder.initializers]
    assert arrays[0].dtype == np.float16 and arrays[0].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert arrays[1].dtype == np.int64 and arrays[1].tolist() == [-1, 2]


def test_a_model_knows_its_versions_and_metadata():
    made = doubled(metadata={"a": "b", "n": 3})
    assert made.opset_import[0].version == onnx_builder.OPSET
    assert made.ir_version == onnx_builder.IR_VERSION
    assert {p.key: p.value for p in made.metadata_props} == {"a": "b", "n": "3"}
    assert onnx_builder.serialized(made) == onnx_builder.serialized(
        doubled(metadata={"a": "b", "n": 3})
    )


def test_a_wrong_graph_is_refused():
    builder = Builder()
    builder.node("NoSuchOperator", ["x"], ["y"])
    values = [onnx_builder.value(n, np.dtype("float32"), [1]) for n in ("x", "y")]
    with pytest.raises(onnx.checker.ValidationError):
        onnx_builder.model(builder.graph("g", values[:1], values[1:]))
