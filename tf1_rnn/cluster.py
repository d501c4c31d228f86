"""Train with a cluster of processes on this machine: `tf1-rnn cluster --workers=4 -- --cell=gru`.

Each process is `tf1-rnn train` with a `TF_CONFIG` of its own, as it would be on a machine
of its own. Needs neither TensorFlow nor NumPy.
"""

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

from tf1_rnn import command_line
from tf1_rnn.errors import UsageError
from tf1_rnn.trainer.cluster.configuration import CHIEF_ENDED, EVALUATOR, VARIABLE, name_of
from tf1_rnn.trainer.flags import FLAGS, Flag
from tf1_rnn.trainer.settings import Settings, how_to_resume
from tf1_rnn.wording import counted

COMMAND = "cluster"
USAGE = """Train one of the six graphs with a cluster of processes on this machine.

  tf1-rnn cluster --workers=4 --ps=1 -- --cell=bilstm --model_dir=runs/bilstm

Flags after -- are those of tf1-rnn train. Each worker computes a share of every batch, and the
results are those of a single process; with --async each trains on batches of its own. A process
that is killed is restarted, and training resumes from the last checkpoint; with --backup_workers=1
it goes on meanwhile.

Flags:
"""
EPILOGUE = f"\n\n{command_line.EXIT_CODES}"
SECONDS_TO_END = 10
_POLL = 0.1
STOPPED = (128 + signal.SIGINT, 128 + signal.SIGTERM)
_PR_SET_PDEATHSIG = 1

_FLAGS = (
    Flag("workers", "integer", "processes that compute, including the chief (default 2)", 2),
    Flag(
        "ps",
        "integer",
        "parameter servers, which hold the variables; with 0 the chief holds them (default 0)",
        0,
        bounds=(0, None),
    ),
    Flag(
        "evaluator",
        "boolean",
        "add a process that evaluates the best epoch so far on the test set",
        False,
    ),
    Flag(
        "restarts",
        "integer",
        "how many times killed processes are restarted, in total (default 10)",
        10,
        bounds=(0, None),
    ),
)


class Request:
    """What was asked for.

    Attributes:
        workers, ps, evaluator, restarts: the values of these flags.
        training: the arguments of the training command.
        verbose: whether tracebacks are shown.
        model_dir: the folder for checkpoints, or None.
    """

    def __init__(self, values, training):
        """Check everything that can be checked before a process is started.

        Args:
            values: the value of each of this command's flags, by name.
            training: the arguments of the training command.

        Raises:
            UsageError: what was given, and what was expected.
        """
        self.workers, self.ps = values["workers"], values["ps"]
        self.evaluator, self.restarts = values["evaluator"], values["restarts"]
        self.training = training = command_line.expanded(training)
        settings = Settings(**command_line.parse_flags(FLAGS.values(), training, help_text))
        settings.check()
        settings.check_workers(self.workers)
        self.verbose, self.model_dir = settings.verbose, settings.model_dir
        if not settings.training:
            raise UsageError(f"--mode={settings.mode} is for one process; expected tf1-rnn train")
        if self.evaluator and not settings.model_dir:
            raise UsageError("--evaluator reads checkpoints; expected --model_dir=FOLDER as well")


def main(argv=None):
    """Run the command line and return its exit code."""
    return command_line.carry_out(
        COMMAND,
        lambda: parse((sys.argv if argv is None else argv)[1:]),
        train,
        stopped=_how_to_go_on,
    )


def _how_to_go_on(request):
    if request is None:
        return "nothing was changed"
    return how_to_resume(request.model_dir)


def parse(argv):
    """Return the `Request` of a command line.

    Raises:
        TextOnly: `--help` or `--version` was given.
        UsageError: a flag is unknown, has a wrong value, or does not fit the others.
    """
    end = argv.index("--") if "--" in argv else len(argv)
    names = {row.name for row in _FLAGS}
    own = command_line.expanded(argv[:end])
    for argument in own:
        name = argument.lstrip("-").partition("=")[0]
        if argument.startswith("--") and name in FLAGS and name not in names:
            raise UsageError(f"--{name} is a flag of tf1-rnn train; expected it after --")
    return Request(command_line.parse_flags(_FLAGS, own, help_text), argv[end + 1 :])


def help_text():
    """Return what `--help` shows."""
    rows = [(f"--{'[no]' if row.kind == 'boolean' else ''}{row.name}", row.help) for row in _FLAGS]
    return USAGE + command_line.flags_text(rows) + EPILOGUE


def train(request):
    """Start the cluster, and wait until it has ended; return the worst exit code."""
    members = _members(request)
    with contextlib.ExitStack() as ending:
        for member in members:
            ending.callback(member.end)
        for member in members:
            ending.callback(member.send, signal.SIGTERM)  # all at once, before any is waited for
            member.start()
        code = _watch(members, request.restarts)
        _leave_time(members)
    return code


def _members(request):
    """Return the processes that were asked for, none of them started yet."""
    counts = {"chief": 1, "worker": request.workers - 1, "ps": request.ps}
    ports = iter(_free_ports(sum(counts.values())))
    cluster = {
        job: [f"127.0.0.1:{next(ports)}" for _ in range(count)]
        for job, count in counts.items()
        if count
    }
    tasks = [(job, index) for job, addresses in cluster.items() for index in range(len(addresses))]
    tasks += [(EVALUATOR, 0)] if request.evaluator else []
    return [Member(cluster, *task, request.training) for task in tasks]


def _free_ports(count):
    """Return free ports of the loopback address."""
    with contextlib.ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Member:
    """One process of the cluster.

    Attributes:
        name: what it is called in messages.
        is_chief: whether the training ends with it.
    """

    def __init__(self, cluster, job, index, training):
        """Start nothing yet.

        Args:
            cluster: the addresses of each job.
            job: the job of this process.
            index: its index in the job.
            training: the arguments of the training command.
        """
        self.name, self.is_chief = name_of(job, index), job == "chief"
        self._speaks = job in ("chief", EVALUATOR)
        task = {"cluster": cluster, "task": {"type": job, "index": index}}
        self._environment = {
            **command_line.environment_of_child(COMMAND),
            VARIABLE: json.dumps(task),
        }
        self._command = [sys.executable, "-m", "tf1_rnn.main", *training]
        self._process, self._said = None, None

    def start(self):
        """Start the process; of those that only serve, their output is kept aside."""
        quiet = {} if self._speaks else {"stdout": subprocess.DEVNULL, "stderr": self._aside()}
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is this command's to pass on
            preexec_fn=_end_with_parent,
            **quiet,
        )

    def _aside(self):
        self._said = self._said or tempfile.TemporaryFile()
        return self._said

    def code(self):
        """Return the exit code, negative for the signal that ended it, or None while it runs."""
        return self._process.poll()

    def last_line(self):
        """Return the last line that a process that only serves has said."""
        if self._said is None:
            return ""
        self._said.seek(0)
        return (self._said.read().decode("utf-8", "replace").strip().splitlines() or [""])[-1]

    def send(self, number):
        """Send a signal to the process and what it has started, if it runs."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def end(self):
        """End the process, and what it has started, if it runs."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            self.send(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self._process is not None:
                    self._process.wait(SECONDS_TO_END)
                return


def _watch(members, restarts):
    """Start again who is killed; return the exit code, that of the first to end by itself."""
    left = restarts
    while True:
        for member in members:
            code = member.code()
            if code is None or (code == 0 and not member.is_chief):
                continue
            if code >= 0:
                line = member.last_line()
                if line and CHIEF_ENDED not in line:  # the chief itself says why
                    print(line, file=sys.stderr, flush=True)
                if code in STOPPED:
                    return command_line.say(COMMAND, f"{member.name} was stopped", code)
                return code
            by = signal.Signals(-code).name
            if not left:
                return command_line.say(
                    COMMAND,
                    f"{member.name} was killed by {by}, no restarts left (--restarts={restarts})",
                    128 - code,
                )
            left -= 1
            print(
                f"fault   {member.name} was killed by {by}: restarting it, "
                f"{counted(left, 'restart')} left",
                flush=True,
            )
            member.start()
        time.sleep(_POLL)


def _leave_time(members):
    """Let processes that are about to end do so."""
    deadline = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < deadline and any(member.code() is None for member in members):
        time.sleep(_POLL)


def _end_with_parent():
    """Let the system end this process when its parent dies, where it can (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
