"""The convolutional LSTM (Shi et al., 2015, https://arxiv.org/abs/1506.04214)."""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from . import recurrences
from .arguments import as_size, split
from .hints import Initializer, Scope, State
from .lstm import LSTMStateTuple
from .rnn_cell import RNNCell

_CONVOLUTIONS = {1: tf.nn.conv1d, 2: tf.nn.conv2d, 3: tf.nn.conv3d}


def convolve(inputs: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """Return `[batch, *space, F]`, same-padded, for `[batch, *space, C]` of 1 to 3 dimensions."""
    rank = inputs.shape.rank - 2
    strides = 1 if rank == 1 else [1] * (rank + 2)
    return _CONVOLUTIONS[rank](inputs, kernel, strides, padding="SAME")


def conv_lstm_step(
    gates: tf.Tensor, c: tf.Tensor, forget_bias: float = 1.0
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the new memory and the output, `[..., F]` each.

    Args:
        gates: pre-activations `[..., 4F]`, in the order i = input, j = new input, f = forget,
            o = output.
        c: memory `[..., F]`.
        forget_bias: added to f here, never stored in the bias.
    """
    i, j, f, o = split(gates, 4, axis=-1)
    new_c = tf.sigmoid(f + forget_bias) * c + tf.sigmoid(i) * tf.tanh(j)
    return new_c, tf.tanh(new_c) * tf.sigmoid(o)


class ConvLSTMCell(RNNCell):
    """An LSTM whose products are convolutions, on inputs of 1, 2 or 3 spatial dimensions.

        i, j, f, o = split(conv([x, h], W) + b)
        c' = sigmoid(f + forget_bias)*c + sigmoid(i)*tanh(j)
        h' = sigmoid(o)*tanh(c')

    As in TensorFlow 1.x, and unlike the paper, the gates have no peepholes.

    Variables, with C input channels and F output channels: `kernel [*kernel_shape, C+F, 4F]`,
    `biases [4F]` (starts at 0), gates in the order i, j, f, o.

    Args:
        conv_ndims: number of spatial dimensions, 1, 2 or 3.
        input_shape: shape of one input, `[*space, C]`.
        output_channels: F.
        kernel_shape: size of the kernel, one int for each spatial dimension.
        use_bias: whether there are `biases`.
        skip_connection: whether the output is `[h', x]`, with F + C channels. The state never
            contains x.
        forget_bias: added to the forget gate whenever the cell runs.
        initializers: for the kernel, by default the scope's.
        name: the scope of the variables.

    Raises:
        ValueError: when `input_shape` is not of `conv_ndims + 1` dimensions.

    Example:
        >>> import tf1_rnn.v1 as tf
        >>> cell = tf.contrib.rnn.ConvLSTMCell(
        ...     conv_ndims=2, input_shape=[6, 6, 1], output_channels=4, kernel_shape=[3, 3]
        ... )
        >>> frames = tf.zeros([2, 5, 6, 6, 1])
        >>> outputs, state = tf.nn.dynamic_rnn(cell, frames, dtype=tf.float32)
        >>> outputs.shape.as_list()
        [2, 5, 6, 6, 4]
    """

    def __init__(
        self,
        conv_ndims: int,
        input_shape: Sequence[int],
        output_channels: int,
        kernel_shape: Sequence[int],
        use_bias: bool = True,
        skip_connection: bool = False,
        forget_bias: float = 1.0,
        initializers: Initializer | None = None,
        name: str = "conv_lstm_cell",
    ) -> None:
        super().__init__(name=name)
        if conv_ndims != len(input_shape) - 1:
            raise ValueError(
                f"Invalid input_shape {input_shape} for conv_ndims={conv_ndims}. "
                "Expected one size for each dimension, then the channels."
            )
        self._conv_ndims = conv_ndims
        self._input_shape = [as_size(size) for size in input_shape]
        self._output_channels = as_size(output_channels)
        self._kernel_shape = [as_size(size) for size in kernel_shape]
        self._use_bias = use_bias
        self._skip_connection = skip_connection
        self._forget_bias = forget_bias
        self._initializers = initializers

    @property
    def state_size(self) -> LSTMStateTuple:
        """`LSTMStateTuple` of two shapes `[*space, F]`."""
        shape = tf.TensorShape(list(self._input_shape[:-1]) + [self._output_channels])
        return LSTMStateTuple(shape, shape)

    @property
    def output_size(self) -> tf.TensorShape:
        """`[*space, F]`, or `[*space, F + C]` with a skip connection."""
        channels = self._output_channels
        if self._skip_connection:
            channels += self._input_shape[-1]
        return tf.TensorShape(list(self._input_shape[:-1]) + [channels])

    def call(
        self, inputs: tf.Tensor, state: State, scope: Scope | None = None
    ) -> tuple[tf.Tensor, State]:
        """Run one step.

        Args:
            inputs: `[batch, *space, C]`.
            state: `(c, h)`, `[batch, *space, F]` each.
            scope: not used.

        Returns:
            The output and the new `(c', h')`.
        """
        c, h = state
        self._check_shapes(inputs, h)
        channels = inputs.shape.as_list()[-1] + h.shape.as_list()[-1]
        kernel = tf.get_variable(
            "kernel",
            self._kernel_shape + [channels, 4 * self._output_channels],
            dtype=inputs.dtype,
            initializer=self._initializers,
        )
        gates = convolve(tf.concat([inputs, h], -1), kernel)
        if self._use_bias:
            biases = tf.get_variable(
                "biases",
                [4 * self._output_channels],
                dtype=inputs.dtype,
                initializer=tf.constant_initializer(0.0),
            )
            gates += biases
        new_c, new_h = conv_lstm_step(gates, c, self._forget_bias)
        output = tf.concat([new_h, inputs], -1) if self._skip_connection else new_h
        return output, LSTMStateTuple(new_c, new_h)

    def _recurrence(self, made):
        scope = self.scope_name if made else None
        return recurrences.ConvLSTM(
            made.get(f"{scope}/kernel"),
            made.get(f"{scope}/biases"),
            self._forget_bias,
            self._input_shape,
            self._output_channels,
            self._kernel_shape,
            self._skip_connection,
        )

    def _check_shapes(self, inputs, h):
        if self._conv_ndims not in _CONVOLUTIONS:
            raise ValueError(f"conv_ndims={self._conv_ndims}: expected 1, 2 or 3.")
        if len(self._kernel_shape) != self._conv_ndims:
            raise ValueError(
                f"kernel_shape {self._kernel_shape} for conv_ndims="
                f"{self._conv_ndims}: expected one size for each dimension."
            )
        for tensor in (inputs, h):
            if tensor.shape.rank != self._conv_ndims + 2:
                raise ValueError(
                    f"ConvLSTMCell(conv_ndims={self._conv_ndims}) expects tensors of rank "
                    f"{self._conv_ndims + 2}, [batch, *space, channels], but saw {tensor.shape}."
                )


class Conv1DLSTMCell(ConvLSTMCell):
    """`ConvLSTMCell` with `conv_ndims=1`."""

    def __init__(self, name: str = "conv_1d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=1, name=name, **kwargs)


class Conv2DLSTMCell(ConvLSTMCell):
    """`ConvLSTMCell` with `conv_ndims=2`."""

    def __init__(self, name: str = "conv_2d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=2, name=name, **kwargs)


class Conv3DLSTMCell(ConvLSTMCell):
    """`ConvLSTMCell` with `conv_ndims=3`."""

    def __init__(self, name: str = "conv_3d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=3, name=name, **kwargs)
