"""Waiting for another process, which fails when the time is up."""

import time


def until(condition, seconds=60):
    """Wait until `condition()` is true; AssertionError if it is not so within the seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} seconds in vain"
        time.sleep(0.01)
