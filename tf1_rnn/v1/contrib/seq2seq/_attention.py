"""Attention over a memory, and the cell wrapper that uses it.

Bahdanau, Cho and Bengio, "Neural Machine Translation by Jointly Learning to Align and Translate",
2015: score = v . tanh(W query + U memory). Luong, Pham and Manning, "Effective Approaches to
Attention-based Neural Machine Translation", 2015: score = query . (W memory).
"""

import collections

import numpy as np
import tensorflow.compat.v1 as tf

from ....cells.arguments import size_of
from ....cells.rnn_cell import zeros_of_size as _zero_state_tensors
from ....cells.wrappers import check_cell
from ..._constructions import tensordot
from ..._seeds import leave_out
from ...nn.rnn_cell import RNNCell


def hardmax(logits, name=None):
    """Return one-hot vectors of the largest logits."""
    with tf.name_scope(name, "Hardmax", [logits]):
        logits = tf.convert_to_tensor(logits, name="logits")
        return tf.one_hot(tf.argmax(logits, -1), tf.shape(logits)[-1], dtype=logits.dtype)


class _Projection:
    """A matrix without bias, `name/kernel`, made in the scope of its first use.

    It has what a user asks of the `tf.layers.Dense` that 1.15.5 had in its place.
    """

    use_bias, bias, trainable = False, None, True

    def __init__(self, units, name, dtype=None):
        self.units, self.name = units, name
        self._dtype = dtype
        self.kernel = None

    @property
    def weights(self):
        """The kernel in a list, once it is made."""
        return [] if self.kernel is None else [self.kernel]

    variables = trainable_weights = trainable_variables = weights

    @property
    def built(self):
        """Whether the kernel is made."""
        return self.kernel is not None

    @property
    def scope_name(self):
        """The name of the scope of the kernel."""
        return self._scope.name

    def count_params(self):
        """Return the number of weights."""
        return self.kernel.shape.num_elements()

    def apply(self, inputs):
        """Return the products of the inputs, as a call does."""
        return self(inputs)

    def __call__(self, inputs):
        if self.kernel is not None:
            with tf.name_scope(self._scope.original_name_scope):
                return self._product(inputs)
        with tf.variable_scope(None, default_name=self.name) as self._scope:
            depth = tf.dimension_value(inputs.shape[-1])
            self.kernel = tf.get_variable(
                "kernel", [depth, self.units], dtype=self._dtype or inputs.dtype
            )
            return self._product(inputs)

    def _product(self, inputs):
        if inputs.shape.ndims == 2:
            return tf.matmul(inputs, self.kernel)
        return tensordot(inputs, self.kernel, [[inputs.shape.ndims - 1], [0]])


class AttentionMechanism:
    """What an AttentionWrapper needs: alignments [batch, memory length] for a query."""

    @property
    def alignments_size(self):
        """The length of the memory."""
        raise NotImplementedError

    @property
    def state_size(self):
        """The size of the mechanism's own state."""
        raise NotImplementedError


class _BaseAttentionMechanism(AttentionMechanism):
    """Keys and values from a memory [batch, length, depth]; padding gets no attention.

    `probability_fn(score, state)` makes alignments of scores [batch, length]. Its name, and the
    names of what a user's mechanism overrides or calls, are those of 1.15.5.
    """

    def __init__(
        self,
        query_layer,
        memory,
        probability_fn,
        memory_sequence_length=None,
        memory_layer=None,
        check_inner_dims_defined=True,
        score_mask_value=None,
        custom_key_value_fn=None,
        name=None,
    ):
        self.query_layer = query_layer
        self.memory_layer = memory_layer
        self.dtype = memory_layer.dtype if hasattr(memory_layer, "dtype") else None
        self._probability_fn = lambda score, state: probability_fn(
            _maybe_mask_score(score, memory_sequence_length, score_mask_value=score_mask_value),
            state,
        )
        with tf.name_scope(name, "BaseAttentionMechanismInit", tf.nest.flatten(memory)):
            self._values = _prepare_memory(
                memory,
                memory_sequence_length,
                check_inner_dims_defined=check_inner_dims_defined,
            )
            self._keys = memory_layer(self._values) if memory_layer else self._values
            if custom_key_value_fn is not None:
                self._keys, self._values = custom_key_value_fn(self._keys, self._values)
            self._batch_size = size_of(self._keys, 0)
            self._length = size_of(self._keys, 1)

    @property
    def keys(self):
        """The keys, which are compared with a query, [batch, length, units]."""
        return self._keys

    @property
    def values(self):
        """The values, of which the context is a weighted sum, [batch, length, depth]."""
        return self._values

    @property
    def batch_size(self):
        """The batch size of the memory."""
        return self._batch_size

    @property
    def alignments_size(self):
        """The length of the memory."""
        return self._length

    @property
    def state_size(self):
        """The state is the last alignments."""
        return self._length

    def initial_alignments(self, batch_size, dtype):
        """Return zeros [batch, length]."""
        return _zero_state_tensors(self._length, batch_size, dtype)

    initial_state = initial_alignments

    def __call__(self, query, state):
        """Return (alignments [batch, length], next state)."""
        with tf.variable_scope(None, self._scope_name, [query]):
            score = self._score(self.query_layer(query) if self.query_layer else query)
        alignments = self._probability_fn(score, state)
        return alignments, alignments


class LuongAttention(_BaseAttentionMechanism):
    """Multiplicative attention: the score is the product of query and key.

    Args:
        num_units: size of the queries and the keys.
        memory: what is attended to, `[batch, length, size]`.
        memory_sequence_length: integers `[batch]`, above 0; what is past a length gets no
            attention. By default all of `length`.
        scale: whether scores are multiplied by a variable `attention_g`, which starts at 1.
        probability_fn: function from scores to alignments, `[batch, length]` both, by default
            softmax.
        score_mask_value: score of what is past a length, by default -inf.
        dtype: type of the variables, by default float32.
        custom_key_value_fn: function `(keys, values)` to those that are used instead.
        name: name scope of the operations that prepare the memory.
    """

    _scope_name = "luong_attention"

    def __init__(
        self,
        num_units,
        memory,
        memory_sequence_length=None,
        scale=False,
        probability_fn=None,
        score_mask_value=None,
        dtype=None,
        custom_key_value_fn=None,
        name="LuongAttention",
    ):
        super().__init__(
            query_layer=None,
            memory_layer=_Projection(num_units, "memory_layer", dtype),
            memory=memory,
            probability_fn=_stateless(probability_fn or tf.nn.softmax),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            custom_key_value_fn=custom_key_value_fn,
            name=name,
        )
        self._num_units = num_units
        self._scale = scale

    def _score(self, query):
        """query . keys, times the variable `attention_g` (which starts at 1) if `scale`."""
        g = None
        if self._scale:
            g = tf.get_variable(
                "attention_g", dtype=query.dtype, initializer=tf.ones_initializer, shape=()
            )
        return _luong_score(query, self._keys, g)


def _luong_score(query, keys, scale):
    """Return the scores [batch, length] of keys [batch, length, units], times `scale` if given."""
    depth, units = query.shape[-1], keys.shape[-1]
    if tf.dimension_value(depth) != tf.dimension_value(units):
        raise ValueError(
            "Incompatible or unknown inner dimensions between query and keys. Query "
            f"({query}) has units: {depth}. Keys ({keys}) have units: {units}. "
            "Perhaps you need to set num_units to the query's depth."
        )
    score = tf.squeeze(tf.matmul(tf.expand_dims(query, 1), keys, transpose_b=True), [1])
    return score if scale is None else scale * score


class BahdanauAttention(_BaseAttentionMechanism):
    """Additive attention: the score is `v . tanh(query W + key)`.

    Args:
        num_units: number of hidden units, between query and score.
        memory: what is attended to, `[batch, length, size]`.
        memory_sequence_length: integers `[batch]`, above 0; what is past a length gets no
            attention. By default all of `length`.
        normalize: whether v gets a length of its own, `attention_g` (Salimans and Kingma, "Weight
            Normalization", 2016), and the hidden units a bias.
        probability_fn: function from scores to alignments, `[batch, length]` both, by default
            softmax.
        score_mask_value: score of what is past a length, by default -inf.
        dtype: type of the variables, by default float32.
        custom_key_value_fn: function `(keys, values)` to those that are used instead.
        name: name scope of the operations that prepare the memory.
    """

    _scope_name = "bahdanau_attention"

    def __init__(
        self,
        num_units,
        memory,
        memory_sequence_length=None,
        normalize=False,
        probability_fn=None,
        score_mask_value=None,
        dtype=None,
        custom_key_value_fn=None,
        name="BahdanauAttention",
    ):
        super().__init__(
            query_layer=_Projection(num_units, "query_layer", dtype),
            memory_layer=_Projection(num_units, "memory_layer", dtype),
            memory=memory,
            probability_fn=_stateless(probability_fn or tf.nn.softmax),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            custom_key_value_fn=custom_key_value_fn,
            name=name,
        )
        self._num_units = num_units
        self._normalize = normalize

    def _score(self, query):
        """v . tanh(query + keys), or g v/|v| . tanh(query + keys + b)."""
        v = tf.get_variable("attention_v", [self._num_units], dtype=query.dtype)
        if not self._normalize:
            return _bahdanau_score(query, self._keys, v)
        g = tf.get_variable(
            "attention_g",
            dtype=query.dtype,
            initializer=tf.constant_initializer(np.sqrt(1.0 / self._num_units)),
            shape=(),
        )
        b = tf.get_variable(
            "attention_b",
            [self._num_units],
            dtype=query.dtype,
            initializer=tf.zeros_initializer(),
        )
        return _bahdanau_score(query, self._keys, v, g, b)


def _bahdanau_score(processed_query, keys, attention_v, attention_g=None, attention_b=None):
    """Return the scores [batch, length] of keys [batch, length, units]; g and b normalise them."""
    query, v = tf.expand_dims(processed_query, 1), attention_v
    if attention_g is None or attention_b is None:
        return tf.reduce_sum(v * tf.tanh(keys + query), [2])
    normed_v = attention_g * v * tf.rsqrt(tf.reduce_sum(tf.square(v)))
    return tf.reduce_sum(normed_v * tf.tanh(keys + query + attention_b), [2])


def _stateless(probability_fn):
    return lambda score, _: probability_fn(score)


def _prepare_memory(
    memory, memory_sequence_length=None, memory_mask=None, check_inner_dims_defined=True
):
    """Return the memory [batch, length, ...], zero where the lengths or the mask end it."""
    memory = tf.nest.map_structure(lambda m: tf.convert_to_tensor(m, name="memory"), memory)
    for m in tf.nest.flatten(memory) if check_inner_dims_defined else ():
        if not m.shape[2:].is_fully_defined():
            raise ValueError(
                f"Expected memory {m.name} to have fully defined inner dims, but saw shape: "
                f"{m.shape}"
            )
    if memory_sequence_length is None and memory_mask is None:
        return memory

    def masked(m):
        mask = memory_mask
        if mask is None:
            mask = tf.sequence_mask(memory_sequence_length, tf.shape(m)[1], dtype=m.dtype)
        mask = tf.cast(mask, m.dtype)
        rest = tf.ones(m.shape.ndims - 2, tf.int32)
        return m * tf.reshape(mask, tf.concat([tf.shape(mask), rest], 0))

    return tf.nest.map_structure(masked, memory)


def _maybe_mask_score(score, memory_sequence_length=None, memory_mask=None, score_mask_value=None):
    """Return the scores [batch, length], `score_mask_value` (-inf) behind each length."""
    if memory_sequence_length is None and memory_mask is None:
        return score
    if memory_mask is None:
        message = "All values in memory_sequence_length must be greater than zero."
        check = tf.debugging.assert_positive(memory_sequence_length, message=message)
        with tf.control_dependencies([check]):
            memory_mask = tf.sequence_mask(memory_sequence_length, tf.shape(score)[1])
    value = -np.inf if score_mask_value is None else score_mask_value
    return tf.where(tf.cast(memory_mask, tf.bool), score, value * tf.ones_like(score))


_State = collections.namedtuple(
    "AttentionWrapperState",
    ("cell_state", "attention", "time", "alignments", "alignment_history", "attention_state"),
)


class AttentionWrapperState(_State):
    """The state of an AttentionWrapper."""

    def clone(self, **kwargs):
        """Return a copy with some fields replaced, which keep their static shapes."""

        def with_shape(old, new):
            if tf.is_tensor(old) and tf.is_tensor(new):
                if not (old.shape.is_fully_defined() and new.shape.is_fully_defined()):
                    leave_out(16)  # 1.15.5 compared the two shapes when the graph ran
                new.set_shape(old.shape)
            return new

        return tf.nest.map_structure(with_shape, self, self._replace(**kwargs))


_TILE = (
    "You may need to tile your {} via the tf.contrib.seq2seq.tile_batch function with argument "
    "multiple=beam_width."
)


class AttentionWrapper(RNNCell):
    """A cell whose input includes the last attention, and whose output is the next query.

    Each step: `cell(concat(inputs, attention))`; the alignments of its output with the memory;
    the context, their weighted sum of the values; and the attention, `attention_layer` of output
    and context, or the context itself.

    Args:
        cell: the cell.
        attention_mechanism: an `AttentionMechanism`, or a list of several, whose attentions are
            concatenated.
        attention_layer_size: size of the attention, made by a linear map of output and context;
            None for the context itself. A list for several mechanisms.
        alignment_history: whether the state keeps the alignments of all steps, in a TensorArray.
        cell_input_fn: function `(inputs, attention)` to the cell's input, by default their
            concatenation.
        output_attention: whether the output is the attention; otherwise it is the cell's output.
        initial_cell_state: state of the cell in `zero_state`, whose batch size must then match; by
            default zeros.
        name: the scope of the variables, by default `attention_wrapper`.
        attention_layer: a layer, or a list of them, in place of `attention_layer_size`.
        attention_fn: function `(mechanism, cell output, attention state, attention layer)` to
            `(attention, alignments, next attention state)`, in place of the usual.
        dtype: type of the attention layers' variables.
    """

    def __init__(
        self,
        cell,
        attention_mechanism,
        attention_layer_size=None,
        alignment_history=False,
        cell_input_fn=None,
        output_attention=True,
        initial_cell_state=None,
        name=None,
        attention_layer=None,
        attention_fn=None,
        dtype=None,
    ):
        super().__init__(name=name)
        check_cell(cell)
        self._is_multi = isinstance(attention_mechanism, (list, tuple))
        mechanisms = tuple(attention_mechanism) if self._is_multi else (attention_mechanism,)
        for mechanism in mechanisms:
            if not isinstance(mechanism, AttentionMechanism):
                raise TypeError(
                    "attention_mechanism must be an AttentionMechanism or list of them, "
                    f"saw {type(mechanism).__name__}"
                )
        if cell_input_fn is not None and not callable(cell_input_fn):
            raise TypeError(
                f"cell_input_fn must be callable, saw type: {type(cell_input_fn).__name__}"
            )
        if attention_layer_size is not None and attention_layer is not None:
            raise ValueError("Only one of attention_layer_size and attention_layer should be set")
        self._cell = cell
        self._attention_mechanisms = mechanisms
        self._attention_layers = self._layers(attention_layer_size, attention_layer, dtype)
        self._cell_input_fn = cell_input_fn or (
            lambda inputs, attention: tf.concat([inputs, attention], -1)
        )
        self._attention_fn = attention_fn or _compute_attention
        self._output_attention = output_attention
        self._alignment_history = alignment_history
        self._initial_cell_state = None
        if initial_cell_state is not None:
            with tf.name_scope(name, "AttentionWrapperInit"):
                last = tf.nest.flatten(initial_cell_state)[-1]
                self._initial_cell_state = self._of_the_memorys_batch(
                    initial_cell_state,
                    size_of(last, 0),
                    f"When constructing AttentionWrapper {self._base_name}",
                    "initial_cell_state",
                    _TILE.format("initial state"),
                    "check_initial_cell_state",
                )

    def _of_the_memorys_batch(self, tensors, batch_size, when, what, advice, name):
        """Return the tensors of a structure, which fail unless all memories have the batch size."""
        message = (
            f"{when}: Non-matching batch sizes between the memory (encoder output) and {what}.  "
            f"Are you using the BeamSearchDecoder?  {advice}"
        )
        checks = [
            tf.debugging.assert_equal(batch_size, mechanism.batch_size, message=message)
            for mechanism in self._attention_mechanisms
        ]
        with tf.control_dependencies(checks):
            return tf.nest.map_structure(lambda tensor: tf.identity(tensor, name=name), tensors)

    def _layers(self, sizes, layers, dtype):
        count = len(self._attention_mechanisms)
        if sizes is not None:
            sizes = tuple(sizes) if isinstance(sizes, (list, tuple)) else (sizes,)
            layers = [_Projection(size, "attention_layer", dtype) for size in sizes]
        if layers is None:
            self._attention_layer_size = sum(
                tf.dimension_value(mechanism.values.shape[-1])
                for mechanism in self._attention_mechanisms
            )
            return None
        layers = tuple(layers) if isinstance(layers, (list, tuple)) else (layers,)
        if len(layers) != count:
            raise ValueError(
                f"There must be one attention layer for each mechanism: saw {len(layers)} "
                f"and {count}"
            )
        self._attention_layer_size = sum(layer.units for layer in layers)
        return layers

    def _item_or_tuple(self, seq):
        """Return one item, or a tuple of one for each mechanism where they came as a list."""
        items = tuple(seq)
        return items if self._is_multi else items[0]

    @property
    def output_size(self):
        """The attention's size, or the cell's with `output_attention=False`."""
        return self._attention_layer_size if self._output_attention else self._cell.output_size

    @property
    def state_size(self):
        """An AttentionWrapperState of sizes."""
        mechanisms = self._attention_mechanisms
        return AttentionWrapperState(
            cell_state=self._cell.state_size,
            time=tf.TensorShape([]),
            attention=self._attention_layer_size,
            alignments=self._item_or_tuple(m.alignments_size for m in mechanisms),
            attention_state=self._item_or_tuple(m.state_size for m in mechanisms),
            alignment_history=self._item_or_tuple(
                m.alignments_size if self._alignment_history else () for m in mechanisms
            ),
        )

    def zero_state(self, batch_size, dtype):
        """Return the first AttentionWrapperState; give it a cell state by `clone(cell_state=)`."""
        with tf.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            cell_state = self._initial_cell_state
            if cell_state is None:
                cell_state = self._cell.zero_state(batch_size, dtype)
            cell_state = self._of_the_memorys_batch(
                cell_state,
                batch_size,
                f"When calling zero_state of AttentionWrapper {self._base_name}",
                "the requested batch size",
                "If so, make sure your encoder output has been tiled to beam_width via "
                "tf.contrib.seq2seq.tile_batch, and the batch_size= argument passed to zero_state "
                "is batch_size * beam_width.",
                "checked_cell_state",
            )
            mechanisms = self._attention_mechanisms
            alignments = [m.initial_alignments(batch_size, dtype) for m in mechanisms]
            return AttentionWrapperState(
                cell_state=cell_state,
                time=tf.zeros([], dtype=tf.int32),
                attention=_zero_state_tensors(self._attention_layer_size, batch_size, dtype),
                alignments=self._item_or_tuple(alignments),
                attention_state=self._item_or_tuple(
                    m.initial_state(batch_size, dtype) for m in mechanisms
                ),
                alignment_history=self._item_or_tuple(
                    tf.TensorArray(dtype, size=0, dynamic_size=True, element_shape=alignment.shape)
                    if self._alignment_history
                    else ()
                    for alignment in alignments
                ),
            )

    def call(self, inputs, state):
        """Return (attention, or the cell's output; the next AttentionWrapperState)."""
        if not isinstance(state, AttentionWrapperState):
            raise TypeError(
                "Expected state to be instance of AttentionWrapperState. "
                f"Received type {type(state)} instead."
            )
        cell_output, cell_state = self._cell(
            self._cell_input_fn(inputs, state.attention), state.cell_state
        )
        cell_output = self._of_the_memorys_batch(
            cell_output,
            size_of(cell_output, 0),
            f"When applying AttentionWrapper {self.name}",
            "the query (decoder output)",
            _TILE.format("memory input"),
            "checked_cell_output",
        )
        many = self._is_multi
        previous = state.attention_state if many else [state.attention_state]
        histories = state.alignment_history if many else [state.alignment_history]
        attentions, alignments, states, new_histories = [], [], [], []
        for i, mechanism in enumerate(self._attention_mechanisms):
            attention, alignment, next_state = self._attention_fn(
                mechanism,
                cell_output,
                previous[i],
                self._attention_layers[i] if self._attention_layers else None,
            )
            if self._alignment_history:
                new_histories.append(histories[i].write(state.time, alignment))
            else:
                new_histories.append(())
            attentions.append(attention)
            alignments.append(alignment)
            states.append(next_state)
        attention = tf.concat(attentions, 1)
        next_state = AttentionWrapperState(
            time=state.time + 1,
            cell_state=cell_state,
            attention=attention,
            attention_state=self._item_or_tuple(states),
            alignments=self._item_or_tuple(alignments),
            alignment_history=self._item_or_tuple(new_histories),
        )
        return (attention if self._output_attention else cell_output), next_state


def _compute_attention(attention_mechanism, cell_output, attention_state, attention_layer):
    """Return (attention, alignments, next state of the mechanism)."""
    alignments, next_state = attention_mechanism(cell_output, state=attention_state)
    values = attention_mechanism.values
    context = tf.squeeze(tf.matmul(tf.expand_dims(alignments, 1), values), [1])
    if attention_layer is None:
        return context, alignments, next_state
    return attention_layer(tf.concat([cell_output, context], 1)), alignments, next_state
