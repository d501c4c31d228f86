"""`tensorflow.examples.tutorials.mnist.input_data`."""

from .... import _lazy
from ....contrib.learn.datasets.mnist import (  # noqa: F401
    DEFAULT_SOURCE_URL,
    DataSet,
    Datasets,
    dense_to_one_hot,
    extract_images,
    extract_labels,
    read_data_sets,
)

_lazy.forward(__name__)
