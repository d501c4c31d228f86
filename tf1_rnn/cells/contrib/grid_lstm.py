"""The grid of two LSTMs, one over time and one over frequencies, and its bidirectional form.

Kalchbrenner, Danihelka and Graves, "Grid long short-term memory", 2015,
https://arxiv.org/abs/1507.01526; as time and frequency: Li and Sainath, "Reducing the
computational complexity of two-dimensional LSTMs", 2017,
https://doi.org/10.21437/Interspeech.2017-1164.
"""

import collections
from collections.abc import Sequence

import tensorflow.compat.v1 as tf

from ..arguments import as_size, known_depth, size_of, split
from ..hints import Initializer, Size, State
from ..rnn_cell import RNNCell
from .pieces import sharded_variable


def grid_lstm_step(
    gates: Sequence[Sequence[tf.Tensor]],
    memories: Sequence[tf.Tensor],
    forget_bias: float = 1.0,
    peepholes: Sequence[dict[str, list[tf.Tensor]]] = ({}, {}),
    cell_clip: float | None = None,
) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
    """Return the new memories and the outputs, each a pair (frequency, time) of `[batch, H]`.

    Args:
        gates: a pair of lists of pre-activations `[batch, H]`: i, j, f, o; or i, j, o, where the
            forget gate is one minus the input gate.
        memories: a pair `[batch, H]`.
        forget_bias: added to f here, never stored in the bias.
        peepholes: a pair of dicts from a gate's letter, "F", "I" or "O", to the two weights `[H]`
            of its peepholes to the two memories; O uses the new ones.
        cell_clip: None, or the bound of the new memories' absolute values.
    """
    new_memories, output_gates = [], []
    for gate, c, weights in zip(gates, memories, peepholes, strict=True):
        i, j, *f, o = gate
        i = open_gate(i, weights.get("I"), memories)
        f = open_gate(f[0] + forget_bias, weights.get("F"), memories) if f else 1.0 - i
        new_c = f * c + i * tf.tanh(j)
        if cell_clip is not None:
            new_c = tf.clip_by_value(new_c, -cell_clip, cell_clip)
        new_memories.append(new_c)
        output_gates.append(o)
    outputs = [
        open_gate(o, weights.get("O"), new_memories) * tf.tanh(c)
        for o, weights, c in zip(output_gates, peepholes, new_memories, strict=True)
    ]
    return new_memories, outputs


def open_gate(
    gate: tf.Tensor, weights: Sequence[tf.Tensor] | None, memories: Sequence[tf.Tensor]
) -> tf.Tensor:
    """Return the sigmoid of a gate, with its peepholes if it has any.

    Args:
        gate: pre-activation `[batch, H]`.
        weights: None, or its two peepholes `[H]`.
        memories: the two memories `[batch, H]`.
    """
    if weights:
        gate = gate + weights[0] * memories[0] + weights[1] * memories[1]
    return tf.sigmoid(gate)


class GridLSTMCell(RNNCell):
    """The time-frequency grid LSTM: at each step of time, it walks along the frequencies.

        c_freq = h_freq = 0
        for each window k, with its own c[k] and h[k] of the last step:
            z = [x[k], h[k], h_freq]
            c_freq, h_freq = LSTM(z W_f + B_f, c_freq)
            c'[k],  h'[k]  = LSTM(z W_t + B_t, c[k])

    With peepholes, all gates see both memories. With coupled gates, f = 1 - i. The
    output is `[h'[0], h_freq[0], h'[1], h_freq[1], ...]`.

    Several blocks of frequencies have weights of their own, and each starts its walk with zeros.

    Variables of block b, with F features in a window and H units, and G = 3 for coupled gates, 4
    otherwise: `W_f_b_0 [F+2H, GH]`, `B_f_b [GH]` (starts at 0), `W_t_b_0`, `B_t_b`; with peepholes
    `W_F_diag_freqf_b`, `W_F_diag_freqt_b` (not for coupled gates), so for I and O, then with
    `time` for `freq`, `[H]` each. With shared weights those of time, `W_t_b_0`, `B_t_b` and
    `W_*_diag_time*`, are those of frequency. In n shards, `W_f_b_0` to `W_f_b_{n-1}`.

    Args:
        num_units: H.
        use_peepholes: whether the gates have peepholes, weighted connections to the memories.
        share_time_frequency_weights: whether both LSTMs have the same weights.
        cell_clip: None, or the bound of the memories' absolute values.
        initializer: not used, as in TensorFlow 1.15; the scope's initializer is.
        num_unit_shards: number of variables that the rows of each W are kept in.
        forget_bias: added to the forget gates whenever the cell runs.
        feature_size: F, the number of inputs in a window; has to be given.
        frequency_skip: by how much a window is ahead of the one before; has to be given.
        num_frequency_blocks: list of the number of windows in each block; has to be given.
        start_freqindex_list: list of the input that each block starts at; None for one block
            that holds all inputs.
        end_freqindex_list: list of the input that each block ends before.
        couple_input_forget_gates: whether the forget gates are one minus the input gates.
        state_is_tuple: whether the state is a `state_tuple_type`, or one tensor; as in
            TensorFlow 1.15, one tensor is right for a single block only: of several, each reads
            the first block's part.
        reuse: whether to share the variables that are already in the scope.
    """

    _tuple_name, _prefixes = "GridLSTMStateTuple", ("state",)

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: float | None = None,
        initializer: Initializer | None = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int | None = None,
        num_frequency_blocks: Sequence[int] | None = None,
        start_freqindex_list: Sequence[int] | None = None,
        end_freqindex_list: Sequence[int] | None = None,
        couple_input_forget_gates: bool = False,
        state_is_tuple: bool = True,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        if num_frequency_blocks is None:
            raise ValueError(
                "Must specify num_frequency_blocks, the list of the number of "
                "windows in each block of frequencies."
            )
        self._num_units = as_size(num_units)
        self._use_peepholes = use_peepholes
        self._share_time_frequency_weights = share_time_frequency_weights
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_unit_shards = num_unit_shards
        self._forget_bias = forget_bias
        self._feature_size = as_size(feature_size)
        self._frequency_skip = as_size(frequency_skip)
        self._num_frequency_blocks = list(num_frequency_blocks)
        self._start_freqindex_list = start_freqindex_list
        self._end_freqindex_list = end_freqindex_list
        self._couple_input_forget_gates = couple_input_forget_gates
        self._state_is_tuple = state_is_tuple
        names = [
            name
            for prefix in self._prefixes
            for block in range(len(self._num_frequency_blocks))
            for name in self._state_names(prefix, block)
        ]
        self._num_states = len(names)
        self._state_tuple_type = (
            collections.namedtuple(self._tuple_name, names) if state_is_tuple else None
        )

    @property
    def state_size(self) -> Size:
        """The `state_tuple_type` with H in each place, or one number, 2H for each window."""
        sizes = [self._num_units] * self._num_states
        return self._state_tuple_type(*sizes) if self._state_tuple_type else sum(sizes)

    @property
    def output_size(self) -> int:
        """2H for each window."""
        return self._num_units * self._num_states

    @property
    def state_tuple_type(self) -> type | None:
        """The named tuple of the state: `state_f00_b00_c`, `state_f00_b00_m`, ...

        f counts the windows of a block, b the blocks; c is the memory, m the output, `[batch, H]`.
        """
        return self._state_tuple_type

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, state as `state_size` says.

        Returns:
            The output `[batch, 2HK]` for K windows, and the new state.
        """
        batch = size_of(inputs, 0)
        outputs, new_state = self._walk(self._windows(inputs), self._split(state), batch)
        return tf.concat(outputs, 1), self._join(new_state)

    def _state_names(self, prefix, block):
        return [
            f"{prefix}_f{window:02d}_b{block:02d}_{part}"
            for window in range(self._num_frequency_blocks[block])
            for part in "cm"
        ]

    def _split(self, state):
        """Yield the c and h, `[batch, H]` each, that every window in turn reads."""
        if self._state_is_tuple:
            if tf.is_tensor(state):
                raise AttributeError(
                    f"{type(self).__name__} expects a state_tuple_type of {self._num_states} "
                    f"tensors as state, but got one tensor {state}."
                )
            return iter(state)
        # As in 1.15, every block reads the joined state from its beginning.
        places = [k for windows in self._num_frequency_blocks for k in range(2 * windows)]
        units = self._num_units
        return (tf.slice(state, [0, k * units], [-1, units]) for k in places)

    def _join(self, parts):
        return self._state_tuple_type(*parts) if self._state_tuple_type else tf.concat(parts, 1)

    def _windows(self, x, offset=0):
        """Return a list for each block of its windows `[batch, F]`, shifted by `offset`."""
        features, skip = self._filter()
        bounds = self._bounds(known_depth(x.shape))
        # Zeros stand in for what lies outside of the inputs.
        x = tf.pad(x, [[0, 0], [max(-offset, 0), max(offset, 0)]]) if offset else x
        blocks = []
        for wanted, (start, end) in zip(self._num_frequency_blocks, bounds, strict=True):
            count = int((end - start - features) / skip) + 1
            if count != wanted:
                raise ValueError(
                    f"Invalid num_frequency_blocks, requires {wanted} but gets {count}, please "
                    "check the input size and filter config are correct. Inputs "
                    f"{start} to {end} hold {count} windows of {features}."
                )
            starts = [max(offset, 0) + start + k * skip for k in range(count)]
            blocks.append([tf.slice(x, [0, first], [-1, features]) for first in starts])
        return blocks

    def _filter(self):
        """Return how many inputs a window holds, and how far it is ahead of the one before."""
        if self._feature_size is None or self._frequency_skip is None:
            raise TypeError(
                f"{type(self).__name__} needs feature_size and frequency_skip, got "
                f"{self._feature_size} and {self._frequency_skip}."
            )
        return self._feature_size, self._frequency_skip

    def _bounds(self, depth):
        blocks = len(self._num_frequency_blocks)
        starts, ends = self._start_freqindex_list, self._end_freqindex_list
        if not starts:
            if blocks != 1:
                raise ValueError(
                    f"Length of num_frequency_blocks is not 1, but instead is "
                    f"{blocks}. Give start_freqindex_list and end_freqindex_list."
                )
            return [(0, depth)]
        if ends is None:
            raise TypeError("start_freqindex_list was given without an end_freqindex_list.")
        if not blocks == len(starts) == len(ends):
            raise ValueError(
                "Length of num_frequency_blocks is not equal to start_freqindex_list and "
                f"end_freqindex_list: {blocks}, {len(starts)} and {len(ends)}."
            )
        return list(zip(starts, ends, strict=True))

    def _walk(self, blocks, state, batch):
        """Return the 2K outputs and the 2K new states, `[batch, H]`, of K windows in `blocks`."""
        outputs, new_state = [], []
        number = 3 if self._couple_input_forget_gates else 4
        for block, windows in enumerate(blocks):
            kernels, biases, peepholes = self._weights(block, windows[0].dtype)
            c_freq, h_freq = (tf.zeros([batch, self._num_units], windows[0].dtype) for _ in "ch")
            for x in windows:
                c, h = next(state), next(state)
                z = tf.concat([x, h, h_freq], 1)
                gates = [
                    split(tf.nn.bias_add(tf.matmul(z, w), b), number, axis=1)
                    for w, b in zip(kernels, biases, strict=True)
                ]
                (c_freq, c), (h_freq, h) = grid_lstm_step(
                    (gates[0], gates[-1]),  # of shared weights, there is one
                    (c_freq, c),
                    self._forget_bias,
                    peepholes,
                    self._cell_clip,
                )
                outputs += [h, h_freq]
                new_state += [c, h]
        return outputs, new_state

    def _weights(self, block, dtype):
        """Return the weights of a block: kernels, biases, and a pair of peepholes.

        Kernels and biases are a pair (frequency, time), too, or one each if shared.
        """
        units, letters = self._num_units, "IO" if self._couple_input_forget_gates else "FIO"
        size = (len(letters) + 1) * units
        rows = self._filter()[0] + 2 * units
        shared = self._share_time_frequency_weights
        kernels, biases, peepholes = [], [], []
        for part in "f" if shared else "ft":
            kernels.append(
                sharded_variable(f"W_{part}_{block}", [rows, size], dtype, self._num_unit_shards)
            )
            biases.append(
                tf.get_variable(f"B_{part}_{block}", [size], dtype, tf.zeros_initializer())
            )
        for part in ("freq",) if shared else ("freq", "time"):
            peepholes.append(
                {
                    letter: [
                        tf.get_variable(f"W_{letter}_diag_{part}{seen}_{block}", [units], dtype)
                        for seen in "ft"
                    ]
                    for letter in (letters if self._use_peepholes else "")
                }
            )
        return kernels, biases, peepholes * (2 if shared else 1)


class BidirectionalGridLSTMCell(GridLSTMCell):
    """Two grid LSTMs, which walk the frequencies up and down; both run forward in time.

    Variables: those of `GridLSTMCell` in `fwd/`, then in `bwd/`. The output holds all that of
    the walk up, then that of the walk down, in the order of the walk.

    Args:
        num_units: H.
        backward_slice_offset: by how many inputs the windows of the walk down are shifted; what
            lies outside of the inputs is 0.
        reuse: whether to share the variables that are already in the scope.

    For the other arguments, see `GridLSTMCell`.
    """

    _tuple_name, _prefixes = "BidirectionalGridLSTMStateTuple", ("fwd_state", "bwd_state")

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: float | None = None,
        initializer: Initializer | None = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int | None = None,
        num_frequency_blocks: Sequence[int] | None = None,
        start_freqindex_list: Sequence[int] | None = None,
        end_freqindex_list: Sequence[int] | None = None,
        couple_input_forget_gates: bool = False,
        backward_slice_offset: int = 0,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(
            num_units=num_units,
            use_peepholes=use_peepholes,
            share_time_frequency_weights=share_time_frequency_weights,
            cell_clip=cell_clip,
            initializer=initializer,
            num_unit_shards=num_unit_shards,
            forget_bias=forget_bias,
            feature_size=feature_size,
            frequency_skip=frequency_skip,
            num_frequency_blocks=num_frequency_blocks,
            start_freqindex_list=start_freqindex_list,
            end_freqindex_list=end_freqindex_list,
            couple_input_forget_gates=couple_input_forget_gates,
            state_is_tuple=True,
            reuse=reuse,
        )
        self._backward_slice_offset = backward_slice_offset

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, state a `state_tuple_type`.

        Returns:
            The output `[batch, 4HK]` for K windows, and the new state.
        """
        batch, offset, state = size_of(inputs, 0), self._backward_slice_offset, self._split(state)
        up = self._windows(inputs)
        down = [windows[::-1] for windows in (self._windows(inputs, offset) if offset else up)]
        with tf.variable_scope("fwd"):
            up_outputs, up_state = self._walk(up, state, batch)
        with tf.variable_scope("bwd"):
            down_outputs, down_state = self._walk(down, state, batch)
        return tf.concat(up_outputs + down_outputs, 1), self._join(up_state + down_state)
