"""`tf.estimator.inputs`: arrays in batches, over epochs, in any structure."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

inputs = tf.estimator.inputs
X, Y = np.arange(5), 10 * np.arange(5)


def fed(input_fn, most=20, seed=None):
    """Return the batches that an input function gives."""
    found = []
    with tf.Graph().as_default():
        tf.set_random_seed(seed)
        tensors = input_fn()
        with tf.train.MonitoredSession() as session:
            while not session.should_stop() and len(found) < most:
                found.append(session.run(tensors))
    return found


@pytest.mark.parametrize(
    "epochs, batches",
    [(1, [[0, 1, 2], [3, 4]]), (2, [[0, 1, 2], [3, 4, 0], [1, 2, 3], [4]])],
)
def test_a_batch_may_reach_into_the_next_epoch(epochs, batches):
    function = inputs.numpy_input_fn(X, batch_size=3, num_epochs=epochs, shuffle=False)
    assert [batch.tolist() for batch in fed(function)] == batches


def test_without_an_end():
    function = inputs.numpy_input_fn(X, batch_size=3, num_epochs=None, shuffle=False)
    assert len(fed(function, most=11)) == 11


def test_shuffled_epochs_have_every_row():
    function = inputs.numpy_input_fn({"x": X}, Y, batch_size=5, num_epochs=2, shuffle=True)
    batches = list(fed(function, seed=1))
    rows = np.concatenate([features["x"] for features, _ in batches])
    assert sorted(rows) == sorted([*X, *X])  # 1.15.5's queue mixes the epochs
    for features, labels in batches:
        np.testing.assert_array_equal(labels, 10 * features["x"])


@pytest.mark.parametrize(
    "x, y",
    [
        (X, None),
        ({"a": X, "b": np.array(list("vwxyz"))}, Y),
        (X.reshape(5, 1), {"l": Y, "m": Y.astype(float)}),
    ],
)
def test_structures_come_back(x, y):
    (batch,) = fed(inputs.numpy_input_fn(x, y, batch_size=5, shuffle=False))
    given = x if y is None else (x, y)
    tf.nest.assert_same_structure(batch, given)
    for one, other in zip(tf.nest.flatten(batch), tf.nest.flatten(given), strict=True):
        if other.dtype.kind == "U":
            other = other.astype("S")
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("shuffle", [None, 1, "yes"])
def test_shuffling_must_be_said(shuffle):
    with pytest.raises(ValueError, match="shuffle must be provided"):
        inputs.numpy_input_fn(X, shuffle=shuffle)


@pytest.mark.parametrize(
    "x, y, error, words",
    [
        ([1, 2], None, TypeError, "x must be a dict or array"),
        ({}, None, ValueError, "x cannot be an empty dict"),
        (X, {}, ValueError, "y cannot be empty dict"),
        ({"a": X}, {"a": Y}, ValueError, "duplicate keys are found in both x and y"),
        ({"a": X}, Y[:3], ValueError, "Length of tensors in x and y is mismatched"),
        ({"a": X, "b": X[:3]}, None, ValueError, "Length of tensors"),
    ],
)
def test_what_does_not_fit_is_said_when_it_is_called(x, y, error, words):
    function = inputs.numpy_input_fn(x, y, shuffle=False)
    with tf.Graph().as_default(), pytest.raises(error, match=words):
        function()


def test_data_frames():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": X, "b": list("vwxyz")})
    series = pandas.Series(Y)
    ((features, labels),) = fed(inputs.pandas_input_fn(frame, series, 5, shuffle=False))
    assert features["a"].tolist() == X.tolist() and labels.tolist() == Y.tolist()
    assert features["b"].tolist() == [b"v", b"w", b"x", b"y", b"z"]
    with pytest.raises(ValueError, match="Index for x and y are mismatched"):
        inputs.pandas_input_fn(frame, series[::-1], shuffle=False)
    with pytest.raises(ValueError, match="Cannot use name a for target column"):
        inputs.pandas_input_fn(frame, series, shuffle=False, target_column="a")
