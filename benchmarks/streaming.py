"""Train on generated shards: how much memory it takes, and how much of the time steps take.

    python benchmarks/streaming.py --gigabytes=8 --folder=/tmp/shards
    python benchmarks/streaming.py --gigabytes=1 --num_units=128 --batch_size=32
    python benchmarks/streaming.py --gigabytes=0.26 --in_memory

The shards are made in the folder unless they exist. One epoch is trained, of all of them or, with
--in_memory, of one as large that is read into memory. Memory is the most
that the process held, above what it held after importing TensorFlow. Where steps take 90% of an
epoch, reading costs a tenth; the wait for the first batch of an epoch is given by itself, as it is
the same however long the epoch.
"""

import argparse
import multiprocessing
import pathlib
import resource
import sys
import tempfile
import time

import numpy as np

TIME_STEPS, FEATURES, CLASSES, ROWS = 100, 64, 10, 10_000
SHARD = ROWS * TIME_STEPS * FEATURES * 4  # bytes


def save(folder, count, in_memory):
    """Write shards of sequences of 20 to 100 steps, whose class shows in one of the features.

    Args:
        folder: where to.
        count: how many; with `in_memory`, one file of the layout that is read into memory.
        in_memory: whether the data are not to be streamed.
    """
    random = np.random.default_rng(0)
    noise = random.standard_normal((ROWS, TIME_STEPS, FEATURES), dtype=np.float32) / 2
    for number in range(count):
        y = random.integers(0, CLASSES, ROWS)
        x = np.roll(noise, random.integers(ROWS), 0)
        x[np.arange(ROWS), :, y] += 0.5
        lengths = random.integers(20, TIME_STEPS + 1, ROWS)
        arrays = {"x": x, "y": y, "lengths": lengths}
        if in_memory:
            parts = {"train": slice(None), "test": slice(ROWS // 10)}
            whole = {f"{a}_{part}": arrays[a][rows] for a in arrays for part, rows in parts.items()}
            np.savez(folder / "whole.npz", **whole)
            return
        np.savez(folder / f"part-{number:04d}.npz", **arrays)


def memory():
    """Return the bytes that this process holds."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))


class Clock:
    """Adds up the seconds of calls."""

    def __init__(self):
        self.calls = []

    def around(self, function):
        """Return the function with its calls timed."""

        def timed(*args):
            begin = time.monotonic()
            try:
                return function(*args)
            finally:
                self.calls.append(time.monotonic() - begin)

        return timed

    def over(self, items):
        """Yield items, the wait for each timed."""
        following = self.around(iter(items).__next__)
        while True:
            try:
                item = following()
            except StopIteration:
                return
            yield item


def measure(data, flags):
    """Train an epoch and print what it took."""
    from tf1_rnn.console import Console
    from tf1_rnn.trainer import plan, session
    from tf1_rnn.trainer import steps as trainer_steps
    from tf1_rnn.trainer.settings import Settings

    before = memory()
    steps, waits = Clock(), Clock()
    calls, batches = trainer_steps.train_calls, trainer_steps.batches_of
    trainer_steps.train_calls = lambda *args: map(steps.around, calls(*args))
    trainer_steps.batches_of = lambda *args: waits.over(batches(*args))
    settings = Settings(cell="gru", data=str(data), epochs=1, **flags)
    begin = time.monotonic()
    settled = plan.settle(settings)
    first_pass = time.monotonic() - begin
    session.Run(settled, Console(sys.stdout)).carry_out()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    trained, first, later = sum(steps.calls), waits.calls[0], sum(waits.calls[1:])
    print(f"first pass {first_pass:.1f} s, first batch {first:.2f} s, later ones {later:.2f} s")
    print(
        f"steps {trained:.1f} s, {trained / (trained + first + later):.1%} of the epoch, "
        f"{trained / (trained + later):.1%} from the first batch on"
    )
    print(f"memory {(peak - before) / 1e9:.2f} GB above {before / 1e9:.2f} GB of TensorFlow's own")


def main():
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=1)
    parser.add_argument("--folder", type=pathlib.Path, help="where shards are kept")
    parser.add_argument("--num_units", type=int, default=8)
    parser.add_argument("--batch_size", type=int, default=256)
    parser.add_argument("--standardize", action="store_true")
    parser.add_argument("--in_memory", action="store_true", help="one file, not streamed")
    asked = vars(parser.parse_args())
    count = max(1, round(asked.pop("gigabytes") * 1e9 / SHARD))
    in_memory = asked.pop("in_memory")
    with tempfile.TemporaryDirectory() as place:
        folder = asked.pop("folder") or pathlib.Path(place)
        folder.mkdir(exist_ok=True)
        data = folder / "whole.npz" if in_memory else folder
        if not (data.is_file() or list(data.glob("part-*.npz"))):
            # In a process of its own, whose memory is not counted.
            process = multiprocessing.get_context("spawn").Process
            maker = process(target=save, args=(folder, count, in_memory))
            maker.start()
            maker.join()
        measure(data, asked)


if __name__ == "__main__":
    sys.exit(main())
