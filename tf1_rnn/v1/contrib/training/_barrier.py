"""A barrier: elements of several parts under one key each, taken once all their parts are there."""

import tensorflow.compat.v1 as tf


class Barrier:
    """Keeps elements until they are complete; they are taken in the order of their first parts.

    Args:
        types: types of the parts.
        shapes: their static shapes.
        name: name of the operation.

    `barrier_ref` is the tensor by which operations know the barrier.
    """

    def __init__(self, types, shapes, name="barrier"):
        self._types = [tf.as_dtype(each) for each in types]
        self._shapes = [tf.TensorShape(each) for each in shapes]
        self.barrier_ref = tf.raw_ops.Barrier(
            component_types=self._types, shapes=self._shapes, name=name
        )

    @property
    def name(self):
        """The name of the barrier's operation."""
        return self.barrier_ref.op.name

    def insert_many(self, component_index, keys, values, name=None):
        """Return an operation that gives elements one of their parts.

        Args:
            component_index: number of the part, from 0.
            keys: strings `[n]`, the elements.
            values: the part of each of them, `[n, ...]`.
            name: name of the operation.
        """
        return tf.raw_ops.BarrierInsertMany(
            handle=self.barrier_ref,
            keys=keys,
            values=values,
            component_index=component_index,
            name=name or f"{self.name}_BarrierInsertMany",
        )

    def take_many(self, num_elements, allow_small_batch=False, timeout=None, name=None):
        """Take elements that have all their parts.

        Args:
            num_elements: how many elements to wait for.
            allow_small_batch: whether fewer are taken once the barrier is closed.
            timeout: milliseconds to wait, by default without end.
            name: name of the operation.

        Returns:
            (indices `[n]`, keys `[n]`, list of parts `[n, ...]`).

        Raises:
            tf.errors.OutOfRangeError: when it runs, if there are not enough.
        """
        taken = tf.raw_ops.BarrierTakeMany(
            handle=self.barrier_ref,
            num_elements=num_elements,
            component_types=self._types,
            allow_small_batch=allow_small_batch,
            timeout_ms=-1 if timeout is None else timeout,
            name=name or f"{self.name}_BarrierTakeMany",
        )
        number = tf.get_static_value(tf.convert_to_tensor(num_elements))
        rows = tf.TensorShape([None if allow_small_batch else number])
        taken.indices.set_shape(rows)
        taken.keys.set_shape(rows)
        for values, shape in zip(taken.values, self._shapes, strict=True):
            values.set_shape(rows.concatenate(shape))
        return taken.indices, taken.keys, taken.values

    def close(self, cancel_pending_enqueues=False, name=None):
        """Return an operation that closes the barrier to new keys, or to parts too."""
        return tf.raw_ops.BarrierClose(
            handle=self.barrier_ref, cancel_pending_enqueues=cancel_pending_enqueues, name=name
        )

    def ready_size(self, name=None):
        """Return the number of complete elements."""
        return tf.raw_ops.BarrierReadySize(handle=self.barrier_ref, name=name)

    def incomplete_size(self, name=None):
        """Return the number of elements that lack a part."""
        return tf.raw_ops.BarrierIncompleteSize(handle=self.barrier_ref, name=name)
