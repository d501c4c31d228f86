"""Activations, and their gradients by what a step forward keeps."""

import functools
from collections.abc import Callable

import tensorflow.compat.v1 as tf

from tf1_rnn.cells.hints import Activation as Function

# By its own output y and the gradient d of it.
_BY_OUTPUT = {
    tf.tanh: lambda y, d: tf.raw_ops.TanhGrad(y=y, dy=d),
    tf.sigmoid: lambda y, d: tf.raw_ops.SigmoidGrad(y=y, dy=d),
    tf.nn.relu: lambda y, d: tf.raw_ops.ReluGrad(gradients=d, features=y),
    tf.identity: lambda y, d: d,
}


class Activation:
    """A function of tensors with the gradient for what goes in.

    Args:
        function: of a tensor, element by element.
    """

    def __init__(self, function: Function) -> None:
        self._function = function
        self._gradient = _BY_OUTPUT.get(function)

    def __call__(self, before: tf.Tensor) -> tf.Tensor:
        """Return what comes out."""
        return self._function(before)

    def kept(self, before: tf.Tensor) -> list[tf.Tensor]:
        """Return in a list what to keep of what goes in, for `gradient`: nothing, or all of it."""
        return [] if self._gradient else [before]

    def gradient(self, before: tf.Tensor | None, after: tf.Tensor, d_after: tf.Tensor) -> tf.Tensor:
        """Return the gradient for what goes in; `before` counts only where `kept` keeps it."""
        if self._gradient:
            return self._gradient(after, d_after)
        before = tf.identity(before)
        return tf.gradients(self._function(before), before, d_after)[0]


_ELEMENTWISE = frozenset(
    "Abs Add AddV2 Atan Cast ClipByValue Const Cos Div DivNoNan Elu Equal Erf Exp Expm1 FloorMod "
    "Greater GreaterEqual Identity Inv LeakyRelu Less LessEqual Log Log1p Maximum Minimum Mul Neg "
    "Placeholder Pow RealDiv Reciprocal Relu Relu6 Rsqrt Select SelectV2 Selu Sigmoid Sign Sin "
    "Softplus Softsign Sqrt Square Sub Tanh ZerosLike".split()
)


@functools.lru_cache(maxsize=256)
def is_elementwise(function: Callable) -> bool:
    """Return whether each element that a function gives depends only on the same one of its tensor.

    It is tried in a graph of its own. One with a variable, or another tensor, of the user's graph
    is not: its gradient for that would be lost.
    """
    if function in _BY_OUTPUT:
        return True
    with tf.Graph().as_default() as graph:
        before = tf.placeholder(tf.float32, [2, 3])
        try:
            after = function(before)
            made = [operation.type for operation in graph.get_operations()]
            return (
                after.shape.as_list() == [2, 3]
                and _ELEMENTWISE.issuperset(made)
                and made.count("Placeholder") == 1
                and tf.gradients(after, before)[0] is not None
            )
        except Exception:  # it takes something of the graph that it was written in
            return False
