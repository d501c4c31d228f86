"""The commands that a page of the documentation shows, and how they are run."""

import os
import pathlib
import re
import shlex
import subprocess
import sys

from tests import preloaded

ROOT = pathlib.Path(__file__).parent.parent.parent
PAGES = sorted(
    str(path.relative_to(ROOT)) for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
)
_BLOCK = re.compile(r"(<!-- not run by the tests: .+ -->\n)?^```console\n(.*?)^```$", re.M | re.S)


def commands_of(text):
    """Return the commands of a page: what follows `$ ` in its console blocks.

    A block after a comment `<!-- not run by the tests: WHY -->` is left out.
    """
    return [
        line[2:]
        for skipped, block in _BLOCK.findall(text)
        if not skipped
        for line in re.sub(r" \\\n", " ", block).splitlines()
        if line.startswith("$ ")
    ]


def preload(folder):
    """Write a program `tf1-rnn` into a folder that does not import TensorFlow at each call."""
    words = [sys.executable, "-IS", preloaded.__file__, preloaded.address()]
    words.append(os.path.join(os.path.dirname(sys.executable), "tf1-rnn"))
    program = folder / "tf1-rnn"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    program.chmod(0o755)
    return str(folder)


def run(commands, folder, programs=()):
    """Run commands one after another, as typed in the repository's folder.

    Args:
        commands: what to run; each must end with exit code 0.
        folder: an empty folder, which gets the repository's files by links, so that what the
            commands write stays there.
        programs: folders that are looked through before others for the programs that are named.

    Raises:
        AssertionError: a command failed; the message shows it with its output.
    """
    for path in ROOT.iterdir():
        if path.name not in (".git", "build", "runs"):
            (folder / path.name).symlink_to(path)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    env["PATH"] = os.pathsep.join([*programs, os.path.dirname(sys.executable), env["PATH"]])
    for command in commands:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout[-3000:]}"
