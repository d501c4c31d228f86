"""The LSTM whose input gate is one minus its forget gate.

Greff et al., "LSTM: a search space odyssey", 2015, https://arxiv.org/abs/1503.04069 (CIFG);
layer normalisation: Ba et al., 2016, https://arxiv.org/abs/1607.06450.
"""

from collections.abc import Sequence

import tensorflow.compat.v1 as tf

from ..arguments import as_size, known_depth, split
from ..hints import Activation, Initializer, Size, State
from ..lstm import LSTMStateTuple, join_state, split_state, warn_of_joined_state
from ..rnn_cell import RNNCell
from .pieces import layer_norm, norm_variables, sharded_variable


def coupled_lstm_step(
    gates: tf.Tensor,
    c: tf.Tensor,
    forget_bias: float = 1.0,
    activation: Activation = tf.tanh,
    peepholes: Sequence[tf.Tensor] | None = None,
    norms: Sequence[tuple[tf.Tensor, tf.Tensor]] | None = None,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the new memory and the output, `[batch, H]` each.

    Args:
        gates: pre-activations j = new input, f = forget, o = output, `[batch, H]` each.
        c: memory `[batch, H]`.
        forget_bias: added to f here, never stored in the bias.
        activation: of j and of the new memory.
        peepholes: None, or the weights `[H]` by which the old memory is added to f and the new
            one to o: `(w_f, w_o)`.
        norms: None, or (gain, shift), `[H]` each, for j, f, o and the new memory.
    """
    j, f, o = gates
    if norms:
        j = layer_norm(j, *norms[0])
        f = layer_norm(f, *norms[1])
        o = layer_norm(o, *norms[2])
    f = f + forget_bias
    if peepholes:
        f = f + peepholes[0] * c
    f = tf.sigmoid(f)
    new_c = f * c + (1.0 - f) * activation(j)
    if norms:
        new_c = layer_norm(new_c, *norms[3])
    if peepholes:
        o = o + peepholes[1] * new_c
    return new_c, tf.sigmoid(o) * activation(new_c)


class CoupledInputForgetGateLSTMCell(RNNCell):
    """The LSTM whose input gate is one minus its forget gate.

        j, f, o = split([x, h] W + b)
        f  = sigmoid(f + forget_bias + w_f*c)
        c' = f*c + (1 - f)*tanh(j)
        h' = clip((sigmoid(o + w_o*c')*tanh(c')) W_proj, -proj_clip, proj_clip)

    With layer normalisation, j, f, o and c' are each normalised as soon as they are computed, and b
    is not added, though the variable is made.

    Variables, with D inputs, H units and P = num_proj or H: `W_0 [D+P, 3H]`, `B [3H]` (starts at
    0); with layer normalisation `gamma [H]` and `beta [H]` in `transform/`, `forget/`,
    `output/`, and, after the peepholes, in `state/`; with peepholes `W_F_diag [H]`,
    `W_O_diag [H]`; with a projection `W_P_0 [H, P]`. In n shards, `W_0` to `W_{n-1}`.

    Args:
        num_units: H, the size of `c`.
        use_peepholes: whether the gates have peepholes, weighted connections to the memory.
        initializer: not used, as in TensorFlow 1.15; the scope's initializer is.
        num_proj: P, the size of `h` and of the output after projection; None for no projection.
        proj_clip: None, or the bound of the projected output's absolute value.
        num_unit_shards: number of variables that the rows of W are kept in.
        num_proj_shards: number of variables that the rows of W_P are kept in.
        forget_bias: added to the forget gate whenever the cell runs.
        state_is_tuple: whether the state is an `LSTMStateTuple`, or one tensor `[batch, H+P]`.
        activation: of j and of the new memory, a function of tensors.
        reuse: whether to share the variables that are already in the scope.
        layer_norm: whether to normalise.
        norm_gain: what each gamma starts at.
        norm_shift: what each beta starts at.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        initializer: Initializer | None = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int = 1,
        num_proj_shards: int = 1,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Activation = tf.tanh,
        reuse: bool | None = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
    ) -> None:
        super().__init__(_reuse=reuse)
        warn_of_joined_state(self, state_is_tuple)
        self._num_units = as_size(num_units)
        self._use_peepholes = use_peepholes
        self._initializer = initializer
        self._num_proj = as_size(num_proj)
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    @property
    def state_size(self) -> Size:
        """`LSTMStateTuple(H, P)`, or H + P."""
        sizes = LSTMStateTuple(self._num_units, self.output_size)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> int:
        """P with a projection, else H."""
        return self._num_proj or self._num_units

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, c `[batch, H]`, h `[batch, P]` to `(h', (c', h'))`."""
        c, h = split_state(self, state, [self._num_units, self.output_size])
        units, dtype = self._num_units, inputs.dtype
        depth = known_depth(inputs.shape) + self.output_size
        kernel = sharded_variable("W", [depth, 3 * units], dtype, self._num_unit_shards)
        bias = tf.get_variable("B", [3 * units], dtype, tf.zeros_initializer())
        gates = tf.matmul(tf.concat([inputs, h], 1), kernel)
        if not self._layer_norm:
            gates = tf.nn.bias_add(gates, bias)
        gates = split(gates, 3, axis=1)
        norms = self._norms(("transform", "forget", "output"), dtype)
        peepholes = [
            tf.get_variable(name, [units], dtype)
            for name in ("W_F_diag", "W_O_diag")
            if self._use_peepholes
        ]
        new_c, new_h = coupled_lstm_step(
            gates,
            c,
            self._forget_bias,
            self._activation,
            peepholes,
            norms + self._norms(("state",), dtype),
        )
        if self._num_proj is not None:
            new_h = tf.matmul(
                new_h,
                sharded_variable("W_P", [units, self._num_proj], dtype, self._num_proj_shards),
            )
            if self._proj_clip is not None:
                new_h = tf.clip_by_value(new_h, -self._proj_clip, self._proj_clip)
        return new_h, join_state(self, new_c, new_h)

    def _norms(self, scopes, dtype):
        if not self._layer_norm:
            return []
        return [
            norm_variables(scope, self._num_units, dtype, self._norm_gain, self._norm_shift)
            for scope in scopes
        ]
