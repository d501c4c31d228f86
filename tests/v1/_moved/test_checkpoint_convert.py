import importlib
import runpy
import sys

import numpy as np
import pytest

import tf1_rnn.v1 as tf

PATH = "tf1_rnn.v1.contrib.rnn.python.tools.checkpoint_convert"
checkpoint_convert = importlib.import_module(PATH)


@pytest.fixture
def save(tmp_path):
    """Return a function that writes variables of given names and values, and returns the prefix."""

    def write(values, **options):
        with tf.Graph().as_default(), tf.Session() as session:
            for name, value in values.items():
                tf.get_variable(name, initializer=np.asarray(value))
            session.run(tf.global_variables_initializer())
            return tf.train.Saver(**options).save(session, str(tmp_path / "old"))

    return write


OLD = {
    "model/rnn/lstm_cell/weights": np.arange(24.0).reshape(3, 8),
    "model/rnn/lstm_cell/weights/Adam": np.ones((3, 8), np.float32),
    "model/rnn/lstm_cell/biases": np.arange(8.0),
    "model/rnn/lstm_cell/w_f_diag": np.arange(2.0),
    "rnn/conv_lstm_cell/biases": np.zeros(4),
    "dense/weights": np.eye(2),
    "global_step": np.int64(7),
}
NEW = [
    "model/rnn/lstm_cell/kernel",
    "model/rnn/lstm_cell/kernel/Adam",
    "model/rnn/lstm_cell/bias",
    *list(OLD)[3:],
]


@pytest.mark.parametrize("old_format", [False, True])
@pytest.mark.parametrize("new_format", [False, True])
def test_cells_get_their_names_of_today_and_nothing_else_changes(
    save, tmp_path, old_format, new_format
):
    versions = tf.train.SaverDef.V2, tf.train.SaverDef.V1
    new = str(tmp_path / "new")
    variables, changed = checkpoint_convert.convert_names(
        save(OLD, write_version=versions[old_format]), new, write_v1_checkpoint=new_format
    )
    assert set(variables) == set(NEW)
    assert changed == {old: name for old, name in zip(OLD, NEW, strict=True) if old != name}
    assert (tmp_path / "new.index").exists() == (not new_format)
    reader = tf.train.load_checkpoint(new)
    for name, value in zip(NEW, OLD.values(), strict=True):
        kept = reader.get_tensor(name)
        assert kept.dtype == value.dtype
        np.testing.assert_array_equal(kept, value)


def test_two_variables_of_one_new_name_are_refused(save, tmp_path):
    both = {"rnn/gru_cell/weights": np.ones(2), "rnn/gru_cell/kernel": np.ones(2)}
    with pytest.raises(ValueError, match="would be rnn/gru_cell/kernel"):
        checkpoint_convert.convert_names(save(both), str(tmp_path / "new"))


def command(*args):
    """Run the module as a command, in this process; returns its exit status."""
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as end:
        patch.setattr(sys, "argv", ["checkpoint_convert", *map(str, args)])
        runpy.run_module(PATH, run_name="__main__")
    return end.value.code


def test_it_runs_as_a_command(save, tmp_path, capsys):
    assert command(save(OLD), tmp_path / "new") == 0
    assert capsys.readouterr().out == f"3 names changed; written to {tmp_path / 'new'}\n"
    assert set(dict(tf.train.list_variables(str(tmp_path / "new")))) == set(NEW)


@pytest.mark.parametrize(
    "args, status, said",
    [((), 2, "required"), (("nowhere", "new"), 1, "checkpoint_convert: nowhere")],
)
def test_a_wrong_command_is_one_line(args, status, said, capsys):
    assert command(*args) == status
    lines = capsys.readouterr().err.splitlines()
    assert said in lines[-1] and "Traceback" not in lines[0]


def test_no_other_module_runs_as_a_command():
    with pytest.raises(ImportError, match="__main__"):
        runpy.run_module("tf1_rnn.v1.contrib.rnn.python.ops.rnn_cell", run_name="__main__")
