"""Scheduled sampling: helpers that now and then feed a decoder what it has said itself.

Bengio, Vinyals, Jaitly and Shazeer, "Scheduled Sampling for Sequence Prediction with Recurrent
Neural Networks", 2015.
"""

import tensorflow.compat.v1 as tf

from ..._constructions import random_uniform
from ..._seeds import leave_out
from ._helpers import (
    TrainingHelper,
    drawn_ids,
    embedding_function,
    transpose_batch_time,
    unstack_ta,
)


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
        leave_out(16)  # 1.15.5 took shapes for any number of draws, before and after it drew
        draws = random_uniform(
            [self._batch_size], dtype=probability.dtype, seed=self._scheduling_seed
        )
        leave_out(8)
        return draws < probability


def _rows(chosen):
    """Return the rows [n, 1] of the n that are chosen of booleans [batch]."""
    # In tf.cond the gradient of gather_nd with int64 rows fails.
    return tf.cast(tf.where(chosen), tf.int32)


def _mixed(inputs, kept, rows, replacements):
    """Return `inputs` in the rows `kept` and `replacements(rows)` in the others, `rows`."""
    kept_inputs = tf.gather_nd(inputs, kept)
    replaced = replacements(rows)
    shape = tf.shape(inputs)
    return tf.scatter_nd(rows, replaced, shape) + tf.scatter_nd(kept, kept_inputs, shape)


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
            ids = drawn_ids(outputs, self._seed)
            return tf.where(chosen, ids, tf.fill([self._batch_size], -1))

    def next_inputs(self, time, outputs, state, sample_ids, name=None):
        """Return (finished, given inputs or embeddings, state); see `Helper.next_inputs`."""
        with tf.name_scope(name, "ScheduledEmbeddingTrainingHelperNextInputs"):
            finished, given, state = super().next_inputs(time, outputs, state)

            def embedded(rows):
                return self._embedding_fn(tf.gather_nd(sample_ids, rows))

            inputs = tf.cond(
                tf.reduce_all(finished),
                lambda: given,
                lambda: _mixed(given, _rows(sample_ids <= -1), _rows(sample_ids > -1), embedded),
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
            probability = probability_tensor(sampling_probability)
            self._auxiliary_inputs = None
            if auxiliary_inputs is not None:
                inputs = tf.convert_to_tensor(inputs, name="inputs")
                auxiliary_inputs = tf.convert_to_tensor(auxiliary_inputs, name="auxiliary_inputs")
                inputs = tf.concat([inputs, auxiliary_inputs], -1)
                if not time_major:
                    auxiliary_inputs = transpose_batch_time(auxiliary_inputs)
                self._auxiliary_inputs = unstack_ta(auxiliary_inputs)
            super().__init__(inputs, sequence_length, probability, time_major, seed)
        self._next_inputs_fn = next_inputs_fn

    def sample(self, time, outputs, state, name=None):
        """Return 1 for the sequences that are fed their outputs, else 0; see `Helper.sample`."""
        with tf.name_scope(name, "ScheduledOutputTrainingHelperSample", [time, outputs, state]):
            return tf.cast(self._draw(), tf.int32)

    def next_inputs(self, time, outputs, state, sample_ids, name=None):
        """Return (finished, given inputs or outputs, state); see `Helper.next_inputs`."""
        with tf.name_scope(name, "ScheduledOutputTrainingHelperNextInputs"):
            finished, given, state = super().next_inputs(time, outputs, state)
            chosen = tf.cast(sample_ids, tf.bool)
            nothing_to_do = tf.logical_or(
                tf.reduce_all(finished), tf.logical_not(tf.reduce_any(chosen))
            )
            inputs = tf.cond(
                nothing_to_do,
                lambda: given,
                lambda: self._replaced(time, outputs, given, chosen),
            )
            return finished, inputs, state

    def _replaced(self, time, outputs, given, chosen):
        """Return the given inputs, but those made of the outputs for the sequences chosen."""
        if self._next_inputs_fn is None:
            return tf.where(chosen, self._completed(outputs, time), given)

        def made(rows):
            return self._completed(self._next_inputs_fn(tf.gather_nd(outputs, rows)), time, rows)

        return _mixed(given, _rows(tf.logical_not(chosen)), _rows(chosen), made)

    def _completed(self, made, time, rows=None):
        """Join the auxiliary inputs of the next step, or of some rows of it, to `made`."""
        if self._auxiliary_inputs is None:
            return made
        auxiliary_inputs = self._auxiliary_inputs.read(time + 1)
        if rows is not None:
            auxiliary_inputs = tf.gather_nd(auxiliary_inputs, rows)
        return tf.concat([made, auxiliary_inputs], -1)
