"""The program of the page on estimators runs, and its table names what is there."""

import pathlib
import re

import tf1_rnn.v1 as tf

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "how-to" / "estimators.md"


def test_the_program(capsys):
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    with tf.Graph().as_default():
        exec(compile(program, str(PAGE), "exec"), {"__name__": "__main__"})
    accuracy, *classes = capsys.readouterr().out.split()
    assert float(accuracy) > 0.8
    assert len(classes) in (2, 3)


def test_the_table():
    rows = re.findall(r"^\| `tf\.([\w.]+)` \| (.*) \|$", PAGE.read_text(), re.M)
    assert len(rows) == 7
    for module, text in rows:
        place = tf
        for name in module.split("."):
            place = getattr(place, name)
        for name in re.findall(r"`([A-Za-z_]+)`", text.replace("with `fit`", "")):
            assert hasattr(place, name), f"tf.{module}.{name}"
