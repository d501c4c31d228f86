"""The lists of tensors of TensorFlow 2's loops as TensorArrays: the same numbers."""

import numpy as np
import pytest
import tensorflow

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tests.exporting.test_functions import X, model
from tf1_rnn.exporting import functions, tensor_lists


def array(size, **more):
    return tensorflow.TensorArray("float32", size, **more)


def read_and_written(x):
    steps = array(3).unstack(tf.stack([x, x + 1.0, x + 2.0]))
    _, h, written = tf.while_loop(
        lambda t, h, a: t < 3,
        lambda t, h, a: (t + 1, h + steps.read(t), a.write(t, h)),
        [0, x, array(3)],
    )
    return h, written.stack(), written.size(), written.gather([2, 0])


def grown(x):
    """One that grows, as loops of an unknown number of steps write."""
    _, written = tf.while_loop(
        lambda t, a: t < 3,
        lambda t, a: (t + 1, a.write(t, x * tf.cast(t, "float"))),
        [0, array(0, dynamic_size=True)],
    )
    return written.stack()


def last_step_only(x, output=lambda h: h):
    """As Keras' layers do that return their last output: each step writes to the only place."""
    steps = array(3).unstack(tf.stack([x, x + 1.0, x + 2.0]))

    def body(t, h, a):
        h = tf.tanh(h + steps.read(t))
        return t + 1, h, a.write(0, output(h))

    return tf.while_loop(lambda t, h, a: t < 3, body, [0, x, array(1)])[2].stack()


def last_output_only(x):
    return last_step_only(x, lambda h: h * 2.0)


def in_a_loop(x):
    """One that is made in a loop, and one that two loops write to."""

    def outer(t, a, total):
        inner = tf.while_loop(
            lambda k, b: k < 2, lambda k, b: (k + 1, b.write(k, x + tf.cast(k, "float"))),
            [0, array(2)],
        )[1]  # fmt: skip
        return t + 1, a.write(t, total), total + inner.stack()[1]

    _, a, total = tf.while_loop(lambda t, a, s: t < 3, outer, [0, array(3), x])
    return a.stack(), total


@pytest.mark.parametrize(
    "function", [read_and_written, grown, last_step_only, last_output_only, in_a_loop]
)
def test_the_same_numbers_without_lists(function):
    made = model(function)
    plain = functions.inlined(made.graph_def)
    assert any(name.startswith("TensorList") for name in graphs.operators(plain))
    found = tensor_lists.arrays(plain)
    assert not any("TensorList" in name for name in graphs.operators(found))
    assert not any(node.attr["T"].type == tf.variant.as_datatype_enum for node in found.node)
    graphs.assert_same(made, found, {"x": X})


def test_what_a_last_step_writes_is_the_loops_own_state():
    plain = functions.inlined(model(last_step_only).graph_def)
    ends = ["y0"]
    found = tf.graph_util.extract_sub_graph(tensor_lists.arrays(plain), ends)
    assert "TensorArrayWriteV3" not in graphs.operators(found)


def test_what_has_no_form_is_one_line():
    def popped(x):
        made = tf.raw_ops.TensorListFromTensor(tensor=x, element_shape=[4])
        _, last = tf.raw_ops.TensorListPopBack(
            input_handle=made, element_shape=[4], element_dtype=tf.float32
        )
        return last

    with pytest.raises(ValueError, match="is a TensorListPopBack, which has no form here$"):
        tensor_lists.arrays(functions.inlined(model(popped).graph_def))


def test_a_graph_without_lists_stays_itself():
    graph_def = functions.inlined(model(lambda x: x + np.float32(1)).graph_def)
    assert tensor_lists.arrays(graph_def) is graph_def
