"""A batch in two halves, which do not wait for each other.

One step's product is too small to be spread over two cores well; two chains of products are not.
"""

from collections.abc import Iterable, Sequence

import tensorflow.compat.v1 as tf


class Chains:
    """The parts of a batch, and how it is taken apart and joined.

    Args:
        x: the inputs.
        axis: of their batch.
        most: 1 to keep the batch whole, 2 to halve it.
    """

    def __init__(self, x: tf.Tensor, axis: int, most: int) -> None:
        batch = x.shape.as_list()[axis]
        self.number = 1 if batch == 1 else most
        if self.number == 1:
            return
        self._batch = tf.shape(x)[axis] if batch is None else batch
        self._half = self._first = self._batch // 2
        self._sizes = tf.stack([self._half, self._batch - self._half])
        if batch is None and x.shape.rank > 3:
            # Of an empty batch oneDNN's convolutions get the shape wrong: a single sequence is
            # run as both halves, and counts as the second.
            self._first = tf.maximum(self._half, 1)

    def split(self, tensor: tf.Tensor, axis: int = 0) -> list[tf.Tensor]:
        """Return the parts of a tensor, whose batch is on `axis` (0 or 1)."""
        if self.number == 1:
            return [tensor]
        if self._first is self._half:
            return tf.split(tensor, self._sizes, axis, num=2)
        return [
            _rows(tensor, 0, self._first, axis),
            _rows(tensor, self._half, self._batch, axis),
        ]

    def split_each(self, tensors: Iterable[tf.Tensor]) -> list[tuple[tf.Tensor, ...]]:
        """Return for each part a tuple of the parts of several tensors `[batch, ...]`."""
        return list(zip(*map(self.split, tensors), strict=True)) or [()] * self.number

    def join(self, parts: Sequence[tf.Tensor], axis: int = 0) -> tf.Tensor:
        """Return the tensor of its parts; the reverse of `split`."""
        if self.number == 1:
            return parts[0]
        one, other = parts
        whole = self._first is self._half
        return tf.concat([one if whole else _rows(one, 0, self._half, axis), other], axis)

    def split_gradient(self, d_tensor: tf.Tensor, axis: int = 0) -> list[tf.Tensor]:
        """Return the gradients of the parts that `join` joined."""
        if self.number == 1 or self._first is self._half:
            return self.split(d_tensor, axis)
        one, other = self.split(d_tensor, axis)
        return [one * tf.cast(self._half > 0, one.dtype), other]


def _rows(tensor, begin, end, axis):
    return tensor[begin:end] if axis == 0 else tensor[:, begin:end]
