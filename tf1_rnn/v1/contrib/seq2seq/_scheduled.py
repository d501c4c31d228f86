"""Scheduled sampling: helpers that now and then feed a decoder what it has said itself.

Bengio, Vinyals, Jaitly and Shazeer, "Scheduled Sampling for Sequence Prediction with Recurrent
Neural Networks", 2015.
"""

import tensorflow.compat.v1 as tf

from ._helpers import TrainingHelper, embedding_function


def probability_tensor(sampling_probability):
    """Return a probability as a tensor; ValueError unless it is a scalar or a vector."""
    probability = tf.convert_to_tensor(sampling_probability, name="sampling_probability")
    if probability.shape.ndims not in (0, 1):
        raise ValueError(
            "sampling_probability must be a scalar or a vector, received shape: "
            f"{probability.shape}"
        )
    return probability


class _ScheduledHelper(TrainingHelper):
    """A TrainingHelper that replaces the inputs of some sequences, drawn again at each step.

    `sampling_probability`, a scalar or [batch], is how likely an input is to be replaced: a float
    or a floating point tensor.
    """

    def __init__(self, inputs, sequence_length, sampling_probability, time_major, scheduling_seed):
        self._sampling_probability = probability_tensor(sampling_probability)
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
    """A helper that feeds given inputs or, at random, embeddings of ids drawn from the logits.

    A sample is the id that was drawn, or -1 where the given input is fed.

    Args:
        inputs: `[batch, time, ...]`, or `[time, batch, ...]` if `time_major`.
        sequence_length: integers `[batch]`; a sequence is finished after its length.
        embedding: `[symbols, size]`, or a function from ids `[n]` to embeddings.
        sampling_probability: scalar or `[batch]`, the probability that a sequence is fed a sample
            instead of its input.
        time_major: the layout of `inputs`.
        seed: seed of the ids.
        scheduling_seed: seed of the choice between inputs and ids.
        name: name of the operations.

    Raises:
        ValueError: `sampling_probability` is neither a scalar nor a vector.
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
        self._embedding_fn = embedding_function(embedding)
        self._seed = seed

    def sample(self, time, outputs, state, name=None):
        """Return ids drawn from the logits, -1 where the input is fed; see `Helper.sample`."""
        with tf.name_scope(name, "ScheduledEmbeddingTrainingHelperSample", [time, outputs, state]):
            chosen = self._draw()
            ids = tf.random.categorical(outputs, 1, seed=self._seed, dtype=tf.int32)
            ids = tf.squeeze(ids, axis=1)
            return tf.where(chosen, ids, tf.fill([self._batch_size], -1))

    def next_inputs(self, time, outputs, state, sample_ids, name=None):
        """Return (finished, given inputs or embeddings, state); see `Helper.next_inputs`."""
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
    """A helper that feeds given inputs or, at random, the decoder's last outputs.

    A sample is 1 where the outputs are fed, else 0.

    Args:
        inputs: `[batch, time, ...]`, or `[time, batch, ...]` if `time_major`.
        sequence_length: integers `[batch]`; a sequence is finished after its length.
        sampling_probability: scalar or `[batch]`, the probability that a sequence is fed a sample
            instead of its input.
        time_major: the layout of `inputs`.
        seed: seed of the choice.
        next_inputs_fn: function from outputs `[n, ...]` to inputs, by default the outputs
            themselves.
        auxiliary_inputs: `[batch, time, ...]`, joined to either in the last axis; by default none.
        name: name of the operations.

    Raises:
        ValueError: `sampling_probability` is neither a scalar nor a vector.
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
        """Return 1 for the sequences that are fed their outputs, else 0; see `Helper.sample`."""
        with tf.name_scope(name, "ScheduledOutputTrainingHelperSample", [time, outputs, state]):
            return tf.cast(self._draw(), tf.int32)

    def next_inputs(self, time, outputs, state, sample_ids, name=None):
        """Return (finished, given inputs or outputs, state); see `Helper.next_inputs`."""
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
