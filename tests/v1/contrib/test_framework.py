"""`contrib.framework`: TensorFlow's own names, and tf-slim's when one is asked for."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib import framework


@pytest.mark.parametrize(
    "structure, is_one",
    [([1], True), ((1,), True), ({"a": 1}, True), (1, False), ("text", False), (None, False)],
)
def test_what_is_a_sequence(structure, is_one):
    assert framework.is_sequence(structure) is is_one
    assert not framework.is_sequence(np.zeros(2))


def test_the_open_name_scope():
    with tf.Graph().as_default():
        assert framework.get_name_scope() == ""
        with tf.name_scope("a"), tf.name_scope("b"):
            assert framework.get_name_scope() == "a/b"


@pytest.mark.parametrize(
    "name, home",
    [
        ("get_or_create_global_step", "train"),
        ("load_checkpoint", "train"),
        ("init_from_checkpoint", "train"),
        ("assert_scalar", "debugging"),
        ("sort", ""),
        ("py_func", ""),
    ],
)
def test_names_that_tensorflow_has_elsewhere(name, home):
    assert getattr(framework, name) is getattr(getattr(tf, home) if home else tf, name)


def test_what_tf_slim_carries_on():
    pytest.importorskip("tf_slim")

    @framework.add_arg_scope
    def function(x, y=1):
        return x + y

    with framework.arg_scope([function], y=5):
        assert function(1) == 6
    with tf.Graph().as_default():
        variable = framework.model_variable("v", [2])
        assert framework.get_model_variables() == [variable]
    with pytest.raises(AttributeError):
        _ = framework.nosuch
