"""Input files: what is read, what is refused, and that every command answers in the same way."""

import errno
import os
import re
import socket
import subprocess
import sys

import numpy as np
import pytest

from tf1_rnn import __main__ as door
from tf1_rnn import inputs, memory

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return a folder with one of each kind of input, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.py").write_bytes(b"x = 1\n")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "pipe.ipynb", "pipe.meta", "pipe.pb"):
        os.mkfifo(tmp_path / name)
    for name in ("zero", "zero.ipynb", "zero.meta", "zero.pb", "zero.index"):
        os.symlink("/dev/zero", tmp_path / name)
    os.symlink("loop", tmp_path / "loop")
    for name in ("huge", "huge.ipynb", "huge.meta", "huge.pb"):
        with open(tmp_path / name, "wb") as file:
            file.truncate(2**32)  # of holes
    array = np.zeros([2, 1, 1])
    np.savez(tmp_path / "a.npz", x_train=array, y_train=[0, 1], x_test=array, y_test=[0, 1])
    return tmp_path


BAD = {
    "none": "no such file",
    "folder": "a folder; expected a file",
    "pipe": "a pipe or device; expected a regular file",
    "zero": "a pipe or device; expected a regular file",
    "loop": "cannot be read: Too many levels of symbolic links",
    "huge": "larger than 64 MB",
    "a\0b": "cannot be read: embedded null byte",
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used_is_refused(place, name):
    with pytest.raises(inputs.Unreadable) as error:
        inputs.read(name)
    assert str(error.value) == BAD[name]


def test_a_regular_file_is_read_up_to_the_limit(place):
    assert inputs.read("text.py") == b"x = 1\n" == inputs.read("text.py", 6)
    with pytest.raises(inputs.Unreadable, match="larger than 5 bytes"):
        inputs.read("text.py", 5)


def test_what_does_not_fit_in_memory_is_refused(place, monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 10)
    with pytest.raises(inputs.Unreadable, match="too large: reading it takes 12 bytes, 10 bytes"):
        inputs.read("text.py")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="changes its user")
def test_a_file_of_another_user_is_refused(place):
    (place / "text.py").chmod(0)
    place.chmod(0o755)
    code = (
        "import os; os.seteuid(65534)\n"
        "from tf1_rnn import inputs\n"
        "try: inputs.read('text.py')\n"
        "except inputs.Unreadable as error: print(error)"
    )
    environment = {**os.environ, "PYTHONPATH": ROOT}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert run.stdout.startswith(b"cannot be read: ") or b"Permission" in run.stderr, run


@pytest.mark.parametrize("name", ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
def test_a_pipe_that_the_shell_has_opened_is_read(place, name):
    code = f"from tf1_rnn import inputs; print(inputs.read({name!r}))"
    environment = {**os.environ, "PYTHONPATH": ROOT}

    def said(**stdin):
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, **stdin
        )

    assert said(input=b"from a pipe").stdout == b"b'from a pipe'\n"
    for device in ("/dev/zero", "/dev/null"):
        stream = os.open(device, os.O_RDONLY)
        assert b"Unreadable" in said(stdin=stream).stderr.splitlines()[-1]
        os.close(stream)


def test_a_socket_with_a_name_is_refused(place):
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket")
        with pytest.raises(inputs.Unreadable, match="a pipe or device"):
            inputs.read("socket")


# An input of each command.
COMMANDS = {
    "train --data": ["train", "--cell=gru", "--data={}"],
    "train --test_data": ["train", "--cell=gru", "--data=a.npz", "--test_data={}"],
    "train --describe": ["train", "--describe", "--data={}"],
    "check": ["check", "{}"],
    "check notebook": ["check", "{}.ipynb"],
    "run --check": ["run", "--check", "{}"],
    "rewrite": ["rewrite", "{}", "--output=new.py"],
    "rewrite notebook": ["rewrite", "{}.ipynb"],
    "run notebook": ["run", "{}.ipynb"],
    "run --expect": ["run", "--expect={}", "text.py"],
    "checkpoint": ["checkpoint", "{}"],
    "checkpoint .pb": ["checkpoint", "{}.pb"],
    "export": ["export", "{}", "--output=m.onnx"],
    "export .meta": ["export", "{}.meta", "--outputs=a", "--output=m.onnx"],
    "baseline compare": ["baseline", "compare", "gru", "{}"],
    "baseline graph": ["baseline", "graph", "{}", "a.npz"],
    "baseline graph .meta": ["baseline", "graph", "{}.meta", "a.npz"],
}
# What each fault is called; of a folder and a large file, also by those that take such.
CALLED = {
    "none": ("no such file", "there is no checkpoint"),
    "folder": ("a folder", "no scripts", "no checkpoint", "is not a SavedModel", "no such file"),
    "pipe": ("a pipe or device", "no such file", "there is no checkpoint"),
    "zero": ("a pipe or device", "no such file", "there is no checkpoint"),
    "loop": ("symbolic links", "no such file", "there is no checkpoint"),
    "huge": ("larger than", "looks like", "not a readable", "damaged"),
}


def in_a_process(argv):
    """Return the exit code of a command that changes its process, or its children's environment."""
    environment = {**os.environ, "PYTHONPATH": ROOT}
    return subprocess.run([sys.executable, "-m", "tf1_rnn", *argv], env=environment).returncode


@pytest.mark.timeout(120)
@pytest.mark.parametrize("fault", CALLED)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_an_unusable_input_in_one_line_with_code_1(
    place, monkeypatch, capfd, name, fault
):
    argv = [word.format(fault) for word in COMMANDS[name]]
    monkeypatch.setattr(sys, "argv", ["tf1-rnn", *argv])
    before = sorted(os.listdir())
    assert (in_a_process(argv) if argv[0] == "run" else door.main(argv)) == 1
    out, err = capfd.readouterr()
    assert not out and err.count("\n") == 1, (out, err)
    assert fault in err and any(words in err for words in CALLED[fault]), err
    assert not any(word in err for word in ("unexpected", "Traceback", "[Errno")), err
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize("name", [name for name in COMMANDS if not name.startswith("run")])
def test_every_command_says_that_a_folder_may_not_be_read(place, monkeypatch, capfd, name):
    if "{}." in " ".join(COMMANDS[name]) or name == "baseline compare":
        pytest.skip("takes no folder")
    for function in ("listdir", "scandir"):  # root, who runs the tests in a container, reads all
        monkeypatch.setattr(os, function, refusing("closed", getattr(os, function)))
    os.makedirs("closed", exist_ok=True)
    monkeypatch.setattr(sys, "argv", ["tf1-rnn", *(w.format("closed") for w in COMMANDS[name])])
    assert door.main() == 1
    out, err = capfd.readouterr()
    assert not out and err.count("\n") == 1 and "closed" in err, (out, err)
    assert re.search(r"Permission denied|closed: a folder", err), err


def refusing(folder, function):
    """Return a function that lists folders, but not this one."""

    def listed(path="."):
        if os.fspath(path) == folder:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return function(path)

    return listed


@pytest.mark.parametrize("fault", ["none", "folder", "pipe", "zero", "loop", "huge"])
def test_a_script_that_cannot_be_opened_ends_as_pythons_does(place, fault, capfd):
    assert in_a_process(["run", fault]) == (1 if fault == "folder" else 2)
    out, err = capfd.readouterr()
    assert not out and err.count("\n") == 1 and err.startswith(sys.executable)
