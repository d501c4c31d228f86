"""One step of a fast recurrence, compared with TensorFlow's own gradient of the same maths."""

import numpy as np
import tensorflow.compat.v1 as tf


def assert_gradients(make, step, state, x, weights, tolerance=1e-12):
    """Compare a step's new state, and its gradients by hand, with TensorFlow's of a plain step.

    Args:
        make: function of the weights, tensors, to the maths: `forward`, `backward`, `sums`,
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
        read_back = [kept[place] for place in maths.read_back]
        d_state, d_kept, added = maths.backward(tuple(d_new), *read_back)
        assert len(d_kept) == maths.backward_kept
        sums = [old + more for old, more in zip(maths.sums(tuple(state)), added, strict=True)]
        # Sequences of one step each.
        d_kept, kept = [[part] for part in d_kept], [[part] for part in kept]
        d_x, *d_weights = maths.weight_gradients(d_kept, sums, kept)
        found = [*new, *d_state, tf.reshape(d_x, tf.shape(x)), *d_weights]
        expected = [*wanted, *tf.gradients(wanted, [*state, x, *weights], d_new)]
        for one, other in zip(*session.run([found, expected]), strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=tolerance)


def drawn(*shape, seed=0):
    """Return numbers of a shape, the same for the same shape and seed."""
    return np.random.RandomState([seed, *shape]).uniform(-0.8, 0.8, shape)
