"""A notebook run without a browser: its outputs, its failures, and where it is written."""

import asyncio
import json
import os
import signal
import subprocess
import sys

import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.porting import headless

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def write(path, *cells):
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python36-tf", "display_name": "x", "language": "python"}},
    )
    nbformat.write(notebook, str(path))


def run(*command, cwd):
    return subprocess.run(
        [sys.executable, "-m", "tf1_rnn.run", *command],
        cwd=cwd,
        env=dict(os.environ, PYTHONPATH=ROOT, PATH="/usr/bin:/bin"),
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_a_cell_that_fails_ends_the_run_and_what_ran_is_kept(tmp_path):
    (tmp_path / "sub").mkdir()
    write(
        tmp_path / "sub" / "n.ipynb",
        "import os, sys, numpy as np\nprint(np.float, os.getcwd())",
        "print('to err', file=sys.stderr)\n!python -c 'import sys; print(sys.prefix)'",
        "import tensorflow as tf\ntf.contrib.nonsense",
        "print('never')",
    )
    done = run("sub/n.ipynb", "--output=o.ipynb", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.split() == [
        *("<class", "'float'>", str(tmp_path / "sub"), sys.prefix, "wrote", "o.ipynb")
    ]
    assert done.stderr.startswith("to err\n")
    assert done.stderr.splitlines()[-1].startswith(
        "sub/n.ipynb: cell 3: MissingName: tf.contrib.nonsense is not"
    )
    cells = json.loads((tmp_path / "o.ipynb").read_text())["cells"]
    assert cells[0]["outputs"][0]["text"][0].startswith("<class 'float'>")
    assert cells[2]["outputs"][0]["ename"] == "MissingName" and cells[3]["outputs"] == []


def test_the_extension_in_a_kernel_that_jupyter_started(tmp_path):
    from nbclient import NotebookClient

    write(
        tmp_path / "n.ipynb",
        "%load_ext tf1_rnn",
        "%tensorflow_version 1.x\nimport tensorflow as tf\nfrom tensorflow.contrib import rnn",
        "x = tf.placeholder(tf.float32, [2, 3, 4])\n"
        "tf.nn.dynamic_rnn(rnn.GRUCell(5), x, dtype=tf.float32)[0].shape.as_list()",
    )
    notebook = nbformat.read(str(tmp_path / "n.ipynb"), as_version=4)
    NotebookClient(notebook, kernel_name="python3").execute()
    assert notebook.cells[2].outputs[0].data["text/plain"] == "[2, 3, 5]"


def test_a_signal_ends_the_run_and_what_ran_is_kept(tmp_path):
    write(tmp_path / "n.ipynb", "print('ready')", "import time\ntime.sleep(600)")
    command = [sys.executable, "-m", "tf1_rnn.run", "n.ipynb"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=dict(os.environ, PYTHONPATH=ROOT, PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == "wrote n.out.ipynb\n"
    told = "n.ipynb: stopped by Ctrl-C or SIGTERM; the outputs so far are kept"
    assert err == f"python -m tf1_rnn.run: {told}\n"
    cells = json.loads((tmp_path / "n.out.ipynb").read_text())["cells"]
    assert cells[0]["outputs"][0]["text"] == ["ready\n"]


def test_a_signal_while_the_kernel_starts_ends_the_run(tmp_path, monkeypatch, capsys):
    """Also one that comes before there is a kernel to end."""
    from jupyter_client.manager import AsyncKernelManager

    started = AsyncKernelManager.start_kernel

    async def interrupted(self, **kwargs):
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(0)  # the loop hands the signal on
        await started(self, **kwargs)

    monkeypatch.setattr(AsyncKernelManager, "start_kernel", interrupted)
    write(tmp_path / "n.ipynb", "print('never')")
    assert headless.run(str(tmp_path / "n.ipynb")) == 128 + signal.SIGTERM
    said = capsys.readouterr()
    assert said.err.endswith("stopped by Ctrl-C or SIGTERM; the outputs so far are kept\n")
    assert "never" not in said.out


def test_strict_and_ported_packages_reach_the_kernel(tmp_path):
    write(
        tmp_path / "n.ipynb",
        "import numpy as np, json, os\nprint(hasattr(np, 'float'))",
        "print(json.loads(os.environ['TF1_RNN_PORTING'])['packages'])",
    )
    done = run("--strict", "--port=absl", "n.ipynb", "--in-place", cwd=tmp_path)
    assert done.stdout.splitlines() == ["False", "['absl']", "wrote n.ipynb"], done.stderr
    outputs = json.loads((tmp_path / "n.ipynb").read_text())["cells"][0]["outputs"]
    assert outputs[0]["text"] == ["False\n"]


def test_a_notebook_that_no_run_wrote_is_kept(tmp_path):
    write(tmp_path / "n.ipynb", "1")
    write(tmp_path / "n.out.ipynb", "mine")
    with pytest.raises(RunError, match="n.out.ipynb exists, and no run of a notebook wrote it"):
        headless.run(str(tmp_path / "n.ipynb"))
    with pytest.raises(RunError, match="exists"):
        headless.run(str(tmp_path / "n.ipynb"), output=str(tmp_path / "n.ipynb"))
    written = nbformat.v4.new_notebook(metadata={"tf1_rnn": {"run": "n.ipynb"}})
    nbformat.write(written, str(tmp_path / "n.out.ipynb"))
    headless._refuse_to_overwrite(str(tmp_path / "n.out.ipynb"))  # one that a run wrote


def test_a_folder_that_is_not_there_is_told_before_the_run(tmp_path):
    write(tmp_path / "n.ipynb", "raise SystemExit")
    with pytest.raises(RunError, match="cannot be written: there is no folder .*nowhere to write"):
        headless.run(str(tmp_path / "n.ipynb"), output=str(tmp_path / "nowhere" / "o.ipynb"))


def test_without_jupyter_it_says_what_to_install(tmp_path, monkeypatch):
    write(tmp_path / "n.ipynb", "1")
    monkeypatch.setitem(sys.modules, "nbclient", None)
    with pytest.raises(RunError, match=r"pip install 'tf1_rnn\[notebook\]'"):
        headless.run(str(tmp_path / "n.ipynb"))


def test_a_kernel_that_does_not_start_is_one_line_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(headless, "_SECONDS_TO_START", 1)
    # The kernel waits before it answers, as if it were busy importing.
    waits = ["--IPKernelApp.exec_lines=import time; time.sleep(30)"]
    monkeypatch.setattr(headless, "_KERNEL_ARGUMENTS", waits)
    write(tmp_path / "n.ipynb", "print(1)")
    with pytest.raises(
        RunError, match="n.ipynb: the notebook's kernel did not start: .* 1 seconds"
    ):
        headless.run(str(tmp_path / "n.ipynb"))
    assert [path.name for path in tmp_path.iterdir()] == ["n.ipynb"]
