"""`tensorflow.python.ops.rnn_cell_impl` and its other names: the cells, and `_linear`."""

import tensorflow.compat.v1 as _tf

from ...cells.arguments import check_floating as _check_floating
from ...cells.arguments import check_floating_type as _check_floating_type
from ...cells.rnn_cell import zeros_of_size as _zero_state_tensors  # noqa: F401
from ...cells.wrappers import check_cell as _check_cell
from .. import _lazy
from ..contrib import rnn as _rnn

_BIAS_VARIABLE_NAME = "bias"
_WEIGHTS_VARIABLE_NAME = "kernel"
ASSERT_LIKE_RNNCELL_ERROR_REGEXP = "is not an RNNCell"


def _check_rnn_cell_input_dtypes(inputs):
    """Raise ValueError unless all tensors of a nested structure are floating-point."""
    _check_floating(*_tf.nest.flatten(inputs))


def _check_supported_dtypes(dtype):
    """Raise ValueError unless a type, if one is given, is floating-point."""
    if dtype is not None:
        _check_floating_type(dtype)


def _hasattr(obj, attr_name):
    """Return whether an object has an attribute; other errors than AttributeError are raised."""
    return hasattr(obj, attr_name)


def assert_like_rnncell(cell_name, cell):
    """Raise TypeError unless `cell` has what the loops need."""
    _check_cell(cell)


def _like_rnncell(cell):
    """Return whether `cell` has what the loops need, as TensorFlow checked before 1.13."""
    try:
        _check_cell(cell)
    except TypeError:
        return False
    return True


def _concat(prefix, suffix, static=False):
    """Return the shape of `prefix` before `suffix`: a tensor, or with `static` a list.

    Each is an int, a TensorShape, or an int32 tensor of rank 0 or 1.
    """
    known = [_static_dims(part) for part in (prefix, suffix)]
    if static:
        return None if None in known else known[0] + known[1]
    parts = [
        part if dims is None or None in dims else dims
        for part, dims in zip((prefix, suffix), known, strict=True)
    ]
    if any(part is None or isinstance(part, _tf.TensorShape) for part in parts):
        raise ValueError(f"Provided a prefix or suffix of None: {prefix} and {suffix}")
    return _tf.concat([_tf.reshape(_tf.cast(part, _tf.int32), [-1]) for part in parts], 0)


def _static_dims(part):
    if _tf.is_tensor(part):
        part = _tf.get_static_value(part)
        return None if part is None else part.reshape(-1).tolist()
    shape = _tf.TensorShape([part] if isinstance(part, int) else part)
    return None if shape.rank is None else shape.as_list()


def _linear(args, output_size, bias, bias_initializer=None, kernel_initializer=None):
    """Return `concat(args, 1) @ kernel (+ bias)`, with its variables in the current scope.

    `args` is one [batch, n] tensor or a list of them; the result is [batch, output_size].
    """
    return _Linear(args, output_size, bias, bias_initializer, kernel_initializer)(args)


class _Linear:
    """A linear map of one or more [batch, n] tensors; its variables are made at once."""

    def __init__(
        self, args, output_size, build_bias, bias_initializer=None, kernel_initializer=None
    ):
        args = [args] if _tf.is_tensor(args) else args
        if not args:
            raise ValueError("`args` must be specified")
        widths = [arg.shape.with_rank(2)[1] for arg in args]
        widths = [getattr(width, "value", width) for width in widths]
        if None in widths:
            raise ValueError(f"linear expects a known depth, saw the shapes {args}")
        dtype = args[0].dtype
        with _tf.variable_scope(_tf.get_variable_scope()):
            self._kernel = _tf.get_variable(
                _WEIGHTS_VARIABLE_NAME,
                [sum(widths), output_size],
                dtype=dtype,
                initializer=kernel_initializer,
            )
            self._bias = None
            if build_bias:
                self._bias = _tf.get_variable(
                    _BIAS_VARIABLE_NAME,
                    [output_size],
                    dtype=dtype,
                    initializer=bias_initializer or _tf.zeros_initializer(dtype=dtype),
                )

    def __call__(self, args):
        args = [args] if _tf.is_tensor(args) else args
        product = _tf.matmul(_tf.concat(args, 1) if len(args) > 1 else args[0], self._kernel)
        return product if self._bias is None else _tf.nn.bias_add(product, self._bias)


_LayerRNNCell = _rnn.LayerRNNCell
_lazy.forward(__name__, _rnn)
