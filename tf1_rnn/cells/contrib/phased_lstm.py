"""The phased LSTM, whose units open and close in time, each with its own period.

Neil, Pfeiffer and Liu, "Phased LSTM: accelerating recurrent network training for long or
event-based sequences", 2016, https://arxiv.org/abs/1610.09513.
"""

import tensorflow.compat.v1 as tf

from ..arguments import as_size, split
from ..hints import State
from ..lstm import LSTMStateTuple
from ..rnn_cell import RNNCell
from .pieces import linear, memory_and_output


def time_gate(
    time: tf.Tensor, period: tf.Tensor, phase: tf.Tensor, ratio_on: tf.Tensor, leak: float = 0.001
) -> tf.Tensor:
    """Return how far each unit is open, `[batch, H]`: equation 4 of the paper.

    Args:
        time: `[batch, 1]`, in any unit of time, the same as of period and phase. Its type is
            the one that the place in the period is computed in; float64 for large times.
        period: `[H]`, the length of a cycle.
        phase: `[H]`, where in time the cycles begin.
        ratio_on: `[H]`, the part of a cycle in which the unit is open.
        leak: the slope of the gate while the unit is closed.
    """
    cycle = tf.cast(period, time.dtype)
    elapsed = time - tf.cast(phase, time.dtype)
    # The remainder has slope 1 in time and phase, and none of its own in the period.
    within = elapsed + tf.stop_gradient(tf.math.floormod(elapsed, cycle) - elapsed)
    ratio = tf.cast(within / cycle, period.dtype)
    rising = 2.0 * ratio / ratio_on
    falling = 2.0 - rising
    gate = tf.where(ratio < ratio_on, falling, leak * ratio)
    return tf.where(ratio < 0.5 * ratio_on, rising, gate)


def blend(gate: tf.Tensor, new: tf.Tensor, old: tf.Tensor) -> tf.Tensor:
    """Return the mix of a new and an old value by a gate, all `[batch, H]`.

    Args:
        gate: from 0, closed, to 1, open.
        new: what an open gate lets through.
        old: what a closed gate keeps.
    """
    return gate * new + (1.0 - gate) * old


def phased_lstm_memory(i: tf.Tensor, f: tf.Tensor, new_input: tf.Tensor, c: tf.Tensor) -> tf.Tensor:
    """Return the memory that units which are open would take, `[batch, H]`.

    Args:
        i: input gate `[batch, H]`, from 0 to 1.
        f: forget gate `[batch, H]`, from 0 to 1.
        new_input: pre-activation of j `[batch, H]`.
        c: memory `[batch, H]`.
    """
    j = tf.tanh(new_input)
    return f * c + i * j


def phased_lstm_output(m: tf.Tensor, output_gate: tf.Tensor) -> tf.Tensor:
    """Return the output that units which are open would give, `[batch, H]`.

    Args:
        m: what `phased_lstm_memory` returned, `[batch, H]`.
        output_gate: pre-activation of o `[batch, H]`.
    """
    o = tf.sigmoid(output_gate)
    return tf.tanh(m) * o


def phased_lstm_step(m, output, c, h, k):
    """Return the new memory and the new output, `[batch, H]` each.

    Args:
        m: what `phased_lstm_memory` returned, `[batch, H]`.
        output: what `phased_lstm_output` returned, `[batch, H]`.
        c: memory `[batch, H]`.
        h: output `[batch, H]`.
        k: what `time_gate` returned, `[batch, H]`.
    """
    return blend(k, m, c), blend(k, output, h)


class PhasedLSTMCell(RNNCell):
    """The phased LSTM; its inputs are a pair, `(time [batch, 1], x [batch, D])`.

        i, f = split(sigmoid([x, h] W_m + b_m));  j = tanh([x, h] W_n + b_n)
        m = f*c + i*j
        o = sigmoid([x, h] W_o + b_o)
        k = time_gate(time, period, phase, ratio_on, leak)
        c' = k*m + (1 - k)*c
        h' = k*o*tanh(m) + (1 - k)*h

    With peepholes, the first gates see `[x, h, c]` and o sees `[x, h, m]`.

    Variables, with D inputs and H units, and Q = D+2H with peepholes, D+H without:
    `mask_gates/kernel [Q, 2H]`, `new_input/kernel [D+H, H]`, `output_gate/kernel [Q, H]`, each
    followed by its `bias` (starts at 0); `period [H]` (starts as the exponential of a uniform
    number), `phase [H]` (starts uniformly within the period), `ratio_on [H]`.

    Args:
        num_units: H, the size of `c`, of `h` and of the output.
        use_peepholes: whether the gates have peepholes, weighted connections to the memory.
        leak: the slope of the time gate while a unit is closed.
        ratio_on: the part of a period in which a unit is open, at the start.
        trainable_ratio_on: whether that part is trained.
        period_init_min: the shortest period at the start, in the unit of `time`.
        period_init_max: the longest period at the start.
        reuse: whether to share the variables that are already in the scope.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        leak: float = 0.001,
        ratio_on: float = 0.1,
        trainable_ratio_on: bool = True,
        period_init_min: float = 1.0,
        period_init_max: float = 1000.0,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = as_size(num_units)
        self._use_peepholes = use_peepholes
        self._leak = leak
        self._ratio_on = ratio_on
        self._trainable_ratio_on = trainable_ratio_on
        self._period_init_min = period_init_min
        self._period_init_max = period_init_max

    @property
    def state_size(self) -> LSTMStateTuple:
        """`LSTMStateTuple(H, H)`."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def call(self, inputs: tuple[tf.Tensor, tf.Tensor], state: State) -> tuple[tf.Tensor, State]:
        """Run one step: `(time, x)` and `(c, h)`, `[batch, H]` each, to `(h', (c', h'))`."""
        if tf.is_tensor(inputs):
            raise TypeError(
                "PhasedLSTMCell expects a pair (time [batch, 1], x [batch, D]) as inputs, but got "
                f"one tensor {inputs}."
            )
        time, x = inputs
        c, h = memory_and_output(self, state)
        units = self._num_units
        with tf.variable_scope("mask_gates"):
            seen = [x, h, c] if self._use_peepholes else [x, h]
            i, f = split(tf.sigmoid(linear(seen, 2 * units, variables_first=True)), 2, axis=1)
        with tf.variable_scope("new_input"):
            new_input = linear([x, h], units, variables_first=True)
        m = phased_lstm_memory(i, f, new_input, c)
        with tf.variable_scope("output_gate"):
            seen = [x, h, m] if self._use_peepholes else [x, h]
            output = phased_lstm_output(m, linear(seen, units, variables_first=True))
        k = time_gate(time, *self._rhythm(x.dtype), self._leak)
        new_c, new_h = phased_lstm_step(m, output, c, h, k)
        return new_h, LSTMStateTuple(new_c, new_h)

    def _rhythm(self, dtype):
        periods = []  # what a custom getter returns may have no initial value

        def any_period(shape, dtype=None, partition_info=None):
            number = tf.as_dtype(dtype).as_numpy_dtype
            shortest = tf.log(number(self._period_init_min))
            longest = tf.log(number(self._period_init_max))
            periods.append(tf.exp(tf.random_uniform(shape, shortest, longest, dtype)))
            return periods[-1]

        period = tf.get_variable("period", [self._num_units], dtype, any_period)

        def any_phase(shape, dtype=None, partition_info=None):
            return tf.random_uniform(shape, 0.0, periods[-1], dtype)

        phase = tf.get_variable("phase", [self._num_units], dtype, any_phase)
        ratio_on = tf.get_variable(
            "ratio_on",
            [self._num_units],
            dtype,
            tf.constant_initializer(self._ratio_on),
            trainable=self._trainable_ratio_on,
        )
        return period, phase, ratio_on
