import subprocess
import sys

import pytest

from tf1_rnn.startup import without_keras

PROGRAM = """
import sys
from tf1_rnn import main
code = main.main(["train", "--cell=gru", "--num_units=2", "--epochs=1"])
assert "keras" not in sys.modules, "the command has imported Keras"
import tensorflow
assert tensorflow.keras.layers.Dense.__module__.startswith("keras.src.layers")
import keras.src.optimizers
sys.exit(code)
"""


def test_the_training_command_leaves_keras_out_and_keras_still_works():
    found = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr


def test_only_what_is_missing_is_held_back_and_only_before_tensorflow(monkeypatch):
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setitem(sys.modules, "keras.src.optimizers", "there")
    monkeypatch.delitem(sys.modules, "tf_keras.src.optimizers", raising=False)
    with without_keras():
        assert sys.modules["keras.src.optimizers"] == "there"
        assert sys.modules["tf_keras.src.optimizers"] is None
        with pytest.raises(ImportError):
            import tf_keras.src.optimizers  # noqa: F401
    assert sys.modules["keras.src.optimizers"] == "there"
    assert "tf_keras.src.optimizers" not in sys.modules
    monkeypatch.setitem(sys.modules, "tensorflow", "there")
    with without_keras():
        assert "tf_keras.src.optimizers" not in sys.modules
