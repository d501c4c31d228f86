"""Servers in one process: what the chief asks a process, and how it ends it."""

import concurrent.futures
import socket

import pytest

from tests import waiting
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer.cluster import servers
from tf1_rnn.trainer.cluster.configuration import Task

FACTS = {"--cell": "gru", "--sizes": [1, 2], "--none": None}


def cluster(jobs):
    """Return addresses for jobs whose ports are free."""
    sockets = [socket.socket() for _ in jobs]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    addresses = [(f"127.0.0.1:{one.getsockname()[1]}",) for one in sockets]
    for one in sockets:
        one.close()
    return dict(zip(jobs, addresses, strict=True))


@pytest.mark.parametrize(
    "code, error, job", [(0, None, "ps"), (1, RunError, "worker"), (2, UsageError, "ps")]
)
def test_a_process_tells_its_facts_until_the_chief_ends_it(code, error, job):
    addresses = cluster(["chief", job])
    chief, read = Task(addresses, "chief", 0), []
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        serving = pool.submit(
            servers.serve, Task(addresses, job, 0), FACTS, lambda target: read.append
        )
        peer = servers.Peer(chief, servers.start(chief).target, job, 0)
        assert peer.name == f"{job} 0 at {addresses[job][0]}"
        waiting.until(lambda: peer.facts() is not None, 60)
        facts = peer.facts()
        life = facts.pop("life")
        assert facts == FACTS and peer.facts()["life"] == life
        assert peer.loss() == f"{peer.name} was restarted"  # it is not known yet
        peer.wait()
        assert peer.life == life and peer.loss() is None
        peer.order(b"what to read")
        waiting.until(lambda: read == [b"what to read"])
        peer.end(code, "so it ended")
        if error is None:
            assert serving.result(60) == "so it ended"
        else:
            with pytest.raises(RunError, match="^so it ended$") as caught:
                serving.result(60)
            assert type(caught.value) is error


def test_a_process_that_does_not_answer_has_no_facts(monkeypatch):
    monkeypatch.setattr(servers, "SECONDS_TO_ANSWER", 0.2)
    addresses = cluster(["chief", "ps"])
    chief = Task(addresses, "chief", 0)
    peer = servers.Peer(chief, servers.start(chief).target, "ps", 0)
    assert peer.facts() is None and peer.life is None
    assert peer.loss() == f"{peer.name} does not answer"
    peer.end(0, "nobody hears it")


def test_a_port_in_use_is_one_line():
    addresses = cluster(["chief"])
    host, port = addresses["chief"][0].split(":")
    with socket.socket() as taken:
        taken.bind((host, int(port)))
        taken.listen()
        with pytest.raises(UsageError, match=f"chief cannot listen at {host}:{port}, its port is"):
            servers.start(Task(addresses, "chief", 0))


def test_a_server_that_computes_has_a_thread_left_to_answer_the_others(monkeypatch):
    asked = []
    monkeypatch.setattr(servers.tf.train, "Server", lambda *_, config, **__: asked.append(config))
    monkeypatch.setattr(servers.os, "sched_getaffinity", lambda _: {0, 1, 5})
    servers.start(Task(cluster({"chief": 1}), "chief", 0))
    assert asked[0].inter_op_parallelism_threads == 4
