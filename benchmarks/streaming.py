"""Train on generated shards: how much memory it takes, and how much of the time steps take.

    python benchmarks/streaming.py --gigabytes=8 --folder=/tmp/shards
    python benchmarks/streaming.py --gigabytes=1 --num_units=128 --batch_size=32

The shards are made in the folder unless they exist. One epoch is trained. Memory is the most
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


def save(folder, count):
    """Write shards of sequences of 20 to 100 steps, whose class shows in one of the features."""
    random = np.random.default_rng(0)
    noise = random.standard_normal((ROWS, TIME_STEPS, FEATURES), dtype=np.float32) / 2
    for number in range(count):
        y = random.integers(0, CLASSES, ROWS)
        x = np.roll(noise, random.integers(ROWS), 0)
        x[np.arange(ROWS), :, y] += 0.5
        lengths = random.integers(20, TIME_STEPS + 1, ROWS)
        np.savez(folder / f"part-{number:04d}.npz", x=x, y=y, lengths=lengths)


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


def measure(folder, flags):
    """Train an epoch and print what it took."""
    from tf1_rnn.console import Console
    from tf1_rnn.trainer import plan, session, training
    from tf1_rnn.trainer.settings import Settings

    before = memory()
    steps, waits = Clock(), Clock()
    init, batches = training.Training.__init__, training.Training._batches

    def timed_init(self, *args, **kwargs):
        init(self, *args, **kwargs)
        self._train = steps.around(self._train)
        self._train_measured = steps.around(self._train_measured)

    training.Training.__init__ = timed_init
    training.Training._batches = lambda self, *args: waits.over(batches(self, *args))
    settings = Settings(cell="gru", data=str(folder), epochs=1, **flags)
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
    asked = vars(parser.parse_args())
    count = max(1, round(asked.pop("gigabytes") * 1e9 / SHARD))
    with tempfile.TemporaryDirectory() as place:
        folder = asked.pop("folder") or pathlib.Path(place)
        folder.mkdir(exist_ok=True)
        if not list(folder.glob("*.npz")):
            # In a process of its own, whose memory is not counted.
            maker = multiprocessing.get_context("spawn").Process(target=save, args=(folder, count))
            maker.start()
            maker.join()
        measure(folder, asked)


if __name__ == "__main__":
    sys.exit(main())
