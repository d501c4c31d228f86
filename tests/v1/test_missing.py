"""What is said of names that are not here."""

import pytest

from tf1_rnn.v1 import _missing, _names
from tf1_rnn.v1._missing import MissingModule, MissingName, NeedsExtra


@pytest.mark.parametrize(
    "dotted, said",
    [
        ("contrib.tpu", "tf.contrib.tpu is not supported: use tf.tpu."),
        ("contrib.tpu.TPUEstimator", "tf.contrib.tpu.TPUEstimator is not supported: use tf.tpu."),
        (
            "contrib.nosuch",
            "tf.contrib.nosuch is not supported, and does not exist in tensorflow.compat.v1.",
        ),
        (
            "python.ops.gone",
            "tf.python.ops.gone is not supported: it was private to TensorFlow 1.x",
        ),
        ("nosuch", "tf.nosuch is not supported, and does not exist in tensorflow.compat.v1."),
    ],
)
def test_one_line_says_what_to_use(dotted, said):
    message = _missing.message_for(dotted)
    assert message.startswith(said) and "\n" not in message and message.endswith(".")


def test_the_longest_path_that_is_known_answers():
    assert _missing.instead_of("contrib.seq2seq.x.y") == _missing.instead_of("contrib.seq2seq")
    assert _missing.instead_of("contribution") is None is _missing.instead_of("")


@pytest.mark.parametrize("dotted", _missing._INSTEAD)
def test_advice_is_for_what_1_15_5_had(dotted):
    parent, _, name = dotted.rpartition(".")
    assert name in (_names.of_star(parent) or ()) or dotted == "python"


def test_errors_carry_the_name_of_tensorflow_1():
    name, module = MissingName("a.b", "text"), MissingModule("a", "text", "tf1_rnn.v1.a")
    assert isinstance(name, AttributeError) and name.tensorflow_1_name == "a.b"
    assert isinstance(module, ImportError) and module.name == "tf1_rnn.v1.a"
    extra = NeedsExtra("layers", "tf-keras")
    assert extra.tensorflow_1_name == "tensorflow.layers" and _missing.EXTRA in str(extra)
