"""`tf.contrib.learn.ops` of TensorFlow 1.x: classifiers, embeddings and pairs of loops."""

import tensorflow.compat.v1 as _tf

from ... import _lazy


def softmax_classifier(tensor_in, labels, weights, biases, class_weight=None, name=None):
    """Return the probabilities of classes, and the mean of their cross-entropies.

    Args:
        tensor_in: features `[batch, depth]`.
        labels: labels `[batch, classes]`, ones and zeros.
        weights: `[depth, classes]`.
        biases: `[classes]`.
        class_weight: `[classes]`, factors of the logits.
        name: name of the operations.

    Returns:
        Probabilities `[batch, classes]`, and a scalar.
    """
    with _tf.name_scope(name, "softmax_classifier", [tensor_in, labels]):
        logits = _tf.nn.xw_plus_b(tensor_in, weights, biases)
        if class_weight is not None:
            logits = _tf.multiply(logits, class_weight)
        return _tf.nn.softmax(logits), _tf.losses.softmax_cross_entropy(labels, logits)


def mean_squared_error_regressor(tensor_in, labels, weights, biases, name=None):
    """Return predictions of numbers, and the mean of their squared errors.

    Args:
        tensor_in: features `[batch, depth]`.
        labels: `[batch, outputs]`, or `[batch]` for one output.
        weights: `[depth, outputs]`.
        biases: `[outputs]`.
        name: name of the operations.

    Returns:
        Predictions of the shape of `labels`, and a scalar.
    """
    with _tf.name_scope(name, "mean_squared_error_regressor", [tensor_in, labels]):
        predictions = _tf.nn.xw_plus_b(tensor_in, weights, biases)
        if labels.shape.ndims == 1 and predictions.shape.ndims == 2:
            predictions = _tf.squeeze(predictions, axis=[1])
        return predictions, _tf.losses.mean_squared_error(labels, predictions)


def embedding_lookup(params, ids, name="embedding_lookup"):
    """Return rows of a table, `ids.shape + [depth]`.

    Args:
        params: the table `[symbols, depth]`.
        ids: integers of any shape.
        name: name of the operations.
    """
    with _tf.name_scope(name, "embedding_lookup", [params, ids]):
        params, ids = _tf.convert_to_tensor(params), _tf.convert_to_tensor(ids)
        rows = _tf.nn.embedding_lookup(params, _tf.reshape(ids, [-1]))
        depth = params.shape[-1].value
        sizes = [each.value or -1 for each in ids.shape]
        unknown = sizes.count(-1) > 1
        shape = _tf.concat([_tf.shape(ids), [depth]], 0) if unknown else [*sizes, depth]
        return _tf.reshape(rows, shape)


def categorical_variable(tensor_in, n_classes, embedding_size, name):
    """Return embeddings of ids, from a new variable `NAME/NAME_embeddings`.

    Args:
        tensor_in: ids, integers of any shape.
        n_classes: number of ids.
        embedding_size: size of an embedding.
        name: of the scope.
    """
    with _tf.variable_scope(name):
        table = _tf.get_variable(f"{name}_embeddings", [n_classes, embedding_size])
        return embedding_lookup(table, tensor_in)


def seq2seq_inputs(x, y, input_length, output_length, sentinel=None, name=None):
    """Return the steps of an encoder, of a decoder, and what the decoder is to say.

    Args:
        x: sources `[batch, input_length, depth]`.
        y: targets `[batch, output_length, depth]`.
        input_length: steps of the sources.
        output_length: steps of the targets.
        sentinel: `[batch, depth]`, the start and the end of a target; by default zeros.
        name: name of the operations.

    Returns:
        Lists of `input_length`, `output_length + 1` and `output_length + 1` tensors
        `[batch, depth]`: the second starts with the sentinel, the third ends with it.
    """
    with _tf.name_scope(name, "seq2seq_inputs", [x, y]):
        sources = _tf.unstack(x, input_length, axis=1)
        targets = _tf.unstack(y, output_length, axis=1)
        if sentinel is None:
            sentinel = _tf.zeros(_tf.stack([_tf.shape(x)[0], y.shape[2].value]))
            sentinel.set_shape(y.shape[:1].concatenate(y.shape[2:]))
        return sources, [sentinel, *targets], [*targets, sentinel]


def rnn_decoder(decoder_inputs, initial_state, cell, scope=None):
    """Run a decoder twice with one set of weights: on its inputs, and on its own outputs.

    Args:
        decoder_inputs: list of tensors `[batch, depth]`.
        initial_state: the cell's first state.
        cell: the cell, whose outputs are of the inputs' depth.
        scope: a name or VariableScope, by default `dnn_decoder`.

    Returns:
        Four lists: outputs and states on the inputs, and outputs and states on the first input and
        the outputs that follow from it. The states include the first one.
    """
    outputs, states = [], [initial_state]
    with _tf.variable_scope(scope or "dnn_decoder"):
        with _tf.name_scope("training"):
            for each in decoder_inputs:
                output, state = cell(each, states[-1])
                outputs.append(output)
                states.append(state)
                _tf.get_variable_scope().reuse_variables()
        # The first output is the training's, and as in 1.15.5 its state is not: one step is lost.
        sampled, sampled_states = outputs[:1], [initial_state, initial_state]
        with _tf.name_scope("sampling"):
            for _ in decoder_inputs[1:]:
                output, state = cell(sampled[-1], sampled_states[-1])
                sampled.append(output)
                sampled_states.append(state)
    return outputs, states, sampled, sampled_states


def rnn_seq2seq(
    encoder_inputs, decoder_inputs, encoder_cell, decoder_cell=None, dtype=_tf.float32, scope=None
):
    """Run an encoder, and a decoder from its last state; return what `rnn_decoder` does.

    Args:
        encoder_inputs: list of tensors `[batch, depth]`.
        decoder_inputs: list of tensors `[batch, depth]`.
        encoder_cell: the encoder's cell.
        decoder_cell: the decoder's, by default the same, with the same weights.
        dtype: type of the first state.
        scope: a name or VariableScope, by default `rnn_seq2seq`.
    """
    with _tf.variable_scope(scope or "rnn_seq2seq"):
        _, state = _tf.nn.static_rnn(encoder_cell, encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, state, decoder_cell or encoder_cell)


def sequence_classifier(decoding, labels, sampling_decoding=None, name=None):
    """Return the probabilities of the symbols of sequences, and the loss.

    Args:
        decoding: list of logits `[batch, classes]`.
        labels: list of labels `[batch, classes]`, ones and zeros.
        sampling_decoding: list of logits whose probabilities are returned, by default `decoding`.
        name: name of the operations.

    Returns:
        Probabilities `[batch, time, classes]`, and a scalar: the sum of all cross-entropies.
    """
    with _tf.name_scope(name, "sequence_classifier", [decoding, labels]):
        losses = [
            _tf.nn.softmax_cross_entropy_with_logits(logits=logits, labels=label)
            for logits, label in zip(decoding, labels, strict=True)
        ]
        shown = decoding if sampling_decoding is None else sampling_decoding
        probabilities = _tf.stack([_tf.nn.softmax(logits) for logits in shown], axis=1)
        loss = _tf.reduce_sum(_tf.add_n(losses), name="sequence_loss")
    return probabilities, loss


_lazy.forward(__name__)
