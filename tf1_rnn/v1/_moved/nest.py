"""`tensorflow.python.util.nest`: TensorFlow's own, with the argument `check_subtrees_length` back.

Where it is False, an input may have more elements than the shallow structure; they are left out.
"""

import collections.abc

from tensorflow.python.util import nest as _nest

from .. import _lazy

is_sequence = _nest.is_nested
is_sequence_or_composite = _nest.is_nested_or_composite


def assert_shallow_structure(
    shallow_tree,
    input_tree,
    check_types=True,
    expand_composites=False,
    check_subtrees_length=True,
):
    """Raise an error unless a structure begins with another.

    Args:
        shallow_tree: the structure of the beginning.
        input_tree: the structure to check.
        check_types: whether the types of sequences must be the same.
        expand_composites: whether a SparseTensor counts as its parts.
        check_subtrees_length: whether both must have as many elements at each place.

    Raises:
        TypeError: the types differ, or there is a sequence in the shallow structure alone.
        ValueError: the lengths or the keys differ.
    """
    if not check_subtrees_length:
        input_tree = _trimmed(shallow_tree, input_tree)
    _nest.assert_shallow_structure(shallow_tree, input_tree, check_types, expand_composites)


def flatten_up_to(
    shallow_tree,
    input_tree,
    check_types=True,
    expand_composites=False,
    check_subtrees_length=True,
):
    """Return what a structure has at the leaves of a shallower one, a list.

    Args:
        shallow_tree: the shallower structure.
        input_tree: the structure.
        check_types: whether the types of sequences must be the same.
        expand_composites: whether a SparseTensor counts as its parts.
        check_subtrees_length: whether both must have as many elements at each place.
    """
    if not check_subtrees_length:
        input_tree = _trimmed(shallow_tree, input_tree)
    return _nest.flatten_up_to(shallow_tree, input_tree, check_types, expand_composites)


def flatten_with_tuple_paths_up_to(
    shallow_tree,
    input_tree,
    check_types=True,
    expand_composites=False,
    check_subtrees_length=True,
):
    """Return what a structure has at the leaves of a shallower one: a list of (path, what).

    Args:
        shallow_tree: the shallower structure.
        input_tree: the structure.
        check_types: whether the types of sequences must be the same.
        expand_composites: whether a SparseTensor counts as its parts.
        check_subtrees_length: whether both must have as many elements at each place.
    """
    if not check_subtrees_length:
        input_tree = _trimmed(shallow_tree, input_tree)
    return _nest.flatten_with_tuple_paths_up_to(
        shallow_tree, input_tree, check_types, expand_composites
    )


def map_structure_up_to(shallow_tree, func, *inputs, **kwargs):
    """Return the results of a function of what structures have at the leaves of a shallower one.

    Args:
        shallow_tree: the shallower structure, which the result has.
        func: a function of as many arguments as there are inputs.
        *inputs: structures.
        **kwargs: `check_types`, `expand_composites` and `check_subtrees_length`.
    """
    if not kwargs.pop("check_subtrees_length", True):
        inputs = [_trimmed(shallow_tree, each) for each in inputs]
    return _nest.map_structure_up_to(shallow_tree, func, *inputs, **kwargs)


def map_structure_with_tuple_paths_up_to(shallow_tree, func, *inputs, **kwargs):
    """Return what `map_structure_up_to` does; the function is also given each leaf's path, first.

    Args:
        shallow_tree: the shallower structure, which the result has.
        func: a function of a path and as many arguments as there are inputs.
        *inputs: structures.
        **kwargs: `check_types`, `expand_composites` and `check_subtrees_length`.
    """
    if not kwargs.pop("check_subtrees_length", True):
        inputs = [_trimmed(shallow_tree, each) for each in inputs]
    return _nest.map_structure_with_tuple_paths_up_to(shallow_tree, func, *inputs, **kwargs)


def _trimmed(shallow, tree):
    """Return a structure without the elements that a shallower one has no place for.

    Raises:
        ValueError: it has fewer elements, or lacks a key.
    """
    if not (_nest.is_nested(shallow) and _nest.is_nested(tree)):
        return tree
    if isinstance(shallow, collections.abc.Mapping) and isinstance(tree, collections.abc.Mapping):
        lacking = sorted(key for key in shallow if key not in tree)
        if lacking:
            raise ValueError(
                "The shallow_tree's keys are not a subset of the input_tree's keys. The "
                f"shallow_tree has the following keys that are not in the input_tree: {lacking}."
            )
        kept = {key: _trimmed(shallow[key], tree[key]) for key in tree if key in shallow}
        return kept if type(tree) is dict else type(tree)(kept)
    if not isinstance(shallow, (list, tuple)) or not isinstance(tree, (list, tuple)):
        return tree
    if len(tree) < len(shallow):
        raise ValueError(
            "The input_tree has fewer elements than the shallow_tree. Input structure has length "
            f"{len(tree)}, while shallow structure has length {len(shallow)}."
        )
    kept = [_trimmed(*each) for each in zip(shallow, tree, strict=False)]
    if hasattr(tree, "_fields"):
        return type(tree)(*kept) if len(kept) == len(tree) else tuple(kept)
    return type(tree)(kept)


_lazy.forward(__name__, _nest)
