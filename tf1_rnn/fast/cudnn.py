"""An LSTM's whole sequence by cuDNN, on a GPU.

cuDNN's LSTM (cudnnRNNForward, CUDNN_LSTM) is TensorFlow 1's without peepholes, with its gates in
the order i, f, j, o, with weights of their own for inputs and state, and two biases:

    i, f, j, o = x W + b + h R + b_R
    c' = sigmoid(f)*c + sigmoid(i)*tanh(j)
    h' = sigmoid(o)*tanh(c')

It has no GRU of TensorFlow 1: that resets before the product with the state, cuDNN's after it
(`cells.contrib.cudnn_compatible` has the latter).
"""

import tensorflow.compat.v1 as tf

from tf1_rnn.cells.recurrences import LSTM

from .recurrence import Walk, without_second_gradient
from .scan import Tensors

_NO_SECOND = "through cuDNN. Use tf.nn.static_rnn, or tf.device('/cpu:0'), for these."


def is_gpu_used() -> bool:
    """Return whether what is built now will run on an NVIDIA GPU.

    That is so where one is visible to this process, and `tf.device` asks for a GPU or for nothing.
    On a machine without a GPU nothing is added to the graph.
    """
    if not (tf.test.is_built_with_cuda() and tf.config.get_visible_devices("GPU")):
        return False
    asked = tf.DeviceSpec.from_string(tf.no_op("device").device)
    return asked.device_type == "GPU" or (asked.device_type is None and asked.job is None)


def is_supported(what: LSTM) -> bool:
    """Return whether cuDNN runs an LSTM, as `cells.recurrences` describes it, here.

    It has tanh for its only activation, no clipping, no masks and no projection (the caller sees
    to these, as for the block kernels), and no peepholes.
    """
    return not what.peepholes and is_gpu_used()


def run_lstm(
    x: tf.Tensor, state: Tensors, weights: Tensors, forget_bias: float, walk: Walk
) -> tuple[tf.Tensor, Tensors]:
    """Run an LSTM over all steps of `x`; arguments and results as in `recurrence.run`.

    `weights` are the kernel and the bias.
    """
    c, h = state
    kernel, bias = map(tf.identity, weights)
    params = packed(kernel, bias, forget_bias)
    steps, batch = tf.shape(x)[walk.time_axis], tf.shape(x)[1 - walk.time_axis]
    lengths = tf.fill([batch], steps) if walk.lengths is None else walk.lengths
    options = {"rnn_mode": "lstm", "time_major": walk.time_axis == 0}

    def alive(sequence):
        """Return the sequence with zeros after the lengths: there cuDNN leaves what there was."""
        if walk.lengths is None:
            return sequence
        mask = tf.sequence_mask(lengths, steps)
        mask = tf.expand_dims(tf.transpose(mask) if walk.time_axis == 0 else mask, 2)
        return tf.where_v2(mask, sequence, tf.zeros_like(sequence))

    def whole(x, h, c, params):
        given = {"input": x, "input_h": h, "input_c": c, "params": params}
        given.update(options, sequence_lengths=lengths)
        made = tf.raw_ops.CudnnRNNV3(**given, is_training=True)  # which keeps what a gradient needs

        def gradient(d_output, d_h, d_c):
            d = tf.raw_ops.CudnnRNNBackpropV3(
                **given,
                **{name: getattr(made, name) for name in made._fields},
                output_backprop=d_output,
                output_h_backprop=d_h,
                output_c_backprop=d_c,
            )
            d_x, *others = d
            return without_second_gradient(_NO_SECOND, alive(d_x), *others)

        return (made.output, made.output_h, made.output_c), gradient

    # A state has an axis for the layers, of which there is one, where the inputs have their time.
    h, c = (tf.expand_dims(part, walk.time_axis) for part in (h, c))
    outputs, h, c = tf.custom_gradient(whole)(x, h, c, params)
    return alive(outputs), tuple(tf.squeeze(part, [walk.time_axis]) for part in (c, h))


def packed(kernel: tf.Tensor, bias: tf.Tensor, forget_bias: float) -> tf.Tensor:
    """Return all weights of an LSTM in one vector, as cuDNN's canonical layout has them.

    Args:
        kernel: tensor `[D+H, 4H]`, gates in the order i, j, f, o.
        bias: tensor `[4H]`.
        forget_bias: added to f.

    Returns:
        Tensor `[4*H*D + 4*H*H + 8*H]`: W of i, f, j, o, each `[H, D]`; R, each `[H, H]`; b; and
        zeros for b_R.
    """
    units = bias.shape.as_list()[0] // 4
    depth = kernel.shape.as_list()[0] - units
    i, j, f, o = tf.split(tf.transpose(kernel), 4)
    of_inputs, of_state = tf.split(tf.concat([i, f, j, o], 0), [depth, units], 1)
    i, j, f, o = tf.split(bias, 4)
    parts = [of_inputs, of_state, i, f + forget_bias, j, o, tf.zeros_like(bias)]
    return tf.concat([tf.reshape(part, [-1]) for part in parts], 0)
