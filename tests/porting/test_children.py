"""The Pythons that an old program starts get the rule, once and for all."""

import os
import subprocess
import sys

import pytest

from tf1_rnn.porting import children

# `np.float` is gone from NumPy: where the rule is applied, and only there, it is float.
PROBE = "import numpy as np\nprint(getattr(np, 'float', None))\n"
PORTED = "<class 'float'>\n"


def run(*command, cwd, **environment):
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=dict(os.environ, **environment),
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    "command_line, arguments, expected",
    [
        (["python", "-u", "a.py", "x"], ["a.py", "x"], (["-u"], ["a.py", "x"])),
        (["python", "-W", "ignore", "a.py"], ["a.py"], (["-W", "ignore"], ["a.py"])),
        (["python", "a.py", "a.py"], ["a.py", "a.py"], ([], ["a.py", "a.py"])),
        (["python", "nowhere.py"], ["nowhere.py"], None),
        (["python", "-m", "a", "x"], ["-m", "x"], None),
        (["python"], [""], None),
        (["python", "-"], ["-"], None),
        (
            ["python", "-Bc", "import tensorflow", "x"],
            ["-c", "x"],
            (["-B"], ["-c", "import tensorflow", "x"]),
        ),
        (["python", "-c", "print(1)"], ["-c"], None),
        (["python", "-c", "from multiprocessing.spawn import 'tensorflow'"], ["-c"], None),
    ],
)
def test_what_becomes_the_runner(command_line, arguments, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("")
    assert children._runner_of(command_line, arguments) == expected


def test_installed_programs_stay_as_they_are(tmp_path, monkeypatch):
    (tmp_path / "pip").write_text("")
    monkeypatch.setattr(children.sysconfig, "get_path", lambda key: str(tmp_path))
    program = str(tmp_path / "pip")
    assert children._runner_of(["python", program], [program]) is None


def test_the_environment_names_the_startup_folder_once(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/mine")
    told = children.environment(children.Settings(("one",)))
    assert told["PYTHONPATH"] == children._STARTUP + os.pathsep + "/mine"
    monkeypatch.setenv("PYTHONPATH", told["PYTHONPATH"])
    assert children.environment(children.Settings()) == dict(
        told, TF1_RNN_PORTING=told["TF1_RNN_PORTING"].replace('"one"', "")
    )
    monkeypatch.delenv("PYTHONPATH")
    assert children.environment(children.Settings())["PYTHONPATH"] == children._STARTUP


PARENT = """\
import os, subprocess, sys
python, run = sys.executable, subprocess.check_output
def show(*command):
    print(run(command, text=True), end="")
if sys.argv[1] == "parent":
    show(python, __file__, "child")
    show(python, "-c", "import worker", "tensorflow")
    show(python, "-m", "worker")
    print(run(f"{python} -u worker.py", shell=True, text=True), end="")
    show(python, "-I", "worker.py")
    show(python, "-m", "own_environment")
else:
    show(python, "worker.py")
    print([path for path in sys.path if "startup" in path], sys.argv[1:], __name__)
"""


def test_scripts_modules_and_shells(tmp_path):
    (tmp_path / "parent.py").write_text(PARENT)
    (tmp_path / "worker.py").write_text(PROBE)
    (tmp_path / "own_environment.py").write_text(
        "import subprocess, sys\n"
        "print(subprocess.check_output([sys.executable, 'worker.py'], env={}, text=True), end='')\n"
    )
    done = run("-m", "tf1_rnn.run", "parent.py", "parent", cwd=tmp_path)
    assert done.stdout.splitlines(keepends=True) == [
        PORTED,
        "[] ['child'] __main__\n",
        PORTED,
        PORTED,
        PORTED,
        "None\n",  # python -I
        "None\n",  # an environment of its own
    ], done.stderr
    assert not done.stderr


def test_a_sitecustomize_of_the_users_is_run_all_the_same(tmp_path):
    (tmp_path / "parent.py").write_text(
        "import subprocess, sys\nsubprocess.call([sys.executable, 'worker.py'])\n"
    )
    (tmp_path / "worker.py").write_text("import sys\nprint(sys.mine, sys.modules['sitecustomize'])")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import sys\nsys.mine = 'mine'\n")
    path = os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])
    done = run("-m", "tf1_rnn.run", "parent.py", cwd=tmp_path, PYTHONPATH=path)
    assert done.stdout.startswith("mine <module 'sitecustomize' from"), done.stderr
    assert str(tmp_path) in done.stdout


WORKERS = """\
import concurrent.futures, multiprocessing, sys
import numpy as np
import tasks


def own(x):
    return x + 1.0, __name__, np.float.__name__


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(1) as pool:
        print(pool.map(own, [1]), pool.map(tasks.task, [1, 2]))
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        print(list(pool.map(tasks.task, [3])))
    process = context.Process(target=own, args=(1,))
    process.start()
    process.join()
    print(process.exitcode)
"""
TASKS = "import numpy as np\ndef task(x):\n    return np.float(x) * 2\n"


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
@pytest.mark.parametrize("how", ["script.py", "module"])
def test_workers(method, how, tmp_path):
    (tmp_path / "script.py").write_text(WORKERS)
    (tmp_path / "tasks.py").write_text(TASKS)
    program = ["-m", "script"] if how == "module" else [how]
    done = run("-m", "tf1_rnn.run", *program, method, cwd=tmp_path)
    assert done.stdout.splitlines() == [
        "[(2.0, '__mp_main__', 'float')] [2.0, 4.0]",
        "[6.0]",
        "0",
    ], done.stderr
    assert not done.stderr


EMBEDDING = """\
import multiprocessing, sys
import before
import numpy as np
import tf1_rnn.porting
tf1_rnn.porting.install(strict=len(sys.argv) > 1)
import tasks


def own(x):
    return hasattr(np, "float"), hasattr(before.np, "float"), tasks.task(x)


if __name__ == "__main__":
    print(own(1))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(own, [1]))
    import subprocess
    print(subprocess.check_output([sys.executable, "before.py"], text=True), end="")
"""


def test_install_ports_what_is_imported_after_it_here_and_in_workers(tmp_path):
    (tmp_path / "before.py").write_text(PROBE)
    (tmp_path / "tasks.py").write_text(TASKS)
    (tmp_path / "main.py").write_text(EMBEDDING)
    done = run("main.py", cwd=tmp_path)
    assert done.stdout.splitlines() == [
        "None",
        "(False, False, 2.0)",
        "None",
        "[(False, False, 2.0)]",
        "None",  # a program of its own is its own affair
    ], done.stderr
    assert run("main.py", "strict", cwd=tmp_path).returncode == 1
