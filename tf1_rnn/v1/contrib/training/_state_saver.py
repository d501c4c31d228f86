"""Batches of segments of long sequences, whose states go from one segment to the next.

An example of `padded_length` steps becomes `padded_length / num_unroll` segments. A segment is an
element of a barrier under the key "00001_of_00003:KEY"; its state is the part that is missing until
`save_state` of the segment before it, which a state-saving loop runs. A sparse sequence or context
is kept as text, three strings a segment, because parts of a barrier are dense.

When no more examples come, blank elements fill the last batches, and are left out of them: a closed
barrier may lose its last element.
"""

import functools
import numbers

import tensorflow.compat.v1 as tf

from ._barrier import Barrier

_FIELDS = ("length", "total_length", "next_key", "sequence", "sequence_count")


class NextQueuedSequenceBatch:
    """A batch of segments; all that one `Session.run` reads belongs to the same batch.

    `static_state_saving_rnn` takes it as its `state_saver`. `insertion_index` holds int64 numbers
    [batch], smaller for examples that came earlier.
    """

    def __init__(self, state_saver):
        self._saver = state_saver
        self.insertion_index, self._keys, self._parts = state_saver._take_segments()
        done = self._part("sequence") + 1 >= self._part("sequence_count")
        self._goes_on = tf.reshape(tf.where(tf.logical_not(done)), [-1])
        # A finished example makes room for a new one, before its last state can be read.
        freed = state_saver._room.dequeue_many(tf.reduce_sum(tf.cast(done, tf.int32)))
        with tf.control_dependencies([freed]):
            self._states = {
                name: tf.identity(self._part("state", name)) for name in state_saver._states
            }

    def _part(self, kind, name=None):
        return self._parts[self._saver._place(kind, name)]

    @property
    def key(self):
        """The segments' keys [batch], such as "00000_of_00002:KEY"."""
        return self._keys

    @property
    def next_key(self):
        """The keys [batch] of the segments that follow, "STOP:KEY" after the last."""
        return self._part("next_key")

    @property
    def length(self):
        """The number of steps [batch] of each segment without padding, int32."""
        return self._part("length")

    @property
    def total_length(self):
        """The lengths [batch] of the whole examples, int32."""
        return self._part("total_length")

    @property
    def sequence(self):
        """The indices [batch] of the segments in their examples, int32."""
        return self._part("sequence")

    @property
    def sequence_count(self):
        """The numbers [batch] of segments that the examples have, int32."""
        return self._part("sequence_count")

    @property
    def batch_size(self):
        """The number of segments, int32: fewer than `batch_size` at the end of the examples."""
        return tf.shape(self.length)[0]

    @functools.cached_property
    def context(self):
        """A dict from names to tensors [batch, ...], the same in all segments of an example."""
        return self._unpacked("context", self._saver._context)

    @functools.cached_property
    def sequences(self):
        """A dict from names to tensors [batch, num_unroll, ...]."""
        return self._unpacked("sequences", self._saver._sequences)

    def _unpacked(self, kind, given):
        """Return the parts of a kind by name, sparse again where they were given so."""
        parts = {name: self._part(kind, name) for name in given}
        for name, value in given.items():
            if _is_sparse(value):
                rank = value.shape.rank and value.shape.rank + 1
                parts[name] = tf.io.deserialize_many_sparse(parts[name], value.dtype, rank)
        return parts

    def state(self, state_name):
        """Return a state [batch, ...]: the first one, or the one last given to `save_state`."""
        return self._states[state_name]

    def save_state(self, state_name, value, name=None):
        """Return an operation that keeps a state for the segments that follow.

        It must run for each batch: segments whose state is missing are never taken.

        Args:
            state_name: name of the state.
            value: `[batch, ...]`.
            name: name of the scope.

        Raises:
            KeyError: there is no initial state of that name.
            ValueError: `value` cannot have the shape of that state.
        """
        if state_name not in self._states:
            raise KeyError(f"state was not declared: {state_name}")
        with tf.name_scope(name, "InputQueueingStateSaver_SaveState", [value]):
            value = tf.identity(value, name=f"convert_{state_name}")
            _check_static_shape(value, self._states[state_name].shape)
            same_shape = tf.debugging.assert_equal(
                tf.shape(value),
                tf.shape(self._states[state_name]),
                message=f"The shape of the state {state_name} changed.",
            )
            with tf.control_dependencies([same_shape]):
                kept = tf.gather(value, self._goes_on)
            return self._saver.barrier.insert_many(
                self._saver._place("state", state_name),
                tf.gather(self.next_key, self._goes_on),
                kept,
                name=f"BarrierInsertState_{state_name}",
            )


class SequenceQueueingStateSaver:
    """Takes one example at a time and returns batches of segments, with their states.

    Args:
        batch_size: int or int32 scalar, the number of segments in a batch.
        num_unroll: int, the number of steps in a segment.
        input_length: int32 scalar, the example's length before padding.
        input_key: string scalar, unique among the examples that are under way.
        input_sequences: dict from names to tensors [padded_length, ...]; the padded length is a
            multiple of `num_unroll`, and all other dimensions are known, or the tensor is sparse.
        input_context: dict from names to tensors that have known shapes or are sparse.
        initial_states: dict from names to the states that an example begins with.
        capacity: how many examples may be under way, at least `batch_size`; None is any number.
        allow_small_batch: whether the last batches may be smaller.
        name: name of the scope.

    Raises:
        TypeError: a dict, a key or a type that is none of the above.
        ValueError: no sequence, no state, an unknown shape, or too small a capacity.
    """

    def __init__(
        self,
        batch_size,
        num_unroll,
        input_length,
        input_key,
        input_sequences,
        input_context,
        initial_states,
        capacity=None,
        allow_small_batch=False,
        name=None,
    ):
        with tf.control_dependencies(_check_capacity(capacity, batch_size)):
            self.batch_size = tf.identity(batch_size) if tf.is_tensor(batch_size) else batch_size
        self.num_unroll = num_unroll
        self._allow_small_batch = allow_small_batch
        with tf.name_scope(name, "InputQueueingStateSaver") as self.name:
            self._sequences = _tensors("sequence", input_sequences, 1, may_be_sparse=True)
            self._context = _tensors("context", input_context, required=False, may_be_sparse=True)
            self._states = _tensors("state", initial_states)
            self._length = _scalar("length", input_length, tf.int32)
            self._key = _scalar("key", input_key, tf.string)
            self._padded_length = self._checked_length()
            self._places = [
                *((field, None) for field in _FIELDS),
                *(("sequences", each) for each in self._sequences),
                *(("context", each) for each in self._context),
                *(("state", each) for each in self._states),
            ]
            self.barrier = self._make_barrier()
            self._end = tf.FIFOQueue(1, [tf.int32], [[]], name="end")  # only ever closed
            # One token for each example that is under way.
            self._room = tf.FIFOQueue(-1 if capacity is None else capacity, [tf.int32], [[]])

    def _place(self, kind, name=None):
        """Return where a part is in the barrier's elements."""
        return self._places.index((kind, name))

    def _checked_length(self):
        """Return the padded length, which fails unless all sequences have it and it fits."""
        lengths = [_length(sequence) for sequence in self._sequences.values()]
        padded, unroll = lengths[0], self.num_unroll
        checks = [
            tf.debugging.assert_equal(each, padded, message="The sequences' lengths differ.")
            for each in lengths[1:]
        ]
        fits = tf.logical_and(tf.equal(padded % unroll, 0), padded > 0)
        said = f"The sequences' length should be a multiple of {unroll}: consider pad=True. It is"
        checks.append(tf.debugging.Assert(fits, [said, padded]))
        said = "Input length should be <= than length from sequences:"
        checks.append(tf.debugging.Assert(self._length <= padded, [said, self._length, padded]))
        with tf.control_dependencies(checks):
            return tf.identity(padded, name="padded_length")

    def _make_barrier(self):
        return Barrier(*zip(*self._types_and_shapes(), strict=True))

    def _types_and_shapes(self):
        """Return the type and the shape of each part of a segment."""
        types = {"next_key": tf.string}
        return [
            *((types.get(field, tf.int32), []) for field in _FIELDS),
            *(_type_and_shape(each, self.num_unroll) for each in self._sequences.values()),
            *(_type_and_shape(each) for each in self._context.values()),
            *((each.dtype, each.shape) for each in self._states.values()),
        ]

    def _segments(self):
        """Return the keys [segments] of an example's segments and, by place, their parts."""
        unroll, count = self.num_unroll, self._padded_length // self.num_unroll
        order = tf.range(count)
        numbers_ = [tf.as_string(each, width=5, fill="0") for each in (order, count)]
        keys = tf.string_join([numbers_[0], "_of_", numbers_[1], ":", self._key])
        parts = {
            ("length", None): tf.clip_by_value(self._length - unroll * order, 0, unroll),
            ("total_length", None): tf.fill([count], self._length),
            ("next_key", None): tf.concat([keys[1:], [tf.string_join(["STOP:", self._key])]], 0),
            ("sequence", None): order,
            ("sequence_count", None): tf.fill([count], count),
        }
        for name, sequence in self._sequences.items():
            parts["sequences", name] = _cut(sequence, count, unroll)
        for name, value in self._context.items():
            value = tf.io.serialize_sparse(value) if _is_sparse(value) else value
            shape = tf.stack([count, *value.shape.as_list()])
            parts["context", name] = tf.broadcast_to(value, shape)
        return keys, parts

    @functools.cached_property
    def prefetch_op(self):
        """The operation that adds an example; it waits while there is no room."""
        with tf.name_scope(None), tf.name_scope(self.name):
            enter = self._room.enqueue([0])
            keys, parts = self._segments()
            # All segments begin at once, so that they have the place of their example.
            begin = self.barrier.insert_many(self._place("sequence"), keys, parts["sequence", None])
            inserts = [
                self.barrier.insert_many(self._place(*place), keys, part)
                for place, part in parts.items()
                if place != ("sequence", None)
            ]
            with tf.control_dependencies([enter, begin]):
                inserts += [
                    self.barrier.insert_many(
                        self._place("state", name), keys[:1], state[tf.newaxis]
                    )
                    for name, state in self._states.items()
                ]
            return tf.group(enter, begin, *inserts, name="StateSaverPrefetchGroup")

    @functools.cached_property
    def next_batch(self):
        """The `NextQueuedSequenceBatch`."""
        with tf.name_scope(None), tf.name_scope(self.name):
            return NextQueuedSequenceBatch(self)

    def _take_segments(self):
        """Return (indices, keys, list of parts) of a batch; OutOfRangeError at the end."""
        indices, keys, parts = self.barrier.take_many(self.batch_size, name="BarrierTakeMany")
        is_real = parts[self._place("sequence_count")] > 0
        number = tf.reduce_sum(tf.cast(is_real, tf.int32))
        is_enough = number > 0 if self._allow_small_batch else tf.equal(number, self.batch_size)
        blanks_back = self._insert_blanks(tf.boolean_mask(keys, tf.logical_not(is_real)))
        with tf.control_dependencies([blanks_back]):
            end = tf.cond(is_enough, lambda: tf.constant(0), self._end.dequeue)
        with tf.control_dependencies([end]):
            segments = [tf.boolean_mask(each, is_real) for each in (indices, keys, *parts)]
        if not self._allow_small_batch:
            for each, whole in zip(segments, (indices, keys, *parts), strict=True):
                each.set_shape(whole.shape)
        return segments[0], segments[1], segments[2:]

    def _insert_blanks(self, keys):
        """Return an operation that inserts segments of nothing under keys [n]."""
        number = tf.shape(keys)
        inserts = []
        for place, (dtype, shape) in enumerate(self._types_and_shapes()):
            nothing = "" if dtype == tf.string else tf.zeros([], dtype)
            shape = tf.concat([number, tf.TensorShape(shape).as_list()], 0)
            inserts.append(self.barrier.insert_many(place, keys, tf.fill(shape, nothing)))
        return tf.group(*inserts, name="InsertBlanks")

    def close(self, cancel_pending_enqueues=False, name=None):
        """Return an operation that closes the saver to new examples; a QueueRunner runs it."""
        with tf.name_scope(name, "SQSSClose") as scope:
            if cancel_pending_enqueues:
                ending = self.barrier.close(cancel_pending_enqueues, "BarrierClose")
            else:
                numbers_ = tf.as_string(tf.range(self.batch_size))
                ending = self._insert_blanks(tf.string_join(["BLANK:", numbers_]))
            with tf.control_dependencies([self._end.close(name="EndClose")]):
                return tf.group(
                    ending, self._room.close(cancel_pending_enqueues, "FIFOClose"), name=scope
                )


def _check_capacity(capacity, batch_size):
    """Return the checks that so many examples make a batch; what is known now raises at once."""
    if capacity is None:
        return []
    if tf.is_tensor(batch_size):
        said = "capacity needs to be >= batch_size."
        return [tf.debugging.assert_greater_equal(capacity, batch_size, message=said)]
    if capacity < batch_size:
        raise ValueError(f"capacity {capacity} needs to be >= batch_size {batch_size}")
    return []


def _check_static_shape(value, wanted):
    """Raise ValueError where the static shape of a state cannot be the wanted one."""
    if value.shape.rank not in (None, wanted.rank):
        raise ValueError(
            f"Rank check failed for {value.name}: Shape {value.shape} must have rank {wanted.rank}"
        )
    if not value.shape.is_compatible_with(wanted):
        raise ValueError(
            f"Shape check failed for {value.name}: "
            f"Shapes {value.shape} and {wanted} are not compatible"
        )


def _is_sparse(value):
    return isinstance(value, tf.SparseTensor)


def _length(sequence):
    """Return the int32 length of a sequence, dense or sparse."""
    if _is_sparse(sequence):
        return tf.cast(sequence.dense_shape[0], tf.int32)
    return tf.shape(sequence)[0]


def _type_and_shape(value, num_unroll=None):
    """Return how a barrier keeps a value, or a segment of a sequence."""
    if _is_sparse(value):
        return tf.string, [3]  # its indices, values and shape, as text
    if num_unroll is None:
        return value.dtype, value.shape
    return value.dtype, [num_unroll, *value.shape[1:]]


def _cut(sequence, count, num_unroll):
    """Return the segments of a sequence, [count, num_unroll, ...], or as text [count, 3]."""
    if _is_sparse(sequence):
        steps = tf.cast(tf.stack([count, num_unroll]), tf.int64)
        segments = tf.sparse.reshape(sequence, tf.concat([steps, sequence.dense_shape[1:]], 0))
        return tf.io.serialize_many_sparse(segments)
    shape = tf.stack([count, num_unroll, *sequence.shape.as_list()[1:]])
    return tf.reshape(sequence, shape)


def _tensors(what, values, known_from=0, required=True, may_be_sparse=False):
    """Return a dict of tensors in the order of their names, sparse or with known shapes."""
    if not isinstance(values, dict):
        raise TypeError(f"The {what} tensors must be a dict from names to tensors, got {values!r}.")
    if required and not values:
        raise ValueError(f"There must be at least one {what} tensor, got an empty dict.")
    tensors = {}
    for name in sorted(values, key=str):
        if not isinstance(name, str):
            raise TypeError(f"The name of a {what} must be a string, got {name!r}.")
        if ":" in name:
            raise ValueError(f"The name of a {what} may have no colon, got {name!r}.")
        if _is_sparse(values[name]):
            if may_be_sparse:
                tensors[name] = values[name]
                continue
            raise TypeError(
                f"The {what} {name} is sparse, which is not supported. Make it dense, with "
                "tf.sparse.to_dense."
            )
        tensor = tensors[name] = tf.convert_to_tensor(values[name], name=f"{what}_{name}")
        if tensor.shape.ndims is None or not tensor.shape[known_from:].is_fully_defined():
            raise ValueError(
                f"The shape of the {what} {name} must be known"
                f"{' but for its first dimension' * known_from}, got {tensor.shape}."
            )
    return tensors


def _scalar(what, value, dtype):
    tensor = tf.convert_to_tensor(value, name=what)
    if tensor.dtype != dtype:
        raise TypeError(f"{what} dtype must be {dtype.name}, but received: {tensor.dtype.name}")
    return tf.ensure_shape(tensor, [])


def batch_sequences_with_states(
    input_key,
    input_sequences,
    input_context,
    input_length,
    initial_states,
    num_unroll,
    batch_size,
    num_threads=3,
    capacity=1000,
    allow_small_batch=True,
    pad=True,
    make_keys_unique=False,
    make_keys_unique_seed=None,
    name=None,
):
    """Return batches of segments of the examples that a queue runner adds.

    Args:
        input_key: string scalar, unique among the examples that are under way.
        input_sequences: dict from names to tensors `[time, ...]`, of which all dimensions but the
            first are known, or which are sparse.
        input_context: dict from names to tensors that have known shapes or are sparse.
        input_length: int32 scalar, or None for the sequences' own length, which `pad` needs.
        initial_states: dict from names to the states that an example begins with.
        num_unroll: int, the number of steps in a segment.
        batch_size: int or int32 scalar, the number of segments in a batch.
        num_threads: int, how many threads read examples.
        capacity: how many examples may be under way, at least `batch_size`; None is any number.
        allow_small_batch: whether the last batches may be smaller.
        pad: whether to pad sequences to a multiple of `num_unroll`.
        make_keys_unique: whether to add a random number to each key, for examples that come more
            than once.
        make_keys_unique_seed: its seed.
        name: name of the scope.

    Returns:
        A `NextQueuedSequenceBatch`.

    Raises:
        ValueError: no `input_length` without `pad`, and what the state saver refuses.
    """
    if input_length is None and not pad:
        raise ValueError("input_length must be specified if pad is False.")
    values = [input_key, *input_sequences.values(), *input_context.values()]
    with tf.name_scope(name, "batch_sequences_with_states", values):
        if pad:
            length, input_sequences = _padded(input_sequences, num_unroll)
            input_length = length if input_length is None else input_length
        if make_keys_unique:
            drawn = tf.random_uniform(
                [], 0, 100_000_000, dtype=tf.int32, seed=make_keys_unique_seed
            )
            input_key = tf.string_join([input_key, tf.as_string(drawn)])
        saver = SequenceQueueingStateSaver(
            batch_size,
            num_unroll,
            input_length,
            input_key,
            input_sequences,
            input_context,
            initial_states,
            capacity,
            allow_small_batch,
        )
        tf.summary.scalar(
            f"queue/{saver.barrier.name}/ready_segment_batches_",
            tf.cast(saver.barrier.ready_size(), tf.float32),
        )
        runner = tf.train.QueueRunner(
            saver,
            [saver.prefetch_op] * num_threads,
            queue_closed_exception_types=(tf.errors.OutOfRangeError, tf.errors.CancelledError),
        )
        tf.train.add_queue_runner(runner)
        return saver.next_batch


def _padded(sequences, num_unroll):
    """Return the length of the sequences, and them filled up to a multiple of `num_unroll`."""
    if not isinstance(num_unroll, numbers.Integral):
        raise ValueError(f"num_unroll must be an int, got {num_unroll!r}.")
    tensors = _tensors("sequence", sequences, 1, may_be_sparse=True)
    dense = [_length(each) for each in tensors.values() if not _is_sparse(each)]
    checks = [
        tf.debugging.assert_equal(each, dense[0], message="All sequence lengths must match.")
        for each in dense[1:]
    ]
    with tf.control_dependencies(checks):
        # The shape of a sparse sequence may be padded already; a dense one has its length.
        length = tf.reduce_max(dense or [_length(each) for each in tensors.values()])
        return length, {name: _filled(each, num_unroll) for name, each in tensors.items()}


def _filled(sequence, num_unroll):
    """Return a sequence with its length rounded up to a multiple of `num_unroll`."""
    missing = -_length(sequence) % num_unroll
    if _is_sparse(sequence):
        length, rest = sequence.dense_shape[:1], sequence.dense_shape[1:]
        shape = tf.concat([length + tf.cast(missing, tf.int64), rest], 0)
        return tf.SparseTensor(sequence.indices, sequence.values, shape)
    nothing = "" if sequence.dtype == tf.string else tf.zeros([], sequence.dtype)
    rest = sequence.shape.as_list()[1:]
    return tf.concat([sequence, tf.fill(tf.stack([missing, *rest]), nothing)], 0)
