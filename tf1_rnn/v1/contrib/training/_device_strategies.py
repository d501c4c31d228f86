"""Which parameter server gets which variable, for `tf.train.replica_device_setter`."""

import numpy as np
import tensorflow.compat.v1 as tf


class GreedyLoadBalancingStrategy:
    """Gives each operation to the task with the smallest load so far, the first of several.

    Args:
        num_tasks: number of parameter servers.
        load_fn: a function from an operation to its load, such as `byte_size_load_fn`.
    """

    def __init__(self, num_tasks, load_fn):
        self._load_fn, self._loads = load_fn, np.zeros(num_tasks)

    def __call__(self, op):
        """Return the number of the task for an operation."""
        task = np.argmin(self._loads)
        self._loads[task] += self._load_fn(op)
        return task


def byte_size_load_fn(op):
    """Return how many bytes the one output of an operation has, a variable's for example.

    Raises:
        ValueError: there is not one output, or its shape is not known.
    """
    if len(op.outputs) != 1:
        raise ValueError(f"Op {op} must have a single output")
    shape, dtype = op.outputs[0].shape, op.outputs[0].dtype
    if not shape.is_fully_defined() or dtype == tf.resource:
        shape = tf.TensorShape(op.get_attr("shape"))
    if dtype == tf.resource:
        dtype = op.get_attr("dtype")
    shape.assert_is_fully_defined()
    return shape.num_elements() * dtype.size
