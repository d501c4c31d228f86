"""The LSTM that runs over frequencies within each step of time.

Li et al., "LSTM time and frequency recurrence for automatic speech recognition", 2015,
https://doi.org/10.1109/ASRU.2015.7404793.
"""

import tensorflow.compat.v1 as tf

from ..arguments import as_size, known_depth, size_of
from ..hints import Initializer, State
from ..lstm import lstm_step
from ..node_count import counted_as
from ..rnn_cell import RNNCell
from .pieces import sharded_variable


def windows(x: tf.Tensor, size: int, skip: int) -> list[tf.Tensor]:
    """Return the windows of features in a list, `[batch, size]` each.

    Args:
        x: `[batch, D]`.
        size: number of features in a window.
        skip: number of features from the start of one to the start of the next.
    """
    count = int((known_depth(x.shape) - size) / skip) + 1
    return [tf.slice(x, [0, start * skip], [-1, size]) for start in range(count)]


class TimeFreqLSTMCell(RNNCell):
    """The time-frequency LSTM: one LSTM that reads a window of features after the other.

        h_freq = 0
        for each window k, with its own c[k] and h[k] of the last step:
            i, j, f, o = split([x[k], h[k], h_freq] W + b)
            c'[k] = clip(sigmoid(f + forget_bias + w_f*c[k])*c[k] + sigmoid(i + w_i*c[k])*tanh(j))
            h'[k] = h_freq = sigmoid(o + w_o*c'[k])*tanh(c'[k])

    The output is `[h'[0], h'[1], ...]` and the state `[c[0], h[0], c[1], h[1], ...]`. As in
    TensorFlow 1.x, `state_size` and `output_size` are those of a single window: with several,
    the cell is called step by step with a state of the real size, not looped.

    Variables, with F features in a window and H units: `W_0 [F+2H, 4H]`, `B [4H]` (starts at 0),
    gates in the order i, j, f, o; with peepholes `W_F_diag`, `W_I_diag`, `W_O_diag`, `[H]` each.
    In n shards, `W_0` to `W_{n-1}`.

    Args:
        num_units: H.
        use_peepholes: whether the gates have peepholes, weighted connections to the memory.
        cell_clip: None, or the bound of the memory's absolute value.
        initializer: not used, as in TensorFlow 1.15; the scope's initializer is.
        num_unit_shards: number of variables that the rows of W are kept in.
        forget_bias: added to the forget gate whenever the cell runs.
        feature_size: F, the number of inputs in a window; has to be given.
        frequency_skip: by how much a window is ahead of the one before.
        reuse: whether to share the variables that are already in the scope.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Initializer | None = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int = 1,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = as_size(num_units)
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_unit_shards = num_unit_shards
        self._forget_bias = forget_bias
        self._feature_size = as_size(feature_size)
        self._frequency_skip = as_size(frequency_skip)

    @property
    def state_size(self) -> int:
        """2H, whatever the number of windows."""
        return 2 * self._num_units

    @property
    def output_size(self) -> int:
        """H, whatever the number of windows."""
        return self._num_units

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, state `[batch, 2HK]` for K windows.

        Returns:
            The output `[batch, HK]` and the new state `[batch, 2HK]`.
        """
        if self._feature_size is None:
            raise TypeError(
                "TimeFreqLSTMCell has no feature_size. Give the number of inputs "
                "that a window holds."
            )
        units, dtype = self._num_units, inputs.dtype
        features = windows(inputs, self._feature_size, self._frequency_skip)
        kernel = sharded_variable(
            "W", [self._feature_size + 2 * units, 4 * units], dtype, self._num_unit_shards
        )
        bias = tf.get_variable("B", [4 * units], dtype, tf.zeros_initializer())
        peepholes = [
            tf.get_variable(name, [units], dtype)
            for name in ("W_F_diag", "W_I_diag", "W_O_diag")
            if self._use_peepholes
        ]
        h_freq, memories, outputs = tf.zeros([size_of(inputs, 0), units], dtype), [], []
        for k, x in enumerate(features):
            c, h = (tf.slice(state, [0, (2 * k + part) * units], [-1, units]) for part in (0, 1))
            gates = tf.nn.bias_add(tf.matmul(tf.concat([x, h, h_freq], 1), kernel), bias)
            c, h_freq = lstm_step(gates, c, self._forget_bias, tf.tanh, peepholes, self._cell_clip)
            memories.append(c)
            outputs.append(h_freq)
        new_state = [part for pair in zip(memories, outputs, strict=True) for part in pair]
        with counted_as(4 * len(features) - 2):  # 1.15.5 joined one more after each window
            return tf.concat(outputs, 1), tf.concat(new_state, 1)
