"""Runs a cell under TensorFlow's loops and under its NumPy reference, and compares the two."""

import numpy as np
import tensorflow.compat.v1 as tf

from tests import references
from tests.variables import load


def relative_error(ours, theirs):
    """The largest difference, relative to the largest value but at least to 1."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
    return np.max(np.abs(ours - theirs), initial=0) / max(1, np.max(np.abs(theirs), initial=0))


def short_names(variables, scopes=2):
    """Names inside the cell's scope: `rnn/gru_cell/gates/kernel:0` is `gates/kernel`."""
    return [variable.op.name.split("/", scopes)[scopes] for variable in variables]


def assert_equals_reference(
    make_cell,
    step,
    input_shape,
    lengths=None,
    dtype="float64",
    tolerance=1e-12,
    seed=0,
    scopes=2,
    scope_dtype=None,
):
    """Compares outputs, final state and all gradients of `dynamic_rnn` with the reference's.

    Args:
        make_cell: returns the cell.
        step: the reference, `(x, state, weights by short name) -> (output, new state)`.
        input_shape: `[batch, time, ...]`.
        lengths: None or one for each sequence.
        dtype: of everything.
        tolerance: on the relative error.
        seed: of inputs, weights, initial state and the weights in the loss.
        scopes: how many scopes the short names leave out; wrappers without one need 1.
        scope_dtype: type of the open scope, for cells that make variables of that type.

    Returns:
        The short names of the variables.
    """
    random = np.random.RandomState(seed)
    with tf.Graph().as_default(), tf.Session() as session:
        cell = make_cell()
        x = tf.placeholder(dtype, input_shape)
        initial = tf.nest.map_structure(
            lambda size: tf.placeholder(dtype, [input_shape[0]] + tf.TensorShape(size).as_list()),
            cell.state_size,
        )
        with tf.variable_scope(tf.get_variable_scope(), dtype=scope_dtype):
            outputs, state = tf.nn.dynamic_rnn(
                cell, x, sequence_length=lengths, initial_state=initial
            )
        results = [outputs, *tf.nest.flatten(state)]
        factors = [random.randn(*t.shape.as_list()).astype(dtype) for t in results]
        loss = tf.add_n([tf.reduce_sum(t * f) for t, f in zip(results, factors, strict=True)])
        feeds = [x, *tf.nest.flatten(initial)]
        variables = tf.global_variables()
        gradients = tf.gradients(loss, feeds + variables, unconnected_gradients="zero")
        values = [random.randn(*t.shape.as_list()).astype(dtype) for t in feeds]
        weights = [random.randn(*v.shape.as_list()).astype(dtype) * 0.5 for v in variables]
        load(session, variables, weights)
        ours, our_gradients = session.run(
            [results, gradients], dict(zip(feeds, values, strict=True))
        )
    names = short_names(variables, scopes)

    def reference(arrays):
        by_name = dict(zip(names, arrays[len(feeds) :], strict=True))
        start = references.pack(cell.state_size, iter(arrays[1 : len(feeds)]))
        result, final = references.unroll(
            lambda x_t, s: step(x_t, s, by_name), arrays[0], start, lengths
        )
        return [result, *references.flatten(final)]

    def reference_loss(arrays):
        return sum(np.sum(t * f) for t, f in zip(reference(arrays), factors, strict=True))

    all_values = [np.asarray(value, "float64") for value in values + weights]
    for mine, theirs in zip(ours, reference(all_values), strict=True):
        assert relative_error(mine, theirs) <= tolerance
    for mine, theirs in zip(
        our_gradients, references.gradient(reference_loss, all_values), strict=True
    ):
        assert relative_error(mine, theirs) <= tolerance
    return names
