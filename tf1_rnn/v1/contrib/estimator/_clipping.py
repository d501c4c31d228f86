"""`clip_gradients_by_norm`: an optimiser that clips each gradient before it applies it."""

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
        """Apply the gradients, each clipped."""
        clipped = [
            (gradient if gradient is None else tf.clip_by_norm(gradient, self._clip_norm), variable)
            for gradient, variable in grads_and_vars
        ]
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
    """Return an optimiser that clips each gradient to a norm and hands it to another optimiser.

    Args:
        optimizer: a `tf.train.Optimizer`.
        clip_norm: the largest L2 norm of a gradient.
    """
    return _ClippingOptimizer(optimizer, clip_norm)
