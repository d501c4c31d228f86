"""TensorFlow's own names that `contrib.framework` made public."""

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib import _private


@pytest.mark.parametrize("name", dir(_private))
def test_every_name_is_the_one_of_contrib_framework(name):
    assert callable(getattr(_private, name))
    assert getattr(tf.contrib.framework, name) is getattr(_private, name)


def test_a_name_that_is_renamed_is_the_private_one():
    assert _private.get_graph_from_inputs.__name__ == "_get_graph_from_inputs"
    with tf.Graph().as_default() as graph:
        assert _private.get_graph_from_inputs([tf.zeros([])]) is graph


def test_a_condition_that_is_known_builds_one_branch():
    with tf.Graph().as_default() as graph:
        _private.smart_cond(True, lambda: tf.zeros([], name="yes"), lambda: tf.ones([], name="no"))
        assert [op.name for op in graph.get_operations()] == ["yes"]


def test_a_name_that_is_nowhere_is_no_attribute(monkeypatch):
    monkeypatch.setitem(_private._HOMES, "moved", "ops.no_such_module")
    for name in ("moved", "unknown"):
        with pytest.raises(AttributeError, match=name):
            getattr(_private, name)
