"""What is told of a wrong call's error."""

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.baseline import misuse


@pytest.mark.parametrize(
    "text, line",
    [
        ("one\ntwo", "one"),
        ("\n  first line  \nmore", "first line"),
        (
            "in converted code:\n    model.py:3 call\n\n    ValueError: the reason",
            "ValueError: the reason",
        ),
        ("<object at 0x7f00aa12>", "<object at 0x...>"),
        ("", ""),
    ],
)
def test_an_error_in_a_line(text, line):
    assert misuse.in_a_line(ValueError(text)) == line


def test_a_misuse_is_committed_in_a_graph_of_its_own(monkeypatch):
    monkeypatch.setitem(misuse.MISUSES, "mine", "tf.constant(1)\nraise KeyError('x')")
    monkeypatch.setitem(misuse.MISUSES, "fine", "tf.get_variable('v', [cell.output_size])")
    with tf.Graph().as_default() as graph:
        assert misuse.outcome(tf, "mine") == ["KeyError", "'x'"]
        assert misuse.outcome(tf, "fine") == misuse.outcome(tf, "fine") == ["no error", ""]
        assert graph.get_operations() == []
