"""A run shared out over a cluster gives the numbers of one process. All servers are in this one."""

import collections
import dataclasses

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.trainer.clusters import STEPS, start, train
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer.classifier import Specification
from tf1_rnn.trainer.machines import Machines, ThisProcess
from tf1_rnn.trainer.steps import placeholders_of

SPECIFICATION = Specification("gru", 4, (2,), 3, 0.01, {"num_units": 3}, lengths=True)


@pytest.mark.parametrize("cell", GRAPHS)
def test_the_numbers_are_those_of_one_process(cell, cluster_data, tmp_path):
    losses, variables = train(cluster_data, tmp_path / "alone", cell)
    assert variables["global_step"] == STEPS
    for workers, ps in ((1, 1), (2, 1), (4, 1)):
        task, targets = start(workers, ps)
        machines = Machines(task, targets[0], 120)
        folder = tmp_path / f"{workers}-{ps}"
        shared_losses, shared = train(cluster_data, folder, cell, machines)
        tolerance = 0 if workers == 1 else 1e-5
        np.testing.assert_allclose(shared_losses, losses, rtol=0, atol=tolerance)
        assert shared.keys() == variables.keys()
        for name, value in variables.items():
            np.testing.assert_allclose(shared[name], value, rtol=0, atol=tolerance, err_msg=name)


def test_without_parameter_servers_and_with_two(cluster_data, tmp_path):
    losses, variables = train(cluster_data, tmp_path / "alone", "gru", epochs=2)
    for ps in (0, 2):
        task, targets = start(2, ps)
        machines = Machines(task, targets[0], 120)
        shared_losses, shared = train(cluster_data, tmp_path / str(ps), "gru", machines, epochs=2)
        np.testing.assert_allclose(shared_losses, losses, rtol=0, atol=1e-5)
        np.testing.assert_allclose(shared["softmax/weights"], variables["softmax/weights"], 0, 1e-5)


@pytest.mark.parametrize(
    "choices",
    [
        {"class_weights": (1.0, 2.0, 5.0)},
        {"target": "step classes", "class_weights": (1.0, 2.0, 5.0)},
        {"target": "step classes", "lengths": False},
        {"target": "number", "lengths": False},
    ],
)
def test_loss_and_gradients_of_a_batch_are_those_of_one_process(choices):
    specification = dataclasses.replace(SPECIFICATION, **choices)
    task, targets = start(3, 2)
    # Of one and of two samples, workers have none.
    batches, found = [batch(specification, size) for size in (1, 2, 7)], []
    for machines in (ThisProcess(), Machines(task, targets[0], 120)):
        with tf.Graph().as_default(), machines.placing():
            model = machines.classifier(specification, tf.nn)
            fetched = [model.loss, model.gradient_norm, model.losses, *model.gradients]
            with machines.session() as session:
                session.run(tf.global_variables_initializer())
                run = session.make_callable(fetched, placeholders_of(model))
                found.append([run(*each) for each in batches])
    for alone, shared in zip(*found, strict=True):
        for value, other in zip(alone, shared, strict=True):
            np.testing.assert_allclose(other, value, rtol=1e-5, atol=1e-6)


def batch(specification, size):
    """Return what `SPECIFICATION` with other targets is fed of so many samples."""
    draw, lengths = np.random.RandomState(size), []
    shape = [size, 4] if specification.target == "step classes" else [size]
    y = np.eye(3)[draw.randint(0, 3, shape)]
    if specification.lengths:
        lengths = [draw.randint(0, 5, size)]
    return [draw.rand(size, 4, 2), *lengths, y]


@pytest.mark.parametrize("ps, holder", [(0, "chief"), (1, "ps")])
def test_a_step_moves_variables_gradients_and_a_share_once_and_nothing_else(ps, holder):
    task, targets = start(2, ps)
    machines = Machines(task, targets[0], 120)
    with tf.Graph().as_default(), machines.placing():
        model = machines.classifier(SPECIFICATION, tf.nn)
        variables = tf.trainable_variables()
        assert {variable.device for variable in variables} == {f"/job:{holder}/task:0"}
        metadata, options = tf.RunMetadata(), tf.RunOptions(output_partition_graphs=True)
        with machines.session() as session:
            session.run(tf.global_variables_initializer())
            fed = dict(zip(placeholders_of(model), batch(SPECIFICATION, 3), strict=True))
            session.run([model.train_op, model.loss], fed, options, metadata)
    expected = collections.Counter({(holder, "worker"): len(variables), ("worker", "chief"): 1})
    expected.update({("worker", holder): len(variables), ("chief", "worker"): 3})
    moved = collections.Counter(
        tuple(job(node.attr[end].s) for end in ("send_device", "recv_device"))
        for graph in metadata.partition_graphs
        for node in graph.node
        if node.op == "_Recv"
    )
    with_worker = {ends: count for ends, count in moved.items() if "worker" in ends}
    assert {ends: n for ends, n in with_worker.items() if len(set(ends)) > 1} == expected


def job(device):
    """Return the job of a device."""
    return device.decode().split("/")[1].removeprefix("job:")
