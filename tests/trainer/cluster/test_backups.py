"""Backup workers: who computes what, who steps in; and the numbers, by servers in this process."""

import threading

import numpy as np
import pytest

from tests import waiting
from tests.trainer import one_weight
from tests.trainer.clusters import start, train
from tf1_rnn.trainer.cluster.backups import FirstResults, Lost, WithBackups, shares


class Worker:
    """Computes the double of a value, once it is let go; or fails as it is told."""

    def __init__(self, error=None, held=False):
        self.error, self.go, self.back, self.given = error, threading.Event(), threading.Event(), []
        if not held:
            self.go.set()

    def compute(self, value):
        self.given.append(value)
        assert self.go.wait(30)
        if self.error:
            error, self.error = self.error, None
            raise error
        return 2 * value

    def come_back(self):
        assert self.back.wait(30)
        return "worker 0 at a:1"


def test_without_faults_each_share_has_its_result():
    said = []
    results = FirstResults([Worker(), Worker(), Worker()], 1, said.append)
    assert results.shares == 2
    for number in range(50):
        assert results.compute([number, number + 1]) == [2 * number, 2 * number + 2]
    assert results.compute([7]) == [14]  # the last batch may have fewer shares
    assert said == []


def test_the_backup_steps_in_for_one_that_hangs_and_its_late_result_is_dropped():
    slow = Worker(held=True)
    results = FirstResults([slow, Worker(), Worker()], 1, print)
    for number in range(5):
        assert results.compute([number, -number]) == [2 * number, -2 * number]
    waiting.until(lambda: slow.given == [0])
    slow.go.set()
    assert results.compute([10, 20]) == [20, 40]


def test_no_more_repeat_than_there_are_backups():
    workers = [Worker(held=True), Worker(), Worker(), Worker(held=True)]
    results = FirstResults(workers, 1, print)
    computing = threading.Thread(target=results.compute, args=[[1, 2, 3]], daemon=True)
    computing.start()
    waiting.until(lambda: sum(len(worker.given) for worker in workers) == 4)
    # Shares 0 to 2 and one of them again: the two that are done have nothing to do.
    workers[0].go.set()
    computing.join(30)
    assert not computing.is_alive()
    assert sum(len(worker.given) for worker in workers) <= 5
    workers[3].go.set()


def test_a_lost_worker_is_said_and_comes_back():
    said, worker = [], Worker(Lost("worker 0 at a:1 does not answer"))
    results = FirstResults([Worker(), worker, Worker()], 1, said.append)
    while not said:
        assert results.compute([1, 2]) == [2, 4]
    assert said == ["fault   worker 0 at a:1 does not answer; training goes on without it"]
    before = list(worker.given)
    worker.back.set()
    while worker.given == before:
        assert results.compute([5, 6]) == [10, 12]
    assert said[1:] == ["cluster worker 0 at a:1 is back"]


def test_the_chief_alone_goes_on_when_all_others_are_lost():
    workers = [Worker(), Worker(Lost("a")), Worker(Lost("b"))]
    results = FirstResults(workers, 1, [].append)
    for _ in range(5):
        assert results.compute([1, 2]) == [2, 4]


def test_another_failure_is_the_step_s():
    results = FirstResults([Worker(ValueError("odd")), Worker(ValueError("odd"))], 1, print)
    with pytest.raises(ValueError, match="odd"):
        results.compute([1])


@pytest.mark.parametrize("size, sizes", [(6, [2, 2, 2]), (7, [2, 2, 3]), (2, [1, 1]), (1, [1])])
def test_shares_of_a_batch(size, sizes):
    batch = one_weight.split(size)
    parts = shares(batch, 3)
    assert [len(part) for part in parts] == sizes
    np.testing.assert_array_equal(np.concatenate([part.x for part in parts]), batch.x)


def test_the_numbers_are_those_of_one_process(cluster_data, tmp_path):
    cell, flags = "gru", {"epochs": 3, "clip_norm": 0.1, "decay": 0.9}
    losses, variables = train(cluster_data, tmp_path / "alone", cell, **flags)
    task, targets = start(4, 1)
    machines = WithBackups(task, targets[0], 120, 1, {}, print)
    shared_losses, shared = train(cluster_data, tmp_path / "shared", cell, machines, **flags)
    np.testing.assert_allclose(shared_losses, losses, rtol=0, atol=1e-5)
    assert shared.keys() == variables.keys()
    for name, value in variables.items():
        np.testing.assert_allclose(shared[name], value, rtol=0, atol=1e-5, err_msg=name)
