"""`tf.contrib.crf` of TensorFlow 1.x: linear-chain conditional random fields.

Lafferty, McCallum and Pereira, "Conditional Random Fields", ICML 2001. The score of a sequence of
tags y is `sum_t unary[t, y_t] + sum_t transitions[y_t, y_{t+1}]` over its valid steps; its
log-likelihood is the score less the log-sum-exp of all sequences' scores.
Shapes: `inputs` [batch, time, tags] (the unary scores), `tag_indices` [batch, time],
`sequence_lengths` [batch], `transition_params` [tags, tags].
"""

import numpy as np
import tensorflow.compat.v1 as tf

from .. import _lazy
from ..nn.rnn_cell import RNNCell

__all__ = [
    "CrfDecodeBackwardRnnCell",
    "CrfDecodeForwardRnnCell",
    "CrfForwardRnnCell",
    "crf_binary_score",
    "crf_decode",
    "crf_log_likelihood",
    "crf_log_norm",
    "crf_multitag_sequence_score",
    "crf_sequence_score",
    "crf_unary_score",
    "viterbi_decode",
]


def _mask(sequence_lengths, time_steps, dtype):
    return tf.sequence_mask(sequence_lengths, time_steps, dtype=dtype)


def crf_unary_score(tag_indices, sequence_lengths, inputs):
    """Return the sum of each sequence's unary scores of its tags, `[batch]`.

    Args:
        tag_indices: integers `[batch, time]`, the tag of each step.
        sequence_lengths: integers `[batch]`.
        inputs: unary scores `[batch, time, tags]`.
    """
    inputs = tf.convert_to_tensor(inputs)
    time_steps, num_tags = tf.shape(inputs)[1], tf.shape(inputs)[2]
    one_hot = tf.one_hot(tag_indices, num_tags, dtype=inputs.dtype)
    scores = tf.reduce_sum(inputs * one_hot, axis=2)
    return tf.reduce_sum(scores * _mask(sequence_lengths, time_steps, inputs.dtype), axis=1)


def crf_binary_score(tag_indices, sequence_lengths, transition_params):
    """Return the sum of each sequence's scores of the transitions from tag to tag, `[batch]`.

    Args:
        tag_indices: integers `[batch, time]`, the tag of each step.
        sequence_lengths: integers `[batch]`.
        transition_params: `[tags, tags]`, the score of each transition from tag to tag.
    """
    transitions = tf.convert_to_tensor(transition_params)
    tags = tf.cast(tag_indices, tf.int32)
    pairs = tf.stack([tags[:, :-1], tags[:, 1:]], axis=2)
    steps = tf.cast(sequence_lengths, tf.int32) - 1
    mask = _mask(steps, tf.shape(tags)[1] - 1, transitions.dtype)
    return tf.reduce_sum(tf.gather_nd(transitions, pairs) * mask, axis=1)


def crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params):
    """Return the score of each tag sequence, `[batch]`; 0 for one of length 0.

    Args:
        inputs: unary scores `[batch, time, tags]`.
        tag_indices: integers `[batch, time]`, the tag of each step.
        sequence_lengths: integers `[batch]`.
        transition_params: `[tags, tags]`, the score of each transition from tag to tag.
    """
    return crf_unary_score(tag_indices, sequence_lengths, inputs) + crf_binary_score(
        tag_indices, sequence_lengths, transition_params
    )


def crf_multitag_sequence_score(inputs, tag_bitmap, sequence_lengths, transition_params):
    """Return the log-sum-exp of the scores of all sequences that `tag_bitmap` allows, `[batch]`.

    Args:
        inputs: unary scores `[batch, time, tags]`.
        tag_bitmap: booleans `[batch, time, tags]`, the tags allowed at each step.
        sequence_lengths: integers `[batch]`.
        transition_params: `[tags, tags]`, the score of each transition from tag to tag.
    """
    inputs = tf.convert_to_tensor(inputs)
    forbidden = tf.fill(tf.shape(inputs), tf.constant(-np.inf, inputs.dtype))
    allowed = tf.where(tf.cast(tag_bitmap, tf.bool), inputs, forbidden)
    return crf_log_norm(allowed, sequence_lengths, transition_params)


def _after_the_first(inputs):
    """Return the steps after the first, or one padding step if there is none.

    TensorFlow's loops have no gradient without a step.
    """
    rest = inputs[:, 1:, :]
    if (tf.dimension_value(inputs.shape[1]) or 0) > 1:
        return rest
    return tf.pad(rest, [[0, 0], [0, tf.maximum(2 - tf.shape(inputs)[1], 0)], [0, 0]])


def crf_log_norm(inputs, sequence_lengths, transition_params):
    """Return the log-sum-exp of the scores of all tag sequences, `[batch]`; 0 for length 0.

    Args:
        inputs: unary scores `[batch, time, tags]`.
        sequence_lengths: integers `[batch]`.
        transition_params: `[tags, tags]`, the score of each transition from tag to tag.
    """
    inputs = tf.convert_to_tensor(inputs)
    lengths = tf.cast(sequence_lengths, tf.int32)
    _, alphas = tf.nn.dynamic_rnn(
        CrfForwardRnnCell(transition_params),
        _after_the_first(inputs),
        sequence_length=tf.maximum(lengths - 1, 0),
        initial_state=inputs[:, 0, :],
        dtype=inputs.dtype,
    )
    log_norm = tf.reduce_logsumexp(alphas, axis=1)
    return tf.where(tf.less_equal(lengths, 0), tf.zeros_like(log_norm), log_norm)


def crf_log_likelihood(inputs, tag_indices, sequence_lengths, transition_params=None):
    """Return the log-likelihood of each tag sequence, and the transition scores.

    Args:
        inputs: unary scores `[batch, time, tags]`.
        tag_indices: integers `[batch, time]`, the tag of each step.
        sequence_lengths: integers `[batch]`.
        transition_params: `[tags, tags]`, the score of each transition from tag to tag; by default
            a new variable `transitions` in the current scope.

    Returns:
        `[batch]` and `[tags, tags]`.
    """
    inputs = tf.convert_to_tensor(inputs)
    if transition_params is None:
        num_tags = int(inputs.shape[2])
        transition_params = tf.get_variable("transitions", [num_tags, num_tags])
    score = crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params)
    log_norm = crf_log_norm(inputs, sequence_lengths, transition_params)
    return score - log_norm, transition_params


class _TagCell(RNNCell):
    """A step over the tags: neither variables nor a scope of its own."""

    def __init__(self, num_tags, state_size, output_size):
        super().__init__()
        self._num_tags = num_tags
        self._sizes = state_size, output_size

    @property
    def state_size(self):
        """The size of the state."""
        return self._sizes[0]

    @property
    def output_size(self):
        """The size of the output."""
        return self._sizes[1]

    def __call__(self, inputs, state, scope=None):
        """Return the output and the new state."""
        return self.step(inputs, state)


class CrfForwardRnnCell(_TagCell):
    """One step of the forward algorithm: the state is the log-sum-exp up to here, [batch, tags]."""

    def __init__(self, transition_params):
        transitions = tf.convert_to_tensor(transition_params)
        num_tags = int(transitions.shape[0])
        super().__init__(num_tags, num_tags, num_tags)
        self._transition_params = tf.expand_dims(transitions, 0)

    def step(self, inputs, state):
        """alpha' = unary + logsumexp_from(alpha[from] + transitions[from, to])."""
        paths = tf.expand_dims(state, 2) + self._transition_params
        alphas = inputs + tf.reduce_logsumexp(paths, axis=1)
        return alphas, alphas


class CrfDecodeForwardRnnCell(_TagCell):
    """One forward step of Viterbi's algorithm: best scores in the state, best origins put out."""

    def __init__(self, transition_params):
        transitions = tf.convert_to_tensor(transition_params)
        num_tags = int(transitions.shape[0])
        super().__init__(num_tags, num_tags, num_tags)
        self._transition_params = tf.expand_dims(transitions, 0)

    def step(self, inputs, state):
        """score' = unary + max_from(score[from] + transitions[from, to])."""
        paths = tf.expand_dims(state, 2) + self._transition_params
        origins = tf.argmax(paths, axis=1, output_type=tf.int32)
        return origins, inputs + tf.reduce_max(paths, axis=1)


class CrfDecodeBackwardRnnCell(_TagCell):
    """One backward step of Viterbi's algorithm: from a tag [batch, 1] to the tag before it."""

    def __init__(self, num_tags):
        super().__init__(num_tags, 1, 1)

    def step(self, inputs, state):
        """tag' = origins[tag]."""
        tags = tf.gather(inputs, tf.squeeze(state, axis=[1]), batch_dims=1)
        tags = tf.expand_dims(tags, -1)
        return tags, tags


def crf_decode(potentials, transition_params, sequence_length):
    """Return the best tag sequences and their scores.

    Args:
        potentials: unary scores `[batch, time, tags]`, with a known number of tags.
        transition_params: `[tags, tags]`, the score of each transition from tag to tag.
        sequence_length: integers `[batch]`.

    Returns:
        int32 `[batch, time]`, with zeros past a sequence's length, and `[batch]`.
    """
    potentials = tf.convert_to_tensor(potentials)
    lengths = tf.cast(sequence_length, tf.int32)
    steps = tf.maximum(lengths - 1, 0)
    num_tags = int(potentials.shape[2])
    origins, scores = tf.nn.dynamic_rnn(
        CrfDecodeForwardRnnCell(transition_params),
        _after_the_first(potentials),
        sequence_length=steps,
        initial_state=potentials[:, 0, :],
        dtype=tf.int32,  # of the outputs
        scope="crf_decode_forward",
    )
    origins = tf.reverse_sequence(origins, steps, seq_axis=1)
    last = tf.argmax(scores, axis=1, output_type=tf.int32)[:, tf.newaxis]
    tags, _ = tf.nn.dynamic_rnn(
        CrfDecodeBackwardRnnCell(num_tags),
        origins,
        sequence_length=steps,
        initial_state=last,
        dtype=tf.int32,
        scope="crf_decode_backward",
    )
    tags = tf.concat([last, tf.squeeze(tags, axis=[2])], axis=1)[:, : tf.shape(potentials)[1]]
    tags.set_shape(potentials.shape[:2])
    tags = tf.reverse_sequence(tags, tf.maximum(lengths, 1), seq_axis=1)
    return tags, tf.reduce_max(scores, axis=1)


def viterbi_decode(score, transition_params):
    """Return the best tags of one sequence, a list, and their score.

    `score` [time, tags] and `transition_params` are NumPy arrays.
    """
    best = np.asarray(score[0])
    origins = []
    for unary in score[1:]:
        paths = best[:, np.newaxis] + transition_params
        origins.append(np.argmax(paths, axis=0))
        best = unary + np.max(paths, axis=0)
    viterbi = [int(np.argmax(best))]
    for origin in reversed(origins):
        viterbi.append(int(origin[viterbi[-1]]))
    return viterbi[::-1], np.max(best)


_lazy.forward(__name__)
