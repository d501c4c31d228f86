import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells.contrib import BidirectionalGridLSTMCell, GridLSTMCell


def walk(windows, state, w, block, forget_bias, cell_clip):
    """Returns outputs and new states of one block, by the names of its variables."""
    sigmoid = references.sigmoid

    def weight(name, part):
        return w.get(name.format("t" if part else "f"), w.get(name.format("f")))

    def peep(letter, part, memories):
        names = [f"W_{letter}_diag_{'time' if part else 'freq'}{m}_{block}" for m in "ft"]
        if names[0] not in w:  # shared with the frequencies, or no peepholes at all
            names = [name.replace("time", "freq") for name in names]
        return sum(w.get(n, 0) * c for n, c in zip(names, memories, strict=True))

    c_freq = h_freq = np.zeros_like(state[0])
    outputs, new_state = [], []
    for x, c, h in zip(windows, state[::2], state[1::2], strict=True):
        z, old, new, outs = np.concatenate([x, h, h_freq], 1), (c_freq, c), [], []
        for part in (0, 1):
            kernel, bias = weight(f"W_{{}}_{block}_0", part), weight(f"B_{{}}_{block}", part)
            gates = np.split(z @ kernel + bias, kernel.shape[1] // c.shape[1], axis=1)
            i = sigmoid(gates[0] + peep("I", part, old))
            f = 1 - i
            if len(gates) == 4:
                f = sigmoid(gates[2] + forget_bias + peep("F", part, old))
            new.append(references.clip(f * old[part] + i * np.tanh(gates[1]), cell_clip))
            outs.append(gates[-1])
        h_freq, h = (sigmoid(outs[p] + peep("O", p, new)) * np.tanh(new[p]) for p in (0, 1))
        c_freq, c = new
        outputs += [h, h_freq]
        new_state += [c, h]
    return outputs, new_state


def grid_lstm(x, state, w, starts, skip, size=2, forget_bias=1.0, cell_clip=None, joined=False):
    """`starts` holds the first input of each window, in a list for each block."""
    whole = np.split(state, state.shape[1] // 2, axis=1) if joined else list(state)
    outputs, new_state, rest = [], [], whole
    for block, firsts in enumerate(starts):
        windows = [x[:, first : first + size] for first in firsts]
        mine = (whole if joined else rest)[: 2 * len(windows)]
        rest = rest[2 * len(windows) :]
        more_outputs, more_states = walk(windows, mine, w, block, forget_bias, cell_clip)
        outputs += more_outputs
        new_state += more_states
    new_state = np.concatenate(new_state, 1) if joined else tuple(new_state)
    return np.concatenate(outputs, 1), new_state


def bidirectional_grid_lstm(x, state, w, starts, offset=0):
    half = len(state) // 2
    up, down = (
        {name.split("/")[1]: value for name, value in w.items() if name.startswith(scope)}
        for scope in ("fwd/", "bwd/")
    )
    padded = np.pad(x, [[0, 0], [max(-offset, 0), max(offset, 0)]])
    backwards = [[first + max(offset, 0) for first in firsts[::-1]] for firsts in starts]
    up_output, up_state = grid_lstm(x, state[:half], up, starts, 1)
    down_output, down_state = grid_lstm(padded, state[half:], down, backwards, 1)
    return np.concatenate([up_output, down_output], 1), up_state + down_state


SIZES = {"feature_size": 2, "frequency_skip": 2, "num_frequency_blocks": [2]}
PARTS = [(letter, part, m) for part in ("freq", "time") for letter in "FIO" for m in "ft"]


def names_of(block=0, shared=False, coupled=False, peepholes=False):
    names = []
    for part in "f" if shared else "ft":
        names += [f"W_{part}_{block}_0", f"B_{part}_{block}"]
    if peepholes:
        names += [
            f"W_{letter}_diag_{part}{m}_{block}"
            for letter, part, m in PARTS
            if not (shared and part == "time") and not (coupled and letter == "F")
        ]
    return names


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("coupled", [False, True])
@pytest.mark.parametrize("peepholes", [False, True])
def test_grid_equals_reference(shared, coupled, peepholes):
    clip = 0.4 if peepholes else None
    names = assert_equals_reference(
        lambda: GridLSTMCell(
            2,
            peepholes,
            shared,
            clip,
            forget_bias=0.5,
            couple_input_forget_gates=coupled,
            **SIZES,
        ),
        functools.partial(grid_lstm, starts=[[0, 2]], skip=2, forget_bias=0.5, cell_clip=clip),
        [2, 2, 4],
        [2, 1],
    )
    assert names == names_of(0, shared, coupled, peepholes)


BLOCKS = {
    "feature_size": 2,
    "frequency_skip": 1,
    "num_frequency_blocks": [2, 1],
    "start_freqindex_list": [0, 3],
    "end_freqindex_list": [3, 5],
}


@pytest.mark.parametrize("is_tuple", [True, False])
def test_blocks_have_weights_of_their_own(is_tuple):
    names = assert_equals_reference(
        lambda: GridLSTMCell(2, state_is_tuple=is_tuple, **BLOCKS),
        functools.partial(grid_lstm, starts=[[0, 1], [3]], skip=1, joined=not is_tuple),
        [2, 2, 5],
    )
    assert names == names_of(0) + names_of(1)


@pytest.mark.parametrize("offset", [0, 1, -1])
def test_bidirectional_equals_reference(offset):
    names = assert_equals_reference(
        lambda: BidirectionalGridLSTMCell(
            2, share_time_frequency_weights=True, backward_slice_offset=offset, **BLOCKS
        ),
        functools.partial(bidirectional_grid_lstm, starts=[[0, 1], [3]], offset=offset),
        [2, 1, 5],
    )
    one_way = names_of(0, shared=True) + names_of(1, shared=True)
    assert names == [f"{scope}/{name}" for scope in ("fwd", "bwd") for name in one_way]


def test_sizes_and_state_tuple():
    with tf.Graph().as_default():
        grid = GridLSTMCell(3, **BLOCKS)
        assert grid.state_tuple_type.__name__ == "GridLSTMStateTuple"
        assert grid.state_tuple_type._fields == tuple(
            f"state_f{window:02d}_b{block:02d}_{part}"
            for window, block in ((0, 0), (1, 0), (0, 1))
            for part in "cm"
        )
        assert grid.state_size == grid.state_tuple_type(*[3] * 6)
        assert grid.output_size == 18
        assert GridLSTMCell(3, state_is_tuple=False, **BLOCKS).state_size == 18
        both = BidirectionalGridLSTMCell(3, **BLOCKS)
        assert both.state_tuple_type.__name__ == "BidirectionalGridLSTMStateTuple"
        assert both.state_tuple_type._fields == tuple(
            f"{way}_{name}" for way in ("fwd", "bwd") for name in grid.state_tuple_type._fields
        )
        assert both.output_size == 36


def test_shards():
    with tf.Graph().as_default():
        cell = GridLSTMCell(3, num_unit_shards=3, share_time_frequency_weights=True, **SIZES)
        cell(tf.zeros([2, 4]), cell.zero_state(2, tf.float32))
        names = [v.op.name.split("/")[1] for v in cell.variables]
        assert names == ["W_f_0_0", "W_f_0_1", "W_f_0_2", "B_f_0"]
        assert [v.shape.as_list()[0] for v in cell.variables] == [3, 3, 2, 12]


@pytest.mark.parametrize("cell_class", [GridLSTMCell, BidirectionalGridLSTMCell])
@pytest.mark.parametrize(
    "changes, error, message",
    [
        ({"num_frequency_blocks": None}, ValueError, "Must specify num_frequency_blocks"),
        ({"num_frequency_blocks": [3]}, ValueError, "requires 3 but gets 2"),
        ({"num_frequency_blocks": [1, 1]}, ValueError, "is not 1, but instead is 2"),
        ({"start_freqindex_list": [0]}, TypeError, "end_freqindex_list"),
        (
            {"start_freqindex_list": [0, 1], "end_freqindex_list": [2, 3]},
            ValueError,
            "not equal to start_freqindex_list",
        ),
        ({"feature_size": None}, TypeError, "feature_size"),
        ({"frequency_skip": None}, TypeError, "frequency_skip"),
    ],
)
def test_wrong_arguments(cell_class, changes, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        cell = cell_class(3, **{**SIZES, **changes})
        cell(tf.zeros([2, 4]), cell.zero_state(2, tf.float32))


def test_one_tensor_as_state_of_a_tuple_cell():
    with tf.Graph().as_default(), pytest.raises(AttributeError, match="state_tuple_type of 4"):
        GridLSTMCell(3, **SIZES)(tf.zeros([2, 4]), tf.zeros([2, 12]))
