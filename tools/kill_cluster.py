"""Kill processes of training clusters at random moments, and require the numbers of a whole run.

    python tools/kill_cluster.py --kills=30 --kind=worker

Kinds: a `worker`, the `chief`, a `ps`, `all` (the launcher too), or `hang`, which stops a worker
(SIGSTOP) until its cluster has given up. Each run is hit several times. The launcher starts again
what was killed; where it was killed itself, or has given up, the same command is run again. Each
run must end with the losses and variables of one process, within 1e-5; where they are, to the last
bit, those of a cluster that nothing hit, that is said. Exit code 1 where any differs or hangs.
"""

import argparse
import contextlib
import csv
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from tools.kill_test import save

KINDS = ("worker", "chief", "ps", "all", "hang")
KILLS_A_RUN = 3
TOLERANCE = 1e-5
LONGEST = 900  # seconds that a run may take after its last kill, on a busy machine
FLAGS = [
    *("--cell=gru", "--num_units=8", "--epochs=40", "--batch_size=8", "--learning_rate=0.002"),
    *("--validation=0.2", "--clip_norm=1", "--decay=0.999"),
]


def main():
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=30, help="of each kind")
    parser.add_argument("--kind", choices=KINDS, action="append", help="default: each of them")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--backup_workers", type=int, default=0, help="of one more worker each")
    parser.add_argument("--timeout", type=int, default=120, help="seconds until one counts as lost")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        save(place / "data.npz")
        flags = [*FLAGS, f"--data={place / 'data.npz'}", f"--timeout={asked.timeout}"]
        subprocess.run(
            [sys.executable, "-m", "tf1_rnn.main", *flags, f"--model_dir={place / 'alone'}"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        # Alone there are no backup workers; a cluster has them on top.
        flags.append(f"--backup_workers={asked.backup_workers}")
        cluster = Cluster(2 + asked.backup_workers, flags)
        begun = time.monotonic()
        cluster.run(place / "whole", [])
        seconds = time.monotonic() - begun
        expected = ended(place / "alone"), ended(place / "whole")
        print(f"a run that nothing hits takes {seconds:.0f} s", flush=True)
        draw = random.Random(asked.seed)
        found = [
            test(cluster, kind, asked.kills, draw, seconds, expected, place)
            for kind in asked.kind or KINDS
        ]
    return 0 if all(found) else 1


def test(cluster, kind, kills, draw, seconds, expected, place):
    """Hit runs until there were so many kills; print a line for each; return whether all held."""
    done, runs, well = 0, 0, True
    while done < kills:
        folder = place / f"{kind}-{runs}"
        wanted = min(KILLS_A_RUN, kills - done)
        moments = [draw.uniform(0.1, 0.7) * seconds for _ in range(wanted)]
        try:
            hits = cluster.run(folder, [(kind, moment) for moment in moments])
            said = difference(expected, ended(folder))
        except Failed as error:
            hits, said = wanted, f"FAILED: {error}"
        done, runs = done + max(hits, 1), runs + 1
        well = well and said in ("the same", "within rounding")
        print(f"{kind}: {done} kills in {runs} runs: {said}", flush=True)
    return well


class Failed(Exception):
    """A run did not end as it should, said in one line."""


class Cluster:
    """Starts clusters of some workers and one parameter server."""

    def __init__(self, workers, flags):
        """Take the number of workers and the flags of the training command."""
        command = [sys.executable, "-m", "tf1_rnn", "cluster"]
        self._command = [*command, f"--workers={workers}", "--ps=1", "--restarts=999", "--", *flags]

    def run(self, folder, hits):
        """Train in a folder to the end; return how many of the hits met a running cluster.

        Args:
            folder: the model_dir.
            hits: pairs of a kind and the seconds after the former hit, or after the start.
        """
        command, met, hits = [*self._command, f"--model_dir={folder}"], 0, list(hits)
        while True:
            with open(f"{folder}.log", "a") as log, launched(command, log) as process:
                while hits and _wait(process, hits[0][1]) is None:
                    kind, _ = hits.pop(0)
                    met += hit(process, kind)
                    if kind == "all":
                        break
                    if kind == "hang":
                        # The chief waits for a step and for an answer: it ends by itself.
                        break
                code = _wait(process, LONGEST)
            if code == 0:
                return met
            if code is None:
                raise Failed(f"hangs; see {_tail(folder)}")
            gave_up = code == 1 and "has not answered for --timeout" in _tail(folder)
            if code != -signal.SIGKILL and not gave_up:
                raise Failed(f"ended with exit code {code}: {_tail(folder)}")


@contextlib.contextmanager
def launched(command, log):
    """Start a launcher, and leave none of its processes behind."""
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    known = {}
    try:
        process.known = known
        yield process
    finally:
        known.update(members(process.pid))
        if process.poll() is None:
            process.kill()
        process.wait()
        for pid in known.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def hit(process, kind):
    """Kill or stop what a kind says; return whether there was anything to."""
    there = members(process.pid)
    process.known.update(there)
    if kind == "all":
        process.kill()
        chosen = list(there.values())
    else:
        job = "worker" if kind == "hang" else kind
        chosen = [pid for (each, _), pid in there.items() if each == job][:1]
    for pid in chosen:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP if kind == "hang" else signal.SIGKILL)
    return bool(chosen)


def members(pid):
    """Return the processes that a launcher has started: pids by job and index."""
    found = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (folder / "stat").read_text().rpartition(")")[2].split()[1] != str(pid):
                continue
            text = re.search(r"TF_CONFIG=(.*?)\0", (folder / "environ").read_text())
            if text:
                task = json.loads(text.group(1))["task"]
                found[task["type"], task["index"]] = int(folder.name)
    return found


def _wait(process, seconds):
    """Return the exit code of a process, or None if it still runs after some seconds."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def _tail(folder):
    """Return the last lines that a cluster has said, as one."""
    return " / ".join(pathlib.Path(f"{folder}.log").read_text().splitlines()[-3:])


def ended(folder):
    """Return the numbers that a run has left, by name: losses, measures and variables."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow.compat.v1 as tf

    with open(folder / "history.csv", encoding="utf-8") as file:
        rows = [list(map(float, row.values())) for row in csv.DictReader(file)]
    metrics = json.loads((folder / "metrics.json").read_text())
    reader = tf.train.load_checkpoint(str(folder))
    return {
        "history.csv": np.array(rows),
        "metrics.json": np.array([metrics["test_loss"], metrics["steps"]]),
        **{name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()},
    }


def difference(expected, found):
    """Return in words how a run's numbers differ from those of one process and of a cluster."""
    alone, whole = expected
    for name, value in alone.items():
        if value.shape != found[name].shape:
            return f"{name} has shape {found[name].shape}, of one process {value.shape}"
        most = np.max(np.abs(value.astype(float) - found[name]), initial=0)
        if most > TOLERANCE:
            return f"{name} differs from one process by {most:.1e}"
    same = all(np.array_equal(value, found[name]) for name, value in whole.items())
    return "the same" if same else "within rounding"


if __name__ == "__main__":
    sys.exit(main())
