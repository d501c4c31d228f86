"""`TF_CONFIG`: which processes a cluster has, and which of them this one is. Needs no TensorFlow.

The format is TensorFlow's own, as operators for Kubernetes and the clouds set it:

    {"cluster": {"chief": ["a:2222"], "worker": ["b:2222"], "ps": ["c:2222"]},
     "task": {"type": "worker", "index": 0}}
"""

from __future__ import annotations

import collections
import dataclasses
import json
import re
from collections.abc import Mapping

from tf1_rnn.errors import UsageError, printable

VARIABLE = "TF_CONFIG"
CHIEFS = ("chief", "master")  # a chief was called master before TensorFlow 1.8
EVALUATOR = "evaluator"
CHIEF_ENDED = "the chief has ended: "  # what the others say of its failure begins so
JOBS = (*CHIEFS, "worker", "ps", EVALUATOR)


@dataclasses.dataclass(frozen=True)
class Task:
    """One process of a cluster.

    Attributes:
        cluster: the addresses `host:port` of each job, a tuple by the job's name; those of an
            evaluator are left out, which takes no part in the training.
        job: the name of this process's job.
        index: its index in the job.
    """

    cluster: Mapping
    job: str
    index: int

    @property
    def name(self) -> str:
        """What the process is called in messages, as "worker 1"."""
        return name_of(self.job, self.index)

    @property
    def chief(self) -> str:
        """The name of the chief's job."""
        return next(job for job in CHIEFS if job in self.cluster)

    @property
    def address(self) -> str:
        """The address of this process; an evaluator needs none."""
        return self.cluster[self.job][self.index]

    def others(self) -> list[tuple[str, int]]:
        """Return job and index of every process that trains, but for this one."""
        return [
            (job, index)
            for job, addresses in self.cluster.items()
            for index in range(len(addresses))
            if (job, index) != (self.job, self.index)
        ]

    def workers(self) -> list[tuple[str, int]]:
        """Return job and index of every process that computes, the chief's first."""
        count = len(self.cluster.get("worker", ()))
        return [(self.chief, 0), *(("worker", index) for index in range(count))]


def name_of(job: str, index: int) -> str:
    """Return what a process is called in messages: "chief", "worker 1"."""
    return job if job in (*CHIEFS, EVALUATOR) else f"{job} {index}"


def device_of(job: str, index: int) -> str:
    """Return TensorFlow's name of a process."""
    return f"/job:{job}/task:{index}"


def read(environment: Mapping[str, str]) -> Task | None:
    """Return the `Task` that the environment asks for, or None where it asks for no cluster.

    Args:
        environment: a mapping such as `os.environ`.

    Raises:
        UsageError: what of `TF_CONFIG` is wrong, and what was expected.
    """
    text = environment.get(VARIABLE, "").strip()
    if not text:
        return None
    try:
        values = json.loads(text, object_pairs_hook=_object)
    except RecursionError:
        raise _wrong("is nested too deeply", f"an object, as {_EXAMPLE}") from None
    except ValueError as error:
        raise _wrong(f"is not JSON ({error})", f"an object, as {_EXAMPLE}") from None
    if not isinstance(values, dict):
        raise _wrong(f"is {_shown(values)}", f"an object, as {_EXAMPLE}")
    if not values.get("cluster"):  # TensorFlow too takes this for a process on its own
        return None
    cluster = _cluster(values["cluster"])
    job, index = _task(values.get("task"), cluster)
    cluster.pop(EVALUATOR, None)
    return Task(cluster, job, index)


_EXAMPLE = '{"cluster": {"chief": ["host:port"], ...}, "task": {"type": "chief", "index": 0}}'


def _object(pairs):
    """Return an object of JSON; of a name that stands twice, JSON itself drops the first value."""
    counts = collections.Counter(name for name, _ in pairs)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise _wrong(f"has {_shown(twice[0])} twice in one object", "each name once")
    return dict(pairs)


def _cluster(values):
    """Return the addresses of each job, checked."""
    if not isinstance(values, dict):
        raise _wrong(f"has the cluster {_shown(values)}", "jobs and their lists of addresses")
    unknown = [job for job in values if job not in JOBS]
    if unknown:
        raise _wrong(f"has the unknown job {_shown(unknown[0])}", f"some of {', '.join(JOBS)}")
    for job, addresses in values.items():
        if not isinstance(addresses, list):
            raise _wrong(f"has {job}: {_shown(addresses)}", 'a list of addresses, as ["host:2222"]')
        for address in addresses:
            if not _is_address(address):
                raise _wrong(f"has the address {_shown(address)} in {job}", "host:port")
    cluster = {job: tuple(addresses) for job, addresses in values.items() if addresses}
    chiefs = sum(len(cluster.get(job, ())) for job in CHIEFS)
    if chiefs != 1:
        raise _wrong(f"has {chiefs or 'no'} chief{'s' if chiefs else ''}", "exactly one")
    if len(cluster.get(EVALUATOR, ())) > 1:
        raise _wrong(f"has {len(cluster[EVALUATOR])} evaluators", "at most one")
    counts = collections.Counter(_plain(address) for each in cluster.values() for address in each)
    twice = [address for address, count in counts.items() if count > 1]
    if twice:
        raise _wrong(f"has the address {twice[0]} twice", "one for each process")
    return cluster


def _is_address(value):
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):([0-9]{1,5})", str(value))
    is_text = isinstance(value, str) and value.isprintable()
    return is_text and bool(match) and 0 < int(match.group(2)) < 65536


def _plain(address):
    """Return an address as others may write it too: a:1, A:1 and a:01 are one."""
    host, _, port = address.rpartition(":")
    return f"{host.lower()}:{int(port)}"


def _task(values, cluster):
    """Return job and index of this process, checked."""
    if not isinstance(values, dict) or "type" not in values:
        raise _wrong(
            "has no task" if values is None else f"has the task {_shown(values)}",
            'one, as "task": {"type": "worker", "index": 0}',
        )
    job, index = values["type"], values.get("index", 0)
    if job not in JOBS:
        raise _wrong(f"has a task of the unknown type {_shown(job)}", f"one of {', '.join(JOBS)}")
    if isinstance(index, str) and re.fullmatch("[0-9]{1,9}", index):  # some operators write it so
        index = int(index)
    if not isinstance(index, int) or isinstance(index, bool):
        raise _wrong(f"has a task of index {_shown(index)}", "a whole number")
    # An evaluator need not be listed: no process connects to it.
    count = len(cluster.get(job, (None,) if job == EVALUATOR else ()))
    if count == 0:
        raise _wrong(
            f"has a task of type {job}, and no {job} in its cluster", "its address in the cluster"
        )
    if not 0 <= index < count:
        raise _wrong(
            f"has a task of index {index} in {job}",
            f"0 to {count - 1}, as its cluster has {count} {job}" if count > 1 else "0, its only",
        )
    return job, index


def _shown(value):
    return printable(json.dumps(value, ensure_ascii=False), 80)


def _wrong(found, expected):
    return UsageError(f"{VARIABLE} {found}; expected {expected}")
