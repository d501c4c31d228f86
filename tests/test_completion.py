"""`tf1-rnn completion`: the scripts, run by the shells themselves."""

import os
import shutil
import subprocess
import sys

import pytest

from tf1_rnn import completion
from tf1_rnn.__main__ import COMMANDS
from tf1_rnn.graphs import GRAPHS


def _script(shell, capsys):
    assert completion.main([shell]) == 0
    return capsys.readouterr().out


def _complete(script, *words):
    """Return what bash offers for the last of some words."""
    ask = (
        f"{script}\nCOMP_WORDS=({' '.join(map(repr, words))}); COMP_CWORD={len(words) - 1}\n"
        '_tf1_rnn; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    done = subprocess.run(
        ["bash", "-c", ask],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PATH": path},
    )
    assert not done.stderr
    return done.stdout.split()


def test_commands(capsys):
    assert _complete(_script("bash", capsys), "tf1-rnn", "") == list(COMMANDS)


def test_the_beginning_of_a_command(capsys):
    assert _complete(_script("bash", capsys), "tf1-rnn", "ch") == ["check", "checkpoint"]


@pytest.mark.parametrize(
    "words, offered",
    [
        (["train", "--cel"], ["--cell"]),
        (["train", "--fas"], ["--fast"]),
        (["train", "--nofas"], ["--nofast"]),
        (["checkpoint", "--t"], ["--to"]),
        (["run", "--expec"], ["--expect"]),
        (["export", "--quant"], ["--quantize"]),
        (["cluster", "--wor"], ["--workers"]),
        (["completion", "--h"], ["--help"]),
        (["baseline", "comp"], ["compare"]),
        (["baseline", "compare", "tests/test_comp"], []),  # the shell's own names of files
    ],
)
def test_flags(words, offered, capsys):
    assert _complete(_script("bash", capsys), "tf1-rnn", *words) == offered


def test_every_flag_of_training_is_offered(capsys):
    offered = _complete(_script("bash", capsys), "tf1-rnn", "train", "--")
    options = {option for graph in GRAPHS.values() for option in graph.options}
    assert {f"--{option}" for option in options} <= set(offered)


def test_zsh_reads_its_script(capsys):
    if not shutil.which("zsh"):
        pytest.skip("needs zsh")
    ask = "autoload -U compinit && compinit -u\n" + _script("zsh", capsys) + "\nwhence _tf1_rnn"
    subprocess.run(["zsh", "-fc", ask], check=True)


def test_another_shell_is_a_usage_error(capsys):
    assert completion.main(["fish"]) == 2
    assert "bash" in capsys.readouterr().err
