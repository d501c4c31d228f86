"""Cases that run under TensorFlow 1.15.5, which records what they give, and here.

A case is a function of `tf` that builds a graph and returns its results (a nested structure of
tensors) and the tensors whose gradients count beside those of the variables. Runs under Python 3.7
too.
"""

import sys

import numpy as np

from tests.variables import drawn, load


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
        load(session, variables, drawn(random, variables, 0.7))
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


def tests_of(cases, tolerance=lambda name: 1e-12):
    """Returns the tests of a module of cases, for a test module to take under these names.

    `recorded` is a fixture, and each of the others a test: `test_every_case_is_recorded`,
    `test_variables_values_and_gradients_are_those_of_1_15_5`, and with a 1.15.5 at hand
    `test_the_recording_is_what_1_15_5_gives_live`.

    Args:
        cases: the module, with `CASES` and `RECORDED`; run by itself, it records.
        tolerance: function of a case's name to float64's.
    """
    import subprocess

    import pytest

    from tools import oracle

    @pytest.fixture(scope="module")
    def recorded():
        return read(cases.RECORDED)

    def every_case_is_recorded(recorded):
        assert set(recorded) == set(cases.CASES)

    @pytest.mark.parametrize("name", cases.CASES)
    def values_are_those_of_1_15_5(name, recorded):
        import tf1_rnn.v1 as tf

        assert_same(run(tf, cases.CASES[name]), recorded[name], tolerance(name))

    @pytest.mark.oracle
    @pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
    def recording_is_live(recorded, tmp_path):
        command = [oracle.python(), "-W", "ignore", cases.__file__, str(tmp_path / "live.npz")]
        subprocess.run(command, check=True, capture_output=True, env=oracle.environment())
        live = read(tmp_path / "live.npz")
        assert set(live) == set(recorded)
        for name, arrays in live.items():
            assert_same(arrays, recorded[name])

    return recorded, every_case_is_recorded, values_are_those_of_1_15_5, recording_is_live
