"""`clip_gradients_by_norm`: an optimiser that clips the gradients before it applies them."""

import tensorflow.compat.v1 as tf


class _ClippingOptimizer(tf.train.Optimizer):
    """Another optimiser, whose gradients are clipped."""

    def __init__(self, optimizer, clip_norm):
        super().__init__(False, f"ClipByNorm{optimizer.get_name()}")
        self._optimizer, self._clip_norm = optimizer, clip_norm

    def compute_gradients(self, *args, **kwargs):
        """Return pairs of gradients and variables."""
        return self._optimizer.compute_gradients(*args, **kwargs)

    def apply_gradients(self, grads_and_vars, global_step=None, name=None):
        """Apply the gradients, clipped by the norm of all together."""
        gradients, variables = zip(*grads_and_vars, strict=True)
        gradients, _ = tf.clip_by_global_norm(gradients, self._clip_norm)
        clipped = list(zip(gradients, variables, strict=True))
        return self._optimizer.apply_gradients(clipped, global_step, name)

    def get_slot(self, *args, **kwargs):
        """Return a slot of the other optimiser."""
        return self._optimizer.get_slot(*args, **kwargs)

    def get_slot_names(self, *args, **kwargs):
        """Return the names of the other optimiser's slots."""
        return self._optimizer.get_slot_names(*args, **kwargs)

    def variables(self):
        """Return the variables of the other optimiser."""
        return self._optimizer.variables()


def clip_gradients_by_norm(optimizer, clip_norm):
    """Return an optimiser that clips the gradients and hands them to another optimiser.

    Args:
        optimizer: a `tf.train.Optimizer`.
        clip_norm: the largest L2 norm of all gradients together.
    """
    return _ClippingOptimizer(optimizer, clip_norm)
