"""Attention that only moves forward over the memory.

Raffel, Luong, Liu, Weiss and Eck, "Online and Linear-Time Attention by Enforcing Monotonic
Alignments", 2017. A decoder scans the memory from where it stopped at the last step; entry j is
chosen, and the scan ends there, with probability p_j.
"""

import numpy as np
import tensorflow.compat.v1 as tf

from ._attention import BahdanauAttention, LuongAttention, _BaseAttentionMechanism


def safe_cumprod(x, *args, **kwargs):
    """Return the cumulative product of `x`, numbers from 0 to 1, as exp(cumsum(log(x))).

    Its gradient is finite where that of `tf.cumprod` divides by zero: `x` is clipped at the
    smallest normal number of its type. The other arguments are those of `tf.cumsum`. Raises
    ValueError if `x` is not floating point.
    """
    with tf.name_scope(None, "SafeCumprod", [x]):
        x = tf.convert_to_tensor(x, name="x")
        tiny = np.finfo(x.dtype.as_numpy_dtype).tiny
        return tf.exp(tf.cumsum(tf.log(tf.clip_by_value(x, tiny, 1)), *args, **kwargs))


def monotonic_attention(p_choose_i, previous_attention, mode):
    """Return the probability of each entry [batch, length] to be where the scan ends.

    Args:
        p_choose_i: `[batch, length]`, for each entry to be chosen when the scan is there.
        previous_attention: `[batch, length]`, what this function returned one step before.
        mode: "recursive", exact, one entry after the other; "parallel", the same in closed form,
            which loses what lies behind an entry chosen with certainty; or "hard", for
            probabilities of 0 and 1 only.

    Raises:
        ValueError: for another mode.
    """
    p = tf.convert_to_tensor(p_choose_i, name="p_choose_i")
    previous = tf.convert_to_tensor(previous_attention, name="previous_attention")
    if mode == "recursive":
        return p * _reached(p, previous)
    if mode == "parallel":
        passed = safe_cumprod(1 - p, axis=1, exclusive=True)
        return p * passed * tf.cumsum(previous / tf.clip_by_value(passed, 1e-10, 1), axis=1)
    if mode == "hard":
        chosen = p * tf.cumsum(previous, axis=1)
        return chosen * tf.cumprod(1 - chosen, axis=1, exclusive=True)
    raise ValueError(f"mode must be 'recursive', 'parallel', or 'hard', got {mode!r}")


def _reached(p, previous):
    """q_j = (1 - p_{j-1}) q_{j-1} + previous_j: the probability that the scan comes to entry j."""
    passes = tf.concat([tf.zeros_like(p[:, :1]), 1 - p[:, :-1]], 1)
    q = tf.scan(
        lambda q, step: step[0] * q + step[1],
        (tf.transpose(passes, [1, 0]), tf.transpose(previous, [1, 0])),
        tf.zeros_like(previous[:, 0]),
    )
    return tf.transpose(q, [1, 0])


def _monotonic_probability_fn(score, previous_alignments, sigmoid_noise, mode, seed=None):
    """Return the alignments, of scores [batch, length] that are logits of choosing.

    Noise on them in training teaches the probabilities to be near 0 or 1.
    """
    if sigmoid_noise > 0:
        score += sigmoid_noise * tf.random.normal(tf.shape(score), dtype=score.dtype, seed=seed)
    p_choose = tf.cast(score > 0, score.dtype) if mode == "hard" else tf.sigmoid(score)
    return monotonic_attention(p_choose, previous_alignments, mode)


class _BaseMonotonicAttentionMechanism(_BaseAttentionMechanism):
    """A mechanism whose first alignments are all on the first entry of the memory."""

    def initial_alignments(self, batch_size, dtype):
        """Return one-hot vectors [batch, length]."""
        return tf.one_hot(tf.zeros([batch_size], tf.int32), self.alignments_size, dtype=dtype)

    initial_state = initial_alignments


class _Monotonic(_BaseMonotonicAttentionMechanism):
    """What makes the mechanism that follows it in the bases of a class monotonic.

    Its scores get a bias, the variable `attention_score_bias`.
    """

    def __init__(self, *args, sigmoid_noise, sigmoid_noise_seed, score_bias_init, mode, **keywords):
        super().__init__(*args, probability_fn=tf.identity, **keywords)
        masked = self._probability_fn
        self._probability_fn = lambda score, state: _monotonic_probability_fn(
            masked(score, state), state, sigmoid_noise, mode, sigmoid_noise_seed
        )
        self._score_bias_init = score_bias_init

    def _score(self, query):
        score = super()._score(query)
        bias = tf.get_variable(
            "attention_score_bias",
            dtype=score.dtype,
            initializer=tf.constant_initializer(self._score_bias_init),
            shape=(),
        )
        return score + bias


class BahdanauMonotonicAttention(_Monotonic, BahdanauAttention):
    """Monotonic attention with the scores of BahdanauAttention.

    Args:
        num_units: number of hidden units, between query and score.
        memory: what is attended to, `[batch, length, size]`.
        memory_sequence_length: integers `[batch]`, above 0; what is past a length gets no
            attention. By default all of `length`.
        normalize: whether v gets a length of its own, `attention_g` (Salimans and Kingma, "Weight
            Normalization", 2016), and the hidden units a bias.
        score_mask_value: score of what is past a length, by default -inf.
        sigmoid_noise: standard deviation of noise on the scores; for training, so that
            probabilities come near 0 or 1.
        sigmoid_noise_seed: seed of the noise.
        score_bias_init: initial value of the scores' bias `attention_score_bias`; below 0, the scan
            moves on sooner.
        mode: "parallel", "recursive" or "hard"; see `monotonic_attention`.
        dtype: type of the variables, by default float32.
        name: name scope of the operations that prepare the memory.
    """

    _scope_name = "bahdanau_monotonic_attention"

    def __init__(
        self,
        num_units,
        memory,
        memory_sequence_length=None,
        normalize=False,
        score_mask_value=None,
        sigmoid_noise=0.0,
        sigmoid_noise_seed=None,
        score_bias_init=0.0,
        mode="parallel",
        dtype=None,
        name="BahdanauMonotonicAttention",
    ):
        super().__init__(
            num_units,
            memory,
            memory_sequence_length=memory_sequence_length,
            normalize=normalize,
            score_mask_value=score_mask_value,
            sigmoid_noise=sigmoid_noise,
            sigmoid_noise_seed=sigmoid_noise_seed,
            score_bias_init=score_bias_init,
            mode=mode,
            dtype=dtype,
            name=name,
        )


class LuongMonotonicAttention(_Monotonic, LuongAttention):
    """Monotonic attention with the scores of LuongAttention.

    Args:
        num_units: size of the queries and the keys.
        memory: what is attended to, `[batch, length, size]`.
        memory_sequence_length: integers `[batch]`, above 0; what is past a length gets no
            attention. By default all of `length`.
        scale: whether scores are multiplied by a variable `attention_g`, which starts at 1.
        score_mask_value: score of what is past a length, by default -inf.
        sigmoid_noise: standard deviation of noise on the scores; for training, so that
            probabilities come near 0 or 1.
        sigmoid_noise_seed: seed of the noise.
        score_bias_init: initial value of the scores' bias `attention_score_bias`; below 0, the scan
            moves on sooner.
        mode: "parallel", "recursive" or "hard"; see `monotonic_attention`.
        dtype: type of the variables, by default float32.
        name: name scope of the operations that prepare the memory.
    """

    _scope_name = "luong_monotonic_attention"

    def __init__(
        self,
        num_units,
        memory,
        memory_sequence_length=None,
        scale=False,
        score_mask_value=None,
        sigmoid_noise=0.0,
        sigmoid_noise_seed=None,
        score_bias_init=0.0,
        mode="parallel",
        dtype=None,
        name="LuongMonotonicAttention",
    ):
        super().__init__(
            num_units,
            memory,
            memory_sequence_length=memory_sequence_length,
            scale=scale,
            score_mask_value=score_mask_value,
            sigmoid_noise=sigmoid_noise,
            sigmoid_noise_seed=sigmoid_noise_seed,
            score_bias_init=score_bias_init,
            mode=mode,
            dtype=dtype,
            name=name,
        )
