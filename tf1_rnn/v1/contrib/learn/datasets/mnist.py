"""MNIST as TensorFlow 1.x's tutorials read it: `read_data_sets` and its `DataSet`.

The data come from a folder that you give; nothing is downloaded. With the environment variable
`TF1_RNN_MNIST=digits` (`tf1-rnn run --mnist=digits`) they are the embedded digits,
scaled to 28x28.
"""

import gzip
import os
import struct

import numpy as np
import tensorflow.compat.v1 as tf

from .... import _lazy
from ...._missing import NotForScripts
from .base import Datasets

DEFAULT_SOURCE_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


def dense_to_one_hot(labels_dense, num_classes):
    """Return the [n] labels as an [n, num_classes] array of zeros and ones."""
    return np.eye(num_classes)[labels_dense]


class DataSet:
    """Images and labels that come in batches, in a new order each epoch.

    Args:
        images: bytes `[n, 28, 28, 1]`.
        labels: `[n]`, or `[n, 10]` if `one_hot`.
        fake_data: whether every image is ones.
        one_hot: whether labels are one-hot vectors.
        dtype: type of the images: uint8 from 0 to 255, or float32 from 0 to 1.
        reshape: whether images become `[n, 784]`.
        seed: seed of the order of the images.
    """

    def __init__(
        self,
        images,
        labels,
        fake_data=False,
        one_hot=False,
        dtype=tf.float32,
        reshape=True,
        seed=None,
    ):
        of_graph, of_operation = tf.random.get_seed(seed)
        np.random.seed(of_graph if seed is None else of_operation)
        dtype = tf.as_dtype(dtype).base_dtype
        if dtype not in (tf.uint8, tf.float32):
            raise TypeError(f"Invalid image dtype {dtype!r}, expected uint8 or float32")
        self._fake_data = fake_data
        if fake_data:
            self.one_hot = one_hot
        else:
            images = _checked(images, labels, reshape)
            if dtype == tf.float32:
                images = images.astype(np.float32) * np.float32(1 / 255)
        self._num_examples = 10000 if fake_data else len(images)
        self._images, self._labels = images, labels
        self._epochs_completed = self._index_in_epoch = 0

    @property
    def images(self):
        """All images, in the order of the current epoch."""
        return self._images

    @property
    def labels(self):
        """All labels, in the order of the current epoch."""
        return self._labels

    @property
    def num_examples(self):
        """The number of examples."""
        return self._num_examples

    @property
    def epochs_completed(self):
        """How many epochs `next_batch` has completed."""
        return self._epochs_completed

    def next_batch(self, batch_size, fake_data=False, shuffle=True):
        """Return the next `batch_size` images and labels; the last batch runs into a new epoch.

        Args:
            batch_size: number of images.
            fake_data: whether to return ones and the label 0.
            shuffle: whether the order is random.
        """
        if fake_data:
            label = [1] + [0] * 9 if self.one_hot else 0
            return [[1] * 784] * batch_size, [label] * batch_size
        start = self._index_in_epoch
        if self._epochs_completed == 0 and start == 0 and shuffle:
            self._shuffle()
        if start + batch_size <= self._num_examples:
            self._index_in_epoch = end = start + batch_size
            return self._images[start:end], self._labels[start:end]
        self._epochs_completed += 1
        rest = self._images[start:], self._labels[start:]
        if shuffle:
            self._shuffle()
        self._index_in_epoch = end = batch_size - (self._num_examples - start)
        parts = zip(rest, (self._images[:end], self._labels[:end]), strict=True)
        images, labels = (np.concatenate(part, axis=0) for part in parts)
        return images, labels

    def _shuffle(self):
        order = np.arange(self._num_examples)
        np.random.shuffle(order)
        self._images, self._labels = self._images[order], self._labels[order]


def _checked(images, labels, reshape):
    """Return the images, [n, rows * columns] with `reshape`; AssertionError for wrong shapes."""
    shapes = f"images.shape: {images.shape} labels.shape: {labels.shape}"
    assert len(images) == len(labels), shapes
    if not reshape:
        return images
    assert images.shape[3] == 1, shapes
    return images.reshape(len(images), -1)


def extract_images(f):
    """Return the [n, rows, columns, 1] bytes of a gzipped IDX file object of images."""
    with gzip.GzipFile(fileobj=f) as stream:
        return _images(stream.read(), f.name)


def extract_labels(f, one_hot=False, num_classes=10):
    """Return the labels of a gzipped IDX file.

    Args:
        f: an open file, IDX and gzipped.
        one_hot: whether labels are one-hot vectors.
        num_classes: number of classes.
    """
    with gzip.GzipFile(fileobj=f) as stream:
        labels = _labels(stream.read(), f.name)
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def read_data_sets(
    train_dir,
    fake_data=False,
    one_hot=False,
    dtype=tf.float32,
    reshape=True,
    validation_size=5000,
    seed=None,
    source_url=DEFAULT_SOURCE_URL,
):
    """Return MNIST from a folder as `Datasets(train, validation, test)`.

    Args:
        train_dir: folder of the four IDX files, gzipped or plain, or of `mnist.npz`.
        fake_data: whether every image is ones.
        one_hot: whether labels are one-hot vectors.
        dtype: type of the images: uint8 from 0 to 255, or float32 from 0 to 1.
        reshape: whether images become `[n, 784]`.
        validation_size: how many training images, the first ones, become the validation set.
        seed: seed of the order of the images.
        source_url: not used: nothing is downloaded.
    """
    if fake_data:
        fake = [
            DataSet([], [], fake_data=True, one_hot=one_hot, dtype=dtype, seed=seed)
            for _ in range(3)
        ]
        return Datasets(*fake)
    digits = os.environ.get("TF1_RNN_MNIST") == "digits"
    arrays = _embedded_digits() if digits else _read_folder(train_dir)
    train_images, train_labels, test_images, test_labels = arrays
    if digits:
        validation_size = min(validation_size, len(train_images) // 12)
    if not 0 <= validation_size <= len(train_images):
        raise ValueError(
            f"Validation size should be between 0 and {len(train_images)}. "
            f"Received: {validation_size}."
        )
    if one_hot:
        train_labels, test_labels = (
            dense_to_one_hot(labels, 10) for labels in (train_labels, test_labels)
        )
    options = {"dtype": dtype, "reshape": reshape, "seed": seed}
    cut = validation_size
    return Datasets(
        train=DataSet(train_images[cut:], train_labels[cut:], **options),
        validation=DataSet(train_images[:cut], train_labels[:cut], **options),
        test=DataSet(test_images, test_labels, **options),
    )


def load_mnist(train_dir="MNIST-data"):
    """Return MNIST from the folder `train_dir`."""
    return read_data_sets(train_dir)


def _read_folder(folder):
    archive = os.path.join(folder, "mnist.npz")
    found = [_path_of(folder, name) for name in _FILES]
    if None not in found:
        arrays = []
        for path, read in zip(found, (_images, _labels) * 2, strict=True):
            print("Extracting", path)  # as the tutorials' readers know it
            arrays.append(read(_content(path), path))
        return arrays
    if os.path.isfile(archive):
        with np.load(archive) as data:
            images, labels, test_images, test_labels = (
                data[key] for key in ("x_train", "y_train", "x_test", "y_test")
            )
        return images[..., np.newaxis], labels, test_images[..., np.newaxis], test_labels
    missing = ", ".join(n for n, path in zip(_FILES, found, strict=True) if path is None)
    raise NotForScripts(
        f"MNIST is not in {os.path.abspath(folder)!r}: put mnist.npz there, or {missing} "
        "(each plain or .gz); or run on the embedded digits: "
        "tf1-rnn run --mnist=digits SCRIPT"
    )


def _path_of(folder, name):
    # The last form is how some mirrors unpack the files.
    names = (f"{name}.gz", name, name.replace("-idx", ".idx"))
    paths = (os.path.join(folder, each) for each in names)
    return next((path for path in paths if os.path.isfile(path)), None)


def _content(path):
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
        return file.read()


def _images(data, path):
    magic, count, rows, columns = struct.unpack(">4i", data[:16])
    if magic != 2051:
        raise ValueError(f"Invalid magic number {magic} in MNIST image file: {path}")
    return np.frombuffer(data, np.uint8, offset=16).reshape(count, rows, columns, 1)


def _labels(data, path):
    magic, count = struct.unpack(">2i", data[:8])
    if magic != 2049:
        raise ValueError(f"Invalid magic number {magic} in MNIST label file: {path}")
    return np.frombuffer(data, np.uint8, count, offset=8)


def _embedded_digits():
    """Return the embedded 8x8 digits as MNIST's bytes: 24x24 by repetition, with a margin of 2."""
    from tf1_rnn import digits

    images, labels = digits.images_and_labels()
    images = np.round(images * 255).astype(np.uint8).repeat(3, axis=1).repeat(3, axis=2)
    images = np.pad(images, ((0, 0), (2, 2), (2, 2)))[..., np.newaxis]
    labels, n = labels.astype(np.uint8), digits.TRAINING
    return [images[:n], labels[:n], images[n:], labels[n:]]


_lazy.forward(__name__)
