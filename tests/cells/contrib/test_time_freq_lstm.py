import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells.contrib import TimeFreqLSTMCell

PEEPHOLES = ["W_F_diag", "W_I_diag", "W_O_diag"]


def time_freq_lstm(x, state, w, units, size, skip=1, forget_bias=1.0, cell_clip=None):
    kernel = np.concatenate([w[key] for key in sorted(w) if key in ("W_0", "W_1")], 0)
    sigmoid = references.sigmoid
    parts = np.split(state, state.shape[1] // units, axis=1)
    h_freq, outputs, new_state = np.zeros([len(x), units]), [], []
    for window, (c, h) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
        features = x[:, window * skip : window * skip + size]
        gates = np.concatenate([features, h, h_freq], 1) @ kernel + w["B"]
        i, j, f, o = np.split(gates, 4, axis=1)
        f = sigmoid(f + forget_bias + w.get("W_F_diag", 0) * c)
        i = sigmoid(i + w.get("W_I_diag", 0) * c)
        c = references.clip(f * c + i * np.tanh(j), cell_clip)
        h_freq = sigmoid(o + w.get("W_O_diag", 0) * c) * np.tanh(c)
        outputs.append(h_freq)
        new_state += [c, h_freq]
    return np.concatenate(outputs, 1), np.concatenate(new_state, 1)


class Sized(TimeFreqLSTMCell):
    """Has the sizes of three windows, which a loop has to know."""

    state_size, output_size = 12, 6


@pytest.mark.parametrize("use_peepholes, cell_clip", [(False, None), (True, 0.3)])
@pytest.mark.parametrize("depth, skip", [(4, 1), (6, 2), (7, 2)])
def test_equals_reference(use_peepholes, cell_clip, depth, skip):
    names = assert_equals_reference(
        lambda: Sized(
            2, use_peepholes, cell_clip, forget_bias=0.5, feature_size=2, frequency_skip=skip
        ),
        functools.partial(
            time_freq_lstm, units=2, size=2, skip=skip, forget_bias=0.5, cell_clip=cell_clip
        ),
        [2, 2, depth],
    )
    assert names == ["W_0", "B", *(PEEPHOLES if use_peepholes else [])]


def test_one_window_can_be_looped_as_it_is():
    names = assert_equals_reference(
        lambda: TimeFreqLSTMCell(2, feature_size=3, num_unit_shards=2),
        functools.partial(time_freq_lstm, units=2, size=3),
        [2, 2, 3],
        [2, 1],
    )
    assert names == ["W_0", "W_1", "B"]


def test_several_windows_cannot_be_looped():
    with tf.Graph().as_default(), pytest.raises(ValueError):
        tf.nn.dynamic_rnn(TimeFreqLSTMCell(2, feature_size=2), tf.zeros([2, 3, 4]), dtype="float32")


def test_initializer_plays_no_part():
    with tf.Graph().as_default(), tf.Session() as session:
        cell = TimeFreqLSTMCell(2, initializer=tf.constant_initializer(0.5), feature_size=2)
        cell(tf.zeros([2, 2]), tf.zeros([2, 4]))
        session.run(tf.global_variables_initializer())
        kernel, bias = session.run(cell.variables)
    assert len(set(kernel.flat)) == kernel.size
    assert (bias == 0).all()


def test_feature_size_has_to_be_given():
    with tf.Graph().as_default(), pytest.raises(TypeError, match="feature_size"):
        TimeFreqLSTMCell(2)(tf.zeros([2, 2]), tf.zeros([2, 4]))
