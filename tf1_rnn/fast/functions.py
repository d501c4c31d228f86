"""Functions that are one operation wherever they are called, and optimised once."""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf


class Function:
    """A function of tensors, called by one operation, which has no gradient.

    It is traced once for each structure and shapes that it is called with. Its operations run one
    after the other, in one thread: calls that need nothing of one another run at the same time.

    Args:
        function: from tensors in tuples and lists to the same. Other tensors of the graph that it
            uses are those of its first call. It must not make variables or random numbers.
    """

    def __init__(self, function: Callable) -> None:
        self._function = function
        self._traces = {}

    def __call__(self, *args: Any) -> Any:
        """Return what the function returns."""
        key = str(tf.nest.map_structure(lambda tensor: tensor.shape, args))
        if key not in self._traces:
            self._traces[key] = self._traced(args)
        trace, structure, executor = self._traces[key]
        results = tf.raw_ops.PartitionedCall(
            args=[*tf.nest.flatten(args), *trace.captured_inputs],
            Tout=[result.dtype for result in trace.outputs],
            f=trace,
            config_proto=_unoptimised(),
            executor_type=executor,
        )
        for result, traced in zip(results, trace.outputs, strict=True):
            result.set_shape(traced.shape)
        return tf.nest.pack_sequence_as(structure, results)

    def _traced(self, args):
        """Return the trace for such arguments, the structure of its results, and its executor."""
        structures = []

        def traced(*tensors):
            results = self._function(*tf.nest.pack_sequence_as(args, tensors))
            structures.append(tf.nest.map_structure(lambda tensor: None, results))
            return tf.nest.flatten(results)

        function = tf.function(traced, autograph=False, experimental_attributes={"_noinline": True})
        given = (tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in tf.nest.flatten(args))
        with tf.device(None):  # of its operations; they get that of the call
            trace = function.get_concrete_function(*given)
        return trace, structures[0], _executor()


def _executor():
    """Return the name of the executor for a function made here; "" is TensorFlow's usual one.

    That of a single thread is faster, but meant for one device. An operation without a kernel for
    a GPU needs two, and whether another machine has a GPU is not known.
    """
    asked = tf.DeviceSpec.from_string(tf.no_op("device").device)
    is_here = asked.device_type is None and asked.job is None
    return "SINGLE_THREADED_EXECUTOR" if is_here or asked.device_type == "CPU" else ""


def _unoptimised():
    """Return the configuration of a call: the session optimises the function, once for all."""
    config = tf.ConfigProto()
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    return config.SerializeToString()
