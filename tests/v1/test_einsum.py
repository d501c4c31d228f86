"""`einsum` in 1.15.5's operations: NumPy's values, and the seeds of what comes after."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.v1 import seed_cases


@pytest.mark.parametrize("name", seed_cases.EINSUMS)
def test_seeds_after_each_equation_are_those_of_1_15_5(name):
    seed_cases.check(tf, "einsum", name)


@pytest.mark.parametrize("mode", ["known", "batch", "unknown"])
def test_values_are_numpys(mode):
    random = np.random.RandomState(3)
    with tf.Graph().as_default(), tf.Session() as session:
        results, feeds, expected = [], {}, []
        for equation in [*seed_cases.EQUATIONS, "ii->i", "ij,ij,ij->"]:
            values = []
            for letters in equation.partition("->")[0].split(","):
                values.append(random.randn(*seed_cases.sizes_of(letters)).astype("f"))
            known = [mode == "known"] + [mode != "unknown"] * 2
            tensors = [
                tf.placeholder("float32", value.shape if is_known else [None] * value.ndim)
                for value, is_known in zip(values, known, strict=False)
            ]
            feeds.update(zip(tensors, values, strict=True))
            results.append(tf.einsum(equation, *tensors))
            expected.append(np.einsum(equation, *values))
        for found, wanted in zip(session.run(results, feeds), expected, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "equation, shapes",
    [("...i,...i->...", ([1, 4], [3, 4])), ("...i,...j->...ij", ([4], [2, 3, 5]))],
)
def test_axes_of_three_dots_are_broadcast(equation, shapes):
    with tf.Graph().as_default(), tf.Session() as session:
        values = [np.arange(np.prod(shape), dtype="f").reshape(shape) for shape in shapes]
        found = session.run(tf.einsum(equation, *values))
        np.testing.assert_array_equal(found, np.einsum(equation, *values))


def test_names_and_shapes():
    with tf.Graph().as_default():
        product = tf.einsum("bij, jk -> bik", tf.zeros([2, 3, 4]), tf.zeros([4, 5]), name="mixed")
        assert product.shape.as_list() == [2, 3, 5] and product.op.name.startswith("mixed/")
        assert tf.linalg.einsum is tf.einsum
        for every in ("i...->i", "...->"):  # summed over, which TensorFlow no longer does
            assert tf.einsum(every, tf.zeros([2, 3])).shape.rank == every.count("i") // 2
        with pytest.raises(ValueError):
            tf.einsum("ij,jk->il", tf.zeros([2, 3]), tf.zeros([3, 4]))
