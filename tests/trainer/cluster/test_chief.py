"""The chief's decisions, with other processes that are made up: whom it waits for, what it says."""

import io
import types

import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.console import Console
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer import machines
from tf1_rnn.trainer.cluster import asynchronous, backups, chief, servers
from tf1_rnn.trainer.cluster.configuration import Task
from tf1_rnn.trainer.settings import Settings

ALIKE = {"--cell": "gru", "--seed": None}


class Peer:
    """A process that answers with these lives in turn; None is no answer."""

    def __init__(self, lives, facts):
        self.name, self.life, self.ended = "worker 0 at a:1", None, []
        self._lives, self._facts = iter(lives), facts

    def facts(self):
        life = next(self._lives)
        return life and {**self._facts, "life": life}

    loss = servers.Peer.loss

    def end(self, code, message):
        self.ended.append((code, message))


@pytest.fixture
def made(monkeypatch):
    """Return a function that makes a chief, what it says, and its one peer."""

    def make(lives, attempts, facts=ALIKE, model_dir=None, **flags):
        peer, said, attempts = Peer(lives, facts), io.StringIO(), iter(attempts)

        class Run:
            def __init__(self, plan, console, machines):
                self.plan, peer.machines = plan, machines

            def carry_out(self):
                for error in filter(None, [next(attempts)]):
                    raise error

        monkeypatch.setattr(chief, "_POLL", 0)
        monkeypatch.setattr(chief, "Run", Run)
        monkeypatch.setattr(chief.servers, "start", lambda task: types.SimpleNamespace(target=""))
        monkeypatch.setattr(chief.servers, "Peer", lambda *_: peer)
        in_memory = types.SimpleNamespace(train=None)
        plan = types.SimpleNamespace(model_dir=model_dir, dataset=in_memory)
        monkeypatch.setattr(chief.plans, "settle", lambda settings: plan)
        task = Task({"chief": ("a:0",), "worker": ("a:1",)}, "chief", 0)
        settings = Settings(cell="gru", timeout=1, **flags)
        return chief.Chief(task, ALIKE, settings, Console(said)), said, peer

    return make


def unavailable():
    """Return a RunError caused by TensorFlow's, as after a lost process."""
    try:
        try:
            raise tf.errors.UnavailableError(None, None, "gone")
        except tf.errors.OpError:
            raise RunError("a step failed") from None
    except RunError as error:
        return error


def test_it_waits_trains_and_ends_all(made):
    boss, said, peer = made([None, None, "one"], [None])
    boss.train()
    assert said.getvalue() == (
        "cluster 2 workers, including the chief; the chief holds the variables\n"
    )
    assert peer.ended == [(0, "the chief has finished")]


@pytest.mark.parametrize(
    "flags, kind, said",
    [
        ({}, machines.Machines, "the chief holds the variables"),
        ({"sync": False}, asynchronous.Asynchronous, "the chief holds the variables; asynchronous"),
        ({"backup_workers": 1}, backups.WithBackups, "variables; 1 backup worker"),
    ],
)
def test_it_trains_in_the_way_that_the_flags_ask_for(made, flags, kind, said):
    boss, heard, peer = made(["one"], [None], **flags)
    boss.train()
    assert type(peer.machines) is kind and heard.getvalue().endswith(f"{said}\n")


@pytest.mark.parametrize(
    "lives, what",
    [
        (["one", None, "two"], "worker 0 at a:1 does not answer"),
        (["one", "two", "two"], "worker 0 at a:1 was restarted"),
    ],
)
def test_after_a_loss_it_goes_on(made, lives, what):
    boss, said, peer = made(lives, [unavailable(), None])
    boss.train()
    line = f"fault   {what}; training resumes from the beginning, as there is no --model_dir\n"
    assert line in said.getvalue() and peer.ended == [(0, "the chief has finished")]


def test_a_step_that_takes_too_long_is_a_fault_too(made):
    late = tf.errors.DeadlineExceededError(None, None, "late")
    boss, said, _ = made(["one", "one", "one"], [late, None])
    boss.train()
    assert "fault   a step took over --timeout=1 s; training resumes" in said.getvalue()


@pytest.mark.parametrize(
    "error, code, heard",
    [
        (RunError("the data are odd"), 1, "the data are odd"),
        (UsageError("no such flag"), 2, "no such flag"),
        (KeyboardInterrupt(), 1, "it was stopped"),
        (unavailable(), 1, "a step failed"),  # all processes are there: the fault is another
    ],
)
def test_what_ends_it_ends_the_others_with_the_reason(made, error, code, heard):
    boss, _, peer = made(["one", "one"], [error])
    with pytest.raises(type(error)):
        boss.train()
    assert peer.ended == [(code, f"the chief has ended: {heard}")]


@pytest.mark.parametrize(
    "facts, said",
    [
        ({**ALIKE, "--seed": 1}, "--seed=1, the chief with no --seed"),
        ({"--seed": None}, "no --cell, the chief with --cell=gru"),
        ({**ALIKE, "TensorFlow": "2.15"}, "TensorFlow 2.15, the chief with TensorFlow None"),
    ],
)
def test_another_configuration_is_refused(made, facts, said):
    boss, _, peer = made(["one"], [], facts)
    with pytest.raises(UsageError) as caught:
        boss.train()
    assert str(caught.value) == (
        f"worker 0 at a:1 was started with {said}; expected the same in every process"
    )
    assert peer.ended[0][0] == 2


def test_a_process_that_never_answers(made, monkeypatch):
    boss, _, _ = made(iter(lambda: None, 1), [])
    clock = iter(range(10))
    monkeypatch.setattr(chief.time, "monotonic", lambda: next(clock))
    with pytest.raises(RunError, match="worker 0 at a:1 has not answered for --timeout=1 seconds"):
        boss.train()
