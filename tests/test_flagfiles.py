"""Files of flags: what takes their place, and each way in which one cannot be read."""

import os

import pytest

from tf1_rnn import cluster, flagfiles, main, train_all
from tf1_rnn.errors import UsageError

PARSERS = {
    "train": lambda *argv: main.parse(["train", *argv]),
    "train-all": lambda *argv: train_all.parse(argv),
    "cluster": lambda *argv: cluster.parse([*argv]),
    "cluster --": lambda *argv: cluster.parse(["--workers=2", "--", *argv]),
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return a folder with files of flags, good and bad, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    texts = {
        "good": "# comment\n// another\n\n  --cell=gru  \n--flagfile=more\n",
        "more": "--num-units\n3\n",
        "self": "--cell=gru\n--flagfile=self\n",
        "one": "--flagfile=./two\n",
        "two": "-flagfile=one\n",
        "bomb": "--flagfile=bomb0\n",
        **{f"deep{n}": f"--flagfile=deep{n + 1}\n" for n in range(1000)},
        "deep1000": "--cell=gru\n",
        **{f"bomb{n}": f"--flagfile=bomb{n + 1}\n" * 2 for n in range(30)},
        "bomb30": "--cell=gru\n",
        "null": "--cell=gru\0\n",
        "empty": "",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "latin").write_bytes(b"--data=\xfc.npz\n")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    os.symlink("loop", tmp_path / "loop")
    with open(tmp_path / "huge", "wb") as file:
        file.truncate(2**32)
    return tmp_path


@pytest.mark.parametrize(
    "argv, expanded",
    [
        (["--flagfile=good", "--fast"], ["--cell=gru", "--num-units", "3", "--fast"]),
        (["-flagfile", "more"], ["--num-units", "3"]),
        (["--flagfile", "more", "--flagfile=more"], ["--num-units", "3"] * 2),
        (["a", "--", "--flagfile=more"], ["a", "--", "--flagfile=more"]),
        (["--flagfile=empty"], []),
        (["--flagfile=deep950"], ["--cell=gru"]),
    ],
)
def test_the_lines_take_the_place_of_the_flag(place, argv, expanded):
    assert flagfiles.expand(argv) == expanded


def test_a_file_of_flags_may_write_dashes_for_underscores(place):
    assert main.parse(["train", "--flagfile=good"]).num_units == 3


def test_the_processes_of_a_cluster_get_the_flags_themselves(place):
    request = cluster.parse(["--workers=2", "--", "--flagfile=good"])
    assert request.training == ["--cell=gru", "--num_units", "3"]


BAD = {
    "self": "--flagfile=self leads back to itself",
    "one": "--flagfile=one leads back to itself",
    "deep0": "--flagfile=deep100: more than 100 such files",
    "bomb": "--flagfile=bomb29: more than 100 such files",
    "latin": "--flagfile=latin is not a text file; expected one flag on each line",
    "null": "--flagfile=null is not a text file",
    "folder": "--flagfile=folder: a folder; expected a file",
    "pipe": "--flagfile=pipe: a pipe or device; expected a regular file",
    "/dev/zero": "--flagfile=/dev/zero: a pipe or device; expected a regular file",
    "huge": "--flagfile=huge: larger than 1 MB",
    "loop": "--flagfile=loop: cannot be read: Too many levels",
    "none": "--flagfile=none: no such file",
    "a\0b": "--flagfile=a\\x00b: cannot be read: embedded null byte",
    "": "--flagfile= is empty; expected a path",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("command", PARSERS)
@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_read_is_one_line(place, name, command):
    for argv in ([f"--flagfile={name}"], ["--flagfile", name]):
        with pytest.raises(UsageError) as error:
            PARSERS[command](*argv)
        assert BAD[name] in str(error.value) and "\n" not in str(error.value)


def test_a_flag_without_its_file(place):
    with pytest.raises(UsageError, match="--flagfile= is empty; expected a path"):
        main.parse(["train", "--flagfile"])
