"""What the tests of the fast loops share."""

import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.fast import scan


@pytest.fixture(autouse=True)
def short_bodies(monkeypatch):
    """Two steps in the body of a loop, so that three steps are a whole body and a part of one."""
    monkeypatch.setattr(scan, "IN_A_BODY", 2)


@pytest.fixture(autouse=True)
def float32_in_full():
    """Products on a GPU in float32, which TensorFlow by itself rounds to TF32's ten bits."""
    before = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    yield
    tf.config.experimental.enable_tensor_float_32_execution(before)
