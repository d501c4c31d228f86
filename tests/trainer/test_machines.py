"""A run shared out over a cluster gives the numbers of one process. All servers are in this one."""

import csv
import io
import json
import socket

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.console import Console
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import plan
from tf1_rnn.trainer.cluster.configuration import Task
from tf1_rnn.trainer.machines import Machines
from tf1_rnn.trainer.session import Run
from tf1_rnn.trainer.settings import Settings

WORKERS = 4
SIZES = {"multi_lstm": {"multi_units": (4, 3)}, "conv_lstm": {"output_channels": 2}}
# 14 steps an epoch, the last of 2 samples: fewer than four workers.
STEPS, EPOCHS, BATCH_SIZE, SAMPLES = 112, 8, 6, 80


@pytest.fixture(scope="module")
def tasks():
    """Return a function of how many workers and parameter servers; it returns task and target."""
    jobs = {"chief": 1, "worker": WORKERS - 1, "ps": 2}
    sockets = {job: [socket.socket() for _ in range(count)] for job, count in jobs.items()}
    cluster = {}
    for job, each in sockets.items():
        for one in each:
            one.bind(("127.0.0.1", 0))
        cluster[job] = [f"127.0.0.1:{one.getsockname()[1]}" for one in each]
        for one in each:
            one.close()
    servers = [
        tf.train.Server(cluster, job_name=job, task_index=index)
        for job, count in jobs.items()
        for index in range(count)
    ]

    def part(workers, ps):
        few = {
            "chief": cluster["chief"],
            "worker": cluster["worker"][: workers - 1],
            "ps": cluster["ps"][:ps],
        }
        return Task({job: each for job, each in few.items() if each}, "chief", 0), servers[0].target

    return part


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return a function of a cell that returns a file of data for it."""
    folder, random = tmp_path_factory.mktemp("data"), np.random.RandomState(0)
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
    if machines:  # servers keep variables, here those of the test before
        tf.Session.reset(machines.target)
    Run(plan.settle(settings), Console(io.StringIO()), machines).carry_out()
    reader = tf.train.load_checkpoint(str(folder))
    with open(folder / "history.csv", encoding="utf-8") as file:
        losses = [float(row["train_loss"]) for row in csv.DictReader(file)]
    losses.append(json.loads((folder / "metrics.json").read_text("utf-8"))["test_loss"])
    return losses, {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


@pytest.mark.parametrize("cell", GRAPHS)
def test_the_numbers_are_those_of_one_process(cell, data, tasks, tmp_path):
    losses, variables = train(data, tmp_path / "alone", cell)
    assert variables["global_step"] == STEPS
    for workers, ps in ((1, 1), (2, 1), (4, 1)):
        task, target = tasks(workers, ps)
        machines = Machines(task, target, 120)
        folder = tmp_path / f"{workers}-{ps}"
        shared_losses, shared = train(data, folder, cell, machines)
        tolerance = 0 if workers == 1 else 1e-5
        np.testing.assert_allclose(shared_losses, losses, rtol=0, atol=tolerance)
        assert shared.keys() == variables.keys()
        for name, value in variables.items():
            np.testing.assert_allclose(shared[name], value, rtol=0, atol=tolerance, err_msg=name)


def test_without_parameter_servers_and_with_two(data, tasks, tmp_path):
    losses, variables = train(data, tmp_path / "alone", "gru", epochs=2)
    for ps in (0, 2):
        machines = Machines(*tasks(2, ps), 120)
        shared_losses, shared = train(data, tmp_path / str(ps), "gru", machines, epochs=2)
        np.testing.assert_allclose(shared_losses, losses, rtol=0, atol=1e-5)
        np.testing.assert_allclose(shared["softmax/weights"], variables["softmax/weights"], 0, 1e-5)


def test_where_variables_lie_and_shares_are_computed(tasks):
    task, target = tasks(3, 2)
    machines = Machines(task, target, 120)
    with tf.Graph().as_default() as graph, machines.placing():
        x = tf.placeholder("float", [None, 2])

        def function(x):
            weights = tf.get_variable("weights", [2, 5])
            return tf.matmul(x, weights) + tf.get_variable("biases", [5])

        y = machines.compute(function, [x])
        tf.gradients(y, tf.trainable_variables(), colocate_gradients_with_ops=True)
        devices = {v.op.name: v.device for v in tf.global_variables()}
        products = [op.device for op in graph.get_operations() if op.type == "MatMul"]
        assert devices == {"weights": "/job:ps/task:0", "biases": "/job:ps/task:1"}
        # Of each share one forward, and two backward: for the weights and for x.
        expected = ["/job:chief/task:0", "/job:worker/task:0", "/job:worker/task:1"]
        assert sorted(products) == sorted(3 * expected)
        with machines.session() as session:
            session.run(tf.global_variables_initializer())
            for batch in (1, 2, 3, 7):
                values = np.random.RandomState(batch).rand(batch, 2)
                weights, biases = session.run(tf.trainable_variables())
                found = session.run(y, {x: values})
                np.testing.assert_allclose(found, values @ weights + biases, 0, 1e-6)
