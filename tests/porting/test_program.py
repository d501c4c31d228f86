"""A script, a module or a text as `__main__`: what it finds around itself."""

import sys

import pytest

from tf1_rnn.porting import process, program

SAYS = "import sys\nprint(__name__, sys.argv, sys.path[0])\nimport beside\n"


@pytest.fixture(autouse=True)
def installed():
    process.install(strict=True)
    yield
    process.uninstall()
    sys.modules.pop("beside", None)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "beside.py").write_text("print('beside')\n")
    (tmp_path / "script.py").write_text(SAYS)
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("import sys\nprint(sys.argv)\n")
    (tmp_path / "package" / "__main__.py").write_text(SAYS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    yield tmp_path
    for name in ("package", "package.__main__"):
        sys.modules.pop(name, None)


def test_a_script(folder, capsys):
    assert program.run_script("script.py", ["--a", "b"]) == 0
    out = capsys.readouterr().out
    assert out == f"__main__ ['script.py', '--a', 'b'] {folder}\nbeside\n"


def test_a_folder_is_its_main(folder, capsys):
    (folder / "package" / "beside.py").write_text("print('inside')\n")
    assert program.run_script("package", []) == 0
    out = capsys.readouterr().out
    assert out == f"__main__ ['package'] {folder / 'package'}\ninside\n"


def test_a_module_and_what_it_sees_while_its_package_is_imported(folder, capsys):
    assert program.run_module("package", ["x"]) == 0
    said, rest = capsys.readouterr().out.split("\n", 1)
    assert said == "['-m', 'x']"
    path = str(folder / "package" / "__main__.py")
    assert rest == f"__main__ {[path, 'x']} {folder}\nbeside\n"


def test_a_script_that_a_module_of_pythons_runs_is_ported(folder, capsys):
    process.uninstall()
    process.install()
    (folder / "script.py").write_text("import numpy as np\nprint(hasattr(np, 'float'))\n")
    program.run_module("trace", ["--count", "--coverdir=counts", "script.py"])
    with pytest.raises(SystemExit):
        program.run_module("timeit", ["-n1", "-r1", "import numpy; print(hasattr(numpy, 'int'))"])
    assert [line for line in capsys.readouterr().out.split("\n") if line in ("True", "False")] == [
        "True",
        "True",
    ]


def test_a_text(folder, capsys):
    assert program.run_command(SAYS, ["x"]) == 0
    assert capsys.readouterr().out == "__main__ ['-c', 'x'] \nbeside\n"


def test_what_is_not_there_is_said_as_python_says_it(folder, capsys):
    assert program.run_script("none.py", []) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"{sys.executable}: can't open file") and said.count("\n") == 1
    assert str(folder / "none.py") in said
    (folder / "package" / "__main__.py").unlink()
    assert program.run_script("package", []) == 1
    said = capsys.readouterr().err
    assert said == f"{sys.executable}: can't find '__main__' module in '{folder / 'package'}'\n"
    for name in ("nowhere", "nowhere.at.all", "package.nowhere.at.all"):
        with pytest.raises(SystemExit, match=f"No module named {name}"):
            program.run_module(name, [])
