"""Errors whose remedy is known end in the line that says it; all others are unchanged."""

import pytest

from tf1_rnn.porting import advice


def raised_in(module_name, path, source):
    """Return the error that a module's source raises."""
    with pytest.raises(Exception) as raised:
        exec(compile(source, path, "exec"), {"__name__": module_name})
    return raised.value


INSTALLED = advice.finder._INSTALLED[0]


@pytest.mark.parametrize(
    "source",
    [
        "import tensorflow.contrib",
        "from tensorflow.contrib import rnn",
        "from tensorflow import placeholder",
        "import tensorflow as tf\ntf.placeholder",
        "import tensorflow as tf\ntf.contrib.rnn",
        "import tensorflow as tf\ntf.nn.rnn_cell",
        "import tensorflow.compat.v1 as tf\ntf.nn.rnn_cell.LSTMCell(4)",
        "import tensorflow.compat.v1 as tf\ntf.contrib",
        "import numpy\nnumpy.float",
    ],
)
def test_an_installed_package_of_tensorflow_1_is_named(source):
    error = raised_in("old_package.model", f"{INSTALLED}old_package/model.py", source)
    line = advice.advice(error)
    library = "NumPy" if "numpy" in source else "TensorFlow"
    assert line.startswith(f"the installed package old_package was written for {library} 1 (")
    assert "--port=old_package" in line and "install(packages=['old_package'])" in line
    assert "\n" not in line
    assert advice.advice(error, ["old_package"]) is None
    for users in ("/home/me/mine.py", "<stdin>"):
        assert advice.advice(raised_in("mine", users, source)) is None


@pytest.mark.parametrize(
    "source",
    ["import no_such_module", "import os\nos.nonsense", "raise AttributeError('x')", "1 / 0"],
)
def test_other_errors_have_no_advice(source):
    assert advice.advice(raised_in("old", f"{INSTALLED}old.py", source)) is None


def test_pkg_resources():
    error = ModuleNotFoundError("No module named 'pkg_resources'", name="pkg_resources")
    assert "pip install 'setuptools<81'" in advice.advice(error)


def test_an_old_pb2_file(tmp_path):
    descriptor = pytest.importorskip("google.protobuf.descriptor")
    if not descriptor._USE_C_DESCRIPTORS:
        pytest.skip("protobuf is pure Python here, and reads old files")
    source = (
        "from google.protobuf import descriptor as d\n"
        "d.FieldDescriptor(name='value', full_name='a.B.value', index=0, number=1, type=3,\n"
        "    cpp_type=2, label=3, has_default_value=False, default_value=[], message_type=None,\n"
        "    enum_type=None, containing_type=None, is_extension=False, extension_scope=None)\n"
    )
    error = raised_in("old_pb2", "/home/me/old_pb2.py", source)
    assert "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=python" in advice.advice(error)


def test_a_script_in_python_2(tmp_path):
    path = str(tmp_path / "script.py")
    with pytest.raises(SyntaxError) as raised:
        compile("x = 1\nprint 'a'\n", path, "exec")
    assert advice.advice(raised.value) == (
        f"{path}:2: print without parentheses is Python 2; to write a copy for Python 3: "
        f"tf1-rnn rewrite --python2 {path}"
    )
    assert advice.advice(raised.value, notebook="N.ipynb").endswith("rewrite --python2 N.ipynb")
    with pytest.raises(SyntaxError) as raised:
        compile("x = = 1\n", path, "exec")
    assert advice.advice(raised.value) is None
