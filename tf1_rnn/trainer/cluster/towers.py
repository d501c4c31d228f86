"""A whole model on each worker, for workers that do not wait for each other within a step.

The models share their variables. A thread of the chief runs each worker's.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import tensorflow.compat.v1 as tf

from tf1_rnn.trainer.classifier import Classifier
from tf1_rnn.trainer.cluster.configuration import device_of
from tf1_rnn.trainer.machines import Machines

if TYPE_CHECKING:
    from tf1_rnn.trainer.classifier import Specification


class Towers(Machines):
    """A cluster with a model on each worker; the chief's alone is evaluated.

    Attributes:
        towers: the `Classifier` of each worker, the chief's first. Each is in a graph of its own,
            so that its session needs no other worker; their variables have the same names and
            places, and are therefore the same.
    """

    towers: list[Classifier]

    def classifier(self, specification: Specification, nn: Any) -> Classifier:
        """Return the `Classifier` of the chief, having built those of all workers."""
        self.towers = [Classifier(specification, nn)]
        for job, index in self._workers[1:]:
            with tf.Graph().as_default(), tf.device(self._placing(job, index)):
                self.towers.append(Classifier(specification, nn))
        return self.towers[0]

    def session_of(self, worker: int) -> tf.Session:
        """Return a session of a worker's graph, which waits for no other worker but the chief."""
        config = self.config()
        devices = device_of(*self._workers[0]), device_of(*self._workers[worker])
        config.device_filters.extend(["/job:ps", *devices])
        return tf.Session(self.target, self.towers[worker].loss.graph, config)


class Crew:
    """Threads, one for each worker, that do one thing after another."""

    def __init__(self, size: int) -> None:
        """Start `size` threads, which end with the process or by `end`."""
        self._tasks = [queue.SimpleQueue() for _ in range(size)]
        self._results = queue.SimpleQueue()
        for worker in range(size):
            threading.Thread(target=self._work, args=[worker], daemon=True).start()

    def start(self, worker: int, function: Callable, *arguments: Any) -> None:
        """Let a worker's thread call a function as soon as it has done what it was given before."""
        self._tasks[worker].put((function, arguments))

    def wait(self) -> tuple[int, Any, Exception | None]:
        """Return of the next call that ends its worker, what it returned, and what it raised."""
        return self._results.get()

    def end(self) -> None:
        """Let each thread end once it has done what it was given."""
        for tasks in self._tasks:
            tasks.put(None)

    def _work(self, worker):
        while (task := self._tasks[worker].get()) is not None:
            function, arguments = task
            try:
                self._results.put((worker, function(*arguments), None))
            except Exception as error:
                self._results.put((worker, None, error))
