"""`DataSet` and `read_data_sets`: the batches recorded from 1.15.5, and where files may lie."""

import gzip

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests import legacy
from tf1_rnn.v1.contrib.learn.datasets import mnist

IMAGES = np.arange(12 * 28 * 28).reshape(12, 28, 28, 1).astype(np.uint8)
LABELS = np.arange(12) % 10


def test_batches_come_in_1_15_5s_order():
    data = mnist.DataSet(IMAGES, LABELS, seed=3)
    assert (data.images.shape, data.images.dtype, data.images.max()) == ((12, 784), np.float32, 1)
    batches = [data.next_batch(5)[1].tolist() for _ in range(4)]
    assert batches == [[5, 4, 1, 2, 1], [6, 7, 0, 3, 9], [8, 0, 2, 0, 4], [1, 9, 3, 1, 5]]
    assert data.epochs_completed == 1
    assert data.next_batch(5, shuffle=False)[1].tolist() == [7, 0, 6, 8, 2]


def test_without_shuffling():
    data = mnist.DataSet(IMAGES, LABELS, dtype=tf.uint8, reshape=False)
    assert data.images.shape == (12, 28, 28, 1) and data.images.dtype == np.uint8
    batches = [data.next_batch(5, shuffle=False)[1].tolist() for _ in range(3)]
    assert batches == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [0, 1, 0, 1, 2]]


@pytest.mark.parametrize("form", ["gz", "plain", "npz"])
def test_reads_the_folder(form, tmp_path):
    legacy.write_mnist(tmp_path)
    first = mnist.read_data_sets(str(tmp_path), validation_size=20, one_hot=True)
    for path in list(tmp_path.iterdir()):
        if form == "plain":
            path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        if form != "gz":
            path.unlink()
    if form == "npz":
        images = np.concatenate([first.validation.images, first.train.images])
        np.savez(
            tmp_path / "mnist.npz",
            x_train=np.round(images.reshape(-1, 28, 28) * 255).astype(np.uint8),
            y_train=np.concatenate([first.validation.labels, first.train.labels]).argmax(1),
            x_test=np.round(first.test.images.reshape(-1, 28, 28) * 255).astype(np.uint8),
            y_test=first.test.labels.argmax(1),
        )
    data = mnist.read_data_sets(str(tmp_path), validation_size=20, one_hot=True)
    assert [each.num_examples for each in data] == [100, 20, 80]
    for ours, theirs in zip(data, first, strict=True):
        np.testing.assert_array_equal(ours.images, theirs.images)
        np.testing.assert_array_equal(ours.labels, theirs.labels)


def test_a_missing_folder_names_the_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="put mnist.npz there, or train-images-idx3-ubyte"):
        mnist.read_data_sets(str(tmp_path))
