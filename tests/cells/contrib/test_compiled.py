import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.cells import GRUCell
from tf1_rnn.cells.contrib import CompiledWrapper


def attribute(op, name):
    return op.get_attr(name) if name in op.node_def.attr else None


@pytest.mark.parametrize("compile_stateful", [False, True])
def test_marks_each_call_as_one_cluster(compile_stateful):
    with tf.Graph().as_default() as graph:
        cell = CompiledWrapper(GRUCell(3), compile_stateful)
        x = tf.zeros([2, 3])
        for _ in range(2):
            cell(x, x)
        marked = [op for op in graph.get_operations() if attribute(op, "_XlaScope")]
        left_out = [op for op in marked if not attribute(op, "_XlaCompile")]
        stateful = [op for op in marked if op.op_def.is_stateful]
        assert "RandomUniform" in {op.type for op in stateful}
        assert left_out == ([] if compile_stateful else stateful)
        scopes = [attribute(op, "_XlaScope") for op in marked if op.type == "Tanh"]
        assert scopes == [b"jit_scope_0", b"jit_scope_1"]
        assert tf.global_variables()[0].op.name == "gru_cell/gates/kernel"


def test_changes_no_value():
    with tf.Graph().as_default(), tf.Session() as session:
        cell = GRUCell(3)
        x = tf.constant(np.random.RandomState(0).randn(2, 3), tf.float32)
        plain, compiled = cell(x, x)[0], CompiledWrapper(cell)(x, x)[0]
        session.run(tf.global_variables_initializer())
        np.testing.assert_allclose(*session.run([plain, compiled]), atol=1e-6)
