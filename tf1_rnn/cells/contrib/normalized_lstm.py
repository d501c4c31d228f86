"""LSTMs with peepholes and a projection whose gates, or whose weights, are normalised.

Layer normalisation: Ba et al., "Layer normalization", 2016, https://arxiv.org/abs/1607.06450.
Weight normalisation: Salimans and Kingma, 2016, https://arxiv.org/abs/1602.07868. Peepholes and
projection: Sak et al., 2014, https://arxiv.org/abs/1402.1128.
"""

import tensorflow.compat.v1 as tf

from ..arguments import as_size, get_activation, known_depth
from ..hints import Activation, Initializer, State
from ..lstm import LSTMStateTuple, lstm_step
from ..rnn_cell import RNNCell
from .pieces import layer_norm, norm_variables


def weight_norm(kernel: tf.Tensor, gain: tf.Tensor) -> tf.Tensor:
    """Return `kernel` `[D, H]` with each of its columns made as long as `gain` `[H]` says."""
    return tf.nn.l2_normalize(kernel, 0) * gain


class _NormalizedLSTMCell(RNNCell):
    """What the two share: sizes, peepholes, clipping and projection."""

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool,
        cell_clip: float | None,
        initializer: Initializer | None,
        num_proj: int | None,
        proj_clip: float | None,
        forget_bias: float,
        activation: Activation | str | None,
        reuse: bool | None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = as_size(num_units)
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_proj = as_size(num_proj)
        self._proj_clip = proj_clip
        self._forget_bias = forget_bias
        self._activation = get_activation(activation or tf.tanh)

    @property
    def state_size(self) -> LSTMStateTuple:
        """`LSTMStateTuple(H, P)`."""
        return LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> int:
        """P with a projection, else H."""
        return self._num_proj or self._num_units

    def _inner_scope(self):
        """Return the scope of the variables, which is opened inside that of the cell."""
        return tf.get_variable_scope()

    def _gates(self, inputs, h):
        """Return i, j, f, o, `[batch, H]` each; makes the kernel and the bias."""
        raise NotImplementedError

    def _memory_norm(self, dtype):
        """Return what normalises the new memory, or None."""
        return None

    def _projection(self, kernel):
        return kernel

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, c `[batch, H]`, h `[batch, P]` to `(h', (c', h'))`."""
        c, h = state
        with tf.variable_scope(self._inner_scope(), initializer=self._initializer):
            gates = self._gates(inputs, h)
            peepholes = [
                tf.get_variable(name, [self._num_units], inputs.dtype)
                for name in ("w_f_diag", "w_i_diag", "w_o_diag")
                if self._use_peepholes
            ]
            new_c, new_h = lstm_step(
                gates,
                c,
                self._forget_bias,
                self._activation,
                peepholes,
                self._cell_clip,
                self._memory_norm(inputs.dtype),
            )
            if self._num_proj is not None:
                new_h = self._projected(new_h)
        return new_h, LSTMStateTuple(new_c, new_h)

    def _projected(self, h):
        with tf.variable_scope("projection"):
            kernel = tf.get_variable("kernel", [self._num_units, self._num_proj], h.dtype)
            h = tf.matmul(h, self._projection(kernel))
        if self._proj_clip is not None:
            h = tf.clip_by_value(h, -self._proj_clip, self._proj_clip)
        return h


class LayerNormLSTMCell(_NormalizedLSTMCell):
    """An LSTM with peepholes, clipping, projection and layer normalisation.

        i, j, f, o = norm(split([x, h] W))                 (without layer_norm, of [x, h] W + b)
        c' = norm(sigmoid(f + forget_bias + w_f*c)*c + sigmoid(i + w_i*c)*tanh(j))
        c' = clip(c', -cell_clip, cell_clip)
        h' = clip((sigmoid(o + w_o*c')*tanh(c')) W_proj, -proj_clip, proj_clip)
        norm(a) = gamma*(a - mean(a))/std(a) + beta        (each with its own gamma and beta)

    Variables, with D inputs, H units and P = num_proj or H: `kernel [D+P, 4H]`, `bias [4H]`
    (starts at 0; not used under layer normalisation), gates in the order i, j, f, o; with layer
    normalisation `gamma [H]` and `beta [H]` in each of `input/`, `transform/`, `forget/`,
    `output/`; with peepholes `w_f_diag`, `w_i_diag`, `w_o_diag`, `[H]` each; with layer
    normalisation those of `state/`; with a projection `projection/kernel [H, P]`.

    Args:
        num_units: H, the size of `c`.
        use_peepholes: whether the gates have peepholes, weighted connections to the memory.
        cell_clip: None, or the bound of the memory's absolute value.
        initializer: of the kernels and the peepholes, by default the scope's.
        num_proj: P, the size of `h` and of the output after projection; None for no projection.
        proj_clip: None, or the bound of the projected output's absolute value.
        forget_bias: added to the forget gate whenever the cell runs.
        activation: a function of tensors; by default tanh.
        layer_norm: whether to normalise.
        norm_gain: what each gamma starts at.
        norm_shift: what each beta starts at.
        reuse: whether to share the variables that are already in the scope.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Initializer | None = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        forget_bias: float = 1.0,
        activation: Activation | str | None = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(
            num_units,
            use_peepholes,
            cell_clip,
            initializer,
            num_proj,
            proj_clip,
            forget_bias,
            activation,
            reuse,
        )
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    def _gates(self, inputs, h):
        joined, units = tf.concat([inputs, h], 1), self._num_units
        kernel = tf.get_variable("kernel", [known_depth(joined.shape), 4 * units], inputs.dtype)
        bias = tf.get_variable("bias", [4 * units], inputs.dtype, tf.zeros_initializer())
        gates = tf.matmul(joined, kernel)
        if not self._layer_norm:
            return tf.split(tf.nn.bias_add(gates, bias), 4, axis=1)
        # The shifts take the place of the bias, which 1.15.5 made all the same.
        return [
            layer_norm(gate, *self._norm_variables(scope, inputs.dtype))
            for gate, scope in zip(
                tf.split(gates, 4, axis=1), ("input", "transform", "forget", "output"), strict=True
            )
        ]

    def _memory_norm(self, dtype):
        if not self._layer_norm:
            return None
        gain, shift = self._norm_variables("state", dtype)
        return lambda c: layer_norm(c, gain, shift)

    def _norm_variables(self, scope, dtype):
        return norm_variables(scope, self._num_units, dtype, self._norm_gain, self._norm_shift)


class WeightNormLSTMCell(_NormalizedLSTMCell):
    """An LSTM with peepholes, clipping and projection, whose weights are normalised.

        i, j, f, o = split(x norm(W_x) + h norm(W_h) + b)
        c' = sigmoid(f + forget_bias + w_f*c)*c + sigmoid(i + w_i*c)*tanh(j)
        c' = clip(c', -cell_clip, cell_clip)
        h' = clip((sigmoid(o + w_o*c')*tanh(c')) norm(W_proj), -proj_clip, proj_clip)
        norm(W) = g*W/|W|, column by column                (each with its own g)

    Variables, with D inputs, H units and P = num_proj or H, all in a scope `wn_lstm_cell` twice
    over: `kernel [D+P, 4H]`, W_x above W_h, gates in the order i, j, f, o; their g, `norm_0
    [4H]` and `norm_1 [4H]`; `bias [4H]` (starts at 0); with peepholes `w_f_diag`, `w_i_diag`,
    `w_o_diag`, `[H]` each; with a projection `projection/kernel [H, P]` and its g,
    `projection/norm_0 [P]`. Without `norm` there is no g.

    Args:
        num_units: H, the size of `c`.
        norm: whether to normalise the weights; without, this is an LSTMCell.
        use_peepholes: whether the gates have peepholes, weighted connections to the memory.
        cell_clip: None, or the bound of the memory's absolute value.
        initializer: of all but the bias, by default the scope's.
        num_proj: P, the size of `h` and of the output after projection; None for no projection.
        proj_clip: None, or the bound of the projected output's absolute value.
        forget_bias: added to the forget gate whenever the cell runs.
        activation: a function of tensors; by default tanh.
        reuse: whether to share the variables that are already in the scope.
    """

    def __init__(
        self,
        num_units: int,
        norm: bool = True,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Initializer | None = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        forget_bias: float = 1,
        activation: Activation | str | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(
            num_units,
            use_peepholes,
            cell_clip,
            initializer,
            num_proj,
            proj_clip,
            forget_bias,
            activation,
            reuse,
        )
        # A name and not a scope: it is looked up from where the cell is called, as in 1.15.5.
        self._scope = "wn_lstm_cell"
        self._norm = norm

    def _inner_scope(self):
        return "wn_lstm_cell"

    def _gates(self, inputs, h):
        depths, units = [known_depth(inputs.shape), known_depth(h.shape)], self._num_units
        kernel = tf.get_variable("kernel", [sum(depths), 4 * units], inputs.dtype)
        if self._norm:
            of_inputs = self._normalized(kernel[: depths[0], :], "norm_0")
            of_output = self._normalized(kernel[depths[0] :, :], "norm_1")
            kernel = tf.concat([of_inputs, of_output], 0)
        bias = tf.get_variable("bias", [4 * units], inputs.dtype, tf.zeros_initializer())
        product = tf.matmul(tf.concat([inputs, h], 1), kernel)
        return tf.split(tf.nn.bias_add(product, bias), 4, axis=1)

    def _projection(self, kernel):
        return self._normalized(kernel, "norm_0") if self._norm else kernel

    def _normalized(self, kernel, name):
        return weight_norm(kernel, tf.get_variable(name, [kernel.shape[1]], kernel.dtype))
