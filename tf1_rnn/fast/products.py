"""The products of a cell, and the three products of their gradient.

Nearly all of a training step's time is spent here, so each product is asked for in the form in
which TensorFlow has its fastest kernel. Measured on two cores, LSTM of 512 units, batch 64,
for 50 steps: `[64, 2048]` times the transposed kernel takes 115 ms by `transpose_b=True`, which
is what TensorFlow's own gradient of `tf.matmul` asks for, and 37 ms with the kernel transposed
beforehand, once for all steps.
"""

import tensorflow.compat.v1 as tf

from tf1_rnn.cells.conv_lstm import convolve

from .scan import Steps, in_one_batch, transposed


class Dense:
    """`[x, h] W + b`, for a kernel `[D+H, G]`.

    Args:
        kernel: tensor `[D+H, G]`.
        depth: D.
    """

    def __init__(self, kernel: tf.Tensor, depth: int) -> None:
        self._kernel = kernel
        sizes = [depth, kernel.shape.as_list()[0] - depth]
        # A bare tf.transpose Grappler would fold back into each product.
        self._input_columns, self._state_columns = tf.split(transposed(kernel, [1, 0]), sizes, 1)

    def forward(self, xh: tf.Tensor, bias: tf.Tensor | None = None) -> tf.Tensor:
        """Return `[batch, G]`; product and bias are fused into one kernel."""
        gates = tf.matmul(xh, self._kernel)
        return gates if bias is None else tf.nn.bias_add(gates, bias)

    def to_input(self, d_gates: tf.Tensor) -> tf.Tensor:
        """Return the gradient `[batch, D]` for `d_gates` `[batch, G]`."""
        return tf.matmul(d_gates, self._input_columns)

    def to_state(self, d_gates: tf.Tensor) -> tf.Tensor:
        """Return the gradient `[batch, H]` for `d_gates` `[batch, G]`."""
        return tf.matmul(d_gates, self._state_columns)

    def to_kernel(self, xh: Steps, d_gates: Steps) -> tf.Tensor:
        """Return the gradient `[D+H, G]` for two sequences, by one product over all steps."""
        return tf.matmul(in_one_batch(xh), in_one_batch(d_gates), transpose_a=True)


class Convolution:
    """`conv([x, h], W) + b`, for a kernel `[*kernel_shape, C+F, G]`.

    The gradients of inputs, kernel and bias are made step by step: all frames at once took twice
    the time, and their memory.

    Args:
        kernel: tensor `[*kernel_shape, C+F, G]`, of odd sizes in space.
        depth: C.
    """

    def __init__(self, kernel: tf.Tensor, depth: int) -> None:
        self._kernel = kernel
        sizes = [depth, kernel.shape.as_list()[-2] - depth]
        self._input_kernel, self._state_kernel = (
            _turned(part) for part in tf.split(kernel, sizes, -2)
        )

    def forward(self, xh, bias):
        """Return `[batch, *space, G]`."""
        return tf.nn.bias_add(convolve(xh, self._kernel), bias)

    def to_input(self, d_gates: tf.Tensor) -> tf.Tensor:
        """Return the gradient `[batch, *space, C]` for `d_gates` `[batch, *space, G]`."""
        return convolve(d_gates, self._input_kernel)

    def to_state(self, d_gates: tf.Tensor) -> tf.Tensor:
        """Return the gradient `[batch, *space, F]` for `d_gates` `[batch, *space, G]`."""
        return convolve(d_gates, self._state_kernel)

    def to_kernel(self, xh: tf.Tensor, d_gates: tf.Tensor) -> tf.Tensor:
        """Return the gradient of the kernel for one step."""
        kernel = tf.identity(self._kernel)  # not the one that xh was made with
        return tf.gradients(convolve(xh, kernel), kernel, d_gates)[0]

    def no_gradient(self) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the gradients of kernel and bias of no steps at all."""
        return tf.zeros_like(self._kernel), tf.zeros([self._kernel.shape[-1]], self._kernel.dtype)


def sigmoid_gradient(y: tf.Tensor, d_y: tf.Tensor) -> tf.Tensor:
    """Return the gradient for x of `y = sigmoid(x)`."""
    return tf.raw_ops.SigmoidGrad(y=y, dy=d_y)


def bias_gradient(d_gates: tf.Tensor) -> tf.Tensor:
    """Return the sum `[G]` over all but the last axis; half the time of `tf.reduce_sum`."""
    return tf.raw_ops.BiasAddGrad(out_backprop=d_gates)


def _turned(kernel):
    """Return the kernel with which the gradient for the input is a convolution itself."""
    spatial = list(range(kernel.shape.rank - 2))
    inputs, outputs = len(spatial), len(spatial) + 1
    return tf.transpose(tf.reverse(kernel, spatial), [*spatial, outputs, inputs])
