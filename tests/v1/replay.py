"""Cases that run under TensorFlow 1.15.5, which records what they give, and here.

A case is a function of `tf` that builds a graph and returns its results (a nested structure of
tensors) and the tensors whose gradients count beside those of the variables. Runs under Python 3.7
too.
"""

import sys

import numpy as np


def run(tf, case):
    """Returns {label: array}: names and starts of the variables, results, gradients.

    The loss is the sum of the squares of all results of a floating type.
    """
    with tf.Graph().as_default(), tf.Session() as session:
        results, sources = case(tf)
        results = tf.nest.flatten(results)
        variables = tf.global_variables()
        assert variables == tf.trainable_variables()
        loss = tf.add_n(
            [tf.cast(tf.reduce_sum(r * r), tf.float64) for r in results if r.dtype.is_floating]
        )
        gradients = tf.gradients(loss, sources + variables, unconnected_gradients="zero")
        gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
        session.run(tf.global_variables_initializer())
        scalars = session.run([v for v in variables if v.shape.ndims == 0])
        random = np.random.RandomState(7)
        for variable in variables:
            variable.load(random.randn(*variable.shape.as_list()) * 0.7, session)
        results, gradients = session.run([results, gradients])
    arrays = {"variables": np.array([v.op.name for v in variables], str)}
    arrays["scalars"] = np.array(scalars)
    arrays.update((f"result{i}", array) for i, array in enumerate(results))
    arrays.update((f"gradient{i}", array) for i, array in enumerate(gradients))
    return arrays


def record(cases, path):
    """Runs all cases with `tensorflow` and writes them to a file."""
    import tensorflow as tf

    path = sys.argv[1] if len(sys.argv) > 1 else path
    arrays = {
        f"{name}/{label}": array
        for name, case in cases.items()
        for label, array in run(tf, case).items()
    }
    np.savez_compressed(path, **arrays)


def read(path):
    """Returns {case: {label: array}}."""
    recorded = {}
    with np.load(path) as file:
        for key in file.files:
            name, label = key.split("/")
            recorded.setdefault(name, {})[label] = file[key]
    return recorded


def assert_same(ours, expected, tolerance=1e-12):
    """Raises AssertionError unless a case gave what is expected; the tolerance is float64's."""
    from tests.comparison import relative_error

    assert list(ours) == list(expected)
    for label, wanted in expected.items():
        found = ours[label]
        assert found.dtype == wanted.dtype and found.shape == wanted.shape, label
        if wanted.dtype.kind == "f":
            allowed = tolerance if wanted.dtype == np.float64 else 2e-6
            # The gradient of a product with an exact 0 among its factors is NaN in 1.15.5.
            found, wanted = np.where(np.isnan(wanted), 0, [found, wanted])
            assert relative_error(found, wanted) <= allowed, label
        else:
            assert found.tolist() == wanted.tolist(), label
