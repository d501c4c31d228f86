"""Scheduled sampling: helpers that now and then feed a decoder what it has said itself.

Bengio, Vinyals, Jaitly and Shazeer, "Scheduled Sampling for Sequence Prediction with Recurrent
Neural Networks", 2015.
"""

import tensorflow.compat.v1 as tf

from ._helpers import TrainingHelper


class _ScheduledHelper(TrainingHelper):
    """A TrainingHelper that replaces the inputs of some sequences, drawn anew at each step.

    `sampling_probability`, a scalar or [batch], is how likely an input is to be replaced: a float
    or a floating point tensor.
    """

    def __init__(self, inputs, sequence_length, sampling_probability, time_major, scheduling_seed):
        self._sampling_probability = tf.convert_to_tensor(
            sampling_probability, name="sampling_probability"
        )
        shape = self._sampling_probability.shape
        if shape.ndims not in (0, 1):
            raise ValueError(
                f"sampling_probability must be a scalar or a vector, received shape: {shape}"
            )
        self._scheduling_seed = scheduling_seed
        super().__init__(inputs, sequence_length, time_major=time_major)

    def _draw(self):
        """Return which sequences get another input, booleans [batch]."""
        probability = self._sampling_probability
        draws = tf.random.uniform(
            [self._batch_size], dtype=probability.dtype, seed=self._scheduling_seed
        )
        return draws < probability

    def _replaced(self, inputs, finished, chosen, replacements):
        """Return `inputs`, but `replacements(rows [n, 1])` in the n rows that are chosen."""

        def replaced():
            # In tf.cond the gradient of gather_nd with int64 rows fails.
            rows = tf.cast(tf.where(chosen), tf.int32)
            return tf.tensor_scatter_nd_update(inputs, rows, replacements(rows))

        nothing_to_do = tf.reduce_all(finished) | ~tf.reduce_any(chosen)
        return tf.cond(nothing_to_do, lambda: inputs, replaced)


class ScheduledEmbeddingTrainingHelper(_ScheduledHelper):
    """Feeds the given inputs or, with `sampling_probability`, embeddings of ids drawn from logits.

    `embedding` is a matrix or a function of ids [n], for the sequences that are drawn only. `seed`
    is for the ids and `scheduling_seed` for the choice between the two. A sample is the id that
    was drawn, or -1 where the given input is fed. Raises ValueError if `sampling_probability` is
    neither a scalar nor a vector.
    """

    def __init__(
        self,
        inputs,
        sequence_length,
        embedding,
        sampling_probability,
        time_major=False,
        seed=None,
        scheduling_seed=None,
        name=None,
    ):
        with tf.name_scope(name, "ScheduledEmbeddingSamplingWrapper"):
            super().__init__(
                inputs, sequence_length, sampling_probability, time_major, scheduling_seed
            )
        self._embedding_fn = (
            embedding if callable(embedding) else lambda ids: tf.nn.embedding_lookup(embedding, ids)
        )
        self._seed = seed

    def sample(self, time, outputs, state, name=None):
        """Return ids drawn from the logits, -1 where the given input is fed."""
        with tf.name_scope(name, "ScheduledEmbeddingTrainingHelperSample", [time, outputs, state]):
            chosen = self._draw()
            ids = tf.random.categorical(outputs, 1, seed=self._seed, dtype=tf.int32)
            ids = tf.squeeze(ids, axis=1)
            return tf.where(chosen, ids, tf.fill([self._batch_size], -1))

    def next_inputs(self, time, outputs, state, sample_ids, name=None):
        """Return (finished, the given inputs or embeddings of the ids, state)."""
        with tf.name_scope(name, "ScheduledEmbeddingTrainingHelperNextInputs"):
            finished, given, state = super().next_inputs(time, outputs, state)
            inputs = self._replaced(
                given,
                finished,
                sample_ids > -1,
                lambda rows: self._embedding_fn(tf.gather_nd(sample_ids, rows)),
            )
            return finished, inputs, state


class ScheduledOutputTrainingHelper(_ScheduledHelper):
    """Feeds the given inputs or, with `sampling_probability`, the decoder's last outputs.

    `auxiliary_inputs` [batch, time, ...] are joined to the last axis of either. `next_inputs_fn`
    makes inputs of outputs [n, ...], for the sequences that are drawn only. A sample is 1 where
    the outputs are fed, else 0. Raises ValueError if `sampling_probability` is neither a scalar
    nor a vector.
    """

    def __init__(
        self,
        inputs,
        sequence_length,
        sampling_probability,
        time_major=False,
        seed=None,
        next_inputs_fn=None,
        auxiliary_inputs=None,
        name=None,
    ):
        with tf.name_scope(name, "ScheduledOutputTrainingHelper"):
            inputs = tf.convert_to_tensor(inputs, name="inputs")
            self._depth = tf.dimension_value(inputs.shape[-1]) or tf.shape(inputs)[-1]
            self._has_auxiliary_inputs = auxiliary_inputs is not None
            if self._has_auxiliary_inputs:
                auxiliary_inputs = tf.convert_to_tensor(auxiliary_inputs, name="auxiliary_inputs")
                inputs = tf.concat([inputs, auxiliary_inputs], -1)
            super().__init__(inputs, sequence_length, sampling_probability, time_major, seed)
        self._next_inputs_fn = next_inputs_fn

    def sample(self, time, outputs, state, name=None):
        """Return 1 for the sequences that get their outputs for inputs, else 0."""
        with tf.name_scope(name, "ScheduledOutputTrainingHelperSample", [time, outputs, state]):
            return tf.cast(self._draw(), tf.int32)

    def next_inputs(self, time, outputs, state, sample_ids, name=None):
        """Return (finished, the given inputs or what is made of the outputs, state)."""
        with tf.name_scope(name, "ScheduledOutputTrainingHelperNextInputs"):
            finished, given, state = super().next_inputs(time, outputs, state)
            inputs = self._replaced(
                given,
                finished,
                tf.cast(sample_ids, tf.bool),
                lambda rows: self._made_of(outputs, given, rows),
            )
            return finished, inputs, state

    def _made_of(self, outputs, given, rows):
        made = tf.gather_nd(outputs, rows)
        if self._next_inputs_fn is not None:
            made = self._next_inputs_fn(made)
        if not self._has_auxiliary_inputs:
            return made
        # The given inputs end in the auxiliary ones.
        return tf.concat([made, tf.gather_nd(given, rows)[..., self._depth :]], -1)
