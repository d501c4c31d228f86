"""Tracebacks are the program's own; what is not supported is one line."""

import pytest

from tf1_rnn.porting import imports, tracebacks


def error_of(source, path, **names):
    """Return the error that the source raises, with its traceback."""
    with pytest.raises(Exception) as raised:
        exec(imports.compile_user_source(source, path), names)
    return raised.value


def test_frames_of_this_package_are_left_out(capsys, tmp_path):
    path = str(tmp_path / "script.py")
    error = error_of("x = []\n\nx[0] = int('5')\n", path)
    tracebacks.excepthook(type(error), error, error.__traceback__)
    err = capsys.readouterr().err
    assert err.count("File ") == 2 and f'File "{path}", line 3, in <module>' in err
    assert err.endswith("IndexError: list assignment index out of range\n")


def test_frames_of_causes_are_left_out_too(capsys, tmp_path):
    source = "try:\n    int('x')\nexcept ValueError as e:\n    raise KeyError('k') from e\n"
    error = error_of(source, str(tmp_path / "script.py"))
    tracebacks.excepthook(type(error), error, error.__traceback__)
    err = capsys.readouterr().err
    assert "habits.py" not in err and err.count("File ") == 3
    assert "ValueError: invalid literal" in err and err.endswith("KeyError: 'k'\n")


def test_what_is_not_here_is_one_line_with_the_programs_line(capsys, tmp_path):
    path = str(tmp_path / "script.py")

    def missing():
        error = AttributeError("tf.x is not supported")
        error.tensorflow_1_name = "tensorflow.x"
        raise error

    error = error_of("\nmissing()\n", path, missing=missing)
    tracebacks.excepthook(type(error), error, error.__traceback__)
    err = capsys.readouterr().err
    assert err.endswith("tf.x is not supported\n") and err.count("\n") == 1
