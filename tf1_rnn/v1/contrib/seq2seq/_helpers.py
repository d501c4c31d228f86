"""What feeds a decoder: the next input of each step, and when a sequence is finished."""

import abc

import numpy as np
import tensorflow.compat.v1 as tf

from ..._seeds import leave_out


def categorical_sample(logits, dtype=tf.int32, sample_shape=(), seed=None):
    """Return ids drawn from softmax(logits).

    Args:
        logits: `[..., symbols]`.
        dtype: type of the result.
        sample_shape: shape of independent draws, put in front.
        seed: seed of the draws.

    Returns:
        Integers, `sample_shape + [...]`.
    """
    logits = tf.convert_to_tensor(logits, name="logits")
    symbols = tf.shape(logits)[-1]
    count = int(np.prod(sample_shape, dtype=np.int64))
    drawn = tf.random.categorical(tf.reshape(logits, [-1, symbols]), count, seed=seed, dtype=dtype)
    shape = tf.concat([tf.constant(sample_shape, tf.int32), tf.shape(logits)[:-1]], 0)
    drawn = tf.reshape(tf.transpose(drawn), shape)
    drawn.set_shape(tf.TensorShape(sample_shape).concatenate(logits.shape[:-1]))
    return drawn


def bernoulli_sample(probs=None, logits=None, dtype=tf.int32, sample_shape=(), seed=None):
    """Return 1 with the probability `probs` or sigmoid(logits), otherwise 0.

    Args:
        probs: probabilities of a 1.
        logits: logits of a 1, in place of `probs`.
        dtype: type of the result.
        sample_shape: shape of independent draws, put in front.
        seed: seed of the draws.

    Returns:
        `sample_shape +` the shape of `probs` or `logits`.

    Raises:
        ValueError: both `probs` and `logits`, or neither.
    """
    if (probs is None) == (logits is None):
        raise ValueError("bernoulli_sample takes either probs or logits, not both or neither.")
    if probs is None:
        probs = tf.sigmoid(logits)
    probs = tf.convert_to_tensor(probs, name="probs")
    shape = tf.concat([tf.constant(sample_shape, tf.int32), tf.shape(probs)], 0)
    drawn = tf.random_uniform(shape, dtype=probs.dtype, seed=seed) < probs
    drawn.set_shape(tf.TensorShape(sample_shape).concatenate(probs.shape))
    return tf.cast(drawn, dtype)


def embedding_function(embedding):
    """Return a function from ids to embeddings, for one or for a [symbols, size] tensor."""
    if callable(embedding):
        return embedding
    return lambda ids: tf.nn.embedding_lookup(embedding, ids)


def drawn_ids(logits, seed=None):
    """Draw ids [batch] from softmax(logits [batch, symbols])."""
    leave_out(24)  # 1.15.5 took shapes for any number of draws, before and after it drew
    ids = tf.random.categorical(logits, 1, seed=seed, dtype=tf.int32)
    leave_out(12)
    return tf.squeeze(ids, axis=1)


class Helper(abc.ABC):
    """The inputs of a decoder; `ids` are what is sampled from its outputs."""

    @property
    @abc.abstractmethod
    def batch_size(self):
        """A scalar tensor: the number of sequences."""

    @property
    @abc.abstractmethod
    def sample_ids_shape(self):
        """The shape of one sample, without the batch."""

    @property
    @abc.abstractmethod
    def sample_ids_dtype(self):
        """The type of a sample."""

    @abc.abstractmethod
    def initialize(self, name=None):
        """Return (finished [batch], first inputs)."""

    @abc.abstractmethod
    def sample(self, time, outputs, state, name=None):
        """Return the sample ids of a step's outputs.

        Args:
            time: int32 scalar, the number of the step, from 0.
            outputs: outputs of the step, `[batch, ...]`, usually logits.
            state: state after the step.
            name: name of the operations.
        """

    @abc.abstractmethod
    def next_inputs(self, time, outputs, state, sample_ids, name=None):
        """Return what follows a step.

        Args:
            time: int32 scalar, the number of the step, from 0.
            outputs: outputs of the step, `[batch, ...]`, usually logits.
            state: state after the step.
            sample_ids: what `sample` returned.
            name: name of the operations.

        Returns:
            `(finished [batch], next inputs, next state)`.
        """


class CustomHelper(Helper):
    """A helper made of three functions.

    Args:
        initialize_fn: function without arguments to `(finished, first inputs)`.
        sample_fn: function of `time`, `outputs` and `state` to sample ids.
        next_inputs_fn: function of `time`, `outputs`, `state` and `sample_ids` to `(finished, next
            inputs, next state)`.
        sample_ids_shape: shape of one sample without the batch, by default a scalar.
        sample_ids_dtype: type of a sample, by default int32.
    """

    def __init__(
        self,
        initialize_fn,
        sample_fn,
        next_inputs_fn,
        sample_ids_shape=None,
        sample_ids_dtype=None,
    ):
        self._initialize_fn = initialize_fn
        self._sample_fn = sample_fn
        self._next_inputs_fn = next_inputs_fn
        self._batch_size = None
        self._sample_ids_shape = tf.TensorShape(sample_ids_shape or [])
        self._sample_ids_dtype = sample_ids_dtype or tf.int32

    @property
    def batch_size(self):
        """Known once `initialize` has been called."""
        if self._batch_size is None:
            raise ValueError("batch_size accessed before initialize was called")
        return self._batch_size

    @property
    def sample_ids_shape(self):
        """The shape of one sample, without the batch."""
        return self._sample_ids_shape

    @property
    def sample_ids_dtype(self):
        """The type of a sample."""
        return self._sample_ids_dtype

    def initialize(self, name=None):
        """Return (finished, first inputs) of `initialize_fn`."""
        with tf.name_scope(name, "CustomHelperInitialize"):
            finished, next_inputs = self._initialize_fn()
            if self._batch_size is None:
                self._batch_size = tf.size(finished)
        return finished, next_inputs

    def sample(self, time, outputs, state, name=None):
        """Return the ids of `sample_fn`; see `Helper.sample`."""
        with tf.name_scope(name, "CustomHelperSample", [time, outputs]):
            return self._sample_fn(time=time, outputs=outputs, state=state)

    def next_inputs(self, time, outputs, state, sample_ids, name=None):
        """Return the result of `next_inputs_fn`; see `Helper.next_inputs`."""
        with tf.name_scope(name, "CustomHelperNextInputs", [time, outputs]):
            return self._next_inputs_fn(
                time=time, outputs=outputs, state=state, sample_ids=sample_ids
            )


class SamplesIds:
    """What helpers and samplers share whose samples are one int32 each."""

    @property
    def sample_ids_shape(self):
        """Scalars."""
        return tf.TensorShape([])

    @property
    def sample_ids_dtype(self):
        """Integers."""
        return tf.int32


class _IdsHelper(SamplesIds, Helper):
    """A helper whose samples are one int32 each."""

    @property
    def batch_size(self):
        """A scalar tensor: the number of sequences."""
        return self._batch_size


class TrainingHelper(_IdsHelper):
    """A helper that feeds given inputs.

    Args:
        inputs: `[batch, time, ...]`, or `[time, batch, ...]` if `time_major`.
        sequence_length: integers `[batch]`; a sequence is finished after its length.
        time_major: the layout of `inputs`.
        name: name of the operations.
    """

    def __init__(self, inputs, sequence_length, time_major=False, name=None):
        with tf.name_scope(name, "TrainingHelper", [inputs, sequence_length]):
            inputs = _as_tensors(inputs)
            self._inputs = inputs
            if not time_major:
                inputs = tf.nest.map_structure(transpose_batch_time, inputs)
            self._input_tas = tf.nest.map_structure(unstack_ta, inputs)
            self._sequence_length = tf.convert_to_tensor(sequence_length, name="sequence_length")
            if self._sequence_length.get_shape().ndims != 1:
                raise ValueError(
                    "Expected sequence_length to be a vector, but received shape: "
                    f"{self._sequence_length.get_shape()}"
                )
            self._zero_inputs = tf.nest.map_structure(lambda x: tf.zeros_like(x[0]), inputs)
            self._batch_size = tf.size(sequence_length)

    @property
    def inputs(self):
        """The inputs as they were given."""
        return self._inputs

    @property
    def sequence_length(self):
        """The lengths as they were given."""
        return self._sequence_length

    def initialize(self, name=None):
        """Return (finished, first inputs)."""
        with tf.name_scope(name, "TrainingHelperInitialize"):
            finished = tf.equal(0, self._sequence_length)
            return finished, self._read(0, finished)

    def sample(self, time, outputs, name=None, **unused_kwargs):
        """Return the likeliest ids; see `Helper.sample`."""
        with tf.name_scope(name, "TrainingHelperSample", [time, outputs]):
            return tf.cast(tf.argmax(outputs, axis=-1), tf.int32)

    def next_inputs(self, time, outputs, state, name=None, **unused_kwargs):
        """Return (finished, the given inputs of the next step, state); see `Helper.next_inputs`."""
        with tf.name_scope(name, "TrainingHelperNextInputs", [time, outputs, state]):
            next_time = time + 1
            finished = next_time >= self._sequence_length
            return finished, self._read(next_time, finished), state

    def _read(self, time, finished):
        # Past the longest sequence there is nothing to read.
        return tf.cond(
            tf.reduce_all(finished),
            lambda: self._zero_inputs,
            lambda: tf.nest.map_structure(lambda ta: ta.read(time), self._input_tas),
        )


class GreedyEmbeddingHelper(_IdsHelper):
    """A helper that feeds the embedding of the likeliest id, until it is `end_token`.

    Args:
        embedding: `[symbols, size]`, or a function from ids to embeddings.
        start_tokens: integers `[batch]`.
        end_token: integer that ends a sequence.
    """

    def __init__(self, embedding, start_tokens, end_token):
        self._embedding_fn = embedding_function(embedding)
        self._start_tokens = tf.convert_to_tensor(start_tokens, dtype=tf.int32, name="start_tokens")
        self._end_token = tf.convert_to_tensor(end_token, dtype=tf.int32, name="end_token")
        if self._start_tokens.get_shape().ndims != 1:
            raise ValueError("start_tokens must be a vector")
        if self._end_token.get_shape().ndims != 0:
            raise ValueError("end_token must be a scalar")
        self._batch_size = tf.size(start_tokens)
        self._start_inputs = self._embedding_fn(self._start_tokens)

    def initialize(self, name=None):
        """Return (nothing finished, the embeddings of the start tokens)."""
        return tf.tile([False], [self._batch_size]), self._start_inputs

    def sample(self, time, outputs, state, name=None):
        """Return the likeliest ids of the logits; see `Helper.sample`."""
        if not tf.is_tensor(outputs):
            raise TypeError(f"Expected outputs to be a single Tensor, got: {type(outputs)}")
        return tf.argmax(outputs, axis=-1, output_type=tf.int32)

    def next_inputs(self, time, outputs, state, sample_ids, name=None):
        """Return (finished, the embeddings of the ids, state); see `Helper.next_inputs`."""
        finished = tf.equal(sample_ids, self._end_token)
        next_inputs = tf.cond(
            tf.reduce_all(finished),
            lambda: self._start_inputs,  # not used any more
            lambda: self._embedding_fn(sample_ids),
        )
        return finished, next_inputs, state


class SampleEmbeddingHelper(GreedyEmbeddingHelper):
    """A helper that feeds the embedding of an id drawn from softmax(logits / softmax_temperature).

    Args:
        embedding: `[symbols, size]`, or a function from ids to embeddings.
        start_tokens: integers `[batch]`.
        end_token: integer that ends a sequence.
        softmax_temperature: above 0; lower draws likelier ids. By default 1.
        seed: seed of the draws.
    """

    def __init__(self, embedding, start_tokens, end_token, softmax_temperature=None, seed=None):
        super().__init__(embedding, start_tokens, end_token)
        self._softmax_temperature = softmax_temperature
        self._seed = seed

    def sample(self, time, outputs, state, name=None):
        """Return ids drawn from the logits; see `Helper.sample`."""
        if not tf.is_tensor(outputs):
            raise TypeError(f"Expected outputs to be a single Tensor, got: {type(outputs)}")
        if self._softmax_temperature is not None:
            outputs = outputs / self._softmax_temperature
        return drawn_ids(outputs, self._seed)


class InferenceHelper(Helper):
    """A helper that feeds what is sampled, until `end_fn` of it is true.

    Args:
        sample_fn: function from outputs to samples.
        sample_shape: shape of one sample, without the batch.
        sample_dtype: type of a sample.
        start_inputs: inputs of the first step, `[batch, ...]`.
        end_fn: function from samples to booleans `[batch]`, whether a sequence is finished.
        next_inputs_fn: function from samples to inputs, by default the samples themselves.
    """

    def __init__(
        self, sample_fn, sample_shape, sample_dtype, start_inputs, end_fn, next_inputs_fn=None
    ):
        self._sample_fn = sample_fn
        self._end_fn = end_fn
        self._sample_shape = tf.TensorShape(sample_shape)
        self._sample_dtype = sample_dtype
        self._next_inputs_fn = next_inputs_fn
        self._start_inputs = tf.convert_to_tensor(start_inputs, name="start_inputs")
        self._batch_size = tf.shape(start_inputs)[0]

    @property
    def batch_size(self):
        """A scalar tensor: the number of sequences."""
        return self._batch_size

    @property
    def sample_ids_shape(self):
        """The shape of one sample, without the batch."""
        return self._sample_shape

    @property
    def sample_ids_dtype(self):
        """The type of a sample."""
        return self._sample_dtype

    def initialize(self, name=None):
        """Return (nothing finished, the start inputs)."""
        return tf.tile([False], [self._batch_size]), self._start_inputs

    def sample(self, time, outputs, state, name=None):
        """Return the sample of `sample_fn`; see `Helper.sample`."""
        return self._sample_fn(outputs)

    def next_inputs(self, time, outputs, state, sample_ids, name=None):
        """Return (finished, next inputs, state); see `Helper.next_inputs`."""
        inputs = sample_ids if self._next_inputs_fn is None else self._next_inputs_fn(sample_ids)
        return self._end_fn(sample_ids), inputs, state


def _as_tensors(inputs):
    """Return tensors in the structure given; lists of numbers, however deep, are one tensor."""
    leaves = tf.nest.flatten(inputs)
    if any(tf.is_tensor(leaf) or np.ndim(leaf) for leaf in leaves):
        return tf.nest.map_structure(tf.convert_to_tensor, inputs)
    return tf.convert_to_tensor(inputs)


def transpose_batch_time(tensor):
    """Swap the first two axes of a tensor, [batch, time, ...] or [time, batch, ...]."""
    order = tf.concat([[1, 0], tf.range(2, tf.rank(tensor))], axis=0)
    swapped = tf.transpose(tensor, order)
    shape = tensor.get_shape()
    if shape.ndims is not None:
        swapped.set_shape(tf.TensorShape([shape[1], shape[0]]).concatenate(shape[2:]))
    return swapped


def unstack_ta(tensor):
    """Return a TensorArray of the steps of a tensor [time, ...]."""
    array = tf.TensorArray(
        dtype=tensor.dtype, size=tf.shape(tensor)[0], element_shape=tensor.get_shape()[1:]
    )
    return array.unstack(tensor)
