"""A run shared out over a cluster gives the numbers of one process. All servers are in this one."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.trainer.clusters import STEPS, start, train
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer.machines import Machines


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


def test_where_variables_lie_and_shares_are_computed():
    task, targets = start(3, 2)
    machines = Machines(task, targets[0], 120)
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
