"""`tf.contrib.learn.datasets` of TensorFlow 1.x: MNIST, read from a folder."""

from .... import _lazy
from . import base, mnist

__all__ = ["base", "load_dataset", "mnist"]


def load_dataset(name, size="small", test_with_fake_data=False):
    """Return a data set by its name; ValueError for one that is not supported.

    Args:
        name: "mnist", the only one.
        size: not used.
        test_with_fake_data: not used.
    """
    if name != "mnist":
        raise ValueError(f"Name of dataset is not found: {name} (here: mnist)")
    return mnist.load_mnist()


_lazy.forward(__name__)
