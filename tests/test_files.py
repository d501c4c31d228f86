"""Writing whole: what stands under a name before, during and after, for every kind of file."""

import os
import stat
import subprocess
import sys
import threading

import pytest

from tf1_rnn import files


def write(path, text="new"):
    with files.writing(str(path)) as file:
        file.write(text)


def test_a_file_appears_when_it_is_whole(tmp_path):
    path = tmp_path / "file"
    with files.writing(str(path)) as file:
        file.write("a\r\nb\n")
        file.flush()
        assert not path.exists()
    assert path.read_bytes() == b"a\r\nb\n"
    assert os.listdir(tmp_path) == ["file"]


def test_bytes(tmp_path):
    with files.writing(str(tmp_path / "file"), "wb") as file:
        file.write(b"\0\xff")
    assert (tmp_path / "file").read_bytes() == b"\0\xff"


@pytest.mark.parametrize("error", [ValueError, OSError, KeyboardInterrupt])
def test_an_error_leaves_what_was_there(tmp_path, error):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(error), files.writing(str(path)) as file:
        file.write("new")
        raise error
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_file_keeps_its_mode(tmp_path, mode):
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(mode)
    write(path)
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path):
    write(tmp_path / "file")
    (tmp_path / "other").write_text("")
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_and_its_file_is_written(tmp_path, exists):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if exists:
        (folder / "file").write_text("old")
    (tmp_path / "link").symlink_to(folder / "file")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (folder / "file").read_text() == "new"


def test_a_pipe_is_written_to(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read = []
    reader = threading.Thread(target=lambda: read.append(path.read_text()), daemon=True)
    reader.start()
    write(path)
    reader.join(10)
    assert read == ["new"]
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_device_stays_a_device():
    write("/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    with pytest.raises(OSError, match="No space"):
        write("/dev/full")
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


def test_a_redirected_output_keeps_what_it_holds(tmp_path):
    code = (
        "from tf1_rnn import files\nprint('before', flush=True)\n"
        "with files.writing('/dev/stdout') as file: file.write('new')"
    )
    with open(tmp_path / "out", "w") as out:
        subprocess.run([sys.executable, "-c", code], stdout=out, check=True)
    assert (tmp_path / "out").read_text() == "before\nnew"


def test_a_users_file_of_nearly_that_name_is_not_changed(tmp_path):
    for name in ("file.writing", "file" + files.UNFINISHED):
        (tmp_path / name).write_text("the user's")
    write(tmp_path / "file")
    assert {path.read_text() for path in tmp_path.iterdir()} == {"new", "the user's"}


@pytest.mark.parametrize("name", ["a" * 255, "ä" * 120, "[*]?'\\", " "])
def test_any_name_that_the_file_system_takes(tmp_path, name):
    write(tmp_path / name)
    assert (tmp_path / name).read_text() == "new"


def test_what_cannot_be_written_raises(tmp_path):
    with pytest.raises(OSError):
        write(tmp_path)
    with pytest.raises(OSError):
        write(tmp_path / "missing" / "file")
    assert os.listdir(tmp_path) == []
