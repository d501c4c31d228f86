"""Kill training runs at random moments, resume them, and require the end of an uninterrupted run.

    python tools/kill_test.py --kills=50

Validation, patience, dropout, clipping and decay are on. Each run is killed (SIGKILL) several
times; then its metrics, history, best model and predictions must be, to the last byte, those of a
run that nothing interrupted. Exit code 1 where any differs.
"""

import argparse
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import numpy as np

KILLS_A_RUN = 5
FLAGS = [
    *("--cell=gru", "--num_units=8", "--epochs=900", "--batch_size=8", "--learning_rate=0.002"),
    *("--validation=0.2", "--patience=400", "--dropout=0.3", "--clip_norm=1", "--decay=0.999"),
]
COMPARED = ("metrics.json", "history.csv", "predictions.csv", "best/checkpoint")


def save(path):
    """Write a small set of sequences of different lengths, in three classes."""
    draw = np.random.RandomState(0)
    y = draw.randint(0, 3, 80)
    x = draw.randn(80, 6, 2) + y[:, None, None]
    lengths = draw.randint(1, 7, 80)
    parts = {"train": slice(0, 50), "test": slice(50, 80)}
    named = {"x": x, "y": y, "lengths": lengths}
    np.savez(path, **{f"{n}_{p}": a[rows] for p, rows in parts.items() for n, a in named.items()})


def command(folder, data, *more):
    """Return the command that trains in a folder."""
    return [sys.executable, "-m", "tf1_rnn.main", f"--data={data}", f"--model_dir={folder}", *more]


def train(folder, data, seconds=None):
    """Train to the end, or kill the run after some seconds; return whether it was killed."""
    process = subprocess.Popen(command(folder, data, *FLAGS), stdout=subprocess.DEVNULL)
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    if code:
        raise SystemExit(f"training ended with exit code {code}")
    return False


def ended(folder, data):
    """Return what a run has left, by name, as bytes."""
    output = folder.parent / f"{folder.name}.csv"
    predict = command(folder, data, "--mode=predict", f"--output={output}")
    subprocess.run(predict, check=True, stdout=subprocess.DEVNULL)
    output.rename(folder / "predictions.csv")
    best = (folder / "best" / "checkpoint").read_text().split('"')[1]
    model = [f"best/{path.name}" for path in (folder / "best").glob(f"{best}.*")]
    return {name: (folder / name).read_bytes() for name in [*COMPARED, *sorted(model)]}


def main():
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    asked = parser.parse_args()
    draw, kills, wrong, runs = random.Random(asked.seed), 0, 0, 0
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        data = place / "data.npz"
        save(data)
        started = time.monotonic()
        train(place / "whole", data)
        seconds = time.monotonic() - started
        expected = ended(place / "whole", data)
        while kills < asked.kills:
            folder, here, runs = place / f"killed-{runs}", 0, runs + 1
            while here < KILLS_A_RUN and train(folder, data, draw.uniform(0.2, 0.6) * seconds):
                here += 1
            train(folder, data)
            found = ended(folder, data)
            different = [name for name in expected if found.get(name) != expected[name]]
            kills, wrong = kills + here, wrong + bool(different)
            print(f"{kills} kills: {', '.join(different) or 'the same'}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
