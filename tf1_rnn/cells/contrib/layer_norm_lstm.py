"""The LSTM with layer normalisation, and with a dropout that forgets nothing.

Ba et al., "Layer normalization", 2016, https://arxiv.org/abs/1607.06450; Semeniuta et al.,
"Recurrent dropout without memory loss", 2016, https://arxiv.org/abs/1603.05118.
"""

from collections.abc import Callable

import tensorflow.compat.v1 as tf

from .. import recurrences
from ..arguments import as_size, known_depth, split
from ..dropout import dropout
from ..hints import Activation, State
from ..lstm import LSTMStateTuple
from ..rnn_cell import RNNCell
from ..wrappers import derived_seed, is_trained
from .pieces import layer_norm, memory_and_output, norm_variables

NORMALISED = ("input", "transform", "forget", "output", "state")  # scopes of i, j, f, o and c


def layer_norm_lstm_step(
    gates: tf.Tensor,
    c: tf.Tensor,
    forget_bias: float = 1.0,
    activation: Activation = tf.tanh,
    norm: Callable[[tf.Tensor, str], tf.Tensor] | None = None,
    dropout: Activation | None = None,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the new memory and the output, `[batch, H]` each.

    Args:
        gates: pre-activations `[batch, 4H]`, in the order i = input, j = new input, f = forget,
            o = output.
        c: memory `[batch, H]`.
        forget_bias: added to f here, after its normalisation.
        activation: of j and of the new memory.
        norm: None, or a function of `[batch, H]` and its name in `NORMALISED`, which normalises it.
        dropout: None, or a function of `[batch, H]` for the activated new input.
    """
    i, j, f, o = split(gates, 4, axis=1)
    if norm:
        i = norm(i, "input")
        j = norm(j, "transform")
        f = norm(f, "forget")
        o = norm(o, "output")
    j = activation(j)
    if dropout:
        j = dropout(j)
    new_c = c * tf.sigmoid(f + forget_bias) + tf.sigmoid(i) * j
    if norm:
        new_c = norm(new_c, "state")
    return new_c, activation(new_c) * tf.sigmoid(o)


class LayerNormBasicLSTMCell(RNNCell):
    """The basic LSTM with layer normalisation and recurrent dropout.

        i, j, f, o = split([x, h] W)
        c' = norm(sigmoid(norm(f) + forget_bias)*c + sigmoid(norm(i))*drop(tanh(norm(j))))
        h' = sigmoid(norm(o))*tanh(c')
        norm(a) = gamma*(a - mean(a))/std(a) + beta          (each with its own gamma and beta)

    Variables, with D inputs and H units: `kernel [D+H, 4H]`; then either `gamma [H]`, `beta [H]`
    in each of `input/`, `transform/`, `forget/`, `output/`, `state/`, or, without layer
    normalisation, `bias [4H]`, which starts as the scope's initializer says, not at 0.

    Args:
        num_units: H, the size of `c`, of `h` and of the output.
        forget_bias: added to the forget gate whenever the cell runs.
        input_size: not used, with a warning.
        activation: of the new input and of the new memory, a function of tensors.
        layer_norm: whether to normalise.
        norm_gain: what each gamma starts at.
        norm_shift: what each beta starts at.
        dropout_keep_prob: probability of keeping a value of the new input, a float or a tensor;
            the float 1.0 leaves dropout out of the graph.
        dropout_prob_seed: the dropout's seed.
        reuse: whether to share the variables that are already in the scope.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: int | None = None,
        activation: Activation = tf.tanh,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: float | tf.Tensor = 1.0,
        dropout_prob_seed: int | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        if input_size is not None:
            tf.logging.warn("%s: The input_size parameter is deprecated.", self)
        self._num_units = as_size(num_units)
        self._forget_bias = forget_bias
        self._activation = activation
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift
        self._keep_prob = dropout_keep_prob
        self._seed = dropout_prob_seed

    @property
    def state_size(self) -> LSTMStateTuple:
        """`LSTMStateTuple(H, H)`."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def call(self, inputs: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Run one step: inputs `[batch, D]`, `(c, h)`, `[batch, H]` each, to `(h', (c', h'))`."""
        c, h = memory_and_output(self, state)
        units, joined = self._num_units, tf.concat([inputs, h], 1)
        kernel = tf.get_variable("kernel", [known_depth(joined.shape), 4 * units], inputs.dtype)
        gates = tf.matmul(joined, kernel)
        if not self._layer_norm:
            gates = tf.nn.bias_add(gates, tf.get_variable("bias", [4 * units], inputs.dtype))
        norm = self._norm if self._layer_norm else None
        new_c, new_h = layer_norm_lstm_step(
            gates, c, self._forget_bias, self._activation, norm, self._dropout()
        )
        return new_h, LSTMStateTuple(new_c, new_h)

    def _norm(self, tensor, scope):
        gain, shift = norm_variables(
            scope, self._num_units, tensor.dtype, self._norm_gain, self._norm_shift
        )
        with tf.name_scope(scope):
            return layer_norm(tensor, gain, shift)

    def _drops(self):
        return not (isinstance(self._keep_prob, float) and self._keep_prob >= 1.0)

    def _dropout(self):
        if not self._drops():
            return None
        return lambda x: dropout(x, 1 - self._keep_prob, seed=self._seed)

    def _recurrence(self, made):
        def mask(ones):
            if not self._drops():
                return ones
            seed = derived_seed(self._seed, "new_input", 0)
            return dropout(ones, 1 - self._keep_prob, seed=seed)

        scope = self.scope_name if made else None
        names = NORMALISED if self._layer_norm else ()
        norms = [made.get(f"{scope}/{name}/{part}") for name in names for part in ("gamma", "beta")]
        return recurrences.LayerNormLSTM(
            made.get(f"{scope}/kernel"),
            made.get(f"{scope}/bias"),
            norms or None,
            self._forget_bias,
            self._activation,
            mask,
            but="its dropout_keep_prob is trained" if is_trained(self._keep_prob) else "",
        )
