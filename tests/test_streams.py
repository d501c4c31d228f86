"""Every command with closed, full and broken streams, odd encodings, and no room for files.

Hypothesis draws a command and what its process is given: streams that are closed, full
(`/dev/full`) or read by no process, an encoding that lacks characters, an environment without a
terminal, few open files, no file that may be written (so that there is no temporary folder either).
Whatever is drawn, the command ends by itself with one of its exit codes, says at most one line of
what is wrong, and does not change the files.
"""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = pathlib.Path(__file__).parent.parent
PROFILE = {
    "deadline": None,
    "derandomize": True,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
pytestmark = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")

QUICK = (
    ("train", "--help"),
    ("train", "--version"),
    ("train", "--cel=gru"),
    ("train", "--cell=gru", "--data=ünbekannt"),
    ("train", "--describe", "--data=names.csv"),
    ("train-all", "--help"),
    ("check", "ported.py"),
    ("rewrite", "ported.py"),
    ("baseline", "list"),
    ("cluster", "--workers=0"),
    ("--help",),
    ("nönsense",),
)
SLOW = (
    ("train", "--mode=eval", "--data=names.npz", "--model_dir=run"),
    ("train", "--mode=predict", "--data=names.npz", "--model_dir=run"),
    ("train", "--mode=predict", "--data=names.npz", "--model_dir=run", "--output=/dev/full"),
    ("train", "--mode=predict", "--data=names.npz", "--model_dir=run", "--output=/dev/stdout"),
    ("train", "--mode=predict", "--data=names.npz", "--model_dir=run", "--output=new.csv"),
    ("train", "--mode=export", "--data=names.npz", "--model_dir=run", "--output=new.onnx"),
    ("train", "--cell=gru", "--num_units=2", "--epochs=2", "--data=names.npz"),
    ("train", "--cell=gru", "--num_units=2", "--epochs=2", "--data=names.npz", "--model_dir=new"),
    ("checkpoint", "run"),
    ("checkpoint", "run", "--to=torch", "--output=new.npz"),
    ("baseline", "check", "gru"),
)
# Where predictions go to the standard output, what a run reports goes to the standard error.
REPORTED = ("data ", "graph ", "device ", "model ", "result ", "        ")
COMPLAINTS = ("unexpected", "Error:", "Traceback", "Exception ignored")
MADE = ("ported_ported.py", "new", "new.csv", "new.npz", "new.onnx")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a folder with data of names that ASCII lacks, a script, and a trained folder."""
    folder = tmp_path_factory.mktemp("place")
    x, y = np.random.RandomState(0).rand(20, 3, 2), np.array(["ä", "日本"])[np.arange(20) % 2]
    np.savez(folder / "names.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    (folder / "names.csv").write_text("größe,日本\n1,2\n", encoding="utf-8")
    (folder / "ported.py").write_text("import tensorflow as tf  # ü\n", encoding="utf-8")
    flags = ("--cell=gru", "--num_units=2", "--epochs=1", "--data=names.npz", "--model_dir=run")
    subprocess.run(command("train", *flags), cwd=folder, env=environment({}), check=True)
    return folder


def command(*arguments):
    return [sys.executable, "-m", "tf1_rnn", *arguments]


def environment(changes):
    """Return the environment of most users, with changes; None takes a variable away."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    kept.update({"PYTHONPATH": str(ROOT), **changes})
    return {name: value for name, value in kept.items() if value is not None}


# A stream as the shell names it; "pipe" is read to its end, "broken" not at all.
OUTPUTS = ("pipe", "pipe", ">&-", ">/dev/full", ">/dev/null", "broken")
ERRORS = ("pipe", "pipe", "pipe", "2>&-", "2>/dev/full", "2>&1", "broken")
INPUTS = ("</dev/null", "<&-")
LIMITS = ("", "", "", "ulimit -f 0;", "ulimit -n 12;")
ENVIRONMENTS = st.fixed_dictionaries(
    {},
    optional={
        "PYTHONIOENCODING": st.sampled_from(["ascii", "latin-1", "utf-16", "ascii:strict"]),
        "PYTHONUTF8": st.just("0"),
        "LC_ALL": st.sampled_from(["C", "POSIX", "nowhere"]),
        "TERM": st.sampled_from(["dumb", "", None]),
        "COLUMNS": st.sampled_from(["0", "1", "-5", "x", "9" * 30]),
        "TMPDIR": st.sampled_from(["/nowhere", "/dev/null", ""]),
        "HOME": st.sampled_from(["/nowhere", None]),
        "PYTHONUNBUFFERED": st.just("1"),
    },
)


@st.composite
def processes(draw, commands):
    return {
        "arguments": draw(st.sampled_from(commands)),
        "stdin": draw(st.sampled_from(INPUTS)),
        "stdout": draw(st.sampled_from(OUTPUTS)),
        "stderr": draw(st.sampled_from(ERRORS)),
        "limit": draw(st.sampled_from(LIMITS)),
        "env": draw(ENVIRONMENTS),
    }


def run(place, arguments, stdin, stdout, stderr, limit, env):
    """Run a process as drawn; return its exit code and the output of its two pipes, or None."""
    words = " ".join(word for word in (stdin, stdout, stderr) if word[0] in "<>2")
    shell = ["sh", "-c", f'{limit} exec "$@" {words}', "sh", *command(*arguments)]
    broken, end = os.pipe()
    os.close(broken)
    given = {name: {"pipe": subprocess.PIPE, "broken": end}.get(word, subprocess.DEVNULL)
             for name, word in (("stdout", stdout), ("stderr", stderr))}  # fmt: skip
    try:
        done = subprocess.run(shell, cwd=place, env=environment(env), timeout=300, **given)
    finally:
        os.close(end)
    return done.returncode, done.stdout, done.stderr


def listing(folder):
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in (*MADE, "__pycache__")
    }


def check(place, drawn):
    """Run what was drawn, and hold its end to what every command promises."""
    before = listing(place)
    code, out, said = run(place, **drawn)
    assert code in (0, 1, 2), (code, out, said)
    if said is not None and drawn["stderr"] == "pipe":
        text = said.decode(
            "utf-16" if "16" in drawn["env"].get("PYTHONIOENCODING", "") else "utf-8"
        )
        messages = [line for line in text.splitlines() if not line.startswith(REPORTED)]
        assert len(messages) <= 1 and len(text) < 5000, text
        assert not any(word in text for word in COMPLAINTS), text
        assert bool(messages) == bool(code) or drawn["stdout"] == "broken", (code, text)
    assert listing(place) == before
    return code


@pytest.mark.timeout(900)  # a process for each, on a machine that others use
@settings(max_examples=12, **PROFILE)
@given(drawn=processes(QUICK))
def test_quick_commands(place, drawn):
    check(place, drawn)


@pytest.mark.timeout(900)  # each loads TensorFlow
@settings(max_examples=3, **PROFILE)
@given(drawn=processes(SLOW))
def test_slow_commands(place, drawn):
    check(place, drawn)
