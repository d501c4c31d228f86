"""TensorFlow's own names that packages of `contrib` made public."""

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


def test_the_homes_of_other_packages_have_their_names_and_no_other():
    lookup, util = tf.contrib.lookup, tf.contrib.util
    assert issubclass(lookup.HashTable, lookup.InitializableLookupTableBase)
    assert issubclass(lookup.MutableHashTable, lookup.LookupInterface)
    assert issubclass(lookup.TextFileInitializer, lookup.TableInitializerBase)
    with tf.Graph().as_default() as graph:
        tf.constant(1.0) + 1.0
    assert set(util.ops_used_by_graph_def(graph.as_graph_def())) == {"Const", "AddV2"}
    used = util.stripped_op_list_for_graph(graph.as_graph_def())
    assert [op.name for op in used.op] == ["AddV2", "Const"]
    with pytest.raises(AttributeError, match="is_text"):
        _private.Home("ops.lookup_ops", "LookupInterface").is_text  # noqa: B018
