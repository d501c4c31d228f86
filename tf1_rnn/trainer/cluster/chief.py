"""The chief: waits for the others, trains with all of them, and resumes when one is lost."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import tensorflow.compat.v1 as tf

from tf1_rnn.checkpoints import folder
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer import plan as plans
from tf1_rnn.trainer.cluster import reading, servers
from tf1_rnn.trainer.cluster.asynchronous import Asynchronous
from tf1_rnn.trainer.cluster.backups import WithBackups
from tf1_rnn.trainer.cluster.configuration import CHIEF_ENDED, VARIABLE, device_of
from tf1_rnn.trainer.cluster.sharded import Sharded
from tf1_rnn.trainer.flags import show
from tf1_rnn.trainer.machines import Machines
from tf1_rnn.trainer.session import Run
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    from tf1_rnn.console import Console
    from tf1_rnn.trainer.cluster.configuration import Task
    from tf1_rnn.trainer.settings import Settings

_POLL = 0.5


class Chief:
    """The process that trains; the others are TensorFlow's servers."""

    def __init__(self, task: Task, facts: dict, settings: Settings, console: Console) -> None:
        """Start this process's server.

        Args:
            task: the `Task` of this process.
            facts: what must be equal in all processes, JSON values by name.
            settings: the `Settings` of the run.
            console: a `Console` for what the run has to say.

        Raises:
            UsageError: the port is in use.
        """
        self._task, self._facts, self._settings, self._console = task, facts, settings, console
        self._target = servers.start(task).target
        peers = {other: servers.Peer(task, self._target, *other) for other in task.others()}
        self._peers, self._peer_of, self._reader = list(peers.values()), peers, None

    def train(self) -> None:
        """Train to the end, whoever is lost on the way, and end all processes.

        Raises:
            RunError: in one line, what went wrong.
        """
        try:
            plan = plans.settle(self._settings)
            self._wait()
            self._say_who()
            while not self._attempt(plan):
                if plan.model_dir:
                    plan = plan.going_on()
        except BaseException as error:
            reason = str(error) if isinstance(error, RunError) else "it was stopped"
            self._end(getattr(error, "exit_code", 1), f"{CHIEF_ENDED}{reason}")
            raise
        self._end(0, "the chief has finished")

    def _attempt(self, plan):
        """Train from the last checkpoint; return whether that went through to the end."""
        try:
            Run(plan, self._console, self._machines(plan)).carry_out()
        except (RunError, tf.errors.OpError) as error:
            cause = _cause(error)
            lost = self._lost() if cause else []
            if not lost and not isinstance(cause, tf.errors.DeadlineExceededError):
                raise
            what = " and ".join(lost) or f"a step took over --timeout={self._settings.timeout} s"
            self._console.line(f"fault   {what}; training resumes from {_place(plan)}")
            self._wait()
            return False
        return True

    def _machines(self, plan):
        """Return the way of training that the flags and the data ask for."""
        settings = self._settings
        own = self._task, self._target, settings.timeout
        if not settings.sync:
            return Asynchronous(*own)
        if settings.backup_workers:
            return WithBackups(*own, settings.backup_workers, self._peer_of, self._console.line)
        if reading.is_for(plan, len(self._task.workers())):
            return Sharded(*own, self._order)
        return Machines(*own)

    def _order(self, worker, content):
        """Tell a worker what to read; the chief is worker 0."""
        task = self._task.workers()[worker]
        if worker:
            self._peer_of[task].order(content)
            return
        self._reader = self._reader or reading.Reader(
            self._target, device_of(*task), self._settings
        )
        self._reader.read(content)

    def _wait(self):
        """Wait until all processes answer, and compare what must be equal.

        Raises:
            RunError: one does not answer within the timeout.
            UsageError: one has another configuration.
        """
        deadline = time.monotonic() + self._settings.timeout
        for peer in self._peers:
            while (facts := peer.facts()) is None:
                if time.monotonic() > deadline:
                    raise RunError(
                        f"{peer.name} has not answered for --timeout={self._settings.timeout} "
                        "seconds: start it, and run the same commands again"
                    )
                time.sleep(_POLL)
            peer.life = facts.pop("life")
            self._compare(peer, facts)

    def _compare(self, peer, facts):
        for name in sorted({*facts, *self._facts}):
            theirs, ours = facts.get(name), self._facts.get(name)
            if theirs != ours:
                raise UsageError(
                    f"{peer.name} was started with {_shown(name, theirs)}, the chief with "
                    f"{_shown(name, ours)}; expected the same in every process"
                )

    def _lost(self):
        """Return what happened to each process that is not the one it was."""
        return [what for peer in self._peers if (what := peer.loss())]

    def _end(self, code, message):
        for peer in self._peers:
            peer.end(code, message)

    def _say_who(self):
        workers = 1 + len(self._task.cluster.get("worker", ()))
        ps = len(self._task.cluster.get("ps", ()))
        self._console.line(
            f"cluster {workers} worker{'s, including the chief' if workers > 1 else ''}; "
            + (counted(ps, "parameter server") if ps else "the chief holds the variables")
            + self._way()
        )

    def _way(self):
        """Return how the workers train where that is not the default, in words."""
        if not self._settings.sync:
            return "; asynchronous"
        backups = self._settings.backup_workers
        return f"; {counted(backups, 'backup worker')}" if backups else ""


def _cause(error):
    """Return TensorFlow's error that caused one of ours, or None."""
    while error is not None and not isinstance(error, tf.errors.OpError):
        error = error.__context__
    return error


def _place(plan):
    """Return where a run resumes, in words."""
    last = plan.model_dir and folder.prefixes(plan.model_dir.path)
    if not last:
        return "the beginning" if plan.model_dir else "the beginning, as there is no --model_dir"
    return f"step {int(last[-1].rpartition('-')[2]):,}"


def _shown(name, value):
    """Return a fact in words."""
    if name == VARIABLE:
        return f"{VARIABLE}'s cluster {json.dumps(value)}"
    if name.startswith("--"):
        return f"no {name}" if value is None else f"{name}={show(value)}"
    return f"{name} {value}"
