"""A process of a cluster takes its part: `play(task, settings, console)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tensorflow.compat.v1 as tf

from tf1_rnn import __version__
from tf1_rnn.errors import UsageError
from tf1_rnn.trainer.cluster import evaluator, servers
from tf1_rnn.trainer.cluster.chief import Chief
from tf1_rnn.trainer.cluster.configuration import CHIEFS, EVALUATOR, VARIABLE, device_of
from tf1_rnn.trainer.cluster.reading import Reader
from tf1_rnn.trainer.flags import FLAGS

if TYPE_CHECKING:
    from tf1_rnn.console import Console
    from tf1_rnn.trainer.cluster.configuration import Task
    from tf1_rnn.trainer.settings import Settings

# What may differ between the processes of one cluster: where each finds the files, which the chief
# alone reads, and how much it says.
_OWN = ("data", "test_data", "model_dir", "output", "verbose")


def play(task: Task, settings: Settings, console: Console) -> None:
    """Take part in a cluster until the training ends.

    Args:
        task: the `Task` of this process.
        settings: the `Settings` of the run.
        console: a `Console`.

    Raises:
        RunError: in one line, what went wrong.
    """
    if not settings.training:
        raise UsageError(
            f"--mode={settings.mode} was given with {VARIABLE}; expected --mode=train, or no "
            f"{VARIABLE}, as one process does it"
        )
    settings.check_workers(len(task.workers()))
    if not settings.verbose:
        # An error of TensorFlow's is followed by a line of ours.
        tf.logging.set_verbosity(tf.logging.FATAL)
    if task.job == EVALUATOR:
        evaluator.watch(settings, console)
    elif task.job in CHIEFS:
        Chief(task, facts(task, settings), settings, console).train()
    else:
        console.line(f"cluster {task.name} serves at {task.address}")

        def reader(target):
            return Reader(target, device_of(task.job, task.index), settings).read

        said = servers.serve(task, facts(task, settings), reader)
        console.line(f"cluster {task.name}: {said}")


def facts(task: Task, settings: Settings) -> dict:
    """Return what must be equal in all processes of a cluster, JSON values by name."""
    flags = {
        f"--{name}": list(value) if isinstance(value, tuple) else value
        for name in FLAGS
        if name not in _OWN and (value := getattr(settings, name)) is not None
    }
    return {
        VARIABLE: {job: list(addresses) for job, addresses in task.cluster.items()},
        "tf1_rnn": __version__,
        "TensorFlow": tf.__version__,
        **flags,
    }
