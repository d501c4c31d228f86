"""The group LSTM: several small LSTMs side by side, which share nothing but the projection.

Kuchaiev and Ginsburg, "Factorization tricks for LSTM networks", 2017,
https://arxiv.org/abs/1703.10722.
"""

import tensorflow.compat.v1 as tf

from ..arguments import as_size, known_depth, size_of, split
from ..hints import Activation, Initializer, State
from ..lstm import LSTMStateTuple
from ..rnn_cell import RNNCell
from .pieces import linear, memory_and_output


def glstm_step(
    gates: list[tf.Tensor], c: tf.Tensor, forget_bias: float = 1.0, activation: Activation = tf.tanh
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the new memory and the output, `[batch, H]` each.

    Args:
        gates: pre-activations `[batch, H]` of i = input, j = new input, f = forget, o = output.
        c: memory `[batch, H]`.
        forget_bias: added to f here, never stored in the bias.
        activation: only of the new memory; j goes through tanh whatever it is.
    """
    i, j, f, o = gates
    new_c = tf.sigmoid(f + forget_bias) * c + tf.sigmoid(i) * tf.tanh(j)
    return new_c, tf.sigmoid(o) * activation(new_c)


class GLSTMCell(RNNCell):
    """The group LSTM; with one group, an LSTM.

        i_g, j_g, f_g, o_g = split([x_g, h_g] W_g)           (for each group g of x and of h)
        i = [i_0, i_1, ...] + b_i                            (and so j, f, o)
        c' = sigmoid(f + forget_bias)*c + sigmoid(i)*tanh(j)
        h' = (sigmoid(o)*tanh(c')) W_proj

    Variables, with D inputs, H units, G groups and P = num_proj or H:
    `group0/kernel [(D+P)/G, 4H/G]`, `group1/kernel`, ...; `bias_i`, `bias_j`, `bias_f`, `bias_o`,
    `[H]` each (start at 0); with a projection `projection/kernel [H, P]`.

    Args:
        num_units: H, the size of `c`.
        initializer: of the groups' kernels, by default the scope's.
        num_proj: P, the size of `h` and of the output after projection; None for no projection.
        number_of_groups: G; D, H and P must be divisible by it.
        forget_bias: added to the forget gate whenever the cell runs.
        activation: of the new memory, a function of tensors; j always goes through tanh.
        reuse: whether to share the variables that are already in the scope.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Initializer | None = None,
        num_proj: int | None = None,
        number_of_groups: int = 1,
        forget_bias: float = 1.0,
        activation: Activation = tf.tanh,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        num_units, num_proj = as_size(num_units), as_size(num_proj)
        for name, size in (("num_units", num_units), ("num_proj", num_proj)):
            if size and size % number_of_groups:
                raise ValueError(
                    f"{name} must be divisible by number_of_groups, got {size} and "
                    f"{number_of_groups}."
                )
        self._num_units = num_units
        self._initializer = initializer
        self._num_proj = num_proj
        self._number_of_groups = number_of_groups
        self._forget_bias = forget_bias
        self._activation = activation

    @property
    def state_size(self) -> LSTMStateTuple:
        """`LSTMStateTuple(H, P)`."""
        return LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> int:
        """P with a projection, else H."""
        return self._num_proj or self._num_units

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, c `[batch, H]`, h `[batch, P]` to `(h', (c', h'))`."""
        c, h = memory_and_output(self, state)
        groups, units = self._number_of_groups, self._num_units
        depth = inputs.shape.as_list()[1]
        if depth is None:
            raise ValueError(
                f"input size must be statically known, saw shape: {inputs.shape}. Give the "
                "placeholder its number of inputs, or call set_shape."
            )
        if depth % groups:
            raise ValueError(
                f"input size ({depth}) must be divisible by number_of_groups ({groups})."
            )
        batch = size_of(inputs, 0)
        parts = []
        for index in range(groups):
            with tf.variable_scope(f"group{index}"):
                both = [_part(tensor, index, groups, batch) for tensor in (inputs, h)]
                gates = linear(both, 4 * units // groups, self._initializer, bias=False)
                parts.append(split(gates, 4, axis=1))
        biases = [
            tf.get_variable(f"bias_{gate}", [units], inputs.dtype, tf.zeros_initializer())
            for gate in "ijfo"
        ]
        gates = [
            tf.nn.bias_add(tf.concat(gate, 1), bias)
            for gate, bias in zip(zip(*parts, strict=True), biases, strict=True)
        ]
        new_c, new_h = glstm_step(gates, c, self._forget_bias, self._activation)
        if self._num_proj:
            with tf.variable_scope("projection"):
                new_h = linear([new_h], self._num_proj, bias=False)
        return new_h, LSTMStateTuple(new_c, new_h)


def _part(tensor, index, groups, batch):
    """Return the columns `[batch, D/G]` of one group."""
    size = known_depth(tensor.shape) // groups
    return tf.slice(tensor, [0, index * size], [batch, size])
