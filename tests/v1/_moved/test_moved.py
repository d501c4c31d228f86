"""The table of moved paths, row by row, and rows that users add."""

import importlib
import sys
import types

import pytest

import tf1_rnn.v1
from tf1_rnn.v1 import _moved, _names

HERE = "tf1_rnn.v1"
# Rows of packages that hold modules and nothing else.
PACKAGES = """contrib.slim.python.slim.nets contrib.tensorboard models models.rnn
python.training.checkpointable python.training.tracking""".split()
SLIM = ("layers", "slim", "losses", "metrics")


def examples():
    """Yield for each row an old path and the new ones that answer for it."""
    for old, new in _moved.MOVED.items():
        news = new if isinstance(new, tuple) else (new,)
        path = old.removesuffix(".**")
        yield pytest.param(path, tuple(each.removesuffix(".**") for each in news), id=old)


def full(new):
    return HERE + new if new.startswith(".") else new


@pytest.mark.parametrize("old, news", list(examples()))
def test_a_row_leads_to_its_module(old, news):
    if any(new.startswith((".keras", ".layers", "._moved.keras")) for new in news):
        pytest.importorskip("tf_keras")
    if any(new.startswith(f".contrib.{name}") for new in news for name in SLIM):
        pytest.importorskip("tf_slim")
    module = importlib.import_module(f"{HERE}.{old}")
    if old == "contrib.distributions.python.ops.bijectors":
        return  # TensorFlow Probability's, or empty
    target = importlib.import_module(full(news[0]))
    names = [name for name in dir(target) if f"{old}.{name}" not in _moved.MOVED]
    values = {name: getattr(target, name) for name in names if name[0] != "_"}
    own = {name: v for name, v in values.items() if not isinstance(v, types.ModuleType)}
    assert own or old in PACKAGES
    for name, value in own.items():
        assert getattr(module, name) is value, name


@pytest.mark.parametrize(
    "old, new",
    [
        # The longest row holds, what is beneath keeps its name where the row says so.
        ("contrib.keras.layers", (".keras.layers",)),
        ("contrib.keras.api.keras.layers", (".keras.layers",)),
        ("python.keras", (".keras", "tensorflow.python.keras")),
        ("contrib.slim.python.slim.nets.vgg", (".contrib.slim.nets.vgg",)),
        ("contrib.rnn.python.ops.rnn_cell", ("._moved.contrib_rnn_ops",)),
        ("contrib.rnn.python", (".contrib.rnn",)),
        # Beneath a row are modules of 1.15.5 and no others.
        ("contrib.rnn.python.ops.rnn_cell.LSTMCell", ()),
        ("contrib.image", ()),
    ],
)
def test_which_row_holds(old, new):
    assert _moved.new_paths(old, _names.is_module) == new


@pytest.fixture
def own_module():
    module = types.ModuleType("my_recurrence")
    module.MyCell = type("MyCell", (), {})
    sys.modules["my_recurrence"] = module
    rows, modules = dict(_moved.MOVED), set(sys.modules)
    yield module
    _moved.MOVED.clear()
    _moved.MOVED.update(rows)
    _moved._added.clear()
    for name in set(sys.modules) - modules | {"my_recurrence"}:
        sys.modules.pop(name, None)


def test_a_user_adds_a_row(own_module):
    _moved.add_row("contrib.my_rnn", "my_recurrence")
    from tf1_rnn.v1.contrib.my_rnn import MyCell

    assert MyCell is own_module.MyCell
    assert tf1_rnn.v1.contrib.my_rnn.MyCell is MyCell


def test_a_row_may_name_several_modules(own_module):
    _moved.add_row("contrib.my_rnn.**", ("no_such_module", "my_recurrence"))
    assert _moved.new_paths("contrib.my_rnn.ops") == ("no_such_module", "my_recurrence")
    module = importlib.import_module("tf1_rnn.v1.contrib.my_rnn")
    assert module.MyCell is own_module.MyCell


@pytest.mark.parametrize("old, new", [("a b", "x"), ("", "x"), ("a", "..b"), ("a", ("x", "y z"))])
def test_a_row_that_is_no_path(old, new):
    with pytest.raises(ValueError, match="is no path of a module"):
        _moved.add_row(old, new)
