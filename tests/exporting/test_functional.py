"""Loops of functions compute what TensorFlow 1's loops do, and LiteRT runs them at any size."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tf1_rnn.exporting import frozen_model, lite, loops
from tf1_rnn.exporting.functional import functional
from tf1_rnn.exporting.graph_view import GraphView
from tf1_rnn.exporting.plain import plain

LOOPS = {"Enter", "Exit", "NextIteration", "LoopCond", "TensorArrayV3", "TensorArrayReadV3"}
STEPS = 5


def whole(graph_def, outputs):
    """Make all loops functions, inner ones first."""
    graph_def, ends = plain(graph_def, outputs), [name.rpartition(":")[0] for name in outputs]
    while True:
        graph_def = tf.graph_util.extract_sub_graph(graph_def, ends)
        view = GraphView(graph_def)
        found = [[node.name for node in enters] for enters in loops.entrances(view)]
        if not found:
            return graph_def
        graph_def = functional(graph_def, next(e for e in found if not holds_another(view, e)))


def holds_another(view, enters):
    return any(view.nodes[name].op == "Enter" for name in loops.inside(view, enters) - set(enters))


def layer(x, n):
    outputs, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(2), x, n, dtype="float32")
    return [outputs, state]


def greedy(x, n):
    """Each step reads the best of the one before, until all have stopped; numbers are written."""
    cell, table = tf.nn.rnn_cell.GRUCell(6), tf.get_variable("table", [6, 3])

    def body(t, ids, state, is_done, written):
        outputs, state = cell(tf.gather(table, ids), state)
        ids = tf.argmax(outputs, 1, output_type=tf.int32)
        return t + 1, ids, state, tf.equal(ids, 2) | (t >= n), written.write(t, ids)

    first = tf.zeros_like(n)
    array = tf.TensorArray(tf.int32, 0, dynamic_size=True)
    state = tf.pad(x[:, 0], [[0, 0], [0, 3]])
    *_, written = tf.while_loop(
        lambda t, ids, state, is_done, _: tf.logical_not(tf.reduce_all(is_done)),
        body,
        [0, first, state, first > 0, array],
    )
    return [written.stack()]


def loop_in_loop(x, n):
    def outer(t, h):
        inner = tf.while_loop(
            lambda k, _: k < t, lambda k, h: (k + 1, tf.tanh(h + x[:, t])), [0, h]
        )
        return t + 1, inner[1]

    return [tf.while_loop(lambda t, _: t < tf.shape(x)[1], outer, [0, x[:, 0]])[1]]


def running_sum(x, n):
    """What a step reads is what the one before has written."""
    parts = tf.unstack(x, 3, 2)
    array = tf.TensorArray(tf.float32, 0, dynamic_size=True, clear_after_read=False)
    array = tf.while_loop(
        lambda t, _: t < tf.shape(x)[1],
        lambda t, array: (t + 1, array.write(t + 1, array.read(t) + parts[1][:, t])),
        [0, array.write(0, parts[0][:, 0])],
    )[1]
    return [array.stack(), array.size()]


def doubled(x, n):
    """An invariant is a variable's next value, and shapes change on the way."""
    same = tf.tanh(x)
    _, last, grown = tf.while_loop(
        lambda t, *_: t < 3,
        lambda t, last, grown: (t + 1, same, tf.concat([grown, last], 0)),
        [0, x, x],
        [tf.TensorShape([]), x.shape, tf.TensorShape([None, None, 3])],
    )
    return [-last, grown]


def built(build):
    """Return a graph of an open number of steps as a `FrozenModel`."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(1)
        x = tf.placeholder("float", [None, None, 3], name="x")
        n = tf.placeholder("int32", [None], name="n")
        outputs = {f"y{index}": tensor for index, tensor in enumerate(build(x, n))}
        session.run(tf.global_variables_initializer())
        model = frozen_model.freeze(
            session, {"x": x, "n": n} if n.consumers() else {"x": x}, outputs
        )
    return frozen_model.with_inputs(model)


def fed(model, batch, steps):
    given = {"x": np.random.RandomState(1).randn(batch, steps, 3).astype("float32")}
    given["n"] = np.arange(batch, dtype="int32") % (steps + 1)
    return {name: given[name] for name in model.inputs}


@pytest.mark.parametrize("build", [layer, greedy, loop_in_loop, running_sum, doubled])
def test_the_same_numbers(build, tmp_path):
    model = built(build)
    found = whole(model.graph_def, model.outputs.values())
    assert graphs.operators(model.graph_def) & LOOPS and not graphs.operators(found) & LOOPS
    graphs.assert_same(model, found, fed(model, 3, STEPS))
    path = tmp_path / "model.tflite"
    path.write_bytes(lite.convert(model))
    for batch, steps in ((3, STEPS), (1, 1), (4, 9)):
        given = fed(model, batch, steps)
        want, got = model.run(given), lite.run(str(path), given)
        for name, array in want.items():
            assert got[name].shape == array.shape
            np.testing.assert_allclose(got[name], array, atol=1e-6)


def test_names_do_not_depend_on_what_was_made_before():
    model = built(loop_in_loop)
    first, second = (whole(model.graph_def, model.outputs.values()) for _ in range(2))
    assert first.SerializeToString(deterministic=True) == second.SerializeToString(
        deterministic=True
    )


def test_an_array_that_is_never_written_in_a_step_is_named():
    def build(x, n):
        array = tf.TensorArray(tf.float32, 2, clear_after_read=False, element_shape=[])
        return [
            tf.while_loop(
                lambda t, _: t < n[0], lambda t, y: (t + 1, y + array.read(t)), [0, x[0, 0, 0]]
            )[1]
        ]

    model = built(build)
    with pytest.raises(ValueError, match="nothing was written"):
        whole(model.graph_def, model.outputs.values())
