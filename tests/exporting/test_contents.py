"""Operations without a form in a file are named with the reason."""

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.exporting import contents


def graph_def(*ops):
    return tf.GraphDef(node=[tf.NodeDef(name=f"net/{op}", op=op) for op in ops])


@pytest.mark.parametrize(
    "op, cause",
    [
        ("PyFunc", "runs Python"),
        ("PyFuncStateless", "runs Python"),
        ("QueueDequeueManyV2", "reads a queue"),
        ("OneShotIterator", "reads a tf.data iterator"),
        ("AssignAdd", "writes to a variable"),
        ("AssignVariableOp", "writes to a variable"),
    ],
)
@pytest.mark.parametrize("kind", ["ONNX", "LiteRT", "SavedModel"])
def test_what_no_format_has(op, cause, kind):
    with pytest.raises(ValueError, match=rf"^net/{op} \({op}\) {cause}, for which {kind} has no"):
        contents.check(graph_def("MatMul", op), kind)


@pytest.mark.parametrize("op", ["HashTableV2", "LookupTableFindV2", "ParseExampleV2", "CudnnRNNV3"])
def test_what_only_tensorflow_runs(op):
    contents.check(graph_def(op), "SavedModel")
    for kind in ("ONNX", "LiteRT"):
        with pytest.raises(ValueError, match=f"for which {kind} has no form"):
            contents.check(graph_def(op), kind)


def test_all_else_may_be_tried():
    contents.check(graph_def("MatMul", "Enter", "BlockLSTM"), "ONNX")
