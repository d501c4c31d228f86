"""What the tests of the fast loops share."""

import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.fast import scan


@pytest.fixture(autouse=True)
def short_bodies(monkeypatch):
    """Loops with two steps in their body, so that three steps are a whole body and a part."""
    monkeypatch.setattr(scan, "UNROLL_UP_TO", 0)
    monkeypatch.setattr(scan, "IN_A_BODY", 2)


@pytest.fixture(autouse=True)
def float32_in_full():
    """Products on a GPU in float32, which TensorFlow by itself rounds to TF32's ten bits."""
    before = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    yield
    tf.config.experimental.enable_tensor_float_32_execution(before)


@pytest.fixture(autouse=True)
def control_flow_v1():
    """TensorFlow 1's control flow, which the v1 API runs on; the one before comes back."""
    before = tf.control_flow_v2_enabled()
    tf.disable_control_flow_v2()
    yield
    (tf.enable_control_flow_v2 if before else tf.disable_control_flow_v2)()
