"""Functions of `tf` in 1.15.5's operations: the values of today's, and the nodes of then."""

import itertools

import numpy as np
import pytest
import tensorflow.compat.v1 as plain_tf

import tf1_rnn.v1 as tf
from tf1_rnn.v1 import _constructions

A, B = np.sin(np.arange(24.0)).reshape(2, 3, 4), np.cos(np.arange(60.0)).reshape(3, 4, 5)
VALUES = np.arange(6.0).reshape(2, 3) - 2


def made(function):
    """Return the types of the nodes that a function makes, and the values it gives."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        result = function()
        nodes = [node.type for node in graph.get_operations()]
        return nodes, session.run(result)


@pytest.mark.parametrize("known", list(itertools.product([True, False], repeat=2)))
@pytest.mark.parametrize(
    "axes", [2, 0, [[1, 2], [0, 1]], [[2, 1], [1, 0]], [[-1], [-2]], [1, 0], [[1], [0]]]
)
def test_tensordot(axes, known):
    a, b = A, B
    if axes == 0:
        a, b = A[0], B[0]
    with tf.Graph().as_default(), tf.Session() as session:
        tensors = [
            tf.placeholder_with_default(value, value.shape if is_known else [None] * value.ndim)
            for value, is_known in zip((a, b), known, strict=True)
        ]
        found = _constructions.tensordot(*tensors, axes)
        expected = np.tensordot(a, b, axes)
        assert found.shape.rank == expected.ndim
        np.testing.assert_allclose(session.run(found), expected, rtol=0, atol=1e-12)
        ours = session.run(tf.gradients(found, tensors))
        theirs = session.run(tf.gradients(plain_tf.tensordot(*tensors, axes), tensors))
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize("axes", [[[0, 1], [0]], [[0]]])
def test_axes_that_do_not_belong_together(axes):
    with tf.Graph().as_default(), pytest.raises(ValueError, match="two lists of equally many axes"):
        _constructions.tensordot(A, B, axes)


@pytest.mark.parametrize("name", list(_constructions.OF_MATH))
def test_a_reduction_without_axes_has_one_node_for_them(name):
    value = VALUES > 0 if name in ("reduce_all", "reduce_any") else VALUES
    reduce = getattr(np, {"reduce_all": "all", "reduce_any": "any"}.get(name, name[7:]))
    for shaped, extra in ((value, ["Const"]), (value[0, 0], ["Const"])):
        nodes, found = made(lambda x=shaped: _constructions.OF_TF[name](tf.constant(x)))
        np.testing.assert_allclose(found, reduce(shaped))
        assert sorted(nodes[1:-1]) == extra, name
    function = _constructions.OF_TF[name]
    _, kept = made(lambda: function(tf.constant(value), 1, True))
    np.testing.assert_allclose(kept, reduce(value, axis=1, keepdims=True))
    _, old = made(lambda: function(tf.constant(value), reduction_indices=[0]))
    np.testing.assert_allclose(old, reduce(value, axis=0))
    assert function.__name__ == name and function.__doc__ == getattr(plain_tf, name).__doc__


def test_what_is_no_tensor_is_asked_for_its_rank():
    nodes, found = made(lambda: _constructions.OF_TF["reduce_sum"](VALUES))
    assert found == VALUES.sum() and nodes.count("Range") == 1


@pytest.mark.parametrize("clip, given", [(1.0, None), (100.0, None), (1.0, 8.0)])
def test_clipping_by_the_norm_of_all(clip, given):
    slices = tf.IndexedSlices
    with tf.Graph().as_default(), tf.Session() as session:
        tensors = [tf.constant([3.0, 4.0]), None, slices(tf.constant([12.0]), tf.constant([5]))]
        norm = given and tf.constant(given)
        clipped, used = _constructions.clip_by_global_norm(tensors, clip, norm)
        assert clipped[1] is None and isinstance(clipped[2], slices)
        first, last, used = session.run([clipped[0], clipped[2].values, used])
    expected = given or 13.0
    scale = min(1, clip / expected)
    assert used == pytest.approx(expected)
    np.testing.assert_allclose([*first, *last], scale * np.array([3, 4, 12]), rtol=1e-6)


def test_a_norm_that_is_not_finite_makes_all_nan():
    _, (first, _) = made(lambda: _constructions.clip_by_global_norm([tf.constant([np.inf])], 1.0))
    assert np.isnan(first).all()
    with pytest.raises(TypeError, match="expects a sequence"):
        _constructions.clip_by_global_norm(tf.constant(1.0), 1.0)


@pytest.mark.parametrize("how", [{}, {"keep_prob": 0.5, "rate": 0.5}])
def test_dropout_takes_one_of_its_two_numbers(how):
    with tf.Graph().as_default(), pytest.raises(ValueError, match="Give one of the two, rate"):
        _constructions.dropout(tf.ones([2]), **how)


@pytest.mark.parametrize("as_tensor", [False, True])
def test_dropout_by_either_number_is_the_same(as_tensor):
    def draw(**how):
        def build():
            given = {key: tf.constant(p) if as_tensor else p for key, p in how.items()}
            return _constructions.dropout(tf.ones([50]), seed=1, **given)

        return made(build)[1]

    # Under no graph's seed, only `seed` decides: the same places are dropped.
    kept = draw(keep_prob=0.25)
    assert set(kept) == {0, 4}
    np.testing.assert_array_equal(kept, draw(rate=0.75))


@pytest.mark.parametrize("name", ["zeros", "ones"])
def test_sizes_that_are_tensors_are_multiplied(name):
    function = getattr(_constructions, name)
    nodes, found = made(lambda: function([tf.constant(2), 3]))
    assert found.shape == (2, 3) and {"Mul", "Less"} <= set(nodes)
    assert not {"Mul", "Less"} & set(made(lambda: function([2, 3]))[0])


def test_the_number_of_parts_of_a_split_is_a_node():
    nodes, parts = made(lambda: _constructions.split(tf.constant(VALUES), 3, 1))
    np.testing.assert_array_equal(parts[1], VALUES[:, 1:2])
    assert nodes.count("Const") == 3  # the values, the number, the axis
    nodes, parts = made(lambda: _constructions.split(tf.constant(VALUES), [1, 2], 1))
    assert nodes.count("Const") == 3 and parts[1].shape == (2, 2)


@pytest.mark.parametrize(
    "dtype, bounds", [(tf.float32, ()), (tf.float64, (2, 3)), (tf.int32, (0, 9))]
)
def test_uniform_numbers_have_the_operations_of_their_bounds(dtype, bounds):
    nodes, found = made(lambda: _constructions.random_uniform([100], *bounds, dtype=dtype, seed=1))
    low, high = bounds or (0, 1)
    assert found.min() >= low and found.max() < high and found.dtype == dtype.as_numpy_dtype
    assert ("Sub" in nodes) == dtype.is_floating
