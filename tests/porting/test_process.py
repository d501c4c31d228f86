"""All changes to the process are undone, to the last one."""

import importlib
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
import types
import warnings

import numpy
import pytest

from tf1_rnn.porting import children, finder, process

SOURCE = b"import tensorflow as tf\nimport json\nx = json.loads('1', encoding='utf8')\n"


@pytest.fixture
def clean():
    """Uninstall whatever the test does."""
    process.uninstall()
    yield
    process.uninstall()


def snapshot():
    """Return what code in this process can see of it: names of modules and classes, and lists."""
    seen = {}
    for module in list(sys.modules.values()):
        if not isinstance(module, types.ModuleType) or module is sys.modules[__name__]:
            continue
        if module is process or module.__name__.startswith("hypothesis"):  # which keeps times
            continue
        for name, value in list(vars(module).items()):
            seen[module.__name__, name] = id(value)
            if isinstance(value, type) and value.__module__ == module.__name__:
                for attribute, each in list(vars(value).items()):
                    seen[module.__name__, name, attribute] = id(each)
    return {
        "names": seen,
        "modules": set(sys.modules),
        "main": sys.modules["__main__"],
        "environment": dict(os.environ),
        "meta_path": list(sys.meta_path),
        "path": list(sys.path),
        "argv": list(sys.argv),
        "filters": list(warnings.filters),
        "print": numpy.get_printoptions(),
        "log": list(sys.modules["tensorflow.compat.v1"].get_logger().filters),
    }


def use_everything(**settings):
    process.install(**settings)
    exec(process.compile_source(SOURCE, "script.py"), {})
    process.look_first_in("/nowhere")
    process.become(types.ModuleType("__main__"), ["script.py"])


def test_install_and_uninstall_leave_the_process_as_it_was(clean):
    for _ in range(2):  # the first time imports modules, which stay
        use_everything(mnist="digits")
        process.uninstall()
    before = snapshot()
    use_everything(mnist="digits")
    during = snapshot()
    process.uninstall()
    after = snapshot()
    assert after == before
    changed = {name for name in before["names"] if before["names"][name] != during["names"][name]}
    assert {("sys", "excepthook"), ("json", "loads"), ("random", "sample")} <= changed
    assert ("threading", "Thread", "start") in changed
    for part in set(before) - {"names"}:
        assert before[part] != during[part], part


def test_strict_leaves_pythons_and_numpys_habits_out(clean):
    import json
    import threading

    before = json.loads, threading.Thread.start, numpy.get_printoptions()["legacy"]
    process.install(strict=True)
    names = {}
    exec(process.compile_source("import tensorflow as tf, numpy", "script.py"), names)
    assert names["tf"].__name__ == "tf1_rnn.v1" and names["tf"].__version__ == "1.15.5"
    assert names["numpy"] is numpy
    assert before == (json.loads, threading.Thread.start, numpy.get_printoptions()["legacy"])


def test_a_second_install_adds_only_packages(clean):
    process.install(["one"])
    before = sys.excepthook, list(sys.meta_path), sys.modules["runpy"].run_path
    process.install(["two"])
    assert before == (sys.excepthook, list(sys.meta_path), sys.modules["runpy"].run_path)
    assert '["one", "two"]' in os.environ["TF1_RNN_PORTING"]
    finders = [each for each in sys.meta_path if isinstance(each, finder.UserFinder)]
    assert [each.packages for each in finders] == [{"one", "two"}]


def test_a_program_without_tensorflow_does_not_import_it():
    script = (
        "import sys\nfrom tf1_rnn.porting import process\nprocess.install()\n"
        "assert 'numpy' not in sys.modules\n"
        "process.compile_source('import json', 'x.py')\nprint('tensorflow' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_run_path_applies_the_rule_where_programs_are_ported(clean, tmp_path):
    import runpy

    script = tmp_path / "script.py"
    script.write_text(
        "import numpy as np, sys\nold = hasattr(np, 'float'), sys.argv[0], given, __name__\n"
    )
    argv, modules = list(sys.argv), set(sys.modules)
    for programs in (True, False):
        process.uninstall()
        process.install(programs=programs)
        names = runpy.run_path(str(script), {"given": 1}, "__mp_main__")
        assert names["old"] == (programs, str(script), 1, "__mp_main__")
        assert sys.argv == argv and "__mp_main__" not in set(sys.modules) - modules
    with pytest.raises(FileNotFoundError):
        runpy.run_path(str(tmp_path / "nowhere.py"))


NEEDS_THE_RULE = "import numpy as np\nold = hasattr(np, 'float')\n"


def load_by_spec(path):
    spec = importlib.util.spec_from_file_location("by_path", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "load",
    [
        load_by_spec,
        lambda path: importlib.machinery.SourceFileLoader("by_path", path).load_module(),
        lambda path: importlib.import_module("imp").load_source("by_path", path),
    ],
    ids=["spec", "loader", "imp"],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_module_loaded_by_its_path_is_ported(clean, tmp_path, monkeypatch, load):
    monkeypatch.setitem(sys.modules, "by_path", None)  # restores what the loaders set
    path = tmp_path / "settings.py"
    path.write_text(NEEDS_THE_RULE)
    process.install()
    process.bring_back_habits()
    monkeypatch.delitem(sys.modules, "by_path")
    assert load(str(path)).old
    installed = finder._INSTALLED[0] + "numpy/settings.py"
    loader = importlib.machinery.SourceFileLoader("numpy.settings", installed)
    monkeypatch.setattr(type(loader), "get_data", lambda self, path: NEEDS_THE_RULE.encode())
    monkeypatch.setattr(type(loader), "path_stats", lambda self, path: {"mtime": 0, "size": 1})
    names = {}
    exec(loader.get_code("numpy.settings"), names)
    assert not names["old"]


def test_a_text_that_the_program_executes_is_ported(clean):
    program = """
def run(text):
    names = {}
    exec(text, names)
    code = compile(text, "settings.py", "exec")
    again = {}
    exec(code, again)
    exec("value = 1", again)
    return names["old"], again["old"], again["value"], code.co_filename
"""
    process.install()
    names = {}
    exec(process.compile_source(program, "program.py"), names)
    for text in (NEEDS_THE_RULE, NEEDS_THE_RULE.encode()):
        assert names["run"](text) == (True, True, 1, "settings.py")
    process.uninstall()
    assert names["run"](NEEDS_THE_RULE) == (False, False, 1, "settings.py")


def test_a_function_of_the_programs_own_called_compile_stays(clean):
    process.install()
    names = {}
    program = "from re import compile\nfound = compile('numpy').findall('a numpy')\n"
    exec(process.compile_source(program, "program.py"), names)
    assert names["found"] == ["numpy"]


def test_settings_of_a_child_are_those_of_its_parent(clean):
    import json

    process.install(["absl"], strict=True, programs=True)
    told = json.loads(os.environ["TF1_RNN_PORTING"])
    process.uninstall()
    assert "TF1_RNN_PORTING" not in os.environ
    process.install_in_child(
        children.Settings(told["packages"], told["strict"], told["programs"], told["left"])
    )
    assert process.ported_packages() == {"absl"}
    assert type(process.transformer()).__name__ == "ImportRule"
    assert __name__ in told["left"]
