"""One step of a cell, and the names of variables: what tests of layers and cells share."""

import tensorflow.compat.v1 as tf


def names(variables=None):
    return [v.op.name for v in (tf.global_variables() if variables is None else variables)]


def step(cell, depth=3, dtype=tf.float32, scope=None):
    return cell(tf.zeros([2, depth], dtype), cell.zero_state(2, dtype), scope)
