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
        ("assert_scalar", "debugging"),
        ("sort", ""),
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


def test_readers_of_checkpoints_by_their_own_names(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.get_variable("v", initializer=[1.0, 2.0])
        session.run(variable.initializer)
        path = tf.train.Saver().save(session, str(tmp_path / "c"))
    assert framework.list_variables(checkpoint_dir=path) == [("v", [2])]
    assert framework.load_variable(checkpoint_dir=path, name="v").tolist() == [1, 2]
    assert framework.load_checkpoint(filepattern=path).has_tensor("v")
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.get_variable("w", [2])
        framework.init_from_checkpoint(checkpoint_dir=path, assignment_map={"v": variable})
        session.run(variable.initializer)
        assert session.run(variable).tolist() == [1, 2]


def test_a_python_function_of_structures():
    def function(pair, scale):
        return {"sum": pair[0] + pair[1], "scaled": [pair[0] * scale]}

    with tf.Graph().as_default(), tf.Session() as session:
        made = framework.py_func(
            function,
            [(tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0]))],
            {"scale": tf.constant(10.0)},
            {"sum": tf.float32, "scaled": [tf.float32]},
            {"sum": [2], "scaled": [[None]]},
        )
        assert made["sum"].shape.as_list() == [2] and made["scaled"][0].shape.as_list() == [None]
        found = session.run(made)
    assert found["sum"].tolist() == [4, 6] and found["scaled"][0].tolist() == [10, 20]


def test_types_of_a_python_function_may_follow_its_arguments():
    with tf.Graph().as_default(), tf.Session() as session:
        made = framework.py_func(
            lambda x: x + 1, [tf.constant([1, 2])], None, lambda x: x.dtype, lambda x: x.shape
        )
        assert (made.dtype, made.shape.as_list()) == (tf.int32, [2])
        assert session.run(made).tolist() == [2, 3]


@pytest.mark.parametrize(
    "given, words",
    [({"args": {}}, "args must be a list"), ({"kwargs": []}, "kwargs must be a dict")],
)
def test_misuse_of_a_python_function(given, words):
    with tf.Graph().as_default(), pytest.raises(TypeError, match=words):
        framework.py_func(lambda: 1, output_types=tf.int32, **given)
