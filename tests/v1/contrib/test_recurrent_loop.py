"""`Recurrent` runs a function of one step over time, with its gradient or one that is given."""

import numpy as np
import pytest
from tensorflow.python.framework import function

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib._recurrent_loop import Recurrent

X = np.random.RandomState(0).randn(4, 2)
START = np.array([0.5, -0.5])
W = 0.8


def cell(theta, state, inputs):
    """Return a decaying sum, and what its gradient needs beside it."""
    return {"sum": theta["w"] * state["sum"] + inputs["x"] ** 2}, {"twice": 2 * inputs["x"]}


def cell_grad(theta, state, inputs, extras, of_next):
    """Return the gradient of `cell`; the inputs' is told apart by a factor of 10."""
    back = of_next["sum"]
    of_w = tf.reduce_sum(back * state["sum"])
    return {"w": of_w}, {"sum": theta["w"] * back}, {"x": 10 * extras["twice"] * back}


def cell_grad_by_defun(theta, state, inputs, extras, of_next):
    """Return the same, out of a function whose results have no static shape."""

    @function.Defun(*[tf.float64] * 4)
    def grad(w, h, twice, back):
        of_w, of_state, of_x = cell_grad(
            {"w": w}, {"sum": h}, None, {"twice": twice}, {"sum": back}
        )
        return of_w["w"], of_state["sum"], of_x["x"]

    given = [theta["w"], state["sum"], extras["twice"], of_next["sum"]]
    of_w, of_state, of_x = grad(*[tf.placeholder_with_default(each, None) for each in given])
    return {"w": of_w}, {"sum": of_state}, {"x": of_x}


def run(x=X, **options):
    """Return states, the last one, and the gradients of their sum by w, the start and x."""
    with tf.Graph().as_default(), tf.Session() as session:
        given = [tf.constant(W, tf.float64), tf.constant(START), tf.constant(x)]
        w, start, inputs = given
        states, last = Recurrent({"w": w}, {"sum": start}, {"x": inputs}, cell, **options)
        assert states["sum"].shape.as_list()[1:] == [2]
        loss = tf.reduce_sum(states["sum"]) + tf.reduce_sum(last["sum"])
        return session.run([states["sum"], last["sum"], *tf.gradients(loss, given)])


def by_hand(x, steps):
    """Return the same of the steps given, in NumPy; other steps have zeros."""
    states, of_x = np.zeros_like(x), np.zeros_like(x)
    before, state = {}, START
    for time in steps:
        before[time], state = state, W * state + x[time] ** 2
        states[time] = state
    back, of_w = np.ones(2), 0.0
    for time in reversed(steps):
        back = back + 1
        of_x[time], of_w = 2 * x[time] * back, of_w + (back * before[time]).sum()
        back = W * back
    return states, state, of_w, back, of_x


@pytest.mark.parametrize("given_gradient", [None, cell_grad, cell_grad_by_defun])
@pytest.mark.parametrize(
    "x, options, steps",
    [
        (X, {}, range(4)),
        (X, {"max_input_length": 3}, range(3)),
        (X, {"max_input_length": 3, "aligned_end": True}, range(1, 4)),
        (X[:1], {"max_input_length": 1}, range(1)),  # which needs no loop
    ],
)
def test_states_and_gradients(x, options, steps, given_gradient):
    expected = list(by_hand(x, steps))
    if given_gradient:
        options, expected[-1] = {**options, "cell_grad": given_gradient}, 10 * expected[-1]
    for found, want in zip(run(x, **options), expected, strict=True):
        np.testing.assert_allclose(found, want, rtol=1e-12)


def test_how_many_steps_may_be_a_tensor():
    with tf.Graph().as_default(), tf.Session() as session:
        steps = tf.placeholder(tf.int32, [])
        start = {"sum": tf.constant(START)}
        states, _ = Recurrent({"w": W}, start, {"x": tf.constant(X)}, cell, max_input_length=steps)
        found = session.run(states["sum"], {steps: 2})
    np.testing.assert_allclose(found, by_hand(X, range(2))[0], rtol=1e-12)
