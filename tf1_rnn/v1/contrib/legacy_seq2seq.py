"""`tf.contrib.legacy_seq2seq` of TensorFlow 1.x: sequence to sequence over lists of steps.

Sutskever, Vinyals and Le, "Sequence to Sequence Learning with Neural Networks", 2014; the
attention is that of Vinyals et al., "Grammar as a Foreign Language", 2014. Inputs are lists of
[batch, size] tensors (or, with embeddings, of [batch] integers), one for each time step.
"""

import copy

import tensorflow.compat.v1 as tf

from ...cells.wrappers import check_cell
from .. import _lazy
from .._moved.rnn_cell_impl import _linear
from . import rnn as _rnn

__all__ = [
    "attention_decoder",
    "basic_rnn_seq2seq",
    "embedding_attention_decoder",
    "embedding_attention_seq2seq",
    "embedding_rnn_decoder",
    "embedding_rnn_seq2seq",
    "embedding_tied_rnn_seq2seq",
    "model_with_buckets",
    "one2many_rnn_seq2seq",
    "rnn_decoder",
    "sequence_loss",
    "sequence_loss_by_example",
    "tied_rnn_seq2seq",
]


def _extract_argmax_and_embed(embedding, output_projection=None, update_embedding=True):
    """Return a loop function: from an output to the embedding of its likeliest symbol."""

    def loop_function(previous, _):
        if output_projection is not None:
            previous = tf.nn.xw_plus_b(previous, output_projection[0], output_projection[1])
        embedded = tf.nn.embedding_lookup(embedding, tf.argmax(previous, 1))
        return embedded if update_embedding else tf.stop_gradient(embedded)

    return loop_function


def rnn_decoder(decoder_inputs, initial_state, cell, loop_function=None, scope=None):
    """Run a cell over a list of inputs, or over what a function makes of its outputs.

    Args:
        decoder_inputs: list of one tensor for each decoder step, `[batch, size]`.
        initial_state: the cell's state before the first step, `[batch, size]` each.
        cell: the cell.
        loop_function: None, or a function `(previous output [batch, output_size], step)` to the
            next input `[batch, size]`, which replaces all of `decoder_inputs` but the first.
        scope: a name or VariableScope; by default the name of this function.

    Returns:
        `(outputs, state)`: a list of one `[batch, output_size]` for each step, and the cell's last
        state.
    """
    with tf.variable_scope(scope or "rnn_decoder"):
        state, outputs, previous = initial_state, [], None
        for i, inputs in enumerate(decoder_inputs):
            if loop_function is not None and previous is not None:
                with tf.variable_scope("loop_function", reuse=True):
                    inputs = loop_function(previous, i)
            if i > 0:
                tf.get_variable_scope().reuse_variables()
            output, state = cell(inputs, state)
            outputs.append(output)
            previous = output
    return outputs, state


def basic_rnn_seq2seq(encoder_inputs, decoder_inputs, cell, dtype=tf.float32, scope=None):
    """Encode with a copy of a cell and decode with the cell, each with its own weights.

    Args:
        encoder_inputs: list of one tensor for each encoder step, `[batch, size]`.
        decoder_inputs: list of one tensor for each decoder step, `[batch, size]`.
        cell: the cell.
        dtype: type of the encoder's initial state.
        scope: a name or VariableScope; by default the name of this function.

    Returns:
        `(outputs, state)`: a list of one `[batch, output_size]` for each step, and the cell's last
        state.
    """
    with tf.variable_scope(scope or "basic_rnn_seq2seq"):
        _, state = tf.nn.static_rnn(copy.deepcopy(cell), encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, state, cell)


def tied_rnn_seq2seq(
    encoder_inputs, decoder_inputs, cell, loop_function=None, dtype=tf.float32, scope=None
):
    """Encode and decode with one cell and one set of weights.

    Args:
        encoder_inputs: list of one tensor for each encoder step, `[batch, size]`.
        decoder_inputs: list of one tensor for each decoder step, `[batch, size]`.
        cell: the cell.
        loop_function: None, or a function `(previous output [batch, output_size], step)` to the
            next input `[batch, size]`, which replaces all of `decoder_inputs` but the first.
        dtype: type of the encoder's initial state.
        scope: a name or VariableScope inside `combined_tied_rnn_seq2seq`, by default
            `tied_rnn_seq2seq`.

    Returns:
        `(outputs, state)`: a list of one `[batch, output_size]` for each step, and the cell's last
        state.
    """
    with tf.variable_scope("combined_tied_rnn_seq2seq"):
        scope = scope or "tied_rnn_seq2seq"
        _, state = tf.nn.static_rnn(cell, encoder_inputs, dtype=dtype, scope=scope)
        tf.get_variable_scope().reuse_variables()
        return rnn_decoder(decoder_inputs, state, cell, loop_function=loop_function, scope=scope)


def _check_projection(output_projection, size, num_symbols, dtype):
    if output_projection is not None:
        weights = tf.convert_to_tensor(output_projection[0], dtype=dtype)
        weights.get_shape().assert_is_compatible_with([size, num_symbols])
        biases = tf.convert_to_tensor(output_projection[1], dtype=dtype)
        biases.get_shape().assert_is_compatible_with([num_symbols])


def embedding_rnn_decoder(
    decoder_inputs,
    initial_state,
    cell,
    num_symbols,
    embedding_size,
    output_projection=None,
    feed_previous=False,
    update_embedding_for_previous=True,
    scope=None,
):
    """Embed symbols and run `rnn_decoder` over them.

    Variable: `embedding_rnn_decoder/embedding [num_symbols, embedding_size]`.

    Args:
        decoder_inputs: list of one tensor of integers for each decoder step, `[batch]`.
        initial_state: the cell's state before the first step, `[batch, size]` each.
        cell: the cell.
        num_symbols: number of symbols, those of the embedding.
        embedding_size: length of an embedding.
        output_projection: None, or a pair `(W [output_size, num_symbols], b [num_symbols])` that
            turns the outputs into logits, to find the likeliest symbol.
        feed_previous: whether the decoder is fed its own likeliest symbol instead of all
            `decoder_inputs` but the first.
        update_embedding_for_previous: whether gradients reach the embedding through symbols that
            the decoder fed to itself.
        scope: a name or VariableScope; by default the name of this function.

    Returns:
        `(outputs, state)`: a list of one `[batch, cell.output_size]` for each step, and the cell's
        last state.
    """
    with tf.variable_scope(scope or "embedding_rnn_decoder") as inside:
        if output_projection is not None:
            _check_projection(output_projection, None, num_symbols, inside.dtype)
        embedding = tf.get_variable("embedding", [num_symbols, embedding_size])
        loop_function = None
        if feed_previous:
            loop_function = _extract_argmax_and_embed(
                embedding, output_projection, update_embedding_for_previous
            )
        inputs = [tf.nn.embedding_lookup(embedding, symbols) for symbols in decoder_inputs]
        return rnn_decoder(inputs, initial_state, cell, loop_function=loop_function)


def _decode_either_way(feed_previous, decode):
    """Return (outputs, state) of `decode(feed, update)`; a tensor decides at run time.

    As in 1.15.5, symbols that a tensor lets be fed do not update their embedding.
    """
    if isinstance(feed_previous, bool):
        return decode(feed_previous, True)
    structure = []

    def flat(feed, reuse):
        with tf.variable_scope(tf.get_variable_scope(), reuse=reuse):
            outputs, state = decode(feed, False)
        structure[:] = [outputs, state]
        return outputs + tf.nest.flatten(state)

    results = tf.cond(feed_previous, lambda: flat(True, None), lambda: flat(False, True))
    outputs, state = structure
    return results[: len(outputs)], tf.nest.pack_sequence_as(state, results[len(outputs) :])


def _embedding_encoder(cell, encoder_inputs, num_symbols, embedding_size, dtype):
    encoder = _rnn.EmbeddingWrapper(
        copy.deepcopy(cell), embedding_classes=num_symbols, embedding_size=embedding_size
    )
    return tf.nn.static_rnn(encoder, encoder_inputs, dtype=dtype)


def embedding_rnn_seq2seq(
    encoder_inputs,
    decoder_inputs,
    cell,
    num_encoder_symbols,
    num_decoder_symbols,
    embedding_size,
    output_projection=None,
    feed_previous=False,
    dtype=None,
    scope=None,
):
    """Embed and encode symbols, then decode with `embedding_rnn_decoder`.

    The encoder is a copy of the cell with its own weights and its own embedding.

    Args:
        encoder_inputs: list of one tensor of integers for each encoder step, `[batch]`.
        decoder_inputs: list of one tensor of integers for each decoder step, `[batch]`.
        cell: the cell.
        num_encoder_symbols: number of the encoder's symbols.
        num_decoder_symbols: number of the decoder's symbols.
        embedding_size: length of an embedding.
        output_projection: None, or a pair `(W [output_size, symbols], b [symbols])` that turns the
            outputs into logits, to find the likeliest symbol.
        feed_previous: whether the decoder is fed its own likeliest symbol instead of all
            `decoder_inputs` but the first; a bool, or a scalar tensor that decides at run time.
        dtype: type of the variables and of the initial state, by default the scope's.
        scope: a name or VariableScope; by default the name of this function.

    Returns:
        `(outputs, state)`: a list of one tensor for each decoder step, and the cell's last state.
        The outputs are logits `[batch, num_decoder_symbols]`; with an `output_projection` they are
        the cell's, `[batch, cell.output_size]`.
    """
    with tf.variable_scope(scope or "embedding_rnn_seq2seq") as inside:
        dtype = dtype or inside.dtype
        inside.set_dtype(dtype)
        _, state = _embedding_encoder(
            cell, encoder_inputs, num_encoder_symbols, embedding_size, dtype
        )
        if output_projection is None:
            cell = _rnn.OutputProjectionWrapper(cell, num_decoder_symbols)

        def decode(feed_previous, update):
            return embedding_rnn_decoder(
                decoder_inputs,
                state,
                cell,
                num_decoder_symbols,
                embedding_size,
                output_projection=output_projection,
                feed_previous=feed_previous,
                update_embedding_for_previous=update,
            )

        return _decode_either_way(feed_previous, decode)


def embedding_tied_rnn_seq2seq(
    encoder_inputs,
    decoder_inputs,
    cell,
    num_symbols,
    embedding_size,
    num_decoder_symbols=None,
    output_projection=None,
    feed_previous=False,
    dtype=None,
    scope=None,
):
    """Embed, encode and decode symbols with one embedding and one cell.

    Args:
        encoder_inputs: list of one tensor of integers for each encoder step, `[batch]`.
        decoder_inputs: list of one tensor of integers for each decoder step, `[batch]`.
        cell: the cell.
        num_symbols: number of symbols of encoder and decoder together.
        embedding_size: length of an embedding.
        num_decoder_symbols: number of the decoder's symbols where the outputs are logits, by
            default `num_symbols`.
        output_projection: None, or a pair `(W [output_size, symbols], b [symbols])` that turns the
            outputs into logits, to find the likeliest symbol.
        feed_previous: whether the decoder is fed its own likeliest symbol instead of all
            `decoder_inputs` but the first; a bool, or a scalar tensor that decides at run time.
        dtype: type of the variables and of the initial state, by default the scope's.
        scope: a name or VariableScope; by default the name of this function.

    Returns:
        `(outputs, state)`: a list of one tensor for each decoder step, and the cell's last state.
        The outputs are logits `[batch, num_decoder_symbols]`; with an `output_projection` they are
        the cell's, `[batch, cell.output_size]`.
    """
    with tf.variable_scope(scope or "embedding_tied_rnn_seq2seq", dtype=dtype) as inside:
        dtype = inside.dtype
        _check_projection(output_projection, None, num_symbols, dtype)
        embedding = tf.get_variable("embedding", [num_symbols, embedding_size], dtype=dtype)
        encoder_embedded = [tf.nn.embedding_lookup(embedding, x) for x in encoder_inputs]
        decoder_embedded = [tf.nn.embedding_lookup(embedding, x) for x in decoder_inputs]
        if output_projection is None:
            cell = _rnn.OutputProjectionWrapper(cell, num_decoder_symbols or num_symbols)

        def decode(feed_previous, update):
            loop = None
            if feed_previous:
                loop = _extract_argmax_and_embed(embedding, output_projection, update)
            return tied_rnn_seq2seq(
                encoder_embedded, decoder_embedded, cell, loop_function=loop, dtype=dtype
            )

        return _decode_either_way(feed_previous, decode)


class _Attention:
    """Additive attention over `attention_states` [batch, length, size], for `num_heads` heads."""

    def __init__(self, attention_states, num_heads):
        shape = attention_states.get_shape()
        self._length = shape.as_list()[1] or tf.shape(attention_states)[1]
        self.size = shape.as_list()[2]
        self._hidden = tf.reshape(attention_states, [-1, self._length, 1, self.size])
        self._features, self._v = [], []
        for head in range(num_heads):
            k = tf.get_variable(f"AttnW_{head}", [1, 1, self.size, self.size])
            self._features.append(tf.nn.conv2d(self._hidden, k, [1, 1, 1, 1], "SAME"))
            self._v.append(tf.get_variable(f"AttnV_{head}", [self.size]))

    def __call__(self, query):
        """Return, for each head, the states weighted by softmax(v . tanh(W state + U query))."""
        if tf.nest.is_nested(query):
            query = tf.concat(tf.nest.flatten(query), 1)
        results = []
        for head, (features, v) in enumerate(zip(self._features, self._v, strict=True)):
            with tf.variable_scope(f"Attention_{head}"):
                y = tf.reshape(_linear(query, self.size, True), [-1, 1, 1, self.size])
                scores = tf.reduce_sum(v * tf.tanh(features + y), [2, 3])
                # In float32 whatever the type, as in 1.15.5.
                weights = tf.cast(tf.nn.softmax(tf.cast(scores, tf.float32)), y.dtype)
                weights = tf.reshape(weights, [-1, self._length, 1, 1])
                weighted = tf.reduce_sum(weights * self._hidden, [1, 2])
                results.append(tf.reshape(weighted, [-1, self.size]))
        return results


def attention_decoder(
    decoder_inputs,
    initial_state,
    attention_states,
    cell,
    output_size=None,
    num_heads=1,
    loop_function=None,
    dtype=None,
    scope=None,
    initial_state_attention=False,
):
    """Run a cell over a list of inputs, with attention over `attention_states`.

    Each step's input is mixed with the last attention by a linear map; the output is a linear map
    of the cell's output and of the new attention.

    Args:
        decoder_inputs: list of one tensor for each decoder step, `[batch, size]`.
        initial_state: the cell's state before the first step, `[batch, size]` each.
        attention_states: `[batch, length, size]`, what is attended to; the size must be known.
        cell: the cell.
        output_size: size of the outputs, by default `cell.output_size`.
        num_heads: number of attentions, at least 1.
        loop_function: None, or a function `(previous output [batch, output_size], step)` to the
            next input `[batch, size]`, which replaces all of `decoder_inputs` but the first.
        dtype: type of the variables, by default the scope's.
        scope: a name or VariableScope; by default the name of this function.
        initial_state_attention: whether the first step attends with `initial_state`; otherwise its
            attention is zeros.

    Returns:
        `(outputs, state)`: a list of one `[batch, output_size]` for each step, and the cell's last
        state.

    Raises:
        ValueError: no inputs, fewer than one head, or a size that is not known.
    """
    if not decoder_inputs:
        raise ValueError("Must provide at least 1 input to attention decoder.")
    if num_heads < 1:
        raise ValueError("With less than 1 heads, use a non-attention decoder.")
    if attention_states.get_shape().as_list()[2] is None:
        raise ValueError(
            f"Shape[2] of attention_states must be known: {attention_states.get_shape()}"
        )
    output_size = output_size or cell.output_size
    with tf.variable_scope(scope or "attention_decoder", dtype=dtype) as inside:
        dtype = inside.dtype
        batch = tf.shape(decoder_inputs[0])[0]
        attention = _Attention(attention_states, num_heads)
        sizes = tf.stack([batch, attention.size])
        attentions = [tf.zeros(sizes, dtype) for _ in range(num_heads)]
        for each in attentions:
            each.set_shape([None, attention.size])
        state, outputs, previous = initial_state, [], None
        if initial_state_attention:
            attentions = attention(initial_state)
        for i, inputs in enumerate(decoder_inputs):
            if i > 0:
                tf.get_variable_scope().reuse_variables()
            if loop_function is not None and previous is not None:
                with tf.variable_scope("loop_function", reuse=True):
                    inputs = loop_function(previous, i)
            input_size = inputs.get_shape().with_rank(2).as_list()[1]
            if input_size is None:
                raise ValueError(f"Could not infer input size from input: {inputs.name}")
            cell_output, state = cell(_linear([inputs, *attentions], input_size, True), state)
            reuse = True if i == 0 and initial_state_attention else None
            with tf.variable_scope(tf.get_variable_scope(), reuse=reuse):
                attentions = attention(state)
            with tf.variable_scope("AttnOutputProjection"):
                previous = _linear([cell_output, *attentions], output_size, True)
            outputs.append(previous)
    return outputs, state


def embedding_attention_decoder(
    decoder_inputs,
    initial_state,
    attention_states,
    cell,
    num_symbols,
    embedding_size,
    num_heads=1,
    output_size=None,
    output_projection=None,
    feed_previous=False,
    update_embedding_for_previous=True,
    dtype=None,
    scope=None,
    initial_state_attention=False,
):
    """Embed symbols and run `attention_decoder` over them.

    Variable: `embedding_attention_decoder/embedding [num_symbols, embedding_size]`.

    Args:
        decoder_inputs: list of one tensor of integers for each decoder step, `[batch]`.
        initial_state: the cell's state before the first step, `[batch, size]` each.
        attention_states: `[batch, length, size]`, what is attended to; the size must be known.
        cell: the cell.
        num_symbols: number of symbols, those of the embedding.
        embedding_size: length of an embedding.
        num_heads: number of attentions, at least 1.
        output_size: size of the outputs, by default `cell.output_size`.
        output_projection: None, or a pair `(W [output_size, num_symbols], b [num_symbols])` that
            turns the outputs into logits, to find the likeliest symbol.
        feed_previous: whether the decoder is fed its own likeliest symbol instead of all
            `decoder_inputs` but the first.
        update_embedding_for_previous: whether gradients reach the embedding through symbols that
            the decoder fed to itself.
        dtype: type of the variables, by default the scope's.
        scope: a name or VariableScope; by default the name of this function.
        initial_state_attention: whether the first step attends with `initial_state`; otherwise its
            attention is zeros.

    Returns:
        `(outputs, state)`: a list of one `[batch, output_size]` for each step, and the cell's last
        state.
    """
    output_size = output_size or cell.output_size
    if output_projection is not None:
        _check_projection(output_projection, output_size, num_symbols, dtype)
    with tf.variable_scope(scope or "embedding_attention_decoder", dtype=dtype):
        embedding = tf.get_variable("embedding", [num_symbols, embedding_size])
        loop_function = None
        if feed_previous:
            loop_function = _extract_argmax_and_embed(
                embedding, output_projection, update_embedding_for_previous
            )
        return attention_decoder(
            [tf.nn.embedding_lookup(embedding, symbols) for symbols in decoder_inputs],
            initial_state,
            attention_states,
            cell,
            output_size=output_size,
            num_heads=num_heads,
            loop_function=loop_function,
            initial_state_attention=initial_state_attention,
        )


def embedding_attention_seq2seq(
    encoder_inputs,
    decoder_inputs,
    cell,
    num_encoder_symbols,
    num_decoder_symbols,
    embedding_size,
    num_heads=1,
    output_projection=None,
    feed_previous=False,
    dtype=None,
    scope=None,
    initial_state_attention=False,
):
    """Embed and encode symbols, then decode with attention over the encoder's outputs.

    Args:
        encoder_inputs: list of one tensor of integers for each encoder step, `[batch]`.
        decoder_inputs: list of one tensor of integers for each decoder step, `[batch]`.
        cell: the cell.
        num_encoder_symbols: number of the encoder's symbols.
        num_decoder_symbols: number of the decoder's symbols.
        embedding_size: length of an embedding.
        num_heads: number of attentions, at least 1.
        output_projection: None, or a pair `(W [output_size, symbols], b [symbols])` that turns the
            outputs into logits, to find the likeliest symbol.
        feed_previous: whether the decoder is fed its own likeliest symbol instead of all
            `decoder_inputs` but the first; a bool, or a scalar tensor that decides at run time.
        dtype: type of the variables and of the initial state, by default the scope's.
        scope: a name or VariableScope; by default the name of this function.
        initial_state_attention: whether the first step attends with `initial_state`; otherwise its
            attention is zeros.

    Returns:
        `(outputs, state)`: a list of one tensor for each decoder step, and the cell's last state.
        The outputs are logits `[batch, num_decoder_symbols]`; with an `output_projection` they are
        the cell's, `[batch, cell.output_size]`.
    """
    with tf.variable_scope(scope or "embedding_attention_seq2seq", dtype=dtype) as inside:
        dtype = inside.dtype
        encoder_outputs, state = _embedding_encoder(
            cell, encoder_inputs, num_encoder_symbols, embedding_size, dtype
        )
        steps = [tf.reshape(each, [-1, 1, cell.output_size]) for each in encoder_outputs]
        attention_states = tf.concat(steps, 1)
        output_size = None
        if output_projection is None:
            cell = _rnn.OutputProjectionWrapper(cell, num_decoder_symbols)
            output_size = num_decoder_symbols

        def decode(feed_previous, update):
            return embedding_attention_decoder(
                decoder_inputs,
                state,
                attention_states,
                cell,
                num_decoder_symbols,
                embedding_size,
                num_heads=num_heads,
                output_size=output_size,
                output_projection=output_projection,
                feed_previous=feed_previous,
                update_embedding_for_previous=update,
                initial_state_attention=initial_state_attention,
            )

        return _decode_either_way(feed_previous, decode)


def one2many_rnn_seq2seq(
    encoder_inputs,
    decoder_inputs_dict,
    enc_cell,
    dec_cells_dict,
    num_encoder_symbols,
    num_decoder_symbols_dict,
    embedding_size,
    feed_previous=False,
    dtype=None,
    scope=None,
):
    """Encode symbols once and decode them with several decoders, one for each name.

    Args:
        encoder_inputs: list of one tensor of integers for each encoder step, `[batch]`.
        decoder_inputs_dict: dict from names to a decoder's inputs, a list of one `[batch]` of
            integers for each step.
        enc_cell: the encoder's cell.
        dec_cells_dict: dict from the same names to the decoders' cells.
        num_encoder_symbols: number of the encoder's symbols.
        num_decoder_symbols_dict: dict from the same names to the decoders' numbers of symbols.
        embedding_size: length of an embedding.
        feed_previous: whether the decoder is fed its own likeliest symbol instead of all
            `decoder_inputs` but the first; a bool, or a scalar tensor that decides at run time.
        dtype: type of the variables and of the initial state, by default the scope's.
        scope: a name or VariableScope; by default the name of this function.

    Returns:
        Two dicts by name: the lists of logits `[batch, symbols]`, and the cells' last states.

    Raises:
        ValueError: the names of the cells are not those of the inputs.
        TypeError: a cell is none.
    """
    if dec_cells_dict.keys() != decoder_inputs_dict.keys():
        raise ValueError(
            f"There are decoder cells for {sorted(dec_cells_dict)} and inputs for "
            f"{sorted(decoder_inputs_dict)}. Give one cell for each name of the inputs."
        )
    for cell in dec_cells_dict.values():
        check_cell(cell)
    outputs, states = {}, {}
    with tf.variable_scope(scope or "one2many_rnn_seq2seq", dtype=dtype) as inside:
        _, encoded = _embedding_encoder(
            enc_cell, encoder_inputs, num_encoder_symbols, embedding_size, inside.dtype
        )
        for name, decoder_inputs in decoder_inputs_dict.items():
            symbols = num_decoder_symbols_dict[name]
            with tf.variable_scope(f"one2many_decoder_{name}"):
                cell = _rnn.OutputProjectionWrapper(dec_cells_dict[name], symbols)

                def decode(feed, _, inputs=decoder_inputs, cell=cell, symbols=symbols):
                    return embedding_rnn_decoder(
                        inputs, encoded, cell, symbols, embedding_size, feed_previous=feed
                    )

                outputs[name], states[name] = _decode_either_way(feed_previous, decode)
    return outputs, states


def sequence_loss_by_example(
    logits,
    targets,
    weights,
    average_across_timesteps=True,
    softmax_loss_function=None,
    name=None,
):
    """Return the weighted cross entropy of each example.

    Args:
        logits: list of one `[batch, symbols]` for each step.
        targets: list of one `[batch]` of integers for each step.
        weights: list of one `[batch]` of floats for each step; 0 leaves a step out.
        average_across_timesteps: whether each example's loss is divided by the sum of its weights.
        softmax_loss_function: function of `labels` and `logits` to losses `[batch]`, by default the
            softmax cross entropy.
        name: name of the operations, by default the name of this function.

    Returns:
        `[batch]`, the sum over the steps.

    Raises:
        ValueError: lists of different lengths.
    """
    if not len(logits) == len(targets) == len(weights):
        raise ValueError(
            "Lengths of logits, weights, and targets must be the same "
            f"{len(logits)}, {len(weights)}, {len(targets)}."
        )
    with tf.name_scope(name, "sequence_loss_by_example", [*logits, *targets, *weights]):
        losses = []
        for logit, target, weight in zip(logits, targets, weights, strict=True):
            if softmax_loss_function is None:
                loss = tf.nn.sparse_softmax_cross_entropy_with_logits(
                    labels=tf.reshape(target, [-1]), logits=logit
                )
            else:
                loss = softmax_loss_function(labels=target, logits=logit)
            losses.append(loss * weight)
        total = tf.add_n(losses)
        # The small number: all weights of an example may be zero.
        return total / (tf.add_n(weights) + 1e-12) if average_across_timesteps else total


def sequence_loss(
    logits,
    targets,
    weights,
    average_across_timesteps=True,
    average_across_batch=True,
    softmax_loss_function=None,
    name=None,
):
    """Return the sum of the examples' weighted cross entropies; see `sequence_loss_by_example`.

    Args:
        logits: list of one `[batch, symbols]` for each step.
        targets: list of one `[batch]` of integers for each step.
        weights: list of one `[batch]` of floats for each step; 0 leaves a step out.
        average_across_timesteps: whether each example's loss is divided by the sum of its weights.
        average_across_batch: whether the loss is divided by the batch size.
        softmax_loss_function: function of `labels` and `logits` to losses `[batch]`, by default the
            softmax cross entropy.
        name: name of the operations, by default the name of this function.

    Returns:
        A scalar.
    """
    with tf.name_scope(name, "sequence_loss", [*logits, *targets, *weights]):
        cost = tf.reduce_sum(
            sequence_loss_by_example(
                logits,
                targets,
                weights,
                average_across_timesteps=average_across_timesteps,
                softmax_loss_function=softmax_loss_function,
            )
        )
        if average_across_batch:
            cost /= tf.cast(tf.shape(targets[0])[0], cost.dtype)
        return cost


def model_with_buckets(
    encoder_inputs,
    decoder_inputs,
    targets,
    weights,
    buckets,
    seq2seq,
    softmax_loss_function=None,
    per_example_loss=False,
    name=None,
):
    """Build one model for each pair of an encoder length and a decoder length; all share weights.

    Args:
        encoder_inputs: list of one tensor for each encoder step, as `seq2seq` takes them.
        decoder_inputs: list of one tensor for each decoder step, as `seq2seq` takes them.
        targets: list of one `[batch]` of integers for each step.
        weights: list of one `[batch]` of floats for each step; 0 leaves a step out.
        buckets: list of `(encoder length, decoder length)`, the largest last.
        seq2seq: function of `encoder_inputs` and `decoder_inputs`, cut to a bucket's lengths, to
            `(outputs, state)`.
        softmax_loss_function: function of `labels` and `logits` to losses `[batch]`, by default the
            softmax cross entropy.
        per_example_loss: whether the losses are `[batch]`, by `sequence_loss_by_example`; otherwise
            scalars.
        name: name of the operations, by default the name of this function.

    Returns:
        `(outputs, losses)`: lists of one item for each bucket.

    Raises:
        ValueError: lists that are shorter than the last bucket.
    """
    for what, given, needed in (
        ("encoder_inputs", encoder_inputs, buckets[-1][0]),
        ("targets", targets, buckets[-1][1]),
        ("weights", weights, buckets[-1][1]),
    ):
        if len(given) < needed:
            raise ValueError(
                f"Length of {what} ({len(given)}) must be at least that of last bucket ({needed})."
            )
    losses, outputs = [], []
    loss_of = sequence_loss_by_example if per_example_loss else sequence_loss
    with tf.name_scope(name, "model_with_buckets", [*encoder_inputs, *decoder_inputs]):
        for j, (n_encoder, n_decoder) in enumerate(buckets):
            with tf.variable_scope(tf.get_variable_scope(), reuse=True if j > 0 else None):
                result, _ = seq2seq(encoder_inputs[:n_encoder], decoder_inputs[:n_decoder])
                outputs.append(result)
                losses.append(
                    loss_of(
                        result,
                        targets[:n_decoder],
                        weights[:n_decoder],
                        softmax_loss_function=softmax_loss_function,
                    )
                )
    return outputs, losses


_lazy.forward(__name__)
