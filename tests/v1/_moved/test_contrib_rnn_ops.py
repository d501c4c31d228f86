import importlib

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.comparison import relative_error

CELLS = "LayerNormLSTMCell WeightNormLSTMCell MinimalRNNCell CFNCell NTMCell GridLSTMCell".split()


@pytest.mark.parametrize(
    "module, names",
    [
        ("rnn_cell", CELLS),
        ("core_rnn_cell", ["_Linear", "_linear", "EmbeddingWrapper", "_BIAS_VARIABLE_NAME"]),
        ("rnn", ["stack_bidirectional_rnn", "stack_bidirectional_dynamic_rnn"]),
        ("fused_rnn_cell", ["FusedRNNCell", "FusedRNNCellAdaptor", "TimeReversedFusedRNN"]),
        ("lstm_ops", ["_block_lstm", "LSTMBlockCell", "LSTMBlockWrapper", "LSTMBlockFusedCell"]),
        ("gru_ops", ["GRUBlockCell", "GRUBlockCellV2"]),
    ],
)
def test_private_paths_have_what_they_had(module, names):
    path = importlib.import_module(f"tf1_rnn.v1.contrib.rnn.python.ops.{module}")
    assert all(hasattr(path, name) for name in names)


def test_a_concatenated_variable_has_the_names_and_shapes_of_its_shards():
    from tf1_rnn.v1.contrib.rnn.python.ops.rnn_cell import _get_concat_variable

    with tf.Graph().as_default(), tf.variable_scope("a"):
        joined = _get_concat_variable("W", [5, 3], tf.float32, 2)
        alone = _get_concat_variable("T", [5, 3], tf.float32, 1)
        shards = [(each.op.name, each.shape.as_list()) for each in tf.trainable_variables()]
        assert shards == [("a/W_0", [3, 3]), ("a/W_1", [2, 3]), ("a/T_0", [5, 3])]
        assert joined.shape == [5, 3] and alone is tf.trainable_variables()[-1]
        with pytest.raises(ValueError, match="shards"):
            _get_concat_variable("Z", [2, 3], tf.float32, 3)


@pytest.mark.parametrize("peepholes", [False, True])
def test_block_lstm_equals_the_cell(peepholes):
    from tf1_rnn.v1.contrib.rnn.python.ops import lstm_ops

    random = np.random.RandomState(0)
    with tf.Graph().as_default(), tf.Session() as session:
        xs = [tf.constant(random.randn(2, 3).astype("float32")) for _ in range(4)]
        cell = tf.nn.rnn_cell.LSTMCell(5, use_peepholes=peepholes)
        outputs, state = tf.nn.static_rnn(cell, xs, dtype=tf.float32)
        w, b, *diagonals = cell.variables
        looks = dict(zip(("wcf", "wci", "wco"), diagonals, strict=False))
        *_, last = block = lstm_ops._block_lstm(4, xs, w, b, use_peephole=peepholes, **looks)
        session.run(tf.global_variables_initializer())
        for variable in cell.variables:
            variable.load(random.randn(*variable.shape.as_list()), session)
        pairs = [(outputs, last), (state.c, block[1][-1])]
        pairs.append(tuple(tf.gradients(tf.add_n(each), [w, b, *xs]) for each in pairs[0]))
        ours, theirs = session.run(list(zip(*pairs, strict=True)))
    for mine, other in zip(tf.nest.flatten(ours), tf.nest.flatten(theirs), strict=True):
        assert relative_error(mine, other) <= 2e-6


def test_shapes_before_shapes():
    from tf1_rnn.v1.python.ops import rnn_cell_impl

    assert rnn_cell_impl._concat(3, [4, 5], static=True) == [3, 4, 5]
    assert rnn_cell_impl._concat(None, [4], static=True) is None
    with tf.Session() as session:
        assert session.run(rnn_cell_impl._concat(tf.constant(3), 4)).tolist() == [3, 4]
    with pytest.raises(ValueError, match="prefix or suffix of None"):
        rnn_cell_impl._concat(None, 3)
    with pytest.raises(TypeError, match=rnn_cell_impl.ASSERT_LIKE_RNNCELL_ERROR_REGEXP):
        rnn_cell_impl.assert_like_rnncell("cell", None)
    assert rnn_cell_impl._like_rnncell(tf.nn.rnn_cell.GRUCell(2))
    assert not rnn_cell_impl._like_rnncell(None)
