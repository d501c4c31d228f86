"""`tf.contrib.learn.models` of TensorFlow 1.x: regressions, and a recurrent network before one."""

import functools as _functools

import tensorflow.compat.v1 as _tf

from ... import _lazy
from .. import rnn as _rnn
from . import ops as _ops


def linear_regression(x, y, init_mean=None, init_stddev=1.0):
    """Return the predictions of a new linear layer, and the mean of their squared errors.

    Variables: `linear_regression/weights [depth, outputs]`, `bias [outputs]`.

    Args:
        x: features `[batch, depth]`.
        y: `[batch, outputs]`, or `[batch]` for one output.
        init_mean: mean of the variables' first values; by default those are the scope's.
        init_stddev: their standard deviation.
    """
    with _tf.variable_scope("linear_regression") as scope:
        outputs = 1 if y.shape.ndims == 1 else y.shape[1]
        weights, bias = _variables(scope, x, y, outputs, init_mean, init_stddev)
        return _ops.mean_squared_error_regressor(x, y, weights, bias)


def linear_regression_zero_init(x, y):
    """Return `linear_regression` with variables that start at 0.

    Args:
        x: features `[batch, depth]`.
        y: `[batch, outputs]`, or `[batch]` for one output.
    """
    return linear_regression(x, y, init_mean=0.0, init_stddev=0.0)


def logistic_regression(x, y, class_weight=None, init_mean=None, init_stddev=1.0):
    """Return the probabilities of a new linear layer's classes, and the mean cross-entropy.

    Variables: `logistic_regression/weights [depth, classes]`, `bias [classes]`.

    Args:
        x: features `[batch, depth]`.
        y: labels `[batch, classes]`, ones and zeros.
        class_weight: `[classes]`, factors of the logits; by default the graph's tensor
            `class_weight:0`, if there is one.
        init_mean: mean of the variables' first values; by default those are the scope's.
        init_stddev: their standard deviation.
    """
    with _tf.variable_scope("logistic_regression") as scope:
        weights, bias = _variables(scope, x, y, y.shape[-1], init_mean, init_stddev)
        if class_weight is None:
            try:
                class_weight = _tf.get_default_graph().get_tensor_by_name("class_weight:0")
            except KeyError:
                pass
        return _ops.softmax_classifier(x, y, weights, bias, class_weight)


def logistic_regression_zero_init(x, y):
    """Return `logistic_regression` with variables that start at 0.

    Args:
        x: features `[batch, depth]`.
        y: labels `[batch, classes]`, ones and zeros.
    """
    return logistic_regression(x, y, init_mean=0.0, init_stddev=0.0)


def _variables(scope, x, y, outputs, mean, stddev):
    """Return the weights and the bias of a layer, and add histograms of all that it computes."""
    dtype, started = x.dtype.base_dtype, None
    if mean is not None:
        started = _tf.random_normal_initializer(mean, stddev, dtype=dtype)
    _tf.summary.histogram(f"{scope.name}.x", x)
    _tf.summary.histogram(f"{scope.name}.y", y)
    weights = _tf.get_variable("weights", [x.shape[1], outputs], dtype, started)
    bias = _tf.get_variable("bias", [outputs], dtype, started)
    _tf.summary.histogram(f"{scope.name}.weights", weights)
    _tf.summary.histogram(f"{scope.name}.bias", bias)
    return weights, bias


def bidirectional_rnn(
    cell_fw,
    cell_bw,
    inputs,
    initial_state_fw=None,
    initial_state_bw=None,
    dtype=None,
    sequence_length=None,
    scope=None,
):
    """Run two cells in both directions over a list of steps.

    Args:
        cell_fw: the cell that runs forward.
        cell_bw: the cell that runs backward.
        inputs: list of tensors `[batch, depth]`.
        initial_state_fw: state of the forward cell, by default zeros of `dtype`.
        initial_state_bw: state of the backward cell, by default zeros of `dtype`.
        dtype: type of the zeros.
        sequence_length: integers `[batch]`, by default all of the time.
        scope: a name, by default `BiRNN`; the variables are in `NAME_FW` and `NAME_BW`.

    Returns:
        List of outputs `[batch, outputs of both cells]`, and the last states, joined the same way.
    """
    name = scope or "BiRNN"
    with _tf.variable_scope(f"{name}_FW"):
        forward, state_fw = _tf.nn.static_rnn(
            cell_fw, inputs, initial_state_fw, dtype, sequence_length
        )
    with _tf.variable_scope(f"{name}_BW"):
        backward, state_bw = _tf.nn.static_rnn(
            cell_bw, _reverse_seq(inputs, sequence_length), initial_state_bw, dtype, sequence_length
        )
    backward = _reverse_seq(backward, sequence_length)
    outputs = [_tf.concat(both, 1) for both in zip(forward, backward, strict=True)]
    states = [_tf.nest.flatten(state) for state in (state_fw, state_bw)]
    return outputs, _tf.concat([part for state in states for part in state], 1)


def _reverse_seq(input_seq, lengths):
    """Return the steps from the last to the first, each sequence within its length."""
    if lengths is None:
        return input_seq[::-1]
    turned = _tf.reverse_sequence(_tf.stack(input_seq), lengths, seq_axis=0, batch_axis=1)
    steps = _tf.unstack(turned, len(input_seq))
    for step, like in zip(steps, input_seq, strict=True):
        step.set_shape(like.shape)
    return steps


_CELLS = {
    "rnn": _rnn.BasicRNNCell,
    "gru": _rnn.GRUCell,
    "lstm": _functools.partial(_rnn.BasicLSTMCell, state_is_tuple=False),
}


def get_rnn_model(
    rnn_size,
    cell_type,
    num_layers,
    input_op_fn,
    bidirectional,
    target_predictor_fn,
    sequence_length,
    initial_state,
    attn_length,
    attn_size,
    attn_vec_size,
):
    """Return a function of features and labels: a recurrent network before a regression.

    Args:
        rnn_size: units of a layer.
        cell_type: "rnn", "gru" or "lstm".
        num_layers: number of layers.
        input_op_fn: makes a list of steps `[batch, depth]` of the features.
        bidirectional: whether the network runs in both directions.
        target_predictor_fn: makes predictions and a loss of the last state and the labels.
        sequence_length: integers `[batch]`, or None.
        initial_state: the first state, or None for zeros.
        attn_length: steps that attention looks back, or None for no attention.
        attn_size: size of the attention.
        attn_vec_size: size of its hidden layer.

    Raises:
        ValueError: another `cell_type`.
    """

    def layer():
        cell = _CELLS[cell_type](rnn_size)
        if attn_length is None:
            return cell
        return _rnn.AttentionCellWrapper(
            cell,
            attn_length=attn_length,
            attn_size=attn_size,
            attn_vec_size=attn_vec_size,
            state_is_tuple=False,
        )

    def layers():
        return _rnn.MultiRNNCell([layer() for _ in range(num_layers)], state_is_tuple=False)

    def rnn_estimator(x, y):
        steps = input_op_fn(x)
        options = {"dtype": _tf.float32, "sequence_length": sequence_length}
        if bidirectional:
            _, state = bidirectional_rnn(
                layers(), layers(), steps, initial_state, initial_state, **options
            )
        else:
            _, state = _tf.nn.static_rnn(layers(), steps, initial_state, **options)
        return target_predictor_fn(state, y)

    if cell_type not in _CELLS:
        raise ValueError(f"cell_type {cell_type} is not supported. Give one of {[*_CELLS]}.")
    return rnn_estimator


_lazy.forward(__name__)
