"""Decoders, and the loop that runs one: `dynamic_decode`.

A `Decoder` is given its tensors when it is made. A `BaseDecoder`, private in TensorFlow 1.15.5, is
a layer, which is given them when it is called.
"""

import abc
import collections

import tensorflow.compat.v1 as tf

from ....cells.layer import Layer, snake_case, unique_name
from ....cells.rnn_cell import zeros_of_size
from ....cells.wrappers import check_cell
from ._helpers import Helper, transpose_batch_time
from ._samplers import Sampler

BasicDecoderOutput = collections.namedtuple("BasicDecoderOutput", ("rnn_output", "sample_id"))
# The attributes of a BaseDecoder that are arguments of `dynamic_decode`.
_OPTIONS_OF_THE_LOOP = (
    "output_time_major",
    "impute_finished",
    "maximum_iterations",
    "parallel_iterations",
    "swap_memory",
)


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
        check_parts(cell, output_layer)
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
        size = _size_of_outputs(self._cell, self._output_layer)
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
            return _step(self._cell, self._output_layer, self._helper, time, inputs, state)


def check_parts(cell, output_layer):
    """Raise TypeError unless a decoder can be made of these; the layer may be None."""
    check_cell(cell)
    if output_layer is not None and not hasattr(output_layer, "compute_output_shape"):
        raise TypeError(f"output_layer must be a Layer, received: {type(output_layer)}")


def _size_of_outputs(cell, output_layer):
    """Return the sizes that a cell's outputs have behind a layer, which may be None."""
    if output_layer is None:
        return cell.output_size
    shapes = tf.nest.map_structure(
        lambda size: tf.TensorShape([None]).concatenate(size), cell.output_size
    )
    return tf.nest.map_structure(
        lambda shape: tf.TensorShape(output_layer.compute_output_shape(shape))[1:], shapes
    )


def _step(cell, output_layer, feeder, time, inputs, state):
    """Return a step's (BasicDecoderOutput, next state, next inputs, finished).

    `feeder` is the helper or sampler that makes ids of outputs, and of ids the next inputs.
    """
    outputs, state = cell(inputs, state)
    if output_layer is not None:
        outputs = output_layer(outputs)
    ids = feeder.sample(time=time, outputs=outputs, state=state)
    finished, next_inputs, next_state = feeder.next_inputs(
        time=time, outputs=outputs, state=state, sample_ids=ids
    )
    return BasicDecoderOutput(outputs, ids), next_state, next_inputs, finished


class BaseDecoder(Layer):
    """A decoder that is a layer: called with inputs and a state, it runs `dynamic_decode`.

    A subclass writes `initialize`, `step` and the properties, as for `Decoder`. The variables of
    its cell live in the scope `decoder`, as with any decoder.

    Args:
        output_time_major: whether outputs are `[time, batch, ...]` rather than batch-major.
        impute_finished: whether outputs after a sequence's end are 0, and its state stays.
        maximum_iterations: the largest number of steps, None for no limit.
        parallel_iterations: of the loop.
        swap_memory: of the loop.
        **kwargs: those of any layer: `name`, `trainable`, `dtype`.
    """

    def __init__(
        self,
        output_time_major=False,
        impute_finished=False,
        maximum_iterations=None,
        parallel_iterations=32,
        swap_memory=False,
        **kwargs,
    ):
        kwargs["name"] = kwargs.get("name") or unique_name(snake_case(type(self).__name__), True)
        super().__init__(**kwargs)
        self._keras_style = True  # it opens a scope of names, and none of variables
        self.output_time_major = output_time_major
        self.impute_finished = impute_finished
        self.maximum_iterations = maximum_iterations
        self.parallel_iterations = parallel_iterations
        self.swap_memory = swap_memory

    def __call__(self, inputs, *args, **kwargs):
        """Decode; the arguments are those of `call`."""
        with self._reopened_scope():
            if not self.built:
                self._build_for(inputs)
            return self.call(inputs, *args, **kwargs)

    def call(self, inputs, initial_state=None, **kwargs):
        """Return (outputs, state, lengths [batch]), as `dynamic_decode` does.

        Args:
            inputs: what `initialize` takes first, such as [batch, time, ...] or an embedding.
            initial_state: the cell's first state.
            **kwargs: what else `initialize` takes.
        """
        kwargs["initial_state"] = initial_state
        options = {name: getattr(self, name) for name in _OPTIONS_OF_THE_LOOP}
        return dynamic_decode(
            self, decoder_init_input=inputs, decoder_init_kwargs=kwargs, **options
        )

    @property
    def batch_size(self):
        """A scalar tensor: the number of sequences, known from `initialize` on."""
        raise NotImplementedError

    @property
    def output_size(self):
        """The structure of the sizes of the outputs."""
        raise NotImplementedError

    @property
    def output_dtype(self):
        """The structure of the types of the outputs."""
        raise NotImplementedError

    def initialize(self, inputs, initial_state=None, **kwargs):
        """Return (finished [batch], first inputs, first state)."""
        raise NotImplementedError

    def step(self, time, inputs, state):
        """Return (outputs, next state, next inputs, finished [batch]); see `Decoder.step`."""
        raise NotImplementedError

    def finalize(self, outputs, final_state, sequence_lengths):
        """Return (outputs, state) of the whole sequence; see `Decoder.finalize`."""
        raise NotImplementedError

    @property
    def tracks_own_finished(self):
        """Whether a finished sequence may be unfinished again, as beams are."""
        return False


class BasicDecoderV2(BaseDecoder):
    """A cell fed by a sampler, with an optional output layer over the cell's outputs.

    Args:
        cell: a cell.
        sampler: a `Sampler`, whose `initialize` takes what the decoder is called with.
        output_layer: a layer, or None.
        **kwargs: those of `BaseDecoder`.
    """

    def __init__(self, cell, sampler, output_layer=None, **kwargs):
        check_parts(cell, output_layer)
        if not isinstance(sampler, Sampler):
            raise TypeError(f"sampler must be a Sampler, received: {sampler}")
        super().__init__(**kwargs)
        self._found_as("cell", cell)
        self._found_as("output_layer", output_layer)
        self.sampler = sampler

    @property
    def batch_size(self):
        """The sampler's batch size."""
        return self.sampler.batch_size

    @property
    def output_size(self):
        """A BasicDecoderOutput of sizes."""
        size = _size_of_outputs(self.cell, self.output_layer)
        return BasicDecoderOutput(rnn_output=size, sample_id=self.sampler.sample_ids_shape)

    @property
    def output_dtype(self):
        """A BasicDecoderOutput of types: the outputs have the state's."""
        dtypes = tf.nest.map_structure(lambda _: self._cell_dtype, self.cell.output_size)
        return BasicDecoderOutput(dtypes, self.sampler.sample_ids_dtype)

    def initialize(self, inputs, initial_state=None, **kwargs):
        """Return the sampler's (finished, first inputs), and the initial state."""
        if initial_state is None:
            raise ValueError(f"{self.name} needs an initial_state, such as cell.zero_state(...).")
        self._cell_dtype = tf.nest.flatten(initial_state)[0].dtype
        return (*self.sampler.initialize(inputs, **kwargs), initial_state)

    def step(self, time, inputs, state):
        """Return (BasicDecoderOutput, next state, next inputs, finished); see `Decoder.step`."""
        return _step(self.cell, self.output_layer, self.sampler, time, inputs, state)


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
        decoder: a `Decoder` or a `BaseDecoder`.
        output_time_major: whether outputs are `[time, batch, ...]` rather than batch-major.
        impute_finished: whether outputs after a sequence's end are 0, and its state stays.
        maximum_iterations: the largest number of steps, None for no limit.
        parallel_iterations: of the loop.
        swap_memory: of the loop.
        scope: the scope of the variables, by default `decoder`.
        **kwargs: for a `BaseDecoder`, `decoder_init_input` and `decoder_init_kwargs`, the arguments
            of its `initialize`; other decoders ignore them.

    Returns:
        The outputs, the final state, and the lengths, int32 `[batch]`.
    """
    if not isinstance(decoder, (Decoder, BaseDecoder)):
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
            outputs = tf.nest.map_structure(transpose_batch_time, outputs)
    return outputs, state, lengths


class _DecodeLoop:
    """The variables and the step of `dynamic_decode`'s loop."""

    def __init__(self, decoder, impute_finished, maximum_iterations):
        self._decoder = decoder
        self._impute_finished = impute_finished
        self._maximum_iterations = maximum_iterations
        self._zero_outputs = None

    def first_variables(self, decoder_init_input=None, decoder_init_kwargs=None, **unused_kwargs):
        """Return time, output arrays, state, inputs, finished and lengths before the first step."""
        if isinstance(self._decoder, Decoder):
            first = self._decoder.initialize()
        else:
            first = self._decoder.initialize(decoder_init_input, **(decoder_init_kwargs or {}))
        finished, inputs, state = first
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
