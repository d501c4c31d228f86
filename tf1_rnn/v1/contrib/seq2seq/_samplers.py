"""Samplers: helpers that are given their tensors when a decoder starts, not when they are made.

They were private in TensorFlow 1.15.5. Each makes the helper that does its work in `initialize`.
"""

import abc
import functools

import tensorflow.compat.v1 as tf

from ._helpers import (
    CustomHelper,
    GreedyEmbeddingHelper,
    InferenceHelper,
    SampleEmbeddingHelper,
    SamplesIds,
    TrainingHelper,
    bernoulli_sample,  # noqa: F401, where TensorFlow 1.x had it
    categorical_sample,  # noqa: F401, where TensorFlow 1.x had it
    embedding_function,
)
from ._scheduled import (
    ScheduledEmbeddingTrainingHelper,
    ScheduledOutputTrainingHelper,
    probability_tensor,
)


def check_embedding_fn(embedding_fn):
    """Raise ValueError for what is neither a function of ids nor None."""
    if embedding_fn is not None and not callable(embedding_fn):
        raise ValueError(
            f"embedding_fn is expected to be a callable, got {type(embedding_fn)}. A matrix of "
            "embeddings is given when the decoder is called."
        )


class Sampler(abc.ABC):
    """The inputs of a `BasicDecoderV2`; `sample_ids` are what is sampled from its outputs."""

    @abc.abstractmethod
    def initialize(self, inputs, **kwargs):
        """Take what the decoder is called with; return (finished [batch], first inputs)."""

    @abc.abstractmethod
    def sample(self, time, outputs, state):
        """Return the sample ids of a step's outputs; see `Helper.sample`."""

    @abc.abstractmethod
    def next_inputs(self, time, outputs, state, sample_ids):
        """Return (finished [batch], next inputs, next state); see `Helper.next_inputs`."""

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


class _HelperSampler(SamplesIds, Sampler):
    """A sampler that does what a helper does, whose samples are one int32 each."""

    _helper = None

    def _start(self, helper):
        """Do from now on what a helper does; return its (finished, first inputs)."""
        self._helper = helper
        return helper.initialize()

    def sample(self, time, outputs, state):
        """Return the helper's sample ids."""
        return self._helper.sample(time=time, outputs=outputs, state=state)

    def next_inputs(self, time, outputs, state, sample_ids):
        """Return the helper's (finished, next inputs, next state)."""
        return self._helper.next_inputs(
            time=time, outputs=outputs, state=state, sample_ids=sample_ids
        )

    @property
    def batch_size(self):
        """A scalar tensor: the number of sequences; ValueError before `initialize`."""
        if self._helper is None:
            raise ValueError("batch_size accessed before initialize was called")
        return self._helper.batch_size


class CustomSampler(_HelperSampler):
    """A sampler made of three functions with the arguments of Sampler's methods.

    Args:
        initialize_fn: stands for `initialize`.
        sample_fn: stands for `sample`.
        next_inputs_fn: stands for `next_inputs`.
        sample_ids_shape: the shape of one sample, without the batch; by default a scalar.
        sample_ids_dtype: its type, by default int32.
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
        self._rest = (sample_fn, next_inputs_fn, sample_ids_shape, sample_ids_dtype)

    @property
    def sample_ids_shape(self):
        """The shape of one sample, without the batch."""
        return tf.TensorShape(self._rest[2] or [])

    @property
    def sample_ids_dtype(self):
        """The type of a sample."""
        return self._rest[3] or tf.int32

    def initialize(self, inputs, **kwargs):
        """Return (finished, first inputs) of `initialize_fn`."""
        begin = functools.partial(self._initialize_fn, inputs, **kwargs)
        return self._start(CustomHelper(begin, *self._rest))


class TrainingSampler(_HelperSampler):
    """Feeds the inputs [batch, time, ...]; a sequence is finished after its length."""

    def __init__(self, time_major=False):
        self.time_major = time_major

    def initialize(self, inputs, sequence_length=None):
        """Return (finished, first inputs) of sequences of these lengths [batch]."""
        self._require_lengths(sequence_length)
        return self._start(TrainingHelper(inputs, sequence_length, time_major=self.time_major))

    def _require_lengths(self, sequence_length):
        if sequence_length is None:
            raise ValueError(f"sequence_length is required for {type(self).__name__}")

    def _start(self, helper):
        self.inputs, self.sequence_length = helper.inputs, helper.sequence_length
        return super()._start(helper)


class ScheduledEmbeddingTrainingSampler(TrainingSampler):
    """Feeds the inputs or, with `sampling_probability`, embeddings of ids drawn from logits.

    For the arguments see `ScheduledEmbeddingTrainingHelper`; the embeddings are those of
    `embedding_fn`, or of the matrix `embedding` that the decoder is called with.
    """

    def __init__(
        self,
        sampling_probability,
        embedding_fn=None,
        time_major=False,
        seed=None,
        scheduling_seed=None,
    ):
        check_embedding_fn(embedding_fn)
        super().__init__(time_major)
        self.embedding_fn = embedding_fn
        self.sampling_probability = probability_tensor(sampling_probability)
        self.seed, self.scheduling_seed = seed, scheduling_seed

    def initialize(self, inputs, sequence_length=None, embedding=None):
        """Return (finished [batch], first inputs).

        Args:
            inputs: `[batch, time, ...]`, or `[time, batch, ...]` with `time_major`.
            sequence_length: integers `[batch]`.
            embedding: `[symbols, size]`, where there is no `embedding_fn`.
        """
        self._require_lengths(sequence_length)
        if self.embedding_fn is None:
            if embedding is None:
                raise ValueError(
                    "embedding is required as a keyword argument for "
                    "ScheduledEmbeddingTrainingSampler"
                )
            self.embedding_fn = embedding_function(embedding)
        helper = ScheduledEmbeddingTrainingHelper(
            inputs,
            sequence_length,
            self.embedding_fn,
            self.sampling_probability,
            self.time_major,
            self.seed,
            self.scheduling_seed,
        )
        return self._start(helper)


class ScheduledOutputTrainingSampler(TrainingSampler):
    """Feeds the inputs or, with `sampling_probability`, the decoder's last outputs.

    For the arguments see `ScheduledOutputTrainingHelper`.
    """

    def __init__(self, sampling_probability, time_major=False, seed=None, next_inputs_fn=None):
        super().__init__(time_major)
        self.sampling_probability = probability_tensor(sampling_probability)
        self.seed, self.next_inputs_fn = seed, next_inputs_fn

    def initialize(self, inputs, sequence_length=None, auxiliary_inputs=None):
        """Return (finished [batch], first inputs).

        Args:
            inputs: `[batch, time, ...]`, or `[time, batch, ...]` with `time_major`.
            sequence_length: integers `[batch]`.
            auxiliary_inputs: laid out as `inputs`, joined to what is fed; None for none.
        """
        self._require_lengths(sequence_length)
        helper = ScheduledOutputTrainingHelper(
            inputs,
            sequence_length,
            self.sampling_probability,
            self.time_major,
            self.seed,
            self.next_inputs_fn,
            auxiliary_inputs,
        )
        return self._start(helper)


class GreedyEmbeddingSampler(_HelperSampler):
    """Feeds the embedding of the likeliest id, until it is the end token.

    The embeddings are those of `embedding_fn`, or of the matrix that the decoder is called with.
    """

    def __init__(self, embedding_fn=None):
        check_embedding_fn(embedding_fn)
        self.embedding_fn = embedding_fn

    def initialize(self, embedding, start_tokens=None, end_token=None):
        """Return (nothing finished, the embeddings of the start tokens).

        Args:
            embedding: `[symbols, size]`; ignored where there is an `embedding_fn`.
            start_tokens: int32 `[batch]`.
            end_token: int32 scalar, which ends a sequence.
        """
        if self.embedding_fn is None:
            self.embedding_fn = embedding_function(embedding)
        return self._start(self._helper_for(start_tokens, end_token))

    def _helper_for(self, start_tokens, end_token):
        return GreedyEmbeddingHelper(self.embedding_fn, start_tokens, end_token)

    def _start(self, helper):
        finished, self.start_inputs = super()._start(helper)
        self.start_tokens, self.end_token = helper._start_tokens, helper._end_token
        return finished, self.start_inputs


class SampleEmbeddingSampler(GreedyEmbeddingSampler):
    """Feeds the embedding of an id drawn from softmax(logits / softmax_temperature).

    For the arguments see `SampleEmbeddingHelper`.
    """

    def __init__(self, embedding_fn=None, softmax_temperature=None, seed=None):
        super().__init__(embedding_fn)
        self.softmax_temperature, self.seed = softmax_temperature, seed

    def _helper_for(self, start_tokens, end_token):
        return SampleEmbeddingHelper(
            self.embedding_fn, start_tokens, end_token, self.softmax_temperature, self.seed
        )


class InferenceSampler(_HelperSampler):
    """Feeds what is sampled, through `next_inputs_fn`, until `end_fn` of it is true.

    For the arguments see `InferenceHelper`.
    """

    def __init__(self, sample_fn, sample_shape, sample_dtype, end_fn, next_inputs_fn=None):
        self.sample_fn, self.end_fn, self.next_inputs_fn = sample_fn, end_fn, next_inputs_fn
        self.sample_shape, self.sample_dtype = tf.TensorShape(sample_shape), sample_dtype

    @property
    def sample_ids_shape(self):
        """The shape of one sample, without the batch."""
        return self.sample_shape

    @property
    def sample_ids_dtype(self):
        """The type of a sample."""
        return self.sample_dtype

    def initialize(self, start_inputs):
        """Return (nothing finished, the start inputs [batch, ...])."""
        helper = InferenceHelper(
            self.sample_fn,
            self.sample_shape,
            self.sample_dtype,
            start_inputs,
            self.end_fn,
            self.next_inputs_fn,
        )
        finished, self.start_inputs = self._start(helper)
        return finished, self.start_inputs
