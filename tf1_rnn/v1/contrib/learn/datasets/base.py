"""`tf.contrib.learn.datasets.base` of TensorFlow 1.x: what a data set is made of."""

import collections

Dataset = collections.namedtuple("Dataset", ["data", "target"])
Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])
