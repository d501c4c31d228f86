"""`tensorflow.python.util.nest`: `check_subtrees_length`, as 1.15.5 took it."""

import collections

import pytest

import tf1_rnn.v1 as tf

nest = tf.contrib.framework.nest
Pair = collections.namedtuple("Pair", "a b")


@pytest.mark.parametrize(
    "shallow, tree, found",
    [
        ([1, 1], [[1, 2], 3, 4], [[1, 2], 3]),
        ({"a": 1}, {"a": [1, 2], "b": 3}, [[1, 2]]),
        ([1, [1, 1]], [[1, 2], [3, 4, 5], 6], [[1, 2], 3, 4]),
        ([{"a": 1}], [collections.OrderedDict(a=1, b=2), 3], [1]),
        (Pair(1, (1,)), Pair([1, 2], (3, 4)), [[1, 2], 3]),
    ],
)
def test_elements_without_a_place_are_left_out(shallow, tree, found):
    assert nest.flatten_up_to(shallow, tree, check_subtrees_length=False) == found
    with_paths = nest.flatten_with_tuple_paths_up_to(shallow, tree, check_subtrees_length=False)
    assert [each for _, each in with_paths] == found
    assert nest.assert_shallow_structure(shallow, tree, check_subtrees_length=False) is None
    with pytest.raises(
        ValueError, match="don't have the same (sequence|number)|same sequence length"
    ):
        nest.assert_shallow_structure(shallow, tree)


def test_functions_of_several_structures():
    def mapped(function, *more):
        return function([1, 1], *more, [[1, 2], 3, 4], [5, 6, 7], check_subtrees_length=False)

    assert mapped(nest.map_structure_up_to, lambda *a: a) == [([1, 2], 5), (3, 6)]
    found = mapped(nest.map_structure_with_tuple_paths_up_to, lambda path, *a: (path, a))
    assert found == [((0,), ([1, 2], 5)), ((1,), (3, 6))]
    with pytest.raises(ValueError, match="length"):
        nest.map_structure_up_to([1, 1], lambda x: x, [1, 2, 3])


@pytest.mark.parametrize(
    "shallow, tree, error, message",
    [
        ([1, 1, 1], [1, 2], ValueError, "The input_tree has fewer elements than the shallow_tree"),
        ({"a": 1, "c": 2}, {"a": 1, "b": 3}, ValueError, "keys are not a subset"),
        ((1, 1), [1, 2, 3], TypeError, "same sequence type"),
        ([1, [1, 1]], [1, 7, 4], TypeError, "input must also be a sequence"),
    ],
)
def test_what_begins_otherwise(shallow, tree, error, message):
    with pytest.raises(error, match=message):
        nest.flatten_up_to(shallow, tree, check_subtrees_length=False)


def test_the_rest_is_tensorflows_own():
    assert nest.is_sequence([1]) and not nest.is_sequence(1)
    assert nest.flatten([1, (2, {"a": 3})]) == [1, 2, 3]
