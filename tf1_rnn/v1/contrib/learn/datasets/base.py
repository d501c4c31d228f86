"""`tf.contrib.learn.datasets.base` of TensorFlow 1.x: what a data set is made of."""

import collections

from .... import _lazy

Dataset = collections.namedtuple("Dataset", ["data", "target"])
Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])

_lazy.forward(__name__)
