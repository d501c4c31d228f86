"""Refuse sizes that cannot fit into memory, before TensorFlow tries. Needs neither it nor NumPy."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tf1_rnn import digits, memory
from tf1_rnn.errors import RunError
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer.flags import assignment

FLOAT = 4  # bytes
# A weight that is trained has a gradient and Adam's two moments.
TRAINED = 4
POOL = 4  # side of the field of a map of convolutional graphs that its head reads one number of


def check(configuration: Mapping, training: bool) -> None:
    """Refuse a model that is larger than the memory that is left.

    Args:
        configuration: that of a plan.
        training: whether it is to be trained.

    Raises:
        RunError: what it takes, and what there is.
    """
    count = weights(configuration) + weights_of_head(configuration)
    size = FLOAT * count * (TRAINED if training else 1)
    if training:
        size += FLOAT * configuration["batch_size"] * _outputs(configuration)
    shortage = memory.shortage(size)
    if shortage:
        names = ("num_units", "multi_units", "output_channels", "kernel_shape", "batch_size")
        given = [assignment(name, configuration[name]) for name in names if name in configuration]
        raise RunError(f"a model of {' '.join(given)} {shortage}: give smaller sizes")


def check_moving_digits(time_steps: int) -> None:
    """Refuse more frames of the moving digits than fit."""
    count = digits.IMAGES * time_steps * digits.CANVAS**2
    shortage = memory.shortage(2 * FLOAT * count)
    if shortage:
        raise RunError(f"--time_steps={time_steps} {shortage}: give fewer frames")


def weights(configuration: Mapping) -> int:
    """Return about how many weights the graph of a configuration has, without its head."""
    cell, features = configuration["cell"], configuration["step_shape"][-1]
    if GRAPHS[cell].takes_frames:
        filters = configuration["output_channels"]
        return math.prod(configuration["kernel_shape"]) * (features + filters) * 4 * filters
    count, gates = 0, 3 if cell == "gru" else 4
    for units in _layers(configuration):
        count, features = count + (features + units) * gates * units, units
    return count * (2 if cell == "bilstm" else 1)


def weights_of_head(configuration: Mapping) -> int:
    """Return how many weights the head has: those of each class, or of each number."""
    cell = configuration["cell"]
    if GRAPHS[cell].takes_frames:
        height, width = (math.ceil(side / POOL) for side in configuration["step_shape"][:2])
        read = height * width * configuration["output_channels"]
    else:
        read = _layers(configuration)[-1] * (2 if cell == "bilstm" else 1)
    return (read + 1) * configuration["n_classes"]


def _layers(configuration):
    return configuration.get("multi_units") or [configuration["num_units"]]


def _outputs(configuration):
    """Return how many numbers the loop outputs for one sequence."""
    steps = configuration["time_steps"]
    if GRAPHS[configuration["cell"]].takes_frames:
        return steps * math.prod(configuration["step_shape"][:2]) * configuration["output_channels"]
    return steps * sum(_layers(configuration))
