"""Lines, progress and silence: what reaches a stream, when, and in which words."""

import io
import os
import subprocess
import sys

import pytest

from tf1_rnn import console
from tf1_rnn.console import Console, silenced
from tf1_rnn.errors import RunError

ROW = {"epoch": 1, "train_loss": 0.5, "valid_accuracy": 0.25}


class Clock:
    """A clock that stands still until it is moved."""

    now = 0.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(console, "time", clock)
    return clock


def test_a_line_is_written_at_once(tmp_path):
    with open(tmp_path / "out", "w", buffering=1 << 20) as stream:
        Console(stream).line("text")
        assert (tmp_path / "out").read_text() == "text\n"


def test_the_standard_output_is_that_of_the_moment(capsys):
    Console().line("text")
    assert capsys.readouterr().out == "text\n"


def test_an_epoch_is_a_line_with_its_numbers_and_the_speed(clock):
    said = io.StringIO()
    with Console(said).progress(0, 2, 10) as progress:
        clock.now = 5.0
        progress.step(10, 0.9)
        progress.epoch(ROW)
    assert said.getvalue() == "epoch 1/2  loss 0.5000  validation accuracy 0.2500  2 sequences/s\n"


def test_a_long_epoch_says_each_half_minute_how_far_it_is(clock):
    said = io.StringIO()
    with Console(said).progress(1, 2, 100) as progress:
        for second in range(1, 65):
            clock.now = float(second)
            progress.step(1, 0.5)
    assert said.getvalue().splitlines() == [
        "epoch 2/2,  31%  loss 0.5000  1 sequences/s",
        "epoch 2/2,  62%  loss 0.5000  1 sequences/s",
    ]


@pytest.mark.parametrize("epochs, lines", [(1, 1), (100, 100), (101, 51), (1000, 100)])
def test_at_most_a_hundred_lines_and_always_the_last_epoch(clock, epochs, lines):
    said = io.StringIO()
    with Console(said).progress(0, epochs, 1) as progress:
        for epoch in range(1, epochs + 1):
            progress.epoch({**ROW, "epoch": epoch})
    told = said.getvalue().splitlines()
    assert len(told) == lines
    assert told[-1].startswith(f"epoch {epochs}/{epochs}  ")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_a_bar(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    said = Terminal()
    with Console(said).progress(0, 1, 10) as progress:
        assert isinstance(progress, console.Bar)
        progress.step(10, 0.9)
        progress.epoch(ROW)
    assert "epoch 1/1  loss 0.5000  validation accuracy 0.2500" in said.getvalue()


@pytest.mark.parametrize("term, columns", [("dumb", "120"), ("xterm", "40")])
def test_where_a_bar_cannot_be_read_there_are_lines(monkeypatch, term, columns):
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("COLUMNS", columns)
    said = Terminal()
    with Console(said).progress(0, 1, 10) as progress:
        progress.step(10, 0.9)
        progress.epoch(ROW)
    assert said.getvalue().startswith("epoch 1/1  loss 0.5000  validation accuracy 0.2500")


def test_the_speed_is_that_of_now(clock):
    speed = console.Speed()
    for second in range(1, 101):
        clock.now = float(second)
        speed.add(1000 if second <= 50 else 10)
    assert str(speed) == "10 sequences/s"


def test_a_terminal_without_rich_gets_lines(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    with Console(Terminal()).progress(0, 1, 10) as progress:
        assert type(progress) is console.Progress


def noise():
    """Write as TensorFlow's C++ does: past Python, to the file descriptor."""
    os.write(2, b"c++\n")


def test_noise_is_held_back(capfd):
    with silenced():
        noise()
    print("after", file=sys.stderr)
    assert capfd.readouterr().err == "after\n"


def test_noise_is_shown_where_it_explains_a_failure(capfd):
    with pytest.raises(ZeroDivisionError), silenced():
        noise()
        raise ZeroDivisionError
    assert "c++\n" in capfd.readouterr().err


def test_a_failure_with_its_own_words_needs_no_noise(capfd):
    with pytest.raises(RunError), silenced():
        noise()
        raise RunError("said in one line")
    assert capfd.readouterr().err == ""


def test_verbose_holds_nothing_back(capfd):
    with silenced(verbose=True):
        noise()
    assert "c++\n" in capfd.readouterr().err


def test_silence_needs_no_temporary_folder(capfd, monkeypatch):
    def nowhere():
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(console.tempfile, "TemporaryFile", nowhere)
    with silenced():
        noise()
    print("after", file=sys.stderr)
    assert capfd.readouterr().err == "after\n"


def test_silence_leaves_no_descriptor_open():
    code = (
        "import os; from tf1_rnn.console import silenced\n"
        "def count(): return len(os.listdir('/proc/self/fd'))\n"
        "before = count()\n"
        "for _ in range(5):\n"
        "    with silenced(): os.write(2, b'x')\n"
        "assert count() == before"
    )
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("no /proc on this system")
    subprocess.run([sys.executable, "-c", code], check=True)
