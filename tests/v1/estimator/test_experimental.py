"""`tf.estimator.experimental`: a logit function gets what it asks for."""

import pytest

import tf1_rnn.v1 as tf

experimental = tf.estimator.experimental


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


def test_a_logit_function_gets_what_it_asks_for():
    asked = {}

    def logit_fn(features, mode):
        asked.update(features=features, mode=mode)
        return tf.zeros([2, 1])

    logits = experimental.call_logit_fn(logit_fn, "f", "train", "p", "c")
    assert asked == {"features": "f", "mode": "train"} and logits.shape == [2, 1]
    several = {"a": tf.zeros([1]), "b": tf.zeros([1])}
    assert experimental.call_logit_fn(lambda features: several, 0, 0, 0, 0) is several


@pytest.mark.parametrize("result", [7, None, {"a": 7}, [1]])
def test_what_is_no_tensor_is_refused(result):
    with pytest.raises(ValueError, match="should return a Tensor or a dictionary of Tensors"):
        experimental.call_logit_fn(lambda features: result, 0, 0, 0, 0)


def test_its_names():
    assert experimental.InMemoryEvaluatorHook and experimental.stop_if_lower_hook
    assert callable(experimental.build_raw_supervised_input_receiver_fn)
    with pytest.raises(AttributeError):
        _ = experimental.LinearSDCA
