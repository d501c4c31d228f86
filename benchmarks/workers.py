"""Times training by two workers against one process, at the tutorial's size, on this machine.

    python benchmarks/workers.py                    a core for each process
    python benchmarks/workers.py --delays 0 1 20    a network namespace for each, so many ms apart

Each process is the ordinary training command. With --delays, which needs root and Linux, packets
between two namespaces pass through this program, which holds them for so many milliseconds each
way; not every kernel has `tc netem`. A step's time is that of a longer run less that of a shorter
one, divided by the steps between, so that starting and testing do not count. Ways alternate, and
medians of the rounds are shown. Two processes that train apart at the same time show what the
machine gives at most: its cores share memory, caches and perhaps more. Publish one run on a machine
that does nothing else, with the command.
"""

import argparse
import collections
import contextlib
import ctypes
import fcntl
import json
import os
import pathlib
import re
import select
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).parents[1]
BATCHES = 8  # an epoch
SIZES = {  # steps, then the shape of one; batch; flags
    "lstm": ((28, 28), 128, ["--num_units=128"]),
    "conv_lstm": ((8, 28, 28, 1), 16, ["--output_channels=32"]),
}
# Name, workers, parameter servers (None: no cluster), and how many times the batch in all.
WAYS = [
    ("one process", 1, 0, 1),
    ("two processes apart, a batch each", 2, None, 2),
    ("2 workers", 2, 0, 1),
    ("2 workers, 1 ps", 2, 1, 1),
    ("one process, twice the batch", 1, 0, 2),
    ("2 workers, twice the batch", 2, 0, 2),
]
_CLONE_NEWNET, _TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x40000000, 0x400454CA, 0x0001, 0x1000
LONGEST = 1800  # seconds that a run may take


def main():
    """Measure what the command line asks for, and print a table; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", nargs="+", choices=list(SIZES), default=list(SIZES))
    parser.add_argument("--delays", nargs="+", type=float, help="milliseconds each way")
    parser.add_argument(
        "--cores",
        nargs="+",
        type=int,
        default=sorted(os.sched_getaffinity(0))[:3],
        help="one for each process; a parameter server that has none left shares the last",
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=6, help="of the longer run")
    parser.add_argument("--bridge", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.bridge:
        forward(asked.bridge[:2], float(asked.bridge[2]) / 1000)
    if not asked.delays and len(asked.cores) < 2:
        raise SystemExit("workers.py: there is one core; expected two or more")
    print("| graph | delay | way | ms a step | samples a second, to one process |")
    print("| --- | ---: | --- | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for cell in asked.cells:
            data = save(pathlib.Path(folder), cell)
            for delay in asked.delays or [None]:
                with pinned(asked.cores) if delay is None else namespaces(delay) as places:
                    measure(cell, data, delay, places, asked)


def measure(cell, data, delay, places, asked):
    """Time every way in alternation and print a row for each."""
    times = {name: [] for name, *_ in WAYS}
    for _ in range(asked.rounds):
        for name, workers, ps, batches in WAYS:
            times[name].append(step_time(cell, data, places, workers, ps, batches, asked.epochs))
    base = None
    for name, _, _, batches in WAYS:
        median = statistics.median(times[name])
        base = base or median
        held = "" if delay is None else f"{delay:g} ms"
        print(
            f"| {cell} | {held} | {name} | {1000 * median:.1f} | {base * batches / median:.2f} |",
            flush=True,
        )


def step_time(cell, data, places, workers, ps, batches, epochs):
    """Return the seconds that a step of a run takes."""
    runs = [run(cell, data, places, workers, ps, batches, each) for each in (2, epochs)]
    (few, short), (many, long) = runs
    return (long - short) / (many - few)


def run(cell, data, places, workers, ps, batches, epochs):
    """Train; return steps and seconds, as the command tells them."""
    _, batch, flags = SIZES[cell]
    batches = 1 if ps is None else batches  # of one process
    command = [
        *(sys.executable, "-m", "tf1_rnn.main", f"--cell={cell}", f"--data={data}", *flags),
        *(f"--batch_size={batch * batches}", f"--epochs={epochs * batches}", "--validation=0"),
    ]
    tasks = [("chief", 0), *(("worker", i) for i in range(workers - 1))]
    tasks += [("ps", i) for i in range(ps or 0)]
    where = [places[min(number, len(places) - 1)] for number in range(len(tasks))]
    cluster = {}
    for (job, _), (_, host) in zip(tasks, where, strict=True):
        cluster.setdefault(job, []).append(f"{host}:{free_port()}")
    with contextlib.ExitStack() as started:
        processes = []
        for (job, index), (prefix, _) in zip(tasks, where, strict=True):
            config = {"cluster": cluster, "task": {"type": job, "index": index}}
            environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "PYTHONPATH": str(ROOT)}
            if len(tasks) > 1 and ps is not None:
                environment["TF_CONFIG"] = json.dumps(config)
            process = subprocess.Popen(
                [*prefix, *command], env=environment, stdout=subprocess.PIPE, text=True
            )
            started.callback(process.wait)
            started.callback(process.kill)
            processes.append(process)
        said = processes[0].communicate(timeout=LONGEST)[0]
        if ps is None:
            processes[1].wait(LONGEST)
    found = re.search(r"; ([\d,]+) steps, ([\d.]+) s", said)
    if not found:
        raise SystemExit(f"workers.py: {' '.join(command)} has failed: {said.strip()[-300:]}")
    return int(found.group(1).replace(",", "")), float(found.group(2))


@contextlib.contextmanager
def pinned(cores):
    """Yield places on this machine, a core each: what a command begins with, and the host."""
    yield [(["taskset", "-c", str(core)], "127.0.0.1") for core in cores]


@contextlib.contextmanager
def namespaces(delay):
    """Yield two places with a network of their own, in which packets take so many milliseconds."""
    names = [f"tf1rnn{os.getpid()}{letter}" for letter in "ab"]
    hosts, bridge = ["10.77.0.1", "10.77.0.2"], None
    try:
        for name in names:
            _ip("netns", "add", name)
        bridge = subprocess.Popen(
            [sys.executable, __file__, "--bridge", *names, str(delay)], stdout=subprocess.PIPE
        )
        if not bridge.stdout.readline():
            raise SystemExit("workers.py: /dev/net/tun cannot be used; expected root, on Linux")
        for name, own, other in zip(names, hosts, hosts[::-1], strict=True):
            _ip("-n", name, "address", "add", own, "peer", other, "dev", "tun0")
            for device in ("lo", "tun0"):
                _ip("-n", name, "link", "set", device, "up")
        yield [
            (["ip", "netns", "exec", name], host) for name, host in zip(names, hosts, strict=True)
        ]
    finally:
        if bridge:
            bridge.kill()
            bridge.wait()
        for name in names:
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL, check=False)


def forward(names, seconds):
    """Pass packets between two namespaces for ever, each so many seconds after it was sent."""
    devices = [_tunnel(name) for name in names]
    print("ready", flush=True)
    other, held = dict(zip(devices, devices[::-1], strict=True)), collections.deque()
    while True:
        wait = held and max(0, held[0][0] - time.monotonic())
        for device in select.select(devices, [], [], wait if held else None)[0]:
            held.append((time.monotonic() + seconds, other[device], os.read(device, 1 << 16)))
        while held and held[0][0] <= time.monotonic():
            _, device, packet = held.popleft()
            with contextlib.suppress(OSError):  # a device that is not up yet
                os.write(device, packet)


def _tunnel(name):
    """Return the descriptor of a new device tun0 in a namespace, whose packets are read there."""
    with open(f"/var/run/netns/{name}") as namespace:
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", b"tun0", _IFF_TUN | _IFF_NO_PI))
    return device


def _ip(*arguments):
    found = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if found.returncode:
        raise SystemExit(f"workers.py: ip {' '.join(arguments)}: {found.stderr.strip()}")


def free_port():
    """Return a port that nobody listens at here; in a new namespace all are free."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def save(folder, cell):
    """Write random samples of the tutorial's size; return the file."""
    shape, batch, _ = SIZES[cell]
    draw, path = np.random.RandomState(0), folder / f"{cell}.npz"
    arrays = {}
    for part, count in (("train", batch * BATCHES), ("test", 16)):
        arrays[f"x_{part}"] = draw.rand(count, *shape).astype(np.float32)
        arrays[f"y_{part}"] = np.arange(count) % 10
    np.savez(path, **arrays)
    return path


if __name__ == "__main__":
    sys.exit(main())
