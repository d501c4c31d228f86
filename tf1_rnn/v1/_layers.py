"""The layers of `tf.layers` and `tf.keras.layers`, built from 1.15.5's operations.

tf-keras's layers make the same variables and values with fewer or more nodes; see
`_constructions.py` for why their number matters.
"""

import functools
import importlib
import inspect
import warnings

import tensorflow.compat.v1 as tf

from ..cells.arguments import size_of
from ..cells.dropout import dropout
from ._constructions import tensordot
from ._seeds import leave_out


class _Dense:
    """A dense layer whose inputs of more than two dimensions go through 1.x's `tensordot`."""

    def call(self, inputs):
        """Return `activation(inputs . kernel + bias)`."""
        rank = inputs.shape.rank if isinstance(inputs, tf.Tensor) else None
        if rank is None or rank < 3 or inputs.dtype != self.kernel.dtype.base_dtype:
            return super().call(inputs)
        outputs = tensordot(inputs, self.kernel, [[rank - 1], [0]])
        outputs.set_shape(inputs.shape[:-1].concatenate(self.units))
        if self.use_bias:
            outputs = tf.nn.bias_add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)


class _Dropout:
    """Dropout built as in 1.x."""

    def call(self, inputs, training=False):
        """Drop where `training` is, or at run time turns out to be, true."""

        def dropped():
            shape = self._get_noise_shape(inputs)
            return dropout(inputs, self.rate, shape, self.seed)

        def kept():
            return tf.identity(inputs)

        known = tf.get_static_value(training) if tf.is_tensor(training) else training
        if known is None:
            return tf.cond(training, dropped, kept)
        return dropped() if known else kept()


class _KerasDropout(_Dropout):
    """Dropout in the phase of learning, unless told."""

    def call(self, inputs, training=None):
        """Drop where `training` is, or at run time turns out to be, true."""
        if training is None:
            keras = importlib.import_module("tf_keras.api._v1.keras")
            training = keras.backend.learning_phase()
        return super().call(inputs, training)


class _Flatten:
    """A layer that reads only the batch size at run time, where it is unknown."""

    def call(self, inputs):
        """Return `[batch, all the rest]`."""
        if self.data_format == "channels_first":
            return super().call(inputs)
        batch = size_of(inputs, 0)
        outputs = tf.reshape(inputs, (batch, -1))
        outputs.set_shape([inputs.shape[0], inputs.shape[1:].num_elements()])
        return outputs


class _Convolution:
    """A convolution that keeps its dilation in a node."""

    def build(self, input_shape):
        """Make the variables."""
        super().build(input_shape)
        if not self._is_dilated():  # a call makes it, else
            tf.constant(self.dilation_rate, name="dilation_rate")

    def _is_dilated(self):
        return any(rate > 1 for rate in self.dilation_rate)

    def convolution_op(self, inputs, kernel):
        """Convolve; in one dimension, by `tf.nn.conv1d`, whose nodes are named so."""
        if self.rank != 1 or self._is_dilated() or self.padding == "causal":
            return super().convolution_op(inputs, kernel)
        return tf.nn.conv1d(
            inputs,
            kernel,
            self.strides[0],
            self.padding.upper(),
            data_format=self._tf_data_format,
            name="conv1d",
        )


class _TimeDistributed:
    """A layer of each step, counted without a second reshape of the inputs."""

    def call(self, inputs, training=None, mask=None):
        """Return the layer's outputs of all steps."""
        outputs = super().call(inputs, training, mask)
        leave_out(-2)
        return outputs


class _LikeItsBase(type):
    """The type of a class whose instances are all those of its base, as in a loaded model."""

    def __instancecheck__(cls, instance):
        base = vars(cls).get("_base")  # a script's own subclass has none
        return isinstance(instance, base) if base else super().__instancecheck__(instance)


_OLD = {
    "Conv1D": _Convolution,
    "Conv2D": _Convolution,
    "Conv3D": _Convolution,
    "Dense": _Dense,
    "Dropout": _Dropout,
    "Flatten": _Flatten,
}
_KERAS = {**_OLD, "Dropout": _KerasDropout, "TimeDistributed": _TimeDistributed}
NAMES = {*_OLD, *map(str.lower, _OLD)}


def of(module):
    """Return `{name: class or function}` of the layers of tf-keras's `module` that are built here.

    A function, `dense`, makes a layer of its class, `Dense`, and calls it.
    """
    made = {}
    for name, old in _OLD.items():
        base = getattr(module, name)
        made[name] = type(name, (old, base), {"__doc__": base.__doc__, "__module__": __name__})
        made[name.lower()] = _function(getattr(module, name.lower()), made[name])
    return made


def of_keras(module):
    """Return `{name: class}` of the layers of tf-keras's `module` that are built here."""
    made = {}
    for name, old in _KERAS.items():
        base = getattr(module, name)
        own = {"__doc__": base.__doc__, "__module__": __name__, "_base": base}
        made[name] = _LikeItsBase(name, (old, base), own)
    return made


def _function(original, layer_class):
    signature = inspect.signature(original)

    @functools.wraps(original)
    def layer(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        options = dict(bound.arguments)
        inputs, reuse = options.pop("inputs"), options.pop("reuse", None)
        call = {"training": options.pop("training")} if "training" in options else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = layer_class(**options, _reuse=reuse, _scope=options["name"])
            return made(inputs, **call)

    return layer
