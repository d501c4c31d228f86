"""What several cells share: linear maps, weights in shards, layer normalisation."""

from collections.abc import Sequence

import tensorflow.compat.v1 as tf

from ..arguments import check_one_tensor, known_depth
from ..hints import DTypeLike, Initializer, State
from ..rnn_cell import RNNCell


def linear(
    tensors: Sequence[tf.Tensor],
    size: int,
    initializer: Initializer | None = None,
    bias: bool = True,
    variables_first: bool = False,
) -> tf.Tensor:
    """Return `[a, b, ...] W + b`, `[batch, size]`; makes `kernel` and `bias` in the open scope.

    Args:
        tensors: list of `[batch, depth]`, joined along their depth.
        size: depth of the result.
        initializer: of the kernel, by default the scope's. The bias starts at 0.
        bias: whether there is one.
        variables_first: whether they are made before the tensors are joined; what a graph's seed
            makes the kernel start from hangs on it.
    """
    for tensor in tensors:
        check_one_tensor(tensor)
    depth, dtype = sum(known_depth(tensor.shape) for tensor in tensors), tensors[0].dtype

    def make_bias():
        return tf.get_variable("bias", [size], dtype, tf.zeros_initializer()) if bias else None

    def make_kernel():
        return tf.get_variable("kernel", [depth, size], dtype, initializer=initializer)

    if variables_first:
        kernel, offset = make_kernel(), make_bias()
        product = tf.matmul(_joined(tensors), kernel)
    else:
        product = tf.matmul(_joined(tensors), make_kernel())
        offset = make_bias()
    return product if offset is None else tf.nn.bias_add(product, offset)


def _joined(tensors):
    return tensors[0] if len(tensors) == 1 else tf.concat(tensors, 1)


def sharded_variable(name: str, shape: Sequence[int], dtype: DTypeLike, shards: int) -> tf.Tensor:
    """Return a matrix whose rows are kept in the variables `name_0`, `name_1`, ...

    Args:
        name: of the variables.
        shape: `[rows, columns]`.
        dtype: of the variables.
        shards: their number; the first ones are one row longer where the rows do not divide evenly.

    Raises:
        ValueError: more shards than rows.
    """
    rows, columns = shape
    if shards > rows:
        raise ValueError(
            f"{name} has {rows} rows, which cannot be kept in {shards} shards. "
            f"Give at most {rows} shards."
        )
    sizes = [rows // shards + (i < rows % shards) for i in range(shards)]
    parts = [tf.get_variable(f"{name}_{i}", [size, columns], dtype) for i, size in enumerate(sizes)]
    return parts[0] if shards == 1 else tf.concat(parts, 0)


def layer_norm(x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    """Return `[batch, H]` with mean 0 and variance 1 in each row, then scaled and shifted.

    Ba et al., "Layer normalization", 2016, https://arxiv.org/abs/1607.06450.

    Args:
        x: `[batch, H]`.
        gain: `[H]`.
        shift: `[H]`.
    """
    mean, variance = tf.nn.moments(x, [-1], keepdims=True)
    epsilon = 1e-3 if x.dtype == tf.float16 else 1e-12  # which is 0 in float16
    return tf.nn.batch_normalization(x, mean, variance, shift, gain, epsilon)


def norm_variables(
    scope: str, units: int, dtype: DTypeLike, gain: float, shift: float
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the variables `gamma` and `beta` of a layer normalisation, `[H]` each.

    Args:
        scope: name of their scope.
        units: H.
        dtype: of the variables.
        gain: what gamma starts at.
        shift: what beta starts at.
    """
    with tf.variable_scope(scope):
        return (
            tf.get_variable("gamma", [units], dtype, tf.constant_initializer(gain)),
            tf.get_variable("beta", [units], dtype, tf.constant_initializer(shift)),
        )


def memory_and_output(cell: RNNCell, state: State) -> tuple[tf.Tensor, tf.Tensor]:
    """Return `(c, h)` of an LSTM whose state is always a tuple; TypeError for one tensor."""
    if tf.is_tensor(state):
        raise TypeError(
            f"{type(cell).__name__} expects the state (c, h), but got one tensor {state}. "
            "Give an LSTMStateTuple."
        )
    c, h = state
    return c, h
