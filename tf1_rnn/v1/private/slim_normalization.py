"""Batch normalisation as tf-slim asks for it: that of `tf.layers`."""


def __getattr__(name):
    from .. import layers

    return getattr(layers, name)
