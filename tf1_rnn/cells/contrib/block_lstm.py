"""LSTMs in one kernel: a step (`LSTMBlockCell`) or a whole sequence (`LSTMBlockFusedCell`).

    i, j, f, o = split([x, h] W + b)       gates in this order
    c' = sigmoid(f + forget_bias + w_f*c)*c + sigmoid(i + w_i*c)*tanh(j)
    h' = sigmoid(o + w_o*c')*tanh(c')      c' is clipped to +-cell_clip before

Hochreiter and Schmidhuber, 1997; peepholes (the `w` terms): Gers et al., 2002. The kernels
compute in float16 and float32 only. Their gradient passes through the clipping unchanged.
"""

import abc
from collections.abc import Callable

import tensorflow.compat.v1 as tf

from .. import recurrences
from ..arguments import as_size, size_of
from ..hints import DTypeLike, Scope, ShapeLike, Size, State
from ..lstm import LSTMStateTuple
from ..node_count import leave_out
from ..rnn_cell import LayerRNNCell


def _lstm_block_gradient(op, *grads):
    """Gradient of one step; the kernel gives that of the gates, the rest is linear algebra."""
    x, c, h, w, w_i, w_f, w_o, b = op.inputs
    i, new_c, f, o, ci, co, _ = op.outputs
    grad = tf.raw_ops.LSTMBlockCellGrad(
        x=x,
        cs_prev=c,
        h_prev=h,
        w=w,
        wci=w_i,
        wcf=w_f,
        wco=w_o,
        b=b,
        i=i,
        cs=new_c,
        f=f,
        o=o,
        ci=ci,
        co=co,
        cs_grad=grads[1],
        h_grad=grads[6],
        use_peephole=op.get_attr("use_peephole"),
    )
    d_joined = tf.matmul(grad.dicfo, w, transpose_b=True)
    d_x, d_h = tf.split(d_joined, [x.shape.as_list()[1], h.shape.as_list()[1]], 1)
    d_w = tf.matmul(tf.concat([x, h], 1), grad.dicfo, transpose_a=True)
    d_b = tf.reduce_sum(grad.dicfo, 0)
    return (d_x, grad.cs_prev_grad, d_h, d_w, grad.wci_grad, grad.wcf_grad, grad.wco_grad, d_b)


def register_gradient(op_type: str, function: Callable) -> None:
    """Give a kernel its gradient, unless it already has one."""
    try:
        tf.RegisterGradient(op_type)(function)
    except KeyError:
        pass


register_gradient("LSTMBlockCell", _lstm_block_gradient)


class _LSTMVariables(LayerRNNCell):
    """The variables of the block LSTMs, of which TensorFlow 1.x made the same in both."""

    _kernel = _bias = _w_f_diag = _w_i_diag = _w_o_diag = None

    def _add_lstm_variables(self, depth, units, use_peephole):
        self._kernel = self.add_variable("kernel", [depth + units, 4 * units])
        self._bias = self.add_variable(
            "bias", [4 * units], initializer=tf.constant_initializer(0.0)
        )
        if use_peephole:
            self._w_i_diag = self.add_variable("w_i_diag", [units])
            self._w_f_diag = self.add_variable("w_f_diag", [units])
            self._w_o_diag = self.add_variable("w_o_diag", [units])

    def _kernel_arguments(self, units, dtype):
        if self._use_peephole:
            w_i, w_f, w_o = self._w_i_diag, self._w_f_diag, self._w_o_diag
        else:
            w_i = w_f = w_o = tf.zeros([units], dtype)
        return {
            "w": self._kernel,
            "b": self._bias,
            "wci": w_i,
            "wcf": w_f,
            "wco": w_o,
            "forget_bias": self._forget_bias,
            "cell_clip": self._cell_clip,
            "use_peephole": self._use_peephole,
        }


class LSTMBlockCell(_LSTMVariables):
    """One step of an LSTM in one kernel, `tf.raw_ops.LSTMBlockCell`.

    Variables, with D inputs and H units: `lstm_cell/kernel [D+H, 4H]` and `bias [4H]` (starts at
    0), with peepholes then `w_i_diag`, `w_f_diag`, `w_o_diag`, `[H]` each. They are those of
    LSTMCell, whose checkpoints fit.

    Args:
        num_units: H.
        forget_bias: added to the forget gate when the cell runs.
        cell_clip: bound of the new c; None for none.
        use_peephole: whether the gates have peepholes, weighted connections to c.
        dtype: type of the variables, float16 or float32; by default that of the first inputs.
        reuse: whether to share the variables that are already in the scope.
        name: the scope of the variables.
    """

    input_ndim = 2

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        dtype: DTypeLike | None = None,
        reuse: bool | None = None,
        name: str = "lstm_cell",
    ) -> None:
        super().__init__(_reuse=reuse, dtype=dtype, name=name)
        self._num_units = as_size(num_units)
        self._forget_bias = forget_bias
        self._use_peephole = use_peephole
        self._cell_clip = -1 if cell_clip is None else cell_clip

    @property
    def state_size(self) -> LSTMStateTuple:
        """`LSTMStateTuple(H, H)`."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make the variables for inputs `[batch, D]`; ValueError where D is unknown."""
        depth = tf.TensorShape(inputs_shape).as_list()[1]
        if depth is None:
            raise ValueError(
                f"Expected inputs_shape[1] to be known, saw {inputs_shape}. Give "
                "the placeholder its number of inputs, or call set_shape."
            )
        self._add_lstm_variables(depth, self._num_units, self._use_peephole)
        self.built = True

    def _recurrence(self, made):
        w = (self._w_f_diag, self._w_i_diag, self._w_o_diag)
        return recurrences.LSTM(
            self._kernel,
            self._bias,
            tf.tanh,
            self._forget_bias,
            sizes=(self._num_units, self._num_units),
            peepholes=w if self._use_peephole else None,
            cell_clip=self._cell_clip if self._cell_clip > 0 else None,
            clip_has_gradient=False,
        )

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]` and (c, h) `[batch, H]` to `(h', (c', h'))`."""
        if len(state) != 2:
            raise ValueError(f"Expected state to be a tuple (c, h), got {len(state)} parts.")
        c, h = state
        step = tf.raw_ops.LSTMBlockCell(
            x=inputs, cs_prev=c, h_prev=h, **self._kernel_arguments(self._num_units, self.dtype)
        )
        return step.h, LSTMStateTuple(step.cs, step.h)


class LSTMBlockWrapper(_LSTMVariables, metaclass=abc.ABCMeta):
    """The base class of an LSTM that takes a whole sequence in one call.

    A subclass has the property `num_units`, and `_call_cell`. It is no cell: TensorFlow's loops
    refuse it.
    """

    input_ndim = 3

    @property
    @abc.abstractmethod
    def num_units(self) -> int:
        """H, the size of the output and of c."""

    @abc.abstractmethod
    def _call_cell(
        self, inputs, initial_cell_state, initial_output, dtype, sequence_length
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Return c and h of all steps, `[time, batch, H]` each, from inputs `[time, batch, D]`."""

    @property
    def state_size(self) -> Size:
        """None: this is no cell."""
        raise AttributeError(f"{type(self).__name__} takes whole sequences: it has no state_size")

    @property
    def output_size(self) -> Size:
        """None: this is no cell; see `num_units`."""
        raise AttributeError(f"{type(self).__name__} takes whole sequences: see num_units")

    def __call__(
        self,
        inputs: tf.Tensor,
        initial_state: State = None,
        dtype: DTypeLike | None = None,
        sequence_length: tf.Tensor | None = None,
        scope: Scope | None = None,
    ) -> tuple[tf.Tensor, LSTMStateTuple]:
        """Run the LSTM over a sequence.

        Args:
            inputs: tensor `[time, batch, D]`.
            initial_state: tuple (c, h), `[batch, H]` each, by default zeros of `dtype`.
            dtype: type of the zeros; needed without `initial_state`, else not used.
            sequence_length: int32 `[batch]`. Past its length a sequence's output is 0, and its
                final state is that of its last step, or the initial one for length 0.
            scope: a name or VariableScope in place of the LSTM's own.

        Returns:
            `(outputs [time, batch, H], LSTMStateTuple(c, h))`.

        Raises:
            ValueError: inputs of another rank, neither `initial_state` nor `dtype`, or a state
                that is not of two parts.
        """
        return self._call_in_scope(scope, inputs, initial_state, dtype, sequence_length)

    def call(
        self,
        inputs: tf.Tensor,
        initial_state: State = None,
        dtype: DTypeLike | None = None,
        sequence_length: tf.Tensor | None = None,
    ) -> tuple[tf.Tensor, LSTMStateTuple]:
        """Run the LSTM inside its scope; see `LSTMBlockWrapper`."""
        batch_size = size_of(inputs, 1)
        if initial_state is None:
            if dtype is None:
                raise ValueError(
                    "Either initial_state or dtype needs to be given. Without an "
                    "initial state, dtype says of which type its zeros are."
                )
            c = h = tf.zeros(tf.stack([batch_size, self.num_units]), dtype)
        else:
            if len(initial_state) != 2:
                raise ValueError(
                    "Expected initial_state to be a tuple (c, h) or None, got "
                    f"{len(initial_state)} parts."
                )
            c, h = initial_state
            dtype = c.dtype
        if sequence_length is not None:
            sequence_length = tf.convert_to_tensor(sequence_length)
        cs, outputs = self._call_cell(inputs, c, h, dtype, sequence_length)
        if sequence_length is None:
            return outputs, LSTMStateTuple(cs[-1], outputs[-1])
        final = [
            _at_length(states, first, sequence_length, batch_size)
            for states, first in ((cs, c), (outputs, h))
        ]
        leave_out(-5 if inputs.shape.as_list()[0] is None else -6)  # 1.15.5 sliced less
        mask = tf.sequence_mask(sequence_length, size_of(inputs, 0), dtype=outputs.dtype)
        return outputs * tf.transpose(mask)[:, :, tf.newaxis], LSTMStateTuple(*final)


def _at_length(states, first, lengths, batch_size):
    """Return `[batch, H]`: of each sequence the state after its last step."""
    with_first = tf.concat([first[tf.newaxis], states], 0)
    # Lengths are int32 here as in TensorFlow 1.x: another type is a TypeError.
    return tf.gather_nd(with_first, tf.stack([lengths, tf.range(batch_size)], 1))


class LSTMBlockFusedCell(LSTMBlockWrapper):
    """An LSTM over a whole sequence in one kernel, `tf.raw_ops.BlockLSTM`.

    Variables, with D inputs and H units: `lstm_fused_cell/kernel [D+H, 4H]` and `bias [4H]`
    (starts at 0), with peepholes then `w_i_diag`, `w_f_diag`, `w_o_diag`, `[H]` each.

    Args:
        num_units: H.
        forget_bias: added to the forget gate when the LSTM runs.
        cell_clip: bound of each new c; None for none.
        use_peephole: whether the gates have peepholes, weighted connections to c.
        reuse: whether to share the variables that are already in the scope.
        dtype: type of the variables, float16 or float32; by default that of the first inputs.
        name: the scope of the variables.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        reuse: bool | None = None,
        dtype: DTypeLike | None = None,
        name: str = "lstm_fused_cell",
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype)
        self._num_units = as_size(num_units)
        self._forget_bias = forget_bias
        self._cell_clip = -1 if cell_clip is None else cell_clip
        self._use_peephole = use_peephole

    @property
    def num_units(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make the variables for inputs `[time, batch, D]`."""
        depth = tf.TensorShape(inputs_shape).as_list()[2]
        if depth is None:
            raise TypeError(
                f"Expected inputs_shape[2] to be known, saw {inputs_shape}. Give "
                "the placeholder its number of inputs, or call set_shape."
            )
        self._add_lstm_variables(depth, self._num_units, self._use_peephole)
        self.built = True

    def _call_cell(
        self, inputs, initial_cell_state=None, initial_output=None, dtype=None, sequence_length=None
    ):
        steps = size_of(inputs, 0)
        if sequence_length is not None:
            # The kernel reads past its inputs if given more steps than there are.
            steps = tf.minimum(tf.reduce_max(sequence_length), steps)
        block = tf.raw_ops.BlockLSTM(
            seq_len_max=tf.cast(steps, tf.int64),
            x=inputs,
            cs_prev=initial_cell_state,
            h_prev=initial_output,
            **self._kernel_arguments(self._num_units, dtype),
        )
        return block.cs, block.h
