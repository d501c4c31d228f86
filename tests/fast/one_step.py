"""One step of a fast recurrence beside the gradient that TensorFlow derives for the same maths."""

import numpy as np
import tensorflow.compat.v1 as tf


def assert_gradients(make, step, state, x, weights, tolerance=1e-12):
    """Compare a step's new state, and its gradients by hand, with TensorFlow's of a plain step.

    Args:
        make: function of the weights, tensors, to the maths: `forward`, `backward`,
            `weight_gradients`.
        step: function of state, x and weights, tensors, to the new state, a tuple.
        state, x, weights: arrays; state and weights in tuples.
        tolerance: of each number, absolutely.
    """
    random = np.random.RandomState(0)
    with tf.Graph().as_default(), tf.Session() as session:
        state, weights = ([tf.constant(array) for array in arrays] for arrays in (state, weights))
        x = tf.constant(x)
        maths = make(*weights)
        new, kept = maths.forward(tuple(state), x)
        assert len(kept) == maths.kept
        wanted = step(tuple(state), x, *weights)
        d_new = [tf.constant(random.randn(*part.shape.as_list()), part.dtype) for part in new]
        d_state, d_kept = maths.backward(tuple(d_new), *kept)
        assert len(d_kept) == maths.backward_kept
        # Sequences of one step each.
        gradients = maths.weight_gradients(*([part] for part in d_kept), *([k] for k in kept))
        d_x, *d_weights = gradients
        found = [*new, *d_state, tf.reshape(d_x, tf.shape(x)), *d_weights]
        expected = [*wanted, *tf.gradients(wanted, [*state, x, *weights], d_new)]
        for one, other in zip(*session.run([found, expected]), strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=tolerance)


def drawn(*shape, seed=0):
    """Return numbers of a shape, the same for the same shape and seed."""
    return np.random.RandomState([seed, *shape]).uniform(-0.8, 0.8, shape)
