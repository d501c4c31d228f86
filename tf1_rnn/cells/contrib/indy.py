"""Recurrent cells in which each unit sees only its own state: RNN, GRU and LSTM.

Li et al., "Independently recurrent neural network (IndRNN)", 2018,
https://arxiv.org/abs/1803.04831; Gonnet and Deselaers, "IndyLSTMs: independently recurrent
LSTMs", 2019, https://arxiv.org/abs/1903.08023.
"""

import tensorflow.compat.v1 as tf

from ..arguments import as_size, get_initializer, known_depth, split
from ..hints import Activation, DTypeLike, Initializer, ShapeLike, State
from ..lstm import LSTMStateTuple, lstm_step
from ..rnn_cell import LayerRNNCell
from .pieces import memory_and_output


def indy_gates(
    x: tf.Tensor,
    h: tf.Tensor,
    kernel_w: tf.Tensor,
    kernel_u: tf.Tensor,
    bias: tf.Tensor,
    gates: int = 1,
) -> tf.Tensor:
    """Return `x W + u*[h, h, ...] + b`, `[batch, n H]`.

    Args:
        x: inputs `[batch, D]`.
        h: state `[batch, H]`, repeated for each gate.
        kernel_w: W, `[D, n H]`.
        kernel_u: u, `[1, n H]`, one weight for each unit and gate.
        bias: b, `[n H]`.
        gates: n.
    """
    repeated = h if gates == 1 else tf.tile(h, [1, gates])
    return tf.nn.bias_add(tf.matmul(x, kernel_w) + repeated * kernel_u, bias)


def indy_gru_step(
    gates: tf.Tensor, candidate: Activation, h: tf.Tensor, activation: Activation = tf.tanh
) -> tf.Tensor:
    """Return the new state `[batch, H]`.

    Args:
        gates: pre-activations `[batch, 2H]`, in the order r = reset, u = update.
        candidate: function of the reset state `[batch, H]` to the candidate's pre-activation.
        h: state `[batch, H]`.
        activation: of the candidate.
    """
    r, u = split(tf.sigmoid(gates), 2, axis=1)
    c = activation(candidate(r * h))
    return u * h + (1.0 - u) * c


class IndyCell(LayerRNNCell):
    """The base of the three cells, which makes their variables.

    Args:
        num_units: H, the size of the output.
        activation: a function of tensors; None for tanh.
        reuse: whether to share the variables that are already in the scope.
        name: the scope of the variables.
        dtype: type of the variables, by default that of the first inputs.
        kernel_initializer: of the inputs' kernels, by default the scope's.
        bias_initializer: of the biases, by default 0 or 1.
    """

    input_ndim = 2

    def __init__(
        self,
        num_units: int,
        activation: Activation | None,
        reuse: bool | None,
        name: str | None,
        dtype: DTypeLike | None,
        kernel_initializer: Initializer | str | None = None,
        bias_initializer: Initializer | str | None = None,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype)
        self._num_units = as_size(num_units)
        self._activation = activation or tf.tanh
        self._kernel_initializer = get_initializer(kernel_initializer)
        self._bias_initializer = get_initializer(bias_initializer)

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def _gate_variables(self, depth, gates, w="kernel_w", u="kernel_u", bias="bias", bias_start=0):
        size = gates * self._num_units
        start = self._bias_initializer or tf.constant_initializer(bias_start)
        return (
            self.add_variable(w, [depth, size], initializer=self._kernel_initializer),
            self.add_variable(u, [1, size], initializer=tf.random_uniform_initializer(-1, 1)),
            self.add_variable(bias, [size], initializer=start),
        )


class IndRNNCell(IndyCell):
    """The independently recurrent network.

        h' = tanh(x W + u*h + b)

    Variables, with D inputs and H units: `kernel_w [D, H]`, `kernel_u [1, H]` (starts uniformly
    within -1..1), `bias [H]` (starts at 0).

    Args:
        num_units: H, the size of the state and of the output.
        activation: a function of tensors, by default tanh.
        reuse: whether to share the variables that are already in the scope.
        name: the scope of the variables, by default `ind_rnn_cell`.
        dtype: type of the variables, by default that of the first inputs.
    """

    def __init__(
        self,
        num_units: int,
        activation: Activation | None = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, dtype)

    @property
    def state_size(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make the variables for inputs `[batch, D]`."""
        self._kernel_w, self._kernel_u, self._bias = self._gate_variables(
            known_depth(inputs_shape), 1
        )
        self.built = True

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, state `[batch, H]` to `(h', h')`."""
        new_h = self._activation(
            indy_gates(inputs, state, self._kernel_w, self._kernel_u, self._bias)
        )
        return new_h, new_h


class IndyGRUCell(IndyCell):
    """The independently gated recurrent unit.

        r, u = split(sigmoid(x W_g + u_g*[h, h] + b_g))
        c  = tanh(x W_c + u_c*(r*h) + b_c)
        h' = u*h + (1 - u)*c

    Variables, with D inputs and H units: `gates/kernel_w [D, 2H]`, `gates/kernel_u [1, 2H]`,
    `gates/bias [2H]` (starts at 1), `candidate/kernel [D, H]`, `candidate/kernel_u [1, H]`,
    `candidate/bias [H]` (starts at 0). Each `kernel_u` starts uniformly within -1..1.

    Args:
        num_units: H, the size of the state and of the output.
        activation: of the candidate, a function of tensors, by default tanh.
        reuse: whether to share the variables that are already in the scope.
        kernel_initializer: of the inputs' kernels, by default the scope's.
        bias_initializer: of both biases, in place of 1 and 0.
        name: the scope of the variables, by default `indy_gru_cell`.
        dtype: type of the variables, by default that of the first inputs.
    """

    def __init__(
        self,
        num_units: int,
        activation: Activation | None = None,
        reuse: bool | None = None,
        kernel_initializer: Initializer | str | None = None,
        bias_initializer: Initializer | str | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(
            num_units, activation, reuse, name, dtype, kernel_initializer, bias_initializer
        )

    @property
    def state_size(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make the variables for inputs `[batch, D]`."""
        depth = known_depth(inputs_shape)
        self._gate_kernel_w, self._gate_kernel_u, self._gate_bias = self._gate_variables(
            depth, 2, "gates/kernel_w", "gates/kernel_u", "gates/bias", bias_start=1
        )
        self._candidate_kernel_w, self._candidate_kernel_u, self._candidate_bias = (
            self._gate_variables(
                depth, 1, "candidate/kernel", "candidate/kernel_u", "candidate/bias"
            )
        )
        self.built = True

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, state `[batch, H]` to `(h', h')`."""
        gates = indy_gates(
            inputs, state, self._gate_kernel_w, self._gate_kernel_u, self._gate_bias, 2
        )

        def candidate(reset_state):
            return indy_gates(
                inputs,
                reset_state,
                self._candidate_kernel_w,
                self._candidate_kernel_u,
                self._candidate_bias,
            )

        new_h = indy_gru_step(gates, candidate, state, self._activation)
        return new_h, new_h


class IndyLSTMCell(IndyCell):
    """The independently recurrent LSTM.

        i, j, f, o = split(x W + u*[h, h, h, h] + b)
        c' = sigmoid(f + forget_bias)*c + sigmoid(i)*tanh(j)
        h' = sigmoid(o)*tanh(c')

    Variables, with D inputs and H units: `kernel_w [D, 4H]`, `kernel_u [1, 4H]` (starts uniformly
    within -1..1), `bias [4H]` (starts at 0), gates in the order i, j, f, o.

    Args:
        num_units: H, the size of `c`, of `h` and of the output.
        forget_bias: added to the forget gate whenever the cell runs.
        activation: of j and of the new memory, a function of tensors, by default tanh.
        reuse: whether to share the variables that are already in the scope.
        kernel_initializer: of `kernel_w`, by default the scope's.
        bias_initializer: of the bias, by default zeros.
        name: the scope of the variables, by default `indy_lstm_cell`.
        dtype: type of the variables, by default that of the first inputs.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        activation: Activation | None = None,
        reuse: bool | None = None,
        kernel_initializer: Initializer | str | None = None,
        bias_initializer: Initializer | str | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(
            num_units, activation, reuse, name, dtype, kernel_initializer, bias_initializer
        )
        self._forget_bias = forget_bias

    @property
    def state_size(self) -> LSTMStateTuple:
        """`LSTMStateTuple(H, H)`."""
        return LSTMStateTuple(self._num_units, self._num_units)

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make the variables for inputs `[batch, D]`."""
        self._kernel_w, self._kernel_u, self._bias = self._gate_variables(
            known_depth(inputs_shape), 4
        )
        self.built = True

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, `(c, h)`, `[batch, H]` each, to `(h', (c', h'))`."""
        c, h = memory_and_output(self, state)
        gates = indy_gates(inputs, h, self._kernel_w, self._kernel_u, self._bias, 4)
        new_c, new_h = lstm_step(gates, c, self._forget_bias, self._activation)
        return new_h, LSTMStateTuple(new_c, new_h)
