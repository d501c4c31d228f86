"""Beam search: the likeliest sequences, `beam_width` at a time.

Wu et al., "Google's Neural Machine Translation System", 2016, section 7: scores are log
probabilities divided by the length penalty `((5 + length) / 6) ** length_penalty_weight`. The
coverage penalty, `coverage_penalty_weight * sum_j log(min(attention to j so far, 1))`, is added to
the scores of finished beams.
"""

import collections

import tensorflow.compat.v1 as tf

from ....cells.arguments import size_of
from ..._constructions import zeros
from ..._seeds import counted_as
from ._attention import AttentionWrapperState
from ._decoder import BaseDecoder, Decoder, check_parts
from ._helpers import embedding_function
from ._samplers import check_embedding_fn
from ._tiling import tile_batch  # noqa: F401, where TensorFlow 1.x had it

BeamSearchDecoderState = collections.namedtuple(
    "BeamSearchDecoderState",
    ("cell_state", "log_probs", "finished", "lengths", "accumulated_attention_probs"),
)
BeamSearchDecoderOutput = collections.namedtuple(
    "BeamSearchDecoderOutput", ("scores", "predicted_ids", "parent_ids")
)
FinalBeamSearchDecoderOutput = collections.namedtuple(
    "FinalBeamSearchDecoderOutput", ("predicted_ids", "beam_search_decoder_output")
)

# Nodes by which 1.15.5 chose the best continuations, took each part of the state from the chosen
# beams, and the penalties.
_CHOICE = 126
_OF_RANK_2 = 23
_OF_OTHERS = 2
_LENGTH_PENALTY = 6
_COVERAGE_PENALTY = 45
# Nodes by which 1.15.5 put a history of alignments in the order of the beams.
_ORDER_OF_KNOWN_BATCH, _ORDER_OF_ANY_BATCH = 89, 93


def gather_tree(step_ids, parent_ids, max_sequence_lengths, end_token, name=None):
    """Return whole beams by following the parents back from the last step.

    Args:
        step_ids: integers `[time, batch, beam]`, the symbol of each step.
        parent_ids: integers `[time, batch, beam]`, the beam of the step before that it continues.
        max_sequence_lengths: integers `[batch]`, the longest beam of each example.
        end_token: the symbol that fills a beam after its first end token.
        name: name of the operations.

    Returns:
        Integers `[time, batch, beam]`.
    """
    with tf.name_scope(name, "GatherTree", [step_ids, parent_ids]):
        step_ids, parent_ids = tf.convert_to_tensor(step_ids), tf.convert_to_tensor(parent_ids)
        lengths = tf.convert_to_tensor(max_sequence_lengths, tf.int32)
        end_token = tf.convert_to_tensor(end_token, step_ids.dtype)
        with counted_as(1):
            return _from_last_step(step_ids, parent_ids, lengths, end_token)


def _from_last_step(step_ids, parent_ids, lengths, end_token):
    """Follow the parents back; for the arguments, all tensors, see `gather_tree`."""
    shape = tf.shape(step_ids)
    own = tf.tile(tf.range(shape[2])[tf.newaxis], [shape[1], 1])
    ends = tf.fill(shape[1:], end_token)

    def back(later, step):
        time, ids, parents = step
        beams = later[0]
        there = tf.tile((time < lengths)[:, tf.newaxis], [1, shape[2]])
        found = tf.where(there, tf.gather(ids, beams, batch_dims=1), ends)
        return tf.where(there, tf.gather(parents, beams, batch_dims=1), own), found

    steps = (tf.range(shape[0]), step_ids, parent_ids)
    _, found = tf.scan(back, steps, initializer=(own, ends), reverse=True)
    ended = tf.cumsum(tf.cast(tf.equal(found, ends), tf.int32), axis=0, exclusive=True) > 0
    return tf.where(ended, tf.zeros_like(found) + ends, found)


def gather_tree_from_array(t, parent_ids, sequence_length):
    """Return an array with its values in the order of the final beams, in the shape of `t`.

    Args:
        t: `[time, batch, beam, ...]` or `[time, batch * beam, ...]`.
        parent_ids: integers `[time, batch, beam]`, the beam of the step before that each continues.
        sequence_length: integers `[batch, beam]`; what is past a beam's length stays in its place.
    """
    array, parent_ids = tf.convert_to_tensor(t), tf.convert_to_tensor(parent_ids)
    lengths = tf.cast(sequence_length, tf.int32)
    shape = tf.shape(parent_ids)
    own = tf.zeros_like(parent_ids) + tf.range(shape[2])
    within = tf.transpose(tf.sequence_mask(lengths, shape[0]), [2, 0, 1])
    beams = gather_tree(own, parent_ids, tf.reduce_max(lengths, axis=1), shape[2] + 1)
    beams = tf.where(within, beams, own)
    split = tf.reshape(array, tf.concat([shape, [-1]], 0))
    ordered = tf.reshape(tf.gather(split, beams, axis=2, batch_dims=2), tf.shape(array))
    ordered.set_shape(array.shape)
    return ordered


class BeamSearchDecoderMixin:
    """What the two beam search decoders share: all but when they are given their tensors.

    For the arguments see `BeamSearchDecoder`.
    """

    def __init__(
        self,
        cell,
        beam_width,
        output_layer=None,
        length_penalty_weight=0.0,
        coverage_penalty_weight=0.0,
        reorder_tensor_arrays=True,
        **kwargs,
    ):
        check_parts(cell, output_layer)
        super().__init__(**kwargs)
        self._cell, self._output_layer = cell, output_layer
        self._beam_width = beam_width
        self._length_penalty_weight = length_penalty_weight
        self._coverage_penalty_weight = coverage_penalty_weight
        self._reorder_tensor_arrays = reorder_tensor_arrays
        self._batch_size = None

    def _take(self, embedding_fn, start_tokens, end_token, initial_state):
        """Take the tensors to start from."""
        self._embedding_fn = embedding_fn
        self._start_tokens = tf.convert_to_tensor(start_tokens, tf.int32, name="start_tokens")
        if self._start_tokens.get_shape().ndims != 1:
            raise ValueError("start_tokens must be a vector")
        self._end_token = tf.convert_to_tensor(end_token, tf.int32, name="end_token")
        if self._end_token.get_shape().ndims != 0:
            raise ValueError("end_token must be a scalar")
        self._batch_size = tf.size(start_tokens)
        self._initial_cell_state = tf.nest.map_structure(self._split, initial_state)
        start = tf.tile(tf.expand_dims(self._start_tokens, 1), [1, self._beam_width])
        self._start_inputs = self._embedding_fn(start)
        self._finished = self._first_beam_as(False, True, tf.bool)

    def _first_beam_as(self, value, others, dtype):
        """Return [batch, beam] of `value` for the first beam and `others` for those after it."""
        first = zeros([self._batch_size], tf.int32)
        return tf.one_hot(first, self._beam_width, value, others, dtype=dtype)

    @property
    def batch_size(self):
        """The number of sequences, not of beams."""
        return self._batch_size

    @property
    def tracks_own_finished(self):
        """Beams change places, so that a finished one may be followed by an unfinished one."""
        return True

    @property
    def output_size(self):
        """A BeamSearchDecoderOutput of sizes."""
        size = tf.TensorShape([self._beam_width])
        return BeamSearchDecoderOutput(size, size, size)

    @property
    def output_dtype(self):
        """A BeamSearchDecoderOutput of types."""
        dtype = tf.nest.flatten(self._initial_cell_state)[0].dtype
        return BeamSearchDecoderOutput(dtype, tf.int32, tf.int32)

    def _split(self, tensor):
        """[batch * beam, ...] to [batch, beam, ...]; scalars and arrays stay."""
        if isinstance(tensor, tf.TensorArray) or tensor.shape.ndims == 0:
            return tensor
        rest = tf.shape(tensor)[1:]
        shape = tf.concat([[self._batch_size, self._beam_width], rest], 0)
        static = tf.get_static_value(self._batch_size)
        expected = tf.TensorShape([static, self._beam_width]).concatenate(tensor.shape[1:])
        rows = tf.dimension_value(tensor.shape[0])
        if None not in (rows, static) and rows != static * self._beam_width:
            raise ValueError(
                f"A tensor of the shape {tensor.shape} cannot be split into (batch_size, "
                f"beam_width, depth) == {expected}.  Perhaps you forgot to create a zero_state "
                "with batch_size=encoder_batch_size * beam_width?"
            )
        split = tf.reshape(tensor, shape)
        split.set_shape(expected)
        return split

    def _merge(self, tensor):
        """[batch, beam, ...] to [batch * beam, ...]; scalars and arrays stay."""
        if isinstance(tensor, tf.TensorArray) or tensor.shape.ndims == 0:
            return tensor
        rows = self._batch_size * self._beam_width
        merged = tf.reshape(tensor, tf.concat([[rows], tf.shape(tensor)[2:]], 0))
        static = tf.get_static_value(self._batch_size)
        count = static * self._beam_width if static is not None else None
        merged.set_shape(tf.TensorShape([count]).concatenate(tensor.shape[2:]))
        return merged

    def _first(self):
        """Return (finished, first inputs, first state): all but the first beam are impossible."""
        dtype = tf.nest.flatten(self._initial_cell_state)[0].dtype
        likely, impossible = tf.constant(0.0, dtype), tf.constant(float("-inf"), dtype)
        log_probs = self._first_beam_as(likely, impossible, dtype)
        attended = _attention_of(self._initial_cell_state, self._coverage_penalty_weight)
        state = BeamSearchDecoderState(
            cell_state=self._initial_cell_state,
            log_probs=log_probs,
            finished=self._finished,
            lengths=zeros([self._batch_size, self._beam_width], tf.int64),
            accumulated_attention_probs=() if attended is None else attended,
        )
        return self._finished, self._start_inputs, state

    def step(self, time, inputs, state, name=None):
        """Return (BeamSearchDecoderOutput, state, next inputs, finished); see `Decoder.step`."""
        with tf.name_scope(name, "BeamSearchDecoderStep", (time, inputs, state)):
            outputs, cell_state = self._cell(
                self._merge(inputs), tf.nest.map_structure(self._merge, state.cell_state)
            )
            logits = self._split(outputs)
            cell_state = tf.nest.map_structure(self._split, cell_state)
            if self._output_layer is not None:
                logits = self._output_layer(logits)
            weights = self._length_penalty_weight, self._coverage_penalty_weight
            attended = _attention_of(cell_state, self._coverage_penalty_weight)
            with counted_as(_search_nodes(cell_state, *weights)):
                output, next_state = _beam_search_step(
                    logits,
                    cell_state,
                    attended,
                    state,
                    self._batch_size,
                    self._beam_width,
                    self._end_token,
                    *weights,
                )
            next_inputs = tf.cond(
                tf.reduce_all(next_state.finished),
                lambda: self._start_inputs,
                lambda: self._embedding_fn(output.predicted_ids),
            )
        return output, next_state, next_inputs, next_state.finished

    def finalize(self, outputs, final_state, sequence_lengths):
        """Return the FinalBeamSearchDecoderOutput and the last state; see `Decoder.finalize`."""
        longest = tf.cast(tf.reduce_max(final_state.lengths, axis=1), tf.int32)
        ids = gather_tree(outputs.predicted_ids, outputs.parent_ids, longest, self._end_token)
        if self._reorder_tensor_arrays:
            is_known = tf.get_static_value(self._batch_size) is not None

            def ordered(tensor):
                if not isinstance(tensor, tf.TensorArray) or not self._reordered(tensor):
                    return tensor
                with counted_as(_ORDER_OF_KNOWN_BATCH if is_known else _ORDER_OF_ANY_BATCH):
                    history = tensor.stack()
                    check = _check_batch_beam(history, self._batch_size, self._beam_width)
                    with tf.control_dependencies([check]):
                        return gather_tree_from_array(
                            history, outputs.parent_ids, final_state.lengths
                        )

            final_state = final_state._replace(
                cell_state=tf.nest.map_structure(ordered, final_state.cell_state)
            )
        return FinalBeamSearchDecoderOutput(ids, outputs), final_state

    def _reordered(self, array):
        shape, batch = array.element_shape, tf.get_static_value(self._batch_size)
        if not shape.ndims:
            return False
        rows, length = (shape.as_list() + [None])[:2]
        if batch is None or rows is None:
            return True
        if rows == batch * self._beam_width and length is None:
            return True
        tf.logging.warn(
            "A history of shape %s stays a TensorArray, in the order it was written in. Consider "
            "setting reorder_tensor_arrays to False to disable TensorArray reordering during the "
            "beam search.",
            shape,
        )
        return False


class BeamSearchDecoder(BeamSearchDecoderMixin, Decoder):
    """Decode with the best of several beams for each example, with a cell.

    Steps return BeamSearchDecoderOutputs `[batch, beam_width]`; `dynamic_decode` returns a
    FinalBeamSearchDecoderOutput whose `predicted_ids` are `[batch, time, beam_width]`, best first.
    With `reorder_tensor_arrays` the final state holds an alignment history stacked, `[time, batch *
    beam_width, length]`, each beam's from its first step on; as in TensorFlow 1.15.5 it stays a
    TensorArray where the batch size and the length are both known.

    Args:
        cell: the cell.
        embedding: `[symbols, size]`, or a function from ids to embeddings.
        start_tokens: integers `[batch]`.
        end_token: integer that ends a beam.
        initial_state: state of the cell, tiled by `tile_batch(state, beam_width)`.
        beam_width: number of beams kept for each example.
        output_layer: layer that makes logits of the cell's outputs, by default none.
        length_penalty_weight: exponent of the length penalty; above 0 favours longer beams.
        coverage_penalty_weight: weight of the penalty for parts of the memory that got no
            attention; 0 for none.
        reorder_tensor_arrays: whether an alignment history in the final state is put in the order
            of the beams.
    """

    def __init__(
        self,
        cell,
        embedding,
        start_tokens,
        end_token,
        initial_state,
        beam_width,
        output_layer=None,
        length_penalty_weight=0.0,
        coverage_penalty_weight=0.0,
        reorder_tensor_arrays=True,
    ):
        super().__init__(
            cell,
            beam_width,
            output_layer,
            length_penalty_weight,
            coverage_penalty_weight,
            reorder_tensor_arrays,
        )
        self._take(embedding_function(embedding), start_tokens, end_token, initial_state)

    def initialize(self, name=None):
        """Return (finished, first inputs, first state): all but the first beam are impossible."""
        return self._first()


class BeamSearchDecoderV2(BeamSearchDecoderMixin, BaseDecoder):
    """A BeamSearchDecoder that is a layer: it is called with what the other is made with.

    Args:
        embedding_fn: a function from ids to embeddings, or None where the decoder is called with a
            [symbols, size] tensor.
        **kwargs: those of `BaseDecoder`.

    For the other arguments see `BeamSearchDecoder`.
    """

    def __init__(
        self,
        cell,
        beam_width,
        embedding_fn=None,
        output_layer=None,
        length_penalty_weight=0.0,
        coverage_penalty_weight=0.0,
        reorder_tensor_arrays=True,
        **kwargs,
    ):
        check_embedding_fn(embedding_fn)
        super().__init__(
            cell,
            beam_width,
            output_layer,
            length_penalty_weight,
            coverage_penalty_weight,
            reorder_tensor_arrays,
            **kwargs,
        )
        self._found_as("_cell", cell)
        self._found_as("_output_layer", output_layer)
        self._given_embedding_fn = embedding_fn

    def call(self, embedding, start_tokens, end_token, initial_state, **kwargs):
        """Return (FinalBeamSearchDecoderOutput, state, lengths).

        Args:
            embedding: [symbols, size], or None where there is an `embedding_fn`.
            start_tokens: int32 [batch].
            end_token: int32 scalar.
            initial_state: the cell's, of `batch * beam_width` sequences.
            **kwargs: more arguments of `initialize`, which a subclass may have.
        """
        return super().call(
            embedding, initial_state, start_tokens=start_tokens, end_token=end_token, **kwargs
        )

    def initialize(self, embedding, start_tokens, end_token, initial_state):
        """Return (finished, first inputs, first state); see `BeamSearchDecoderV2.call`.

        All beams but the first start with a probability of 0.
        """
        if (embedding is None) == (self._given_embedding_fn is None):
            raise ValueError(
                "embedding and embedding_fn cannot be provided at same time"
                if embedding is not None
                else f"{self.name} needs an embedding, as it has no embedding_fn."
            )
        embedding_fn = self._given_embedding_fn or embedding_function(embedding)
        self._take(embedding_fn, start_tokens, end_token, initial_state)
        return self._first()


def _search_nodes(cell_state, length_penalty_weight, coverage_penalty_weight):
    """Return how many nodes 1.15.5 made to choose the best continuations."""
    ranks = [
        0 if isinstance(part, tf.TensorArray) else part.shape.ndims
        for part in tf.nest.flatten(cell_state)
    ]
    nodes = _CHOICE + sum(_OF_RANK_2 if rank > 1 else _OF_OTHERS for rank in ranks)
    nodes += 0 if _is_zero(length_penalty_weight) else _LENGTH_PENALTY
    return nodes + (0 if _is_zero(coverage_penalty_weight) else _COVERAGE_PENALTY)


def _beam_search_step(
    logits,
    next_cell_state,
    attended,
    beam_state,
    batch_size,
    beam_width,
    end_token,
    length_penalty_weight,
    coverage_penalty_weight,
):
    """Choose the best `beam_width` of all continuations of all beams."""
    symbols = size_of(logits, -1)
    was_finished = beam_state.finished
    steps = _mask_probs(tf.nn.log_softmax(logits), end_token, was_finished)
    totals = beam_state.log_probs[:, :, tf.newaxis] + steps
    goes_on = 1 - tf.one_hot(end_token, symbols, dtype=tf.int64)
    unfinished = tf.cast(tf.logical_not(was_finished), tf.int64)
    lengths = beam_state.lengths[:, :, tf.newaxis] + unfinished[:, :, tf.newaxis] * goes_on
    scores = totals
    if not _is_zero(length_penalty_weight):
        scores /= tf.cast(_length_penalty(lengths, length_penalty_weight), scores.dtype)
    if attended is not None:
        attended *= tf.cast(unfinished, attended.dtype)[:, :, tf.newaxis]
        attended += beam_state.accumulated_attention_probs
        penalty = _coverage(attended) * coverage_penalty_weight
        scores += (penalty * tf.cast(was_finished, penalty.dtype))[:, :, tf.newaxis]
    best, indices = tf.nn.top_k(tf.reshape(scores, [batch_size, -1]), k=beam_width)
    ids, parents = indices % symbols, indices // symbols

    def of_parent(tensor):
        if isinstance(tensor, tf.TensorArray) or tensor.shape.ndims == 0:
            return tensor
        chosen = tf.gather(tensor, parents, batch_dims=1)
        chosen.set_shape(tensor.shape)
        return chosen

    was_finished = of_parent(was_finished)
    next_state = BeamSearchDecoderState(
        cell_state=tf.nest.map_structure(of_parent, next_cell_state),
        log_probs=tf.gather(tf.reshape(totals, [batch_size, -1]), indices, batch_dims=1),
        finished=tf.logical_or(was_finished, tf.equal(ids, end_token)),
        lengths=of_parent(beam_state.lengths) + tf.cast(tf.logical_not(was_finished), tf.int64),
        accumulated_attention_probs=() if attended is None else of_parent(attended),
    )
    next_state.log_probs.set_shape(beam_state.log_probs.shape)
    return BeamSearchDecoderOutput(best, ids, parents), next_state


def _check_batch_beam(t, batch_size, beam_width):
    """Return an assertion that `t` is `[time, batch * beam, ...]` or `[time, batch, beam, ...]`.

    Other shapes may hold a multiple of as many values, and would be reordered wrongly.
    """
    shape = tf.shape(t)
    fits = tf.equal(shape[1], batch_size * beam_width)
    if t.shape.ndims != 2:
        split = tf.reduce_all(tf.equal(shape[1:3], tf.stack([batch_size, beam_width])))
        fits = tf.logical_or(fits, split)
    message = (
        "A history to be reordered must be [time, batch * beam, ...] or [time, batch, beam, ...]. "
        "With reorder_tensor_arrays=False it stays as it is. Its shape, batch and beams are:"
    )
    return tf.Assert(fits, [message, shape, batch_size, beam_width])


def _is_zero(weight):
    """Return whether a penalty's weight, a number or a scalar tensor, is known to be zero."""
    return (tf.get_static_value(weight) if tf.is_tensor(weight) else weight) == 0


def _length_penalty(sequence_lengths, penalty_factor):
    """Return the penalty of lengths in float32, as in 1.15.5 whatever the type of the scores."""
    weight = tf.convert_to_tensor(penalty_factor, name="penalty_factor")
    return (5.0 + tf.cast(sequence_lengths, tf.float32)) ** weight / 6.0**weight


def _mask_probs(probs, eos_token, finished):
    """Let a finished beam continue with end tokens only, at no cost."""
    ends = tf.one_hot(eos_token, tf.shape(probs)[2], dtype=probs.dtype)
    only_ends = tf.zeros_like(probs) + (1.0 - ends) * probs.dtype.min
    finished = tf.tile(tf.convert_to_tensor(finished)[:, :, tf.newaxis], [1, 1, tf.shape(probs)[2]])
    masked = tf.where(finished, only_ends, probs)
    masked.set_shape(probs.shape)
    return masked


def _attention_of(cell_state, coverage_penalty_weight):
    """Return the alignments [batch, beam, length], the mean of them all; None without a penalty."""
    if _is_zero(coverage_penalty_weight):
        return None
    states = [cell_state] if isinstance(cell_state, AttentionWrapperState) else cell_state
    states = states if isinstance(states, (list, tuple)) else [states]
    states = [state for state in states if isinstance(state, AttentionWrapperState)]
    if not states:
        raise ValueError(
            "coverage_penalty_weight must be 0.0 if no cell is attentional. Wrap the cell in an "
            "AttentionWrapper."
        )
    return _mean([_mean(tf.nest.flatten(state.alignments)) for state in states])


def _mean(tensors):
    if len(tensors) == 1:
        return tensors[0]
    return tf.reduce_mean(tf.concat([tf.expand_dims(each, -1) for each in tensors], -1), -1)


def _coverage(attended):
    """Return the sums [batch, beam] of log(min(attention, 1)) over what was attended to at all."""
    seen = tf.where(tf.equal(attended, 0.0), tf.ones_like(attended), attended)
    return tf.reduce_sum(tf.log(tf.minimum(seen, 1.0)), 2)
