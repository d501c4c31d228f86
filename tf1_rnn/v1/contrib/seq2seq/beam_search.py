"""Beam search: the likeliest sequences, `beam_width` at a time.

Wu et al., "Google's Neural Machine Translation System", 2016, section 7: scores are log
probabilities divided by the length penalty `((5 + length) / 6) ** length_penalty_weight`.
"""

import collections

import tensorflow.compat.v1 as tf

from .decoder import Decoder

BeamSearchDecoderState = collections.namedtuple(
    "BeamSearchDecoderState",
    ("cell_state", "log_probs", "finished", "lengths", "accumulated_attention_probs"),
)
BeamSearchDecoderOutput = collections.namedtuple(
    "BeamSearchDecoderOutput", ("scores", "predicted_ids", "parent_ids")
)
FinalBeamSearchDecoderOutput = collections.namedtuple(
    "FinalBeamDecoderOutput", ("predicted_ids", "beam_search_decoder_output")
)


def gather_tree(step_ids, parent_ids, max_sequence_lengths, end_token, name=None):
    """Follow the parents back; returns the whole beams [time, batch, beam].

    `step_ids` and `parent_ids` are [time, batch, beam], `max_sequence_lengths` [batch]. From the
    first end token on, a beam holds end tokens.
    """
    with tf.name_scope(name, "GatherTree", [step_ids, parent_ids]):
        step_ids, parent_ids = tf.convert_to_tensor(step_ids), tf.convert_to_tensor(parent_ids)
        shape = tf.shape(step_ids)
        own = tf.tile(tf.range(shape[2])[tf.newaxis], [shape[1], 1])
        ends = tf.fill(shape[1:], tf.cast(end_token, step_ids.dtype))

        def back(later, step):
            time, ids, parents = step
            beams = later[0]
            there = tf.tile((time < max_sequence_lengths)[:, tf.newaxis], [1, shape[2]])
            found = tf.where(there, tf.gather(ids, beams, batch_dims=1), ends)
            return tf.where(there, tf.gather(parents, beams, batch_dims=1), own), found

        steps = (tf.range(shape[0]), step_ids, parent_ids)
        _, found = tf.scan(back, steps, initializer=(own, ends), reverse=True)
        ended = tf.cumsum(tf.cast(tf.equal(found, ends), tf.int32), axis=0, exclusive=True) > 0
        return tf.where(ended, tf.zeros_like(found) + ends, found)


class BeamSearchDecoder(Decoder):
    """Decodes with a cell whose state was tiled by `tile_batch(state, beam_width)`.

    `embedding` is a function from ids to embeddings or a [symbols, size] tensor, `start_tokens`
    [batch], `output_layer` what makes logits of the cell's outputs. Steps put out
    BeamSearchDecoderOutputs, [batch, beam_width]; `dynamic_decode` a FinalBeamSearchDecoderOutput
    whose `predicted_ids` are [batch, time, beam_width], best first.
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
        if coverage_penalty_weight:
            raise NotImplementedError("BeamSearchDecoder: coverage_penalty_weight is not here yet")
        if not callable(embedding):
            table = embedding
            embedding = lambda ids: tf.nn.embedding_lookup(table, ids)  # noqa: E731
        self._cell = cell
        self._embedding_fn = embedding
        self._output_layer = output_layer
        self._start_tokens = tf.convert_to_tensor(start_tokens, tf.int32, name="start_tokens")
        if self._start_tokens.get_shape().ndims != 1:
            raise ValueError("start_tokens must be a vector")
        self._end_token = tf.convert_to_tensor(end_token, tf.int32, name="end_token")
        if self._end_token.get_shape().ndims != 0:
            raise ValueError("end_token must be a scalar")
        self._beam_width = beam_width
        self._length_penalty_weight = length_penalty_weight
        self._batch_size = tf.dimension_value(self._start_tokens.shape[0])
        if self._batch_size is None:
            self._batch_size = tf.size(start_tokens)
        self._initial_cell_state = tf.nest.map_structure(self._split, initial_state)
        start = tf.tile(self._start_tokens[:, tf.newaxis], [1, beam_width])
        self._start_inputs = self._embedding_fn(start)

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
        split = tf.reshape(tensor, shape)
        static = self._batch_size if isinstance(self._batch_size, int) else None
        split.set_shape(tf.TensorShape([static, self._beam_width]).concatenate(tensor.shape[1:]))
        return split

    def _merge(self, tensor):
        """[batch, beam, ...] to [batch * beam, ...]; scalars and arrays stay."""
        if isinstance(tensor, tf.TensorArray) or tensor.shape.ndims == 0:
            return tensor
        merged = tf.reshape(tensor, tf.concat([[-1], tf.shape(tensor)[2:]], 0))
        static = self._batch_size if isinstance(self._batch_size, int) else None
        count = static * self._beam_width if static is not None else None
        merged.set_shape(tf.TensorShape([count]).concatenate(tensor.shape[2:]))
        return merged

    def initialize(self, name=None):
        """Return (finished, first inputs, first state): all but the first beam are impossible."""
        first = tf.zeros([self._batch_size], tf.int32)
        dtype = tf.nest.flatten(self._initial_cell_state)[0].dtype
        finished = tf.one_hot(first, self._beam_width, False, True, dtype=tf.bool)
        state = BeamSearchDecoderState(
            cell_state=self._initial_cell_state,
            log_probs=tf.one_hot(
                first,
                self._beam_width,
                tf.constant(0.0, dtype),
                tf.constant(float("-inf"), dtype),
                dtype=dtype,
            ),
            finished=finished,
            lengths=tf.zeros([self._batch_size, self._beam_width], tf.int64),
            accumulated_attention_probs=(),
        )
        return finished, self._start_inputs, state

    def step(self, time, inputs, state, name=None):
        """Return (BeamSearchDecoderOutput, next state, next inputs, finished)."""
        with tf.name_scope(name, "BeamSearchDecoderStep", (time, inputs, state)):
            outputs, cell_state = self._cell(
                self._merge(inputs), tf.nest.map_structure(self._merge, state.cell_state)
            )
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            logits = self._split(outputs)
            cell_state = tf.nest.map_structure(self._split, cell_state)
            output, next_state = self._choose(logits, cell_state, state)
            next_inputs = tf.cond(
                tf.reduce_all(next_state.finished),
                lambda: self._start_inputs,
                lambda: self._embedding_fn(output.predicted_ids),
            )
        return output, next_state, next_inputs, next_state.finished

    def _choose(self, logits, cell_state, state):
        """Choose the best `beam_width` of all continuations of all beams."""
        symbols = tf.dimension_value(logits.shape[-1]) or tf.shape(logits)[-1]
        dtype = logits.dtype
        ends = tf.one_hot(self._end_token, symbols, dtype=dtype)
        # A finished beam goes on with end tokens, at no cost.
        finished_step = (1.0 - ends) * dtype.min
        finished = tf.tile(state.finished[:, :, tf.newaxis], [1, 1, symbols])
        steps = tf.where(finished, tf.zeros_like(logits) + finished_step, tf.nn.log_softmax(logits))
        totals = state.log_probs[:, :, tf.newaxis] + steps
        unfinished = tf.cast(tf.logical_not(state.finished), tf.int64)
        longer = unfinished[:, :, tf.newaxis] * tf.cast(1.0 - ends, tf.int64)
        scores = totals
        if self._length_penalty_weight:
            lengths = tf.cast(state.lengths[:, :, tf.newaxis] + longer, dtype)
            scores = totals / ((5.0 + lengths) / 6.0) ** self._length_penalty_weight
        flat = tf.reshape(scores, [self._batch_size, -1])
        best, indices = tf.nn.top_k(flat, k=self._beam_width)
        ids, parents = indices % symbols, indices // symbols

        def of_parent(tensor):
            if isinstance(tensor, tf.TensorArray) or tensor.shape.ndims == 0:
                return tensor
            chosen = tf.gather(tensor, parents, batch_dims=1)
            chosen.set_shape(tensor.shape)
            return chosen

        was_finished = of_parent(state.finished)
        next_state = BeamSearchDecoderState(
            cell_state=tf.nest.map_structure(of_parent, cell_state),
            log_probs=tf.gather(tf.reshape(totals, [self._batch_size, -1]), indices, batch_dims=1),
            finished=tf.logical_or(was_finished, tf.equal(ids, self._end_token)),
            lengths=of_parent(state.lengths) + tf.cast(tf.logical_not(was_finished), tf.int64),
            accumulated_attention_probs=(),
        )
        next_state.log_probs.set_shape(state.log_probs.shape)
        return BeamSearchDecoderOutput(best, ids, parents), next_state

    def finalize(self, outputs, final_state, sequence_lengths):
        """Return the FinalBeamSearchDecoderOutput, [time, batch, beam], and the last state."""
        longest = tf.cast(tf.reduce_max(final_state.lengths, axis=1), tf.int32)
        ids = gather_tree(outputs.predicted_ids, outputs.parent_ids, longest, self._end_token)
        return FinalBeamSearchDecoderOutput(ids, outputs), final_state
