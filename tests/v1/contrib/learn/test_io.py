"""Input functions of `contrib.learn.io`, which shuffle by default."""

import numpy as np
import pytest
from tf1_rnn.v1.contrib.learn.python.learn.learn_io import numpy_io

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib.learn import io


def rows(input_fn):
    """Return the features of the one batch of an input function."""
    features, labels = input_fn()
    with tf.train.MonitoredSession() as session:
        features, labels = session.run((features, labels))
    assert (features["x"] == labels).all()
    return features["x"].tolist()


def test_arrays_and_frames_are_shuffled_by_default():
    pandas = pytest.importorskip("pandas")
    x = np.arange(50)
    frame = pandas.DataFrame({"x": x}), pandas.Series(x)
    for made, given in ((io.numpy_input_fn, ({"x": x}, x)), (io.pandas_input_fn, frame)):
        with tf.Graph().as_default():
            found = rows(made(*given))
        assert found != x.tolist() and sorted(found) == x.tolist()
        with tf.Graph().as_default():
            assert rows(made(*given, shuffle=False)) == x.tolist()
    assert numpy_io.numpy_input_fn is io.numpy_input_fn
