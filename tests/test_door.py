"""`tf1-rnn`: each of its commands is the command itself, and it starts at once."""

import importlib
import os
import pathlib
import re
import subprocess
import sys

import pytest

from tests.docs import commands
from tf1_rnn import __main__ as door
from tf1_rnn import __version__

ROOT = pathlib.Path(__file__).parent.parent
SCRIPT = pathlib.Path(sys.executable).with_name("tf1-rnn")


def run(*argv, command=(sys.executable, "-m", "tf1_rnn"), **more):
    return subprocess.run(
        [*command, *argv],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        **more,
    )


@pytest.mark.parametrize("name", door.COMMANDS)
def test_help_and_a_wrong_flag_load_neither_tensorflow_nor_numpy(name):
    code = (
        "import sys; from tf1_rnn import __main__ as door\n"
        "flags = ['--help', '-h', '--version', '--hepl']\n"
        f"codes = [door.main([{name!r}, flag]) for flag in flags]\n"
        "heavy = {'tensorflow', 'numpy', 'rich'} & set(sys.modules)\n"
        "assert codes == [0, 0, 0, 2] and not heavy, (codes, heavy)"
    )
    done = run("-c", code, command=[sys.executable])
    assert done.returncode == 0, done.stderr
    assert f"\ntf1_rnn {__version__}\n" in done.stdout
    assert done.stderr == f"tf1-rnn {name}: unknown flag --hepl; did you mean --help?\n"


@pytest.mark.parametrize("name", door.COMMANDS)
def test_a_command_gets_its_arguments_as_if_called_itself(name, monkeypatch):
    module, seen = importlib.import_module(door.COMMANDS[name].module), []
    monkeypatch.setattr(module, "main", lambda: seen.append(sys.argv[1:]) or 5)
    monkeypatch.setattr(sys, "argv", ["tf1-rnn", name, "a", "--b"])
    assert door.main() == 5
    assert seen == [[*door.COMMANDS[name].arguments, "a", "--b"]]


@pytest.mark.parametrize(
    "argv, code, words",
    [
        (["--help"], 0, ""),
        (["--version"], 0, ""),
        ([], 2, "no command given; expected one of train, train-all, run"),
        (["trian"], 2, "no command 'trian'; did you mean train?"),
        (["zzz"], 2, "no command 'zzz'; expected one of train"),
        (["--versin"], 2, "unknown flag --versin; did you mean --version?"),
        (["-v"], 2, "unknown flag -v; expected a command, see --help"),
        (["--cell=gru"], 2, "unknown flag --cell; see --help"),
    ],
)
def test_without_a_command(argv, code, words, capsys):
    assert door.main(argv) == code
    said = capsys.readouterr()
    assert words in said.err and said.err.count("\n") == (1 if words else 0)
    assert bool(said.out) == (code == 0)


def test_help_names_every_command(capsys):
    door.main(["--help"])
    text = capsys.readouterr().out
    for name, command in door.COMMANDS.items():
        assert name in text and command.help in text


@pytest.mark.parametrize("argv", [["train", "--cell=x"], ["baseline", "list"]])
def test_the_door_leads_where_the_module_is(argv):
    module = door.COMMANDS[argv[0]].module.removesuffix(".__main__")
    behind, direct = run(*argv), run(*argv[1:], command=[sys.executable, "-m", module])
    assert (behind.returncode, behind.stdout) == (direct.returncode, direct.stdout)
    calls = f"python -m tf1_rnn {argv[0]}", f"python -m {module}"
    said = [done.stderr.partition(": ") for done in (behind, direct)]
    assert said[0][2] == said[1][2]
    assert [words[0] for words in said] == ([*calls] if behind.returncode else ["", ""])


@pytest.mark.skipif(not SCRIPT.exists(), reason="the package is not installed here")
def test_the_traceback_of_a_script_is_its_own(tmp_path):
    (tmp_path / "bad.py").write_text("import sys\nprint(sys.argv)\n1 / 0\n")
    done = run("run", "bad.py", "--in-place", command=[str(SCRIPT)], cwd=tmp_path)
    alone = run("bad.py", "--in-place", command=[sys.executable], cwd=tmp_path)
    assert done.stdout == alone.stdout == "['bad.py', '--in-place']\n"
    assert done.returncode == alone.returncode == 1
    assert done.stderr.replace(str(tmp_path) + os.sep, "") == alone.stderr.replace(
        str(tmp_path) + os.sep, ""
    )


EXAMPLE = re.compile(r"(?:^|`|\$ | )tf1-rnn ([a-z][a-z-]*)(?= |`|$)([^`#|&>\n]*)", re.M)


def flags_of(name, capsys, *more):
    """Return the flags in a command's help, with underscores; `--noname` for `--[no]name`."""
    assert door.main([name, *more, "--help"]) == 0
    rows = re.findall(r"^ +(?:-h, )?--(\[no\])?(\w+)", capsys.readouterr().out, re.M)
    return {flag for no, name in rows for flag in [name] + [f"no{name}"] * bool(no)}


def wrong_in(text, capsys):
    """Return the examples of a text that name a command or a flag that does not exist."""
    wrong = []
    for name, rest in EXAMPLE.findall(text):
        words = rest.split()
        if name not in door.COMMANDS:
            wrong.append(f"{name}{rest}")
            continue
        own, behind = words, []
        if name == "run":  # what follows the script is its own
            end = next(
                (i for i, word in enumerate(words) if re.search(r"\.(py|ipynb)\b", word)), None
            )
            own = words[:end]
        if "--" in own:
            own, behind = own[: own.index("--")], own[own.index("--") + 1 :]
        command = [word for word in own[:1] if name == "baseline" and word.isalpha()]
        for flags, target in ((own, (name, *command)), (behind, ("train",))):
            given = re.findall(r"(?<![\w-])--([\w-]+)", " ".join(flags))
            known = flags_of(target[0], capsys, *target[1:]) if given else ()
            wrong += [f"{name}{rest}" for flag in given if flag.replace("-", "_") not in known]
    return wrong


@pytest.mark.parametrize("name", [None, *door.COMMANDS])
def test_the_examples_in_help_name_what_exists(name, capsys):
    assert door.main([*filter(None, [name]), "--help"]) == 0
    text = capsys.readouterr().out
    assert bool(EXAMPLE.findall(text)) == (name is not None)
    assert wrong_in(text, capsys) == []


@pytest.mark.parametrize("page", commands.PAGES)
def test_the_commands_in_the_documentation_name_what_exists(page, capsys):
    assert wrong_in((ROOT / page).read_text(encoding="utf-8"), capsys) == []


@pytest.mark.parametrize(
    "text, count",
    [
        ("  tf1-rnn trian --cell=gru", 1),
        ("`tf1-rnn train --cels=gru`", 1),
        ("$ tf1-rnn cluster --workers=2 -- --model-dir=a --wrokers=3", 1),
        ("$ tf1-rnn run --fast a.py --its --own", 0),
        ("$ tf1-rnn baseline compare gru a.npz --tolerance=1e-3 --fast", 1),
        ("$ tf1-rnn train --nostandardize --in=3", 1),
    ],
)
def test_an_example_that_is_wrong_is_found(text, count, capsys):
    assert len(wrong_in(text, capsys)) == count


def test_ctrl_c_while_a_command_is_loaded_is_one_line(monkeypatch, capsys):
    def interrupted(module):
        raise KeyboardInterrupt

    monkeypatch.setattr(importlib, "import_module", interrupted)
    assert door.main(["train"]) == 130
    assert capsys.readouterr().err == "tf1-rnn train: stopped by Ctrl-C; nothing was changed\n"
