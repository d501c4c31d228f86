"""TensorFlow's servers: a process's own, and what the chief says to those of the others.

A worker or parameter server does what the chief's steps ask of it. It keeps two things of ours, a
variable and a queue of TensorFlow's, on its own device: `facts` that the chief compares, and the
`messages` of the chief: what to read, where a worker reads data itself, and the end.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

import tensorflow.compat.v1 as tf

from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.grappler import safe_config
from tf1_rnn.trainer.cluster.configuration import device_of, name_of

if TYPE_CHECKING:
    from tf1_rnn.trainer.cluster.configuration import Task

SECONDS_TO_ANSWER = 5
_POLL = 0.5


def _cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


def configuration() -> tf.ConfigProto:
    """Return the configuration of a server.

    It has one thread more than it has cores: with all of them computing, the others' requests for
    variables would wait until the step is done.
    """
    return safe_config(tf.ConfigProto(inter_op_parallelism_threads=_cores() + 1))


def start(task: Task) -> tf.train.Server:
    """Start and return the `tf.train.Server` of this process.

    Raises:
        UsageError: its port is in use.
    """
    try:
        return tf.train.Server(
            {job: list(addresses) for job, addresses in task.cluster.items()},
            job_name=task.job,
            task_index=task.index,
            config=configuration(),
        )
    except tf.errors.OpError:
        raise UsageError(
            f"TF_CONFIG: {task.name} cannot listen at {task.address}, its port is in use or not "
            "allowed; expected a free one, the same in every process's TF_CONFIG"
        ) from None


def serve(task: Task, facts: dict, reader: Callable[[str], Callable] | None = None) -> str:
    """Serve as a worker or parameter server until the chief ends.

    Args:
        task: the `Task` of this process.
        facts: what must be equal in all processes, JSON values by name.
        reader: called with the server's target; returns a function that is called with each order
            to read. None where nothing is to be read.

    Returns:
        What the chief said.

    Raises:
        RunError: the chief has failed, or the server has.
    """
    server, endings, ended = start(task), [], threading.Event()
    facts = {**facts, "life": uuid.uuid4().hex}
    read = reader(server.target) if reader else lambda content: None
    with tf.Graph().as_default():
        kept, messages = _kept(task.job, task.index, json.dumps(facts))
        session = _session(server.target, device_of(task.job, task.index))
        session.run(kept.initializer)
        wait = messages.dequeue()

    def listen():
        try:
            while True:
                text, content = session.run(wait)
                if text:
                    endings.append(json.loads(text))
                    break
                read(content)
        except Exception as error:
            endings.append({"code": 1, "message": str(error).splitlines()[0]})
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    while not ended.wait(_POLL):  # a wait without an end would keep Ctrl-C out
        pass
    (end,) = endings
    if end["code"]:
        raise (UsageError if end["code"] == UsageError.exit_code else RunError)(end["message"])
    return end["message"]


class Peer:
    """Another process as the chief sees it.

    Attributes:
        name: what it is called in messages, with its address.
        life: tells one start of the process from another; None before it was asked.
    """

    def __init__(self, task: Task, target: str, job: str, index: int) -> None:
        """Prepare the session; nothing is run yet.

        Args:
            task: the chief's `Task`.
            target: of the chief's server.
            job: the job of the other process.
            index: its index in the job.
        """
        self.name = f"{name_of(job, index)} at {task.cluster[job][index]}"
        self.life = None
        self._asked = self._answer = None
        self._target = target
        self._devices = device_of(task.job, task.index), device_of(job, index)
        self._graph = tf.Graph()
        with self._graph.as_default():
            self._kept, messages = _kept(job, index, "")
            self._message = [tf.placeholder(tf.string, []) for _ in range(2)]
            self._put = messages.enqueue(self._message)

    def facts(self) -> dict | None:
        """Return the facts of the process, or None where it does not answer."""
        if self._asked is None or not self._asked.is_alive():
            self._answer = None
            self._asked = self._in_background(self._ask)
        self._asked.join(SECONDS_TO_ANSWER)
        return self._answer

    def loss(self) -> str | None:
        """Return what happened to the process, in words, or None where it is the one it was."""
        facts = self.facts()
        if facts is None:
            return f"{self.name} does not answer"
        return f"{self.name} was restarted" if facts["life"] != self.life else None

    def wait(self) -> None:
        """Wait until the process answers, and take it for the one it was."""
        while (facts := self.facts()) is None:
            time.sleep(_POLL)
        self.life = facts["life"]

    def end(self, code: int, message: str) -> None:
        """Tell the process to end; one that does not answer is ignored."""
        self._send(json.dumps({"code": code, "message": message}), b"")

    def order(self, content: bytes) -> None:
        """Tell the process what to read."""
        self._send("", content)

    def _send(self, text, content):
        message = dict(zip(self._message, (text, content), strict=True))
        self._in_background(self._run, self._put, message).join(SECONDS_TO_ANSWER)

    def _ask(self):
        self._answer = json.loads(self._run(self._kept))

    def _run(self, fetched, fed=None):
        with self._graph.as_default(), _session(self._target, *self._devices) as session:
            return session.run(fetched, fed)

    @staticmethod
    def _in_background(function, *arguments):
        """Start a call that may never return: TensorFlow waits for a silent process for ever."""

        def call():
            with contextlib.suppress(tf.errors.OpError):
                function(*arguments)

        thread = threading.Thread(target=call, daemon=True)
        thread.start()
        return thread


def _kept(job, index, text):
    """Return the variable and the queue that a server keeps, in the default graph."""
    with tf.device(device_of(job, index)):
        variable = tf.Variable(text, name="tf1_rnn_facts", use_resource=False)
        types, shapes = [tf.string, tf.string], [[], []]
        queue = tf.queue.FIFOQueue(10, types, shapes, shared_name="tf1_rnn_messages")
    return variable, queue


def _session(target, *devices):
    """Return a session that waits for no other process than those of the devices."""
    return tf.Session(target, config=safe_config(tf.ConfigProto(device_filters=devices)))
