"""Clusters of processes: a killed one, a wrong one, and who ends with what exit code."""

import contextlib
import csv
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys

import numpy as np
import pytest

from tests import waiting

ROOT = pathlib.Path(__file__).parents[3]
FLAGS = ["--cell=gru", "--num_units=3", "--batch_size=8"]
CALL = "python -m tf1_rnn.main"  # what stands before its messages
SECONDS = 200  # many processes start TensorFlow at once


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "data.npz"
    random = np.random.RandomState(0)
    y = random.randint(0, 2, 60)
    x = random.randn(60, 4, 2) + y[:, None, None]
    np.savez(path, x_train=x[:40], y_train=y[:40], x_test=x[40:], y_test=y[40:])
    return f"--data={path}"


@contextlib.contextmanager
def started(*arguments, **environment):
    """Start a command; end it, and what it has started, when the block is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        # The launcher passes this on; a lone process ends by it.
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def children(pid):
    """Return the processes that a launcher has started: pids by job and index."""
    found = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (folder / "stat").read_text().rpartition(")")[2].split()[1] == str(pid):
                text = re.search(r"TF_CONFIG=(.*?)\0", (folder / "environ").read_text())
                task = json.loads(text.group(1))["task"]
                found[task["type"], task["index"]] = int(folder.name)
    return found


def losses(folder):
    with open(folder / "history.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [(float(row["train_loss"]), float(row["valid_loss"])) for row in rows]


@pytest.mark.skipif(sys.platform != "linux", reason="finds the processes in /proc")
def test_a_killed_worker_comes_back_and_the_numbers_are_those_of_one_process(data, tmp_path):
    flags = [*FLAGS, "--epochs=150", data]
    alone, folder = tmp_path / "alone", tmp_path / "cluster"
    with started("tf1_rnn.main", *flags, f"--model_dir={alone}") as process:
        assert process.wait(SECONDS) == 0
    command = ("tf1_rnn", "cluster", "--workers=2", "--ps=1", "--", *flags)
    with started(*command, f"--model_dir={folder}") as process:
        waiting.until((folder / "metrics.json").exists, SECONDS)
        of_cluster = children(process.pid)
        os.kill(of_cluster["worker", 0], signal.SIGKILL)
        output = process.communicate(timeout=SECONDS)[0]
    assert process.returncode == 0, output
    assert of_cluster.keys() == {("chief", 0), ("worker", 0), ("ps", 0)}
    assert "fault   worker 0 was killed by SIGKILL: restarting it, 9 restarts left" in output
    assert re.search(r"fault   worker 0 at .+; training resumes from step \d+", output)
    np.testing.assert_allclose(losses(folder), losses(alone), rtol=0, atol=1e-5)
    assert not any(os.path.exists(f"/proc/{pid}") for pid in of_cluster.values())


def config(ports, job, **changes):
    cluster = {"chief": [f"127.0.0.1:{ports[0]}"], "ps": [f"127.0.0.1:{ports[1]}"], **changes}
    return json.dumps({"cluster": cluster, "task": {"type": job, "index": 0}})


@pytest.fixture
def ports():
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def test_unequal_flags_end_both_processes_with_the_same_line(data, ports):
    with (
        started("tf1_rnn.main", *FLAGS, data, TF_CONFIG=config(ports, "chief")) as chief,
        started("tf1_rnn.main", *FLAGS, "--seed=1", TF_CONFIG=config(ports, "ps")) as ps,
    ):
        said = chief.communicate(timeout=SECONDS)[0].splitlines()[-1]
        heard = ps.communicate(timeout=SECONDS)[0].splitlines()[-1]
    assert (chief.returncode, ps.returncode) == (2, 2)
    message = f"ps 0 at 127.0.0.1:{ports[1]} was started with --seed=1, the chief with no --seed"
    assert said == f"{CALL}: {message}; expected the same in every process"
    assert heard == f"{CALL}: the chief has ended: {message}; expected the same in every process"


def test_a_port_in_use_is_one_line(ports):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", ports[1]))
        taken.listen()
        with started("tf1_rnn.main", *FLAGS, TF_CONFIG=config(ports, "ps")) as ps:
            said = ps.communicate(timeout=SECONDS)[0].splitlines()[-1]
    assert ps.returncode == 2
    assert said.startswith(f"{CALL}: TF_CONFIG: ps 0 cannot listen at 127.0.0.1:{ports[1]}, its ")


@pytest.mark.parametrize(
    "flags, config, found",
    [
        (FLAGS, "{", "TF_CONFIG is not JSON"),
        (FLAGS, '{"cluster": {"worker": ["a:1"]}}', "TF_CONFIG has no chief"),
    ],
)
def test_a_wrong_configuration_is_answered_before_tensorflow_is_loaded(flags, config, found):
    with started("tf1_rnn.main", *flags, TF_CONFIG=config) as process:
        said = process.communicate(timeout=SECONDS)[0]
    assert process.returncode == 2
    assert said.startswith(f"{CALL}: {found}") and said.count("\n") == 1


def test_a_chief_that_gives_up_while_it_waits_ends_with_its_code(data, ports):
    """Threads that wait for a process that is not there do not abort the chief."""
    flags = [*FLAGS, data, "--timeout=1"]
    with started("tf1_rnn.main", *flags, TF_CONFIG=config(ports, "chief")) as chief:
        said = chief.communicate(timeout=SECONDS)[0].splitlines()[-1]
    assert chief.returncode == 1, said
    assert said.startswith(f"{CALL}: ps 0 at 127.0.0.1:{ports[1]} has not answered for --timeout=1")
