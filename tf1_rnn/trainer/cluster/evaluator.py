"""The evaluator: tests each new checkpoint of the folder that a cluster trains in."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from typing import TYPE_CHECKING

from tf1_rnn import inputs
from tf1_rnn.checkpoints import folder
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer import plan as plans
from tf1_rnn.trainer.session import Run

if TYPE_CHECKING:
    from tf1_rnn.console import Console
    from tf1_rnn.trainer.settings import Settings

_POLL = 1


def watch(settings: Settings, console: Console) -> None:
    """Evaluate every new checkpoint until the training has ended.

    Args:
        settings: the `Settings` of the training.
        console: a `Console` for the numbers.

    Raises:
        UsageError: there is no folder to watch.
        RunError: no new checkpoint has come within the timeout.
    """
    if not settings.model_dir:
        raise UsageError("an evaluator reads checkpoints; expected --model_dir=FOLDER")
    settings = dataclasses.replace(settings, mode="eval")
    seen, tested, last = None, None, time.monotonic()
    while True:
        ended = _has_ended(settings.model_dir)
        newest = folder.prefixes(settings.model_dir)[-1:]
        if newest and newest[0] != seen:
            seen, last = newest[0], time.monotonic()
            tested = _test_once(settings, console, tested)
        elif ended:
            return
        elif time.monotonic() - last > settings.timeout:
            raise RunError(
                f"--model_dir={settings.model_dir} has had no new checkpoint for "
                f"--timeout={settings.timeout} seconds: check the output of the chief"
            )
        else:
            time.sleep(_POLL)


def _test_once(settings, console, tested):
    """Test the best epoch so far, unless it was `tested`; return its checkpoint."""
    plan = plans.settle(settings)
    if plan.checkpoint == tested:
        return tested
    try:
        Run(plan, console).carry_out()
    except RunError:
        if os.path.exists(f"{plan.checkpoint}.index"):
            raise
        return tested  # it was replaced by a better one meanwhile
    return plan.checkpoint


def _has_ended(path):
    """Return whether a folder holds the numbers of a run's end: those of the test."""
    try:
        return "test_loss" in json.loads(inputs.read(os.path.join(path, "metrics.json")))
    except (ValueError, TypeError, RecursionError):
        return False
