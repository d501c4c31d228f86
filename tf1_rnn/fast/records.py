"""What a loop keeps of its steps: sequences of tensors, in as few loop variables as can be.

A loop variable costs five nodes a turn. In TensorFlow 1's control flow a `TensorArray` is a
handle, and its flow, a scalar, does no more than set an order: many of them can share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import tensorflow.compat.v1 as tf


class Recorded(Protocol):
    """The sequence of a tensor in a loop: a `tf.TensorArray`, or a `_Sequence`."""

    def read(self, index: tf.Tensor) -> tf.Tensor:
        """Return the tensor of one step."""
        ...

    def stack(self) -> tf.Tensor:
        """Return the tensors of all steps, `[time, ...]`."""
        ...


def new_records(dtype: tf.DType, steps: int | tf.Tensor, groups: Sequence[int]) -> _Lists | _Arrays:
    """Return the records of a loop: `flows`, `write` and `sequences`.

    Args:
        dtype: of all tensors.
        steps: how many steps there are, an int or a tensor.
        groups: for each result of a step a number; those of one number are all kept when one of
            them is asked for.
    """
    return (_Lists if has_lists() else _Arrays)(dtype, steps, groups)


def sequence_of(tensor: tf.Tensor) -> Recorded:
    """Return the sequence of the steps of a tensor `[time, ...]`."""
    steps, shape = tensor.shape.as_list()[0] or tf.shape(tensor)[0], tensor.shape[1:]
    if has_lists():
        array = tf.TensorArray(tensor.dtype, steps, clear_after_read=False, element_shape=shape)
        return array.unstack(tensor)
    array = _new_array(tensor.dtype, steps)
    indices = tf.range(steps)
    flow = tf.raw_ops.TensorArrayScatterV3(
        handle=array.handle, indices=indices, value=tensor, flow_in=array.flow
    )
    return _Sequence(array.handle, flow, tensor.dtype, shape, indices)


def has_lists() -> bool:
    """Return whether loops are of control flow v2, in which a `TensorArray` is a list."""
    return tf.control_flow_v2_enabled() or tf.get_default_graph().building_function


def _new_array(dtype, size):
    return tf.raw_ops.TensorArrayV3(size=size, dtype=dtype, clear_after_read=False)


class _Lists:
    """Records in control flow v2, where each sequence is a loop variable."""

    def __init__(self, dtype, steps, groups):
        self.flows = [tf.TensorArray(dtype, steps, clear_after_read=False) for _ in groups]

    def write(self, now, tensors, flows):
        """Return the flows after the results of step `now`."""
        return [array.write(now, tensor) for array, tensor in zip(flows, tensors, strict=True)]

    def sequences(self, flows):
        """Return the sequences."""
        return tuple(flows)


class _Arrays:
    """Records in TensorFlow 1's control flow: one loop variable for each group."""

    def __init__(self, dtype, steps, groups):
        size = tf.convert_to_tensor(steps)
        self._indices, self._groups = tf.range(size), [groups.index(group) for group in groups]
        self._dtype, self._shapes = dtype, [None] * len(groups)
        made = [_new_array(dtype, size) for _ in groups]
        self._handles = [array.handle for array in made]
        self.flows = {number: made[number].flow for number in self._groups}

    def write(self, now, tensors, flows):
        """Return the flows after the results of step `now`."""
        flows = dict(flows)
        self._shapes = [tensor.shape for tensor in tensors]
        for handle, group, tensor in zip(self._handles, self._groups, tensors, strict=True):
            flows[group] = tf.raw_ops.TensorArrayWriteV3(
                handle=handle, index=now, value=tensor, flow_in=flows[group]
            )
        return flows

    def sequences(self, flows):
        """Return the sequences."""
        return tuple(
            _Sequence(handle, flows[group], self._dtype, shape, self._indices)
            for handle, group, shape in zip(self._handles, self._groups, self._shapes, strict=True)
        )


class _Sequence:
    def __init__(self, handle, flow, dtype, shape, indices):
        self._given = {"handle": handle, "flow_in": flow, "dtype": dtype}
        self._shape, self._indices = shape, indices

    def read(self, index):
        """Return the tensor of one step."""
        tensor = tf.raw_ops.TensorArrayReadV3(**self._given, index=index)
        tensor.set_shape(self._shape)
        return tensor

    def stack(self):
        """Return the tensors of all steps, `[time, ...]`."""
        return tf.raw_ops.TensorArrayGatherV3(
            **self._given, indices=self._indices, element_shape=self._shape
        )
