"""A model on each worker: where its parts lie; and the threads that run them."""

import pytest
import tensorflow.compat.v1 as tf

from tests.trainer.clusters import start
from tf1_rnn.trainer.classifier import Specification
from tf1_rnn.trainer.cluster.towers import Crew, Towers


def test_each_worker_has_a_graph_of_its_own_with_the_same_variables():
    task, targets = start(3, 2)
    towers = Towers(task, targets[0], 120)
    specification = Specification("gru", 4, (3,), 2, 0.01, {"num_units": 3})
    with tf.Graph().as_default(), towers.placing():
        model = towers.classifier(specification, tf.nn)
    assert model is towers.towers[0] and len({t.loss.graph for t in towers.towers}) == 3
    places = []
    for tower, (job, index) in zip(towers.towers, task.workers(), strict=True):
        graph = tower.loss.graph
        products = {op.device for op in graph.get_operations() if op.type == "MatMul"}
        assert products == {f"/job:{job}/task:{index}"}
        with graph.as_default():
            places.append({v.op.name: v.device for v in tf.global_variables()})
    assert places[0] == places[1] == places[2]
    assert set(places[0].values()) == {"/job:ps/task:0", "/job:ps/task:1"}


def test_threads_give_results_and_errors():
    crew = Crew(2)
    crew.start(0, lambda a, b: a + b, 1, 2)
    assert crew.wait() == (0, 3, None)
    crew.start(1, int, "x")
    worker, result, error = crew.wait()
    assert (worker, result) == (1, None)
    with pytest.raises(ValueError):
        raise error
    crew.end()
