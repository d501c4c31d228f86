"""`tensorflow.python.keras.engine.network`: a network is what every Keras model is now."""

from .. import keras as _keras

Network = _keras.Model
