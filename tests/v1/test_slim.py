"""tf-slim, repaired for the TensorFlow that is here, and asked for when a name is."""

import subprocess
import sys

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1 import _slim
from tf1_rnn.v1._missing import NeedsExtra

pytest.importorskip("tf_slim")


def test_it_is_loaded_and_repaired_once():
    slim = _slim.load("contrib.slim")
    assert _slim.load("contrib.slim") is slim is sys.modules["tf_slim"]
    assert _slim.package("layers") is sys.modules["tf_slim.layers"]


def test_only_tf_slims_own_modules_get_stand_ins():
    """TensorFlow's private modules stay as they are for who else uses them."""
    from tensorflow.python.ops import variable_scope

    _slim.load("contrib.slim")
    held = sys.modules["tf_slim.ops.variables"].variable_scope
    assert held is not variable_scope and held.get_variable is variable_scope.get_variable


def test_importing_the_api_does_not_load_it():
    code = "import sys, tf1_rnn.v1 as tf; tf.contrib.framework; print('tf_slim' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_a_part_answers_only_for_names_of_1_15_5():
    part = _slim.Part("contrib.framework", "", "ops.variables", "ops.arg_scope")
    assert part.arg_scope is sys.modules["tf_slim.ops.arg_scope"].arg_scope
    for name in ("variables", "nosuch", "__path__"):
        with pytest.raises(AttributeError):
            getattr(part, name)


def test_without_it_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(_slim.importlib, "import_module", _gone)
    monkeypatch.delitem(sys.modules, "tf_slim")
    with pytest.raises(
        NeedsExtra, match="tf.contrib.slim.fully_connected requires tf-slim; install"
    ):
        _slim.load("contrib.slim.fully_connected")


def _gone(name):
    raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def test_its_layers_train_in_graph_mode():
    with tf.Graph().as_default(), tf.Session() as session:
        slim = _slim.load("contrib.slim")
        with slim.arg_scope([slim.fully_connected], activation_fn=None):
            out = slim.fully_connected(tf.ones([2, 3]), 2, normalizer_fn=slim.batch_norm)
        session.run(tf.global_variables_initializer())
        assert session.run(out).shape == (2, 2)
