"""Decoders, and the loop that runs one: `dynamic_decode`."""

import abc
import collections

import tensorflow.compat.v1 as tf

from ....cells.rnn_cell import zeros_of_size
from ._helpers import Helper, _transpose_batch_time

BasicDecoderOutput = collections.namedtuple("BasicDecoderOutput", ("rnn_output", "sample_id"))


class Decoder(abc.ABC):
    """One step at a time, from inputs and state to outputs and the next inputs."""

    @property
    @abc.abstractmethod
    def batch_size(self):
        """A scalar tensor: the number of sequences."""

    @property
    @abc.abstractmethod
    def output_size(self):
        """The structure of the sizes of the outputs."""

    @property
    @abc.abstractmethod
    def output_dtype(self):
        """The structure of the types of the outputs."""

    @abc.abstractmethod
    def initialize(self, name=None):
        """Return (finished [batch], first inputs, first state)."""

    @abc.abstractmethod
    def step(self, time, inputs, state, name=None):
        """Run one step.

        Args:
            time: int32 scalar, the number of the step, from 0.
            inputs: inputs of the step, `[batch, ...]`.
            state: state before the step, `[batch, ...]`.
            name: name of the operations.

        Returns:
            `(outputs, next state, next inputs, finished [batch])`.
        """

    def finalize(self, outputs, final_state, sequence_lengths):
        """Return the outputs and the state of whole sequences, `[time, batch, ...]`.

        Args:
            outputs: outputs of all steps, `[time, batch, ...]`.
            final_state: state after the last step.
            sequence_lengths: int32 `[batch]`, the number of steps of each sequence.
        """
        raise NotImplementedError

    @property
    def tracks_own_finished(self):
        """Whether a finished sequence may be unfinished again, as beams are."""
        return False


class BasicDecoder(Decoder):
    """A decoder that runs a cell on the inputs of a helper.

    Args:
        cell: the cell.
        helper: a `Helper`, which samples from the outputs and makes the next inputs.
        initial_state: state of the cell before the first step.
        output_layer: layer over the cell's outputs, by default none.
    """

    def __init__(self, cell, helper, initial_state, output_layer=None):
        if not isinstance(helper, Helper):
            raise TypeError(f"helper must be a Helper, received: {type(helper)}")
        if output_layer is not None and not hasattr(output_layer, "compute_output_shape"):
            raise TypeError(f"output_layer must be a Layer, received: {type(output_layer)}")
        self._cell = cell
        self._helper = helper
        self._initial_state = initial_state
        self._output_layer = output_layer

    @property
    def batch_size(self):
        """The helper's batch size."""
        return self._helper.batch_size

    @property
    def output_size(self):
        """A BasicDecoderOutput of sizes."""
        size = self._cell.output_size
        if self._output_layer is not None:
            shapes = tf.nest.map_structure(lambda n: tf.TensorShape([None]).concatenate(n), size)
            size = tf.nest.map_structure(
                lambda shape: tf.TensorShape(self._output_layer.compute_output_shape(shape))[1:],
                shapes,
            )
        return BasicDecoderOutput(rnn_output=size, sample_id=self._helper.sample_ids_shape)

    @property
    def output_dtype(self):
        """A BasicDecoderOutput of types: the outputs have the state's."""
        dtype = tf.nest.flatten(self._initial_state)[0].dtype
        rnn_dtypes = tf.nest.map_structure(lambda _: dtype, self._cell.output_size)
        return BasicDecoderOutput(rnn_dtypes, self._helper.sample_ids_dtype)

    def initialize(self, name=None):
        """Return the helper's (finished, first inputs), and the initial state."""
        return (*self._helper.initialize(), self._initial_state)

    def step(self, time, inputs, state, name=None):
        """Return (BasicDecoderOutput, next state, next inputs, finished); see `Decoder.step`."""
        with tf.name_scope(name, "BasicDecoderStep", (time, inputs, state)):
            outputs, state = self._cell(inputs, state)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            ids = self._helper.sample(time=time, outputs=outputs, state=state)
            finished, next_inputs, next_state = self._helper.next_inputs(
                time=time, outputs=outputs, state=state, sample_ids=ids
            )
        return BasicDecoderOutput(outputs, ids), next_state, next_inputs, finished


def dynamic_decode(
    decoder,
    output_time_major=False,
    impute_finished=False,
    maximum_iterations=None,
    parallel_iterations=32,
    swap_memory=False,
    scope=None,
    **kwargs,
):
    """Run a decoder until all sequences are finished.

    Args:
        decoder: a `Decoder`.
        output_time_major: whether outputs are `[time, batch, ...]`; otherwise `[batch, time, ...]`.
        impute_finished: whether the outputs of finished sequences are zeros and their states no
            longer change.
        maximum_iterations: the largest number of steps, by default no limit.
        parallel_iterations: as in `tf.while_loop`.
        swap_memory: as in `tf.while_loop`.
        scope: a name or VariableScope, by default `decoder`.
        **kwargs: for the decoder's `initialize`.

    Returns:
        `(outputs, final state, lengths [batch])`.
    """
    if not isinstance(decoder, Decoder):
        raise TypeError(f"Expected decoder to be type Decoder, but saw: {type(decoder)}")
    with tf.variable_scope(scope, "decoder") as inside:
        if inside.caching_device is None:
            inside.set_caching_device(lambda op: op.device)
        if maximum_iterations is not None:
            maximum_iterations = tf.convert_to_tensor(
                maximum_iterations, dtype=tf.int32, name="maximum_iterations"
            )
            if maximum_iterations.get_shape().ndims != 0:
                raise ValueError("maximum_iterations must be a scalar")
        loop = _DecodeLoop(decoder, impute_finished, maximum_iterations)
        results = tf.while_loop(
            lambda time, arrays, state, inputs, finished, lengths: tf.logical_not(
                tf.reduce_all(finished)
            ),
            loop.step,
            loop.first_variables(**kwargs),
            parallel_iterations=parallel_iterations,
            maximum_iterations=maximum_iterations,
            swap_memory=swap_memory,
        )
        arrays, state, lengths = results[1], results[2], results[5]
        outputs = tf.nest.map_structure(lambda array: array.stack(), arrays)
        try:
            outputs, state = decoder.finalize(outputs, state, lengths)
        except NotImplementedError:
            pass
        if not output_time_major:
            outputs = tf.nest.map_structure(_transpose_batch_time, outputs)
    return outputs, state, lengths


class _DecodeLoop:
    """The variables and the step of `dynamic_decode`'s loop."""

    def __init__(self, decoder, impute_finished, maximum_iterations):
        self._decoder = decoder
        self._impute_finished = impute_finished
        self._maximum_iterations = maximum_iterations
        self._zero_outputs = None

    def first_variables(self, **kwargs):
        """Return time, output arrays, state, inputs, finished and lengths before the first step."""
        finished, inputs, state = self._decoder.initialize(**kwargs)
        batch = self._decoder.batch_size
        self._zero_outputs = _create_zero_outputs(
            self._decoder.output_size, self._decoder.output_dtype, batch
        )
        if self._maximum_iterations is not None:
            finished = tf.logical_or(finished, 0 >= self._maximum_iterations)
        lengths, time = tf.zeros_like(finished, dtype=tf.int32), tf.constant(0, tf.int32)
        static_batch = tf.get_static_value(tf.convert_to_tensor(batch))
        arrays = tf.nest.map_structure(
            lambda size, dtype: tf.TensorArray(
                dtype=dtype,
                size=0,  # the steps taken may be fewer than maximum_iterations
                dynamic_size=True,
                element_shape=tf.TensorShape([static_batch]).concatenate(size),
            ),
            self._decoder.output_size,
            self._decoder.output_dtype,
        )
        return time, arrays, state, inputs, finished, lengths

    def step(self, time, arrays, state, inputs, finished, lengths):
        """Take one step of the decoder and store its outputs."""
        outputs, next_state, next_inputs, now_finished = self._decoder.step(time, inputs, state)
        if self._decoder.tracks_own_finished:
            next_finished = now_finished
        else:
            next_finished = tf.logical_or(now_finished, finished)
        lengths = tf.where(tf.logical_not(finished), tf.fill(tf.shape(lengths), time + 1), lengths)
        tf.nest.assert_same_structure(state, next_state)
        tf.nest.assert_same_structure(inputs, next_inputs)
        if self._impute_finished:
            outputs = tf.nest.map_structure(
                lambda out, zero: tf.where(finished, zero, out), outputs, self._zero_outputs
            )
            next_state = tf.nest.map_structure(
                lambda new, old: _standing_still(finished, new, old), next_state, state
            )
        arrays = tf.nest.map_structure(lambda array, out: array.write(time, out), arrays, outputs)
        return time + 1, arrays, next_state, next_inputs, next_finished, lengths


def _standing_still(finished, new, old):
    """Return the old state where finished; TensorArrays and scalars always go on."""
    if isinstance(old, tf.TensorArray):
        return new
    new.set_shape(old.shape)
    return new if old.shape.ndims == 0 else tf.where(finished, old, new)


def _create_zero_outputs(size, dtype, batch_size):
    """Return zeros [batch, ...] in the structure that sizes and types share."""
    return tf.nest.map_structure(lambda s, t: _zeros(s, t, batch_size), size, dtype)


def _zeros(size, dtype, batch):
    shape = tf.TensorShape(size)
    if not shape.is_fully_defined():
        raise ValueError(f"The output size of a decoder must be known, saw {shape}")
    return zeros_of_size(shape, batch, dtype)
