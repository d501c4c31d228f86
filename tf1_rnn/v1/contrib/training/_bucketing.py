"""Batches of sequences of similar length, by queues: one per bucket, and one of full batches."""

import tensorflow.compat.v1 as tf


def bucket_by_sequence_length(
    input_length,
    tensors,
    batch_size,
    bucket_boundaries,
    num_threads=1,
    capacity=32,
    bucket_capacities=None,
    shapes=None,
    dynamic_pad=False,
    allow_smaller_final_batch=False,
    keep_input=True,
    shared_name=None,
    name=None,
):
    """Batch one sequence at a time with others of similar length.

    Args:
        input_length: int32 scalar, the length of the sequence.
        tensors: list or dict of tensors, of one sequence.
        batch_size: int, or a list of one for each bucket.
        bucket_boundaries: n increasing integers, between n + 1 buckets: the first holds lengths
            below the first of them, the last those that reach the last of them.
        num_threads: how many threads fill the buckets.
        capacity: how many batches wait at most, and sequences in each bucket.
        bucket_capacities: list of how many sequences wait in each bucket, by default `capacity`.
        shapes: list of the shapes of `tensors`, by default as far as they are known.
        dynamic_pad: whether a batch is padded with zeros to its longest sequence; else shapes
            must be fully known.
        allow_smaller_final_batch: whether what remains at the end makes smaller batches.
        keep_input: bool scalar; a sequence is left out where it is False.
        shared_name: name by which other sessions reach the queues.
        name: of the operations.

    Returns:
        The int32 lengths `[batch]`, and the batched tensors, as list or dict.

    Raises:
        TypeError: boundaries that are neither list nor tuple, or not integers.
        ValueError: no boundaries, ones that do not increase, and what `bucket` raises.
    """
    if not isinstance(bucket_boundaries, (list, tuple)):
        raise TypeError(
            f"bucket_boundaries must be a list or tuple, but received: {bucket_boundaries}"
        )
    if not bucket_boundaries:
        raise ValueError("bucket_boundaries must not be empty")
    for low, high in zip(bucket_boundaries, bucket_boundaries[1:], strict=False):
        if low >= high:
            raise ValueError(
                f"Buckets must contain sequential increasing lengths, but saw: {low} before {high}"
            )
    with tf.name_scope(name, "bucket_by_sequence_length", [input_length]):
        length = tf.convert_to_tensor(input_length, dtype=tf.int32, name="input_length")
        boundaries = tf.constant(bucket_boundaries)  # integers, or it is a TypeError
        which_bucket = tf.reduce_sum(tf.cast(length >= boundaries, tf.int32))
        named = isinstance(tensors, dict)
        _, batched = bucket(
            [length, *(tensors.values() if named else tensors)],
            which_bucket,
            batch_size,
            len(bucket_boundaries) + 1,
            num_threads,
            capacity,
            bucket_capacities,
            None if shapes is None else [[], *shapes],
            dynamic_pad,
            allow_smaller_final_batch,
            keep_input,
            shared_name,
        )
        lengths, *rest = batched if len(tensors) else [batched]
        return lengths, dict(zip(tensors, rest, strict=True)) if named else rest


def bucket(
    tensors,
    which_bucket,
    batch_size,
    num_buckets,
    num_threads=1,
    capacity=32,
    bucket_capacities=None,
    shapes=None,
    dynamic_pad=False,
    allow_smaller_final_batch=False,
    keep_input=True,
    shared_name=None,
    name=None,
):
    """Batch one element at a time with others of its bucket, by threads of queue runners.

    Args:
        tensors: list or dict of tensors, of one element.
        which_bucket: int32 scalar, the element's bucket, from 0.
        batch_size: int, or a list of one for each bucket.
        num_buckets: int.
        num_threads: how many threads fill the buckets.
        capacity: how many batches wait at most, and elements in each bucket.
        bucket_capacities: how many elements wait in each bucket, where it is not `capacity`.
        shapes: of the elements, by default as far as they are known.
        dynamic_pad: whether a batch is padded with zeros to its largest element; else shapes
            must be fully known.
        allow_smaller_final_batch: whether what remains at the end makes smaller batches.
        keep_input: bool scalar; an element is left out where it is False.
        shared_name: name by which other sessions reach the queues.
        name: of the operations.

    Returns:
        `(bucket, batch)`: the int32 scalar, and tensors `[batch_size, ...]` in a list or dict
        as given; where one tensor alone is given in a list, that tensor.

    Raises:
        ValueError: lists of sizes or capacities that are not of `num_buckets`, shapes that are
            not known, or a `keep_input` of more than one value.
    """
    sizes = _checked_sizes(batch_size, bucket_capacities, num_buckets)
    values = list(tensors.values() if isinstance(tensors, dict) else tensors)
    with tf.name_scope(name, "bucket", values):
        which_bucket = tf.convert_to_tensor(which_bucket, dtype=tf.int32, name="which_bucket")
        keep = tf.convert_to_tensor(keep_input, dtype=tf.bool, name="keep_input")
        if keep.shape.rank:
            raise ValueError("`keep_input` must be one value, for one element at a time.")
        packed = [_Packed(value) for value in values]
        shapes = [part.shape for part in packed] if shapes is None else shapes
        types = [part.tensor.dtype for part in packed]
        Queue = tf.queue.PaddingFIFOQueue if dynamic_pad else tf.queue.FIFOQueue
        queues = [
            Queue(size, types, shapes, shared_name=shared_name, name=f"bucket_queue_{index}")
            for index, size in enumerate(bucket_capacities or [capacity] * num_buckets)
        ]
        elements = [part.tensor for part in packed]

        def enqueue():
            return tf.group(
                *(
                    tf.cond(tf.equal(which_bucket, i), lambda q=q: q.enqueue(elements), tf.no_op)
                    for i, q in enumerate(queues)
                )
            )

        _run(queues, [tf.cond(keep, enqueue, tf.no_op)] * num_threads)
        top = _queue_of_batches(
            queues, sizes, types, shapes, capacity, allow_smaller_final_batch, shared_name
        )
        found, *batch = top.dequeue(name="dequeue_top")
        batch = [part.unpacked(tensor) for part, tensor in zip(packed, batch, strict=True)]
    if isinstance(tensors, dict):
        return found, dict(zip(tensors, batch, strict=True))
    return found, batch if len(batch) > 1 else batch[0]


def _checked_sizes(batch_size, bucket_capacities, num_buckets):
    """Return the batch sizes as a list, of one for all buckets or of one for each."""
    sizes = list(batch_size) if isinstance(batch_size, (list, tuple)) else [batch_size]
    if isinstance(batch_size, (list, tuple)) and len(sizes) != num_buckets:
        raise ValueError(
            "If batch_size is a list it must have num_buckets elements: "
            f"saw {len(sizes)} for {num_buckets} buckets"
        )
    if bucket_capacities is not None and len(bucket_capacities) != num_buckets:
        raise ValueError(
            f"The list bucket_capacities ({bucket_capacities}) must have exactly num_buckets "
            f"({num_buckets}) elements."
        )
    return sizes


def _queue_of_batches(queues, sizes, types, shapes, capacity, allow_smaller, shared_name):
    """Return the queue of (bucket, batch) that is filled from all buckets."""
    fixed = sizes[0] if len(sizes) == 1 and not allow_smaller else None
    shapes = [[fixed, *tf.TensorShape(shape).as_list()] for shape in shapes]
    top = tf.queue.PaddingFIFOQueue(
        capacity, [tf.int32, *types], [[], *shapes], shared_name=shared_name, name="top_queue"
    )
    sizes = sizes * len(queues) if len(sizes) == 1 else sizes
    enqueues = []
    for index, (queue, size) in enumerate(zip(queues, sizes, strict=True)):
        batch = queue.dequeue_up_to(size) if allow_smaller else queue.dequeue_many(size)
        batch = [batch] if tf.is_tensor(batch) else batch
        enqueues.append(top.enqueue([tf.constant(index), *batch]))
        tf.summary.scalar(f"bucket/{queue.name}/size", tf.cast(queue.size(), tf.float32))
    _run([top], enqueues)
    full = tf.cast(top.size(), tf.float32) / capacity
    tf.summary.scalar(f"bucket/{top.name}/fraction_of_{capacity}_full", full)
    return top


def _run(queues, enqueues):
    """Add a queue runner with a thread for each operation; it closes the queues at the end."""
    tf.train.queue_runner.add_queue_runner(
        tf.train.QueueRunner(
            queues[0],
            enqueues,
            close_op=tf.group(*(queue.close() for queue in queues)),
            cancel_op=tf.group(*(queue.close(cancel_pending_enqueues=True) for queue in queues)),
            queue_closed_exception_types=(tf.errors.OutOfRangeError, tf.errors.CancelledError),
        )
    )


class _Packed:
    """An element's tensor as a queue takes it: a sparse one as text, `[3]`."""

    def __init__(self, value):
        self.sparse = value if isinstance(value, tf.SparseTensor) else None
        packed = value if self.sparse is None else tf.serialize_sparse(value)
        self.tensor = tf.convert_to_tensor(packed)
        self.shape = self.tensor.shape

    def unpacked(self, batch):
        """Return the batch, sparse again if the element was."""
        if self.sparse is None:
            return batch
        rank = self.sparse.shape.rank
        return tf.deserialize_many_sparse(batch, self.sparse.dtype, rank and rank + 1)
