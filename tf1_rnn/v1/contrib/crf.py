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


def _choose(values, single, several):
    """Return `single()` if the sequences `values` have one step, else `several()`."""
    steps = tf.dimension_value(values.shape[1])
    is_single = tf.equal(tf.shape(values)[1] if steps is None else steps, 1)
    if steps is None:
        return tf.cond(is_single, single, several)
    return single() if steps == 1 else several()


def _zero_if_empty(sequence_lengths, values):
    return tf.where(tf.less_equal(sequence_lengths, 0), tf.zeros_like(values), values)


def _mask(sequence_lengths, tags, dtype):
    return tf.sequence_mask(sequence_lengths, tf.shape(tags)[1], dtype)


def _steps_after_first(sequence_lengths):
    return tf.maximum(tf.constant(0, sequence_lengths.dtype), sequence_lengths - 1)


def crf_unary_score(tag_indices, sequence_lengths, inputs):
    """Return the sum of each sequence's unary scores of its tags, `[batch]`.

    Args:
        tag_indices: integers `[batch, time]`, the tag of each step.
        sequence_lengths: integers `[batch]`.
        inputs: unary scores `[batch, time, tags]`.
    """
    tags, inputs = tf.convert_to_tensor(tag_indices), tf.convert_to_tensor(inputs)
    batch, time_steps, num_tags = (tf.shape(inputs)[axis] for axis in range(3))
    scores = tf.reshape(inputs, [-1])
    rows = tf.expand_dims(tf.range(batch) * time_steps * num_tags, 1)
    places = rows + tf.expand_dims(tf.range(time_steps) * num_tags, 0)  # of the first tags
    if tags.dtype == tf.int64:
        places = tf.cast(places, tf.int64)
    scores = tf.gather(scores, tf.reshape(places + tags, [-1]))
    scores = tf.reshape(scores, [batch, time_steps])
    return tf.reduce_sum(scores * _mask(sequence_lengths, tags, scores.dtype), 1)


def crf_binary_score(tag_indices, sequence_lengths, transition_params):
    """Return the sum of each sequence's scores of the transitions from tag to tag, `[batch]`.

    Args:
        tag_indices: integers `[batch, time]`, the tag of each step.
        sequence_lengths: integers `[batch]`.
        transition_params: `[tags, tags]`, the score of each transition from tag to tag.
    """
    tags, transitions = (tf.convert_to_tensor(each) for each in (tag_indices, transition_params))
    transitions_per_sequence = tf.shape(tags)[1] - 1
    origins = tf.slice(tags, [0, 0], [-1, transitions_per_sequence])
    targets = tf.slice(tags, [0, 1], [-1, transitions_per_sequence])
    pairs = origins * int(transitions.shape[0]) + targets
    scores = tf.gather(tf.reshape(transitions, [-1]), pairs)
    mask = tf.slice(_mask(sequence_lengths, tags, scores.dtype), [0, 1], [-1, -1])
    return tf.reduce_sum(scores * mask, 1)


def crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params):
    """Return the score of each tag sequence, `[batch]`; 0 for one of length 0.

    Args:
        inputs: unary scores `[batch, time, tags]`.
        tag_indices: integers `[batch, time]`, the tag of each step.
        sequence_lengths: integers `[batch]`.
        transition_params: `[tags, tags]`, the score of each transition from tag to tag.
    """
    inputs = tf.convert_to_tensor(inputs)
    tags = tf.convert_to_tensor(tag_indices)

    def of_one_step():
        batch = tf.shape(inputs, out_type=tags.dtype)[0]
        rows = tf.reshape(tf.range(batch, dtype=tags.dtype), [-1, 1])
        scores = tf.gather_nd(tf.squeeze(inputs, [1]), tf.concat([rows, tags], 1))
        return _zero_if_empty(sequence_lengths, scores)

    def of_several_steps():
        unary = crf_unary_score(tags, sequence_lengths, inputs)
        return unary + crf_binary_score(tags, sequence_lengths, transition_params)

    return _choose(inputs, of_one_step, of_several_steps)


def crf_multitag_sequence_score(inputs, tag_bitmap, sequence_lengths, transition_params):
    """Return the log-sum-exp of the scores of all sequences that `tag_bitmap` allows, `[batch]`.

    Args:
        inputs: unary scores `[batch, time, tags]`.
        tag_bitmap: booleans `[batch, time, tags]`, the tags allowed at each step.
        sequence_lengths: integers `[batch]`.
        transition_params: `[tags, tags]`, the score of each transition from tag to tag.
    """
    inputs, bitmap = tf.convert_to_tensor(inputs), tf.cast(tag_bitmap, tf.bool)

    def allowed():
        forbidden = tf.fill(tf.shape(inputs), tf.constant(-np.inf, inputs.dtype))
        return tf.where(bitmap, inputs, forbidden)

    return _choose(
        inputs,
        lambda: tf.reduce_logsumexp(allowed(), [1, 2]),
        lambda: crf_log_norm(allowed(), sequence_lengths, transition_params),
    )


def crf_log_norm(inputs, sequence_lengths, transition_params):
    """Return the log-sum-exp of the scores of all tag sequences, `[batch]`; 0 for length 0.

    Args:
        inputs: unary scores `[batch, time, tags]`.
        sequence_lengths: integers `[batch]`.
        transition_params: `[tags, tags]`, the score of each transition from tag to tag.
    """
    inputs, lengths = tf.convert_to_tensor(inputs), tf.convert_to_tensor(sequence_lengths)
    first = tf.squeeze(tf.slice(inputs, [0, 0, 0], [-1, 1, -1]), [1])

    def of_one_step():
        return _zero_if_empty(lengths, tf.reduce_logsumexp(first, [1]))

    def of_several_steps():
        rest = tf.slice(inputs, [0, 1, 0], [-1, -1, -1])
        cell = CrfForwardRnnCell(transition_params)
        _, alphas = tf.nn.dynamic_rnn(
            cell, rest, _steps_after_first(lengths), initial_state=first, dtype=inputs.dtype
        )
        return _zero_if_empty(lengths, tf.reduce_logsumexp(alphas, [1]))

    return _choose(inputs, of_one_step, of_several_steps)


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
        alphas = inputs + tf.reduce_logsumexp(paths, [1])
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
        scores = inputs + tf.reduce_max(paths, [1])
        return tf.cast(tf.argmax(paths, 1), tf.int32), scores


class CrfDecodeBackwardRnnCell(_TagCell):
    """One backward step of Viterbi's algorithm: from a tag [batch, 1] to the tag before it."""

    def __init__(self, num_tags):
        super().__init__(num_tags, 1, 1)

    def step(self, inputs, state):
        """tag' = origins[tag]."""
        tags = tf.squeeze(state, [1])
        rows = tf.range(tf.shape(inputs)[0])
        tags = tf.expand_dims(tf.gather_nd(inputs, tf.stack([rows, tags], 1)), -1)
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
    lengths = tf.convert_to_tensor(sequence_length)

    def of_one_step():
        scores = tf.squeeze(potentials, [1])
        tags, best = tf.expand_dims(tf.argmax(scores, 1), 1), tf.reduce_max(scores, 1)
        return tf.cast(tags, tf.int32), best

    def of_several_steps():
        forward = CrfDecodeForwardRnnCell(transition_params)
        first = tf.squeeze(tf.slice(potentials, [0, 0, 0], [-1, 1, -1]), [1])
        rest, steps = tf.slice(potentials, [0, 1, 0], [-1, -1, -1]), _steps_after_first(lengths)
        origins, scores = tf.nn.dynamic_rnn(
            forward, rest, steps, initial_state=first, dtype=tf.int32
        )
        origins = tf.reverse_sequence(origins, steps, seq_axis=1)
        last = tf.expand_dims(tf.cast(tf.argmax(scores, 1), tf.int32), -1)
        backward = CrfDecodeBackwardRnnCell(int(potentials.shape[2]))
        tags, _ = tf.nn.dynamic_rnn(backward, origins, steps, initial_state=last, dtype=tf.int32)
        tags = tf.concat([last, tf.squeeze(tags, [2])], 1)
        return tf.reverse_sequence(tags, lengths, seq_axis=1), tf.reduce_max(scores, 1)

    return _choose(potentials, of_one_step, of_several_steps)


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
