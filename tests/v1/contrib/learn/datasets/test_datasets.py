"""Data sets by name: MNIST is the one that is carried on."""

import pytest

import tf1_rnn.v1 as tf

datasets = tf.contrib.learn.datasets


@pytest.mark.parametrize("size", ["small", "large"])
def test_mnist_by_its_name(size, monkeypatch):
    monkeypatch.setattr(datasets.mnist, "load_mnist", lambda: "MNIST")
    assert datasets.load_dataset("mnist", size) == "MNIST"


@pytest.mark.parametrize("name", ["iris", "", None])
def test_another_name(name):
    with pytest.raises(ValueError, match=f"Name of dataset is not found: {name} .here: mnist"):
        datasets.load_dataset(name)
