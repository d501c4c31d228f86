"""The same numbers at every run of a script, for `run --deterministic`."""

import functools

import tensorflow
import tensorflow.compat.v1 as tf

from . import _seeds


def install():
    """Take what makes two runs differ out of every session of the process from now on.

    Sessions compute on one thread, so that sums have one order and no two operations race; kernels
    take their repeatable forms; random operations without any seed get one.

    Returns:
        A function without arguments that gives the line to print at the end.
    """
    tensorflow.config.experimental.enable_op_determinism()
    (base,) = tf.Session.__bases__
    base.__init__ = _on_one_thread(base.__init__)
    _seeds.seed_all()
    return _line


def _on_one_thread(initialise):
    @functools.wraps(initialise)
    def initialise_on_one_thread(self, target="", graph=None, config=None):
        if config is None or isinstance(config, tf.ConfigProto):
            given, config = config, tf.ConfigProto()
            if given is not None:
                config.CopyFrom(given)
            config.intra_op_parallelism_threads = config.inter_op_parallelism_threads = 1
        initialise(self, target, graph, config)

    return initialise_on_one_thread


def _line():
    seeded = _seeds.seeded_for_all()
    operations = "operation" if seeded == 1 else "operations"
    random = f"; {seeded} random {operations} had no seed and got one" if seeded else ""
    return f"deterministic: one thread a session{random}"
