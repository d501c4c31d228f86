"""What all commands share: flags read one way, texts, one-line errors, and how a process ends."""

import argparse
import errno
import importlib.machinery
import os
import pathlib
import signal
import subprocess
import sys
import types

import pytest

from tf1_rnn import __version__, command_line
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer.flags import Flag

ROOT = pathlib.Path(__file__).parent.parent
ROWS = [
    Flag("big_number", "integer", "", 3, bounds=(1, 9)),
    Flag("rate", "number", "", configured=True),
    Flag("be_fast", "boolean", "", False),
    Flag("wait", "boolean", "", True, opposite="hurry"),
    Flag("kind", "choice", "", "a", choices=("a", "b")),
    Flag("some_sizes", "sizes", "", configured=True),
    Flag("path", "text", ""),
]
DEFAULTS = {
    "big_number": 3, "rate": None, "be_fast": False, "wait": True, "kind": "a",
    "some_sizes": None, "path": None,
}  # fmt: skip


def parse(*argv):
    return command_line.parse_flags(ROWS, argv, lambda: "the help")


@pytest.mark.parametrize(
    "argument, canonical",
    [
        ("--model-dir=a-b", "--model_dir=a-b"),
        ("--model_dir", "--model_dir"),
        ("--in-place", "--in_place"),
        ("-m", "-m"),
        ("a-b", "a-b"),
        ("--", "--"),
    ],
)
def test_dashes_in_names_are_underscores(argument, canonical):
    assert command_line.with_underscores([argument]) == [canonical]


def test_what_follows_two_dashes_is_not_parsed():
    assert command_line.with_underscores(["--a-b", "--", "--a-b"]) == ["--a_b", "--", "--a-b"]


@pytest.mark.parametrize(
    "argv, given",
    [
        ([], {}),
        (["--big-number=5", "--rate=0.5"], {"big_number": 5, "rate": 0.5}),
        (["--big_number", "5"], {"big_number": 5}),
        (["--be-fast"], {"be_fast": True}),
        (["--be_fast", "--nobe_fast"], {}),
        (["--be_fast", "--no-be-fast"], {}),
        (["--hurry"], {"wait": False}),
        (["--wait=false"], {"wait": False}),
        (["--hurry", "--wait"], {}),
        (["--some-sizes=3,4"], {"some_sizes": (3, 4)}),
        (["--kind=b", "--path=a-b"], {"kind": "b", "path": "a-b"}),
    ],
)
def test_flags(argv, given):
    assert parse(*argv) == {**DEFAULTS, **given}


@pytest.mark.parametrize(
    "argv, message",
    [
        (["--big-numbr=5"], "unknown flag --big_numbr; did you mean --big_number?"),
        (["--big"], "unknown flag --big; see --help"),
        (["--zzz"], "unknown flag --zzz; see --help"),
        (["--verison"], "unknown flag --verison; did you mean --version?"),
        (["--big_number=10"], "--big_number=10; expected a whole number, 1 to 9"),
        (["--big_number=x"], "--big_number=x; expected a whole number, 1 to 9"),
        (["--rate=x"], "--rate=x; expected a number"),
        (["--hury"], "unknown flag --hury; did you mean --hurry?"),
        (["--be_fast=x"], "--be_fast=x; expected --be_fast or --nobe_fast"),
        (["--kind=c"], "--kind=c; expected one of a, b"),
        (
            ["--some_sizes=3,x"],
            "--some_sizes=3,x; expected whole numbers separated by commas, as 128,64",
        ),
        (["--path"], "--path has no value; expected --path=VALUE"),
        (["word"], "word: expected flags only, as --cell=gru"),
    ],
)
def test_wrong_flags_are_told_in_one_line(argv, message):
    with pytest.raises(UsageError) as caught:
        parse(*argv)
    assert str(caught.value) == message


@pytest.mark.parametrize("argv", [["-h"], ["--help"], ["--help", "--version"], ["--kind=b", "-h"]])
def test_help_of_flags(argv):
    with pytest.raises(command_line.TextOnly, match="the help"):
        parse(*argv)


def test_parsing_does_not_change_absls_global_flags():
    from absl import flags

    before = list(flags.FLAGS)
    parse("--be_fast")
    assert list(flags.FLAGS) == before


def test_the_table_of_flags_keeps_names_and_texts_apart():
    lines = command_line.table([("--a", "word " * 30), ("--" + "b" * 30, "text")]).splitlines()
    assert lines[0].startswith("  --a   ") and lines[1].startswith(" " * command_line.INDENT)
    assert lines[-2] == "  --" + "b" * 30 and lines[-1] == " " * command_line.INDENT + "text"
    assert max(map(len, lines)) <= command_line.WIDTH


# Parsers with commands.


def parser():
    parser = command_line.Parser(prog="tool")
    parser.add_argument("-m", dest="module")
    parser.add_argument("--in_place", action="store_true")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("show").add_argument("--deep_down", type=int)
    return parser


def test_a_parser_takes_dashes_and_underscores():
    for flag in ("--in-place", "--in_place"):
        assert parser().parse_args([flag]).in_place
    assert parser().parse_args(["show", "--deep-down=3"]).deep_down == 3


def test_verbose_may_come_before_and_after_a_command():
    for argv in (["--verbose", "show"], ["show", "--verbose"]):
        assert parser().parse_args(argv).verbose
    assert not hasattr(parser().parse_args(["show"]), "verbose")


@pytest.mark.parametrize(
    "argv, words",
    [
        (["--in"], "unknown flag --in; see --help"),
        (["--in-plac"], "unknown flag --in_plac; did you mean --in_place?"),
        (["show", "--deep-dwn=3"], "did you mean --deep_down?"),
        (["show", "--deep-down=x"], "invalid int value: 'x'"),
        (["nothing"], "invalid choice: 'nothing'"),
        (["-x"], "-x"),
    ],
)
def test_a_parser_raises_one_line(argv, words, capsys):
    with pytest.raises(UsageError) as caught:
        parser().parse_args(argv)
    assert words in str(caught.value) and "\n" not in str(caught.value)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "argv, words",
    [
        (["show", "--deep-down="], "--deep_down= is empty; expected a value"),
        (["show", "--deep-down", " "], "an argument is empty; expected a path or a value"),
        (["-m", ""], "an argument is empty; expected a path or a value"),
        ([""], "an argument is empty; expected a path or a value"),
    ],
)
def test_an_empty_value_is_refused(argv, words):
    with pytest.raises(UsageError) as caught:
        parser().parse_args(argv)
    assert str(caught.value) == words


def test_the_text_of_a_program_may_be_empty():
    made = command_line.Parser(prog="tool")
    made.add_argument("-c", dest="text")
    assert made.parse_args(["-c", ""]).text == ""


@pytest.mark.parametrize("argv", [["-h"], ["show", "--help"], ["show", "--version"]])
def test_texts_of_a_parser(argv):
    with pytest.raises(command_line.TextOnly) as caught:
        parser().parse_args(argv)
    text = str(caught.value)
    assert text == f"tf1_rnn {__version__}" if "--version" in argv else "--verbose" in text


@pytest.mark.parametrize(
    "argv, own",
    [
        (["a.py", "--in-place"], 1),
        (["--in-place", "a.py", "x"], 2),
        (["-m", "mod", "--in-place"], 2),
        (["--verbose", "-m", "mod", "x"], 3),
        (["--", "-odd.py", "x"], 2),
        (["--unknown", "a.py", "x"], 2),
        ([], 0),
        (["--in-place"], 1),
    ],
)
def test_another_programs_arguments_are_split_off(argv, own):
    assert parser().split(argv, last=("-m",)) == (argv[:own], argv[own:])


# How a command ends.


def carry_out(perform, parse=lambda: types.SimpleNamespace(verbose=False), **more):
    return command_line.carry_out("tool", parse, lambda asked: perform(), **more)


def raising(error):
    def perform():
        raise error

    return perform


@pytest.mark.parametrize("code, expected", [(None, 0), (0, 0), (1, 1), (7, 7)])
def test_the_exit_code_is_the_commands(code, expected):
    assert carry_out(lambda: code) == expected


@pytest.mark.parametrize(
    "error, code, said",
    [
        (RunError("no data"), 1, "no data"),
        (UsageError("no flag"), 2, "no flag"),
        (LookupError("not there"), 1, "not there"),
        (
            ZeroDivisionError("a\nb"),
            1,
            "unexpected ZeroDivisionError: a; --verbose shows where",
        ),
        (
            ZeroDivisionError(),
            1,
            "unexpected ZeroDivisionError: ZeroDivisionError; --verbose shows where",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            1,
            "the output cannot be written: No space left on device",
        ),
        (
            OSError(errno.EMFILE, "Too many open files", "data.npz"),
            1,
            "data.npz: Too many open files",
        ),
        (
            FileNotFoundError(errno.ENOENT, "No usable temporary directory found in [...]"),
            1,
            "no folder for temporary files can be written: free space, or set TMPDIR",
        ),
    ],
)
def test_a_failure_is_one_line(capfd, error, code, said):
    assert carry_out(raising(error), failures=(LookupError,)) == code
    assert capfd.readouterr() == ("", f"tf1-rnn tool: {said}\n")


def test_verbose_raises():
    with pytest.raises(RunError):
        carry_out(raising(RunError("x")), lambda: types.SimpleNamespace(verbose=True))


def test_texts_are_printed(capsys):
    def parse():
        raise command_line.TextOnly("the text")

    assert carry_out(raising(AssertionError), parse) == 0
    assert capsys.readouterr().out == "the text\n"


@pytest.mark.parametrize(
    "number, code, by", [(signal.SIGINT, 130, "Ctrl-C"), (signal.SIGTERM, 143, "SIGTERM")]
)
def test_signals(capsys, number, code, by):
    before = signal.signal(number, signal.SIG_IGN)

    def perform():
        try:
            signal.raise_signal(number)
        except Exception:
            raise AssertionError("taken for a failure") from None

    try:
        assert carry_out(perform, stopped=lambda asked: f"verbose was {asked.verbose}") == code
        assert signal.getsignal(number) == signal.SIG_IGN
    finally:
        signal.signal(number, before)
    assert capsys.readouterr().err == f"tf1-rnn tool: stopped by {by}; verbose was False\n"


def test_a_stop_that_a_library_turns_into_an_error_is_still_a_stop(capsys):
    def perform():
        try:
            signal.raise_signal(signal.SIGINT)
        except BaseException:
            raise ImportError("initialization failed") from None

    assert carry_out(perform) == 130
    assert capsys.readouterr().err == "tf1-rnn tool: stopped by Ctrl-C; nothing was changed\n"


def test_a_command_that_another_has_started_leaves_it_to_that_to_say(monkeypatch, capsys):
    monkeypatch.setattr(os, "environ", command_line.environment_of_child("train-all"))
    assert carry_out(lambda: signal.raise_signal(signal.SIGTERM)) == 143
    assert carry_out(raising(RunError("no data"))) == 1
    assert capsys.readouterr().err == "tf1-rnn train-all: no data\n"


@pytest.mark.parametrize(
    "module, command, call",
    [
        (None, "train", "tf1-rnn train"),
        (None, None, "tf1-rnn"),
        ("pytest.__main__", "train", "tf1-rnn train"),
        ("tf1_rnn.__main__", "train", "python -m tf1_rnn train"),
        ("tf1_rnn.__main__", None, "python -m tf1_rnn"),
        ("tf1_rnn.main", "train", "python -m tf1_rnn.main"),
        ("tf1_rnn.baseline.__main__", "baseline", "python -m tf1_rnn.baseline"),
    ],
)
def test_messages_begin_with_what_was_typed(module, command, call, monkeypatch):
    spec = module and importlib.machinery.ModuleSpec(module, None)
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", spec)
    assert command_line.program(command) == call


PROGRAM = """
import sys
from tf1_rnn import command_line
def perform(asked):
    print("first", flush=True)
    sys.stdin.readline()
    print("second")
sys.exit(
    command_line.carry_out(
        "tool", lambda: True, perform, stopped=lambda _: "run it again", unread=int(sys.argv[1])
    )
)
"""
# As most users have it: what is left in the buffer would make Python complain at its end.
BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


@pytest.mark.parametrize(
    "unread, said",
    [(0, b""), (5, b"tf1-rnn tool: the reader of the output has gone; run it again\n")],
)
def test_a_reader_that_leaves_is_a_failure_where_more_was_to_be_done(unread, said):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(unread)],
        cwd=ROOT,
        env=BUFFERED,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"first\n"
    process.stdout.close()
    process.stdin.close()
    assert process.stderr.read() == said and process.wait(60) == unread
    process.stderr.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_one_line(unbuffered):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "0"],
            cwd=ROOT,
            env={**BUFFERED, "PYTHONUNBUFFERED": unbuffered},
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 1
    assert done.stderr == b"tf1-rnn tool: the output cannot be written: No space left on device\n"


def test_closed_streams_stay_out_of_the_way(tmp_path):
    # Without them, the first file that is opened would be the standard output.
    code = (
        "import os, sys; from tf1_rnn import command_line\n"
        "def perform(asked):\n"
        f"    handle = os.open({str(tmp_path / 'file')!r}, os.O_CREAT | os.O_WRONLY)\n"
        "    print('text'); print('more', file=sys.stderr)\n"
        "    return 0 if handle > 2 else 9\n"
        "sys.exit(command_line.carry_out('tool', lambda: None, perform))"
    )
    command = f"exec '{sys.executable}' -c \"$1\" <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", command, "sh", code], cwd=ROOT).returncode == 0
    assert (tmp_path / "file").read_bytes() == b""


def test_arguments_of_a_parser_without_argv_are_the_processs(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["tool", "--in-place"])
    assert isinstance(parser().parse_args(), argparse.Namespace)
    assert parser().parse_args().in_place
