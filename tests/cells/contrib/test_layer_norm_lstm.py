import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells.contrib import LayerNormBasicLSTMCell

SCOPES = ["input", "transform", "forget", "output", "state"]
NORMS = [f"{scope}/{part}" for scope in SCOPES for part in ("gamma", "beta")]


def norm(x, scope, w):
    if f"{scope}/gamma" not in w:
        return x
    x = x - x.mean(axis=1, keepdims=True)
    deviation = np.sqrt((x * x).mean(axis=1, keepdims=True) + 1e-12)
    return x / deviation * w[f"{scope}/gamma"] + w[f"{scope}/beta"]


def layer_norm_lstm(x, state, w, forget_bias=1.0, activation=np.tanh):
    c, h = state
    gates = np.concatenate([x, h], 1) @ w["kernel"] + w.get("bias", 0)
    i, j, f, o = (norm(g, s, w) for g, s in zip(np.split(gates, 4, 1), SCOPES[:4], strict=True))
    c = references.sigmoid(f + forget_bias) * c + references.sigmoid(i) * activation(j)
    c = norm(c, "state", w)
    h = references.sigmoid(o) * activation(c)
    return h, (c, h)


@pytest.mark.parametrize("layer_norm", [True, False])
@pytest.mark.parametrize("forget_bias", [0.0, 1.0])
@pytest.mark.parametrize("ours, theirs", [(tf.tanh, np.tanh), (tf.sigmoid, references.sigmoid)])
def test_equals_reference(layer_norm, forget_bias, ours, theirs):
    names = assert_equals_reference(
        lambda: LayerNormBasicLSTMCell(4, forget_bias, activation=ours, layer_norm=layer_norm),
        functools.partial(layer_norm_lstm, forget_bias=forget_bias, activation=theirs),
        [2, 2, 2],
        [2, 1],
        tolerance=1e-11,  # the square root of small variances
    )
    assert names == ["kernel", *(NORMS if layer_norm else ["bias"])]


def initial_values(**options):
    with tf.Graph().as_default(), tf.Session() as session:
        cell = LayerNormBasicLSTMCell(4, **options)
        cell(tf.zeros([2, 2]), cell.zero_state(2, tf.float32))
        session.run(tf.global_variables_initializer())
        return session.run(cell.variables)


def test_initial_values():
    _, *norms = initial_values(norm_gain=0.5, norm_shift=0.25)
    assert [set(value.flat) for value in norms] == [{0.5}, {0.25}] * 5
    _, bias = initial_values(layer_norm=False)
    assert len(set(bias.flat)) == 16  # drawn like a kernel, as in 1.15.5


def run_with_dropout(keep_prob, seed=None):
    """Returns c of one step from zeros, with all weights 1, and the types of the graph's ops."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(1)
        with tf.variable_scope("s", initializer=tf.constant_initializer(1.0)):
            cell = LayerNormBasicLSTMCell(
                500, layer_norm=False, dropout_keep_prob=keep_prob, dropout_prob_seed=seed
            )
            _, (c, _) = cell(tf.ones([4, 3]), cell.zero_state(4, tf.float32))
        session.run(tf.global_variables_initializer())
        return session.run(c), [op.type for op in tf.get_default_graph().get_operations()]


def test_dropout_drops_new_inputs_and_scales_the_rest():
    c, _ = run_with_dropout(0.25)
    kept = np.tanh(4) / 0.25 / (1 + np.exp(-4))
    assert np.isclose(c, kept, rtol=1e-5).sum() + (c == 0).sum() == c.size
    assert abs((c != 0).mean() - 0.25) < 0.04
    assert (run_with_dropout(0.25, seed=3)[0] == run_with_dropout(0.25, seed=3)[0]).all()


def test_no_dropout_in_the_graph_at_one():
    _, ops = run_with_dropout(1.0)
    assert "RandomUniform" not in ops
    assert "RandomUniform" in run_with_dropout(0.5)[1]


def test_dropout_by_a_tensor():
    with tf.Graph().as_default(), tf.Session() as session:
        keep = tf.placeholder_with_default(1.0, [])
        cell = LayerNormBasicLSTMCell(8, dropout_keep_prob=keep)
        _, (c, _) = cell(tf.ones([1, 3]), cell.zero_state(1, tf.float32))
        session.run(tf.global_variables_initializer())
        np.testing.assert_array_equal(*(session.run(c) for _ in range(2)))
        assert (session.run(c, {keep: 0.3}) != session.run(c)).any()


def test_input_size_is_taken_with_a_warning(monkeypatch):
    warnings = []
    monkeypatch.setattr(tf.logging, "warn", lambda text, *values: warnings.append(text))
    with tf.Graph().as_default():
        LayerNormBasicLSTMCell(4, input_size=3)
    assert "input_size" in warnings[0]
