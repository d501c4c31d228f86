"""One line of advice for errors of old programs whose remedy is known."""

import re
import sys

from tf1_rnn.porting import finder, python2

# Python's messages where TensorFlow or NumPy lacks a name of 1.x.
_LACKING = re.compile(
    r"No module named 'tensorflow\."
    r"|module '(?:tensorflow|numpy)[\w.]*' has no attribute"
    r"|cannot import name '\w+' from 'tensorflow"
    r"|`\w+` is not available with Keras 3"
    r"|`np\.\w+` was removed in the NumPy 2"
)
# Current libraries that pass on what a package asked for.
_MESSENGERS = {"keras", "numpy", "tensorflow", "tf1_rnn", "tf_keras", *sys.stdlib_module_names}


def advice(error, ported=(), notebook=None):
    """Return what to do about an error, in one line, or None.

    Args:
        error: an exception with its traceback.
        ported: the names of the installed packages that are ported.
        notebook: a word for the notebook in which it was raised, if any.
    """
    if getattr(error, "tensorflow_1_name", None):
        return str(error)
    if isinstance(error, SyntaxError):
        return _for_python_2(error, notebook)
    if isinstance(error, ModuleNotFoundError) and error.name == "pkg_resources":
        return (
            "pkg_resources has left setuptools; an older one still has it: "
            "pip install 'setuptools<81'"
        )
    if str(error).startswith("Descriptors cannot be created directly"):
        return (
            "a _pb2.py file made by protoc before 3.19 is read with "
            "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=python in the environment"
        )
    name = _written_for_tensorflow_1(error, ported)
    if name:
        library = "TensorFlow" if "tensorflow" in str(error) or "Keras" in str(error) else "NumPy"
        return (
            f"the installed package {name} was written for {library} 1 "
            f"({str(error).splitlines()[0]}): to port it as well, add --port={name} to tf1-rnn run "
            f"or tf1_rnn.porting.install(packages=[{name!r}])"
        )
    return None


def _for_python_2(error, notebook):
    reason = python2.reason_of(error)
    if reason is None or not (notebook or finder.is_user_file(error.filename)):
        return None
    where = "" if notebook else f"{error.filename}:{error.lineno}: "
    return (
        f"{where}{reason} is Python 2; to write a copy for Python 3: "
        f"tf1-rnn rewrite --python2 {notebook or error.filename}"
    )


def _written_for_tensorflow_1(error, ported):
    """Return the installed package that asked for what only TensorFlow 1 had, or None."""
    if not isinstance(error, (ImportError, AttributeError)) or not _LACKING.search(str(error)):
        return None
    frames, traceback = [], error.__traceback__
    while traceback is not None:
        frames.append(traceback.tb_frame)
        traceback = traceback.tb_next
    for frame in reversed(frames):
        name = frame.f_globals.get("__name__", "").partition(".")[0]
        if name not in _MESSENGERS:
            file = frame.f_code.co_filename
            is_users = file.startswith("<") or finder.is_user_file(file)  # "<stdin>", "<string>"
            return None if is_users or name in ported else name
    return None
