"""Training by a cluster whose servers are all in this process."""

import csv
import io
import json
import pathlib
import socket

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.console import Console
from tf1_rnn.trainer import plan
from tf1_rnn.trainer.cluster.configuration import Task
from tf1_rnn.trainer.session import Run
from tf1_rnn.trainer.settings import Settings

SIZES = {"multi_lstm": {"multi_units": (4, 3)}, "conv_lstm": {"output_channels": 2}}
# 14 steps an epoch, the last of 2 samples: fewer than four workers.
STEPS, EPOCHS, BATCH_SIZE, SAMPLES = 112, 8, 6, 80
_STARTED = []


def start(workers, ps=0):
    """Start a cluster; return its task of the chief, and the targets of its servers.

    TensorFlow cannot stop a server, and resetting one ends the process if anything still waits for
    it: every run gets servers of its own, which live as long as the process.

    Args:
        workers: how many, the chief included.
        ps: how many parameter servers.
    """
    counts = {"chief": 1, "worker": workers - 1, "ps": ps}
    sockets = {job: [socket.socket() for _ in range(n)] for job, n in counts.items() if n}
    for each in sockets.values():
        for one in each:
            one.bind(("127.0.0.1", 0))
    cluster = {
        job: [f"127.0.0.1:{one.getsockname()[1]}" for one in each] for job, each in sockets.items()
    }
    for each in sockets.values():
        for one in each:
            one.close()
    servers = [
        tf.train.Server(cluster, job_name=job, task_index=index)
        for job, addresses in cluster.items()
        for index in range(len(addresses))
    ]
    _STARTED.extend(servers)
    return Task(cluster, "chief", 0), [server.target for server in servers]


def data(folder):
    """Return a function of a cell that returns a file of data for it."""
    random = np.random.RandomState(0)
    y = random.randint(0, 3, SAMPLES + 7)
    x = random.randn(len(y), 4, 3) + 0.5 * y[:, None, None]
    frames = random.rand(len(y), 2, 6, 6, 1) + 0.3 * y[:, None, None, None, None]
    arrays = {"x": x, "y": y, "lengths": random.randint(0, 5, len(y))}
    for name, parts in (("sequences", arrays), ("frames", {"x": frames, "y": y})):
        train = {f"{key}_train": value[:SAMPLES] for key, value in parts.items()}
        test = {f"{key}_test": value[SAMPLES:] for key, value in parts.items()}
        np.savez(folder / f"{name}.npz", **train, **test)
    return lambda cell: str(folder / ("frames.npz" if cell == "conv_lstm" else "sequences.npz"))


def train(data, folder, cell, machines=None, **flags):
    """Train; return the loss of each epoch and of the test, and the last variables by name."""
    flags = {
        "epochs": EPOCHS,
        "batch_size": BATCH_SIZE,
        "validation": 0.0,
        "learning_rate": 0.01,
        **SIZES.get(cell, {"num_units": 4}),
        **flags,
    }
    settings = Settings(cell=cell, data=data(cell), mode="train", model_dir=str(folder), **flags)
    return numbers(settings, machines)


def numbers(settings, machines=None):
    """Train; return the loss of each epoch and of the test, and the last variables by name."""
    folder = settings.model_dir
    Run(plan.settle(settings), Console(io.StringIO()), machines).carry_out()
    reader = tf.train.load_checkpoint(folder)
    with open(f"{folder}/history.csv", encoding="utf-8") as file:
        losses = [float(row["train_loss"]) for row in csv.DictReader(file)]
    losses.append(json.loads(pathlib.Path(folder, "metrics.json").read_text("utf-8"))["test_loss"])
    return losses, {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
