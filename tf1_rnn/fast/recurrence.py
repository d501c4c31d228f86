"""Any recurrence over a whole sequence, as one function with its own gradient.

What the families (`lstm.py`, `gru.py`, `basic_rnn.py`) have to say is one step forward and one
step backward. What is the same for all is here: the walk over time, which tensors are kept from
the forward walk for the backward one, masks on the state, and the gradients of the weights as one
product over all steps.
"""

import dataclasses
import itertools
from collections.abc import Callable, Sequence
from typing import Protocol

import tensorflow.compat.v1 as tf

from .chains import Chains
from .records import has_lists
from .scan import Step, Steps, Tensors, from_one_batch, scan, steps_like, to_steps, to_tensor

_NO_SECOND = (
    "in a loop of TensorFlow 1's control flow over an unknown number of steps. Give the inputs a "
    "known one, or call tf.enable_control_flow_v2()."
)


class Maths(Protocol):
    """One recurrence: a step forward, a step backward, and the gradients of its weights.

    Attributes:
        kept: how many tensors a step forward keeps; the last of them are the new state.
        read_back: places of those that a step backward reads.
        backward_kept: how many tensors a step backward keeps.
    """

    @property
    def kept(self) -> int:
        """As above."""
        ...

    @property
    def read_back(self) -> Sequence[int]:
        """As above."""
        ...

    @property
    def backward_kept(self) -> int:
        """As above."""
        ...

    def forward(self, state: Tensors, x: tf.Tensor) -> tuple[Tensors, Tensors]:
        """Return the next state, and what the step keeps."""
        ...

    def sums(self, state: Tensors) -> Tensors:
        """Return where the sums over all steps start."""
        ...

    def backward(
        self, d_state: Tensors, *kept: tf.Tensor
    ) -> tuple[Tensors, Tensors, Sequence[tf.Tensor]]:
        """Return the gradient for the step's state, what the step keeps, and what it adds."""
        ...

    def weight_gradients(
        self, d_kept: Sequence[Steps], sums: Tensors, kept: Sequence[Steps]
    ) -> Sequence[tf.Tensor]:
        """Return the gradients for x, all steps in one batch, and for the weights."""
        ...


@dataclasses.dataclass(frozen=True)
class Walk:
    """How a sequence is walked.

    Attributes:
        time_axis: 0 or 1.
        lengths: None, or int32 `[batch]`, at least 1 each: the step after which the state is
            returned.
        unroll: whether to unroll, however many steps there are.
        inline: whether to unroll into the graph itself, without functions; second gradients
            need that.
        chains: 1 to keep the batch whole, 2 to walk in halves.
    """

    time_axis: int = 1
    lengths: tf.Tensor | None = None
    unroll: bool = False
    inline: bool = False
    chains: int = 2


def run(
    family: Callable[..., Maths],
    x: tf.Tensor,
    state: Tensors,
    weights: Sequence[tf.Tensor],
    walk: Walk,
    masks: Sequence[tf.Tensor | None] | None = None,
) -> tuple[tf.Tensor, Tensors]:
    """Run a recurrence over all steps of `x`.

    Args:
        family: callable of the depth of `x` and the weights that returns their `Maths`, such as
            an `lstm.LSTM`.
        x: tensor of rank 3 or more.
        state: tuple of tensors `[batch, ...]`, the state before the first step; the last of
            them is also the output.
        weights: tuple of tensors.
        walk: a Walk.
        masks: None, or for each tensor of the state what multiplies it after a step, on its way
            to the next: None, `[1, ...]`, or `[time, batch, ...]`.

    Returns:
        The outputs, with their time where `x` has it, and the last state.
    """
    masks = masks or [None] * len(state)
    given = [mask for mask in masks if mask is not None]
    parts_of_state = len(state)
    steps = x.shape.as_list()[walk.time_axis] or tf.shape(x)[walk.time_axis]
    chains = Chains(x, 1 - walk.time_axis, walk.chains)

    def unrolled(x, *tensors):
        if not isinstance(steps, int):
            raise NotImplementedError(f"The fast path has no second gradients {_NO_SECOND}")
        state, weights = tensors[:parts_of_state], tensors[parts_of_state:]
        inline = dataclasses.replace(walk, unroll=True, inline=True)
        outputs, ends = run(family, x, state, weights, inline, masks)
        return (outputs, *ends)

    def whole(x, *tensors):
        state, rest = tensors[:parts_of_state], tensors[parts_of_state:]
        maths = family(x.shape.as_list()[-1], *rest[: len(weights)])
        parts = _parts(chains, walk, x, state, masks, rest[len(weights) :])
        outputs, ends, kept = _forward(maths, parts, walk, steps)

        def first(d_outputs, *d_ends):
            return _backward(maths, parts, chains, kept, d_outputs, d_ends, walk, steps)

        def gradient(*d_outputs):
            is_unrolled = isinstance(kept[0][0], list)
            if walk.inline if is_unrolled else has_lists():
                gradients = first(*d_outputs)
            else:
                of = (x, *tensors[: len(tensors) - len(given)])
                gradients = _with_second_gradient(first, unrolled, of, d_outputs)
            return (*gradients, *[None] * len(given))

        ends = [chains.join(end) for end in zip(*ends, strict=True)]
        return (chains.join(outputs, 1 - walk.time_axis), *ends), gradient

    weights = [tf.convert_to_tensor(weight) for weight in weights]
    # Exporting removes the operator that has a gradient of its own, which may not be the last one.
    made = tf.custom_gradient(whole)(x, *state, *weights, *given)
    outputs, *ends = map(tf.identity, made)
    return outputs, tuple(ends)


def _flat(tuples):
    return tuple(itertools.chain.from_iterable(tuples))


def _apart(flat, number):
    """Return a flat tuple as `number` tuples of one length; the reverse of `_flat`."""
    size = len(flat) // number
    return [flat[i * size : (i + 1) * size] for i in range(number)]


def _sum(tensors):
    return tensors[0] if len(tensors) == 1 else tf.add_n(tensors)


def _side_by_side(steps):
    """Return one step that runs several, each with its own part of carry, inputs and results."""

    def step(carry, *inputs):
        carries, inputs = _apart(carry, len(steps)), _apart(inputs, len(steps))
        made = [one(c, *i) for one, c, i in zip(steps, carries, inputs, strict=True)]
        ends, kept = zip(*made, strict=True)
        return _flat(ends), _flat(kept)

    return step


def _parts(chains, walk, x, state, masks, given):
    """Return the `_Part`s of a batch."""
    given = iter(given)
    masks = [None if mask is None else next(given) for mask in masks]
    moves = [
        mask is not None and mask.shape.rank > part.shape.rank
        for mask, part in zip(masks, state, strict=True)
    ]
    masks = [
        chains.split(mask, 1) if moving else [mask] * chains.number
        for mask, moving in zip(masks, moves, strict=True)
    ]
    lengths = [None] * chains.number if walk.lengths is None else chains.split(walk.lengths)
    return [
        _Part(x, state, masks, moves, dataclasses.replace(walk, lengths=lengths))
        for x, state, masks, lengths in zip(
            chains.split(x, 1 - walk.time_axis),
            chains.split_each(state),
            zip(*masks, strict=True),
            lengths,
            strict=True,
        )
    ]


class _Part:
    """A part of the batch: its inputs, first state, masks on the state, and lengths.

    Attributes:
        sequences: the inputs, and those masks that differ from step to step.
    """

    def __init__(self, x, state, masks, moves, walk):
        self.x, self.state, self.walk = x, state, walk
        self._masks, self._moves = masks, moves
        moving = [mask for mask, moves in zip(masks, moves, strict=True) if moves]
        inputs = to_steps(x, walk.time_axis, walk.unroll)
        self.sequences = (inputs, *(steps_like(inputs, mask, 0) for mask in moving))

    def forward(self, maths):
        """Return the step forward."""

        def step(carry, x, *masks):
            carry, kept = maths.forward(carry, x)
            return self._masked(carry, masks), kept

        return step

    def backward(self, maths, arrivals):
        """Return the step backward; `arrivals` tells whether gradients enter the state there."""
        parts = len(self.state)

        def step(carry, d_output, *rest):
            d_state, sums = carry[:parts], carry[parts:]
            entering, rest = rest[: len(arrivals)], rest[len(arrivals) :]
            masks, kept = rest[: sum(self._moves)], rest[sum(self._moves) :]
            if entering:
                d_state = [d + e for d, e in zip(d_state, entering, strict=True)]
            *d_others, d_h = self._masked(d_state, masks)
            d_state, kept, added = maths.backward((*d_others, d_h + d_output), *kept)
            sums = [old + new for old, new in zip(sums, added, strict=True)]
            return (*d_state, *sums), kept

        return step

    def arrivals(self, d_ends, d_outputs):
        """Return what enters the state at each step, besides the gradient of the output."""
        if self.walk.lengths is None:
            return ()
        at_end = [_at_end(self.walk, d_end, d_outputs) for d_end in d_ends]
        return tuple(steps_like(self.sequences[0], d, self.walk.time_axis) for d in at_end)

    def _masked(self, state, masks):
        """Return the state, or its gradient, times the masks of a step."""
        masks = iter(masks)
        now = [
            next(masks) if moves else mask
            for mask, moves in zip(self._masks, self._moves, strict=True)
        ]
        return tuple(
            part if mask is None else part * mask for part, mask in zip(state, now, strict=True)
        )

    def ends(self, carry, states):
        """Return the state after the last step, or after the lengths, out of the sequences."""
        lengths = self.walk.lengths
        if lengths is None:
            return carry
        now = [after(lengths, to_tensor(sequence, 0)) for sequence in states]
        masks = [
            after(lengths, mask)
            for mask, moves in zip(self._masks, self._moves, strict=True)
            if moves
        ]
        return self._masked(now, masks)


def _with_second_gradient(first, unrolled, of, d_outputs):
    """Return the gradients of a loop; TensorFlow's own gradients of these are silently wrong.

    Args:
        first: function of the gradients of outputs that returns those of inputs.
        unrolled: function of the inputs that returns the outputs, in a graph without a loop.
        of: the inputs.
        d_outputs: the gradients of the outputs.
    """

    def looped(*tensors):
        def second(*d_gradients):
            again = [tf.identity(tensor) for tensor in tensors]
            inputs, d_outputs = again[: len(of)], again[len(of) :]
            gradients = tf.gradients(unrolled(*inputs), inputs, d_outputs)
            return tf.gradients(gradients, again, list(d_gradients), unconnected_gradients="zero")

        return first(*tensors[len(of) :]), second

    return tf.custom_gradient(looped)(*of, *d_outputs)


def without_second_gradient(why: str, *gradients: tf.Tensor) -> list[tf.Tensor]:
    """Return the tensors; for their own gradients it raises NotImplementedError, saying why."""

    def kept(*gradients):
        def gradient(*_):
            raise NotImplementedError(f"The fast path has no second gradients {why}")

        return tf.identity_n(gradients), gradient

    return tf.custom_gradient(kept)(*gradients)


def _forward(maths, parts, walk, steps):
    """Walk forward; return for each part the outputs, the last state, and the sequences kept."""
    # One loop for each part, which exporting knows; the loop back walks them side by side.
    size = len(parts[0].state)
    groups = [max(0, place + size - maths.kept + 1) for place in range(maths.kept)]
    step = Step(parts[0].forward(maths), walk.inline)
    walked = [scan(step, part.state, part.sequences, groups, steps) for part in parts]
    kept = [sequences for _, sequences in walked]
    ends = [
        part.ends(carry, sequences[-size:])
        for part, (carry, sequences) in zip(parts, walked, strict=True)
    ]
    return [to_tensor(sequences[-1], walk.time_axis) for sequences in kept], ends, kept


def _backward(maths, parts, chains, kept, d_outputs, d_ends, walk, steps):
    """Return the gradients for x, each tensor of the first state, and each weight."""
    d_parts = _walk_back(maths, parts, chains, kept, d_outputs, d_ends, walk, steps)
    d_x, d_state, d_weights = zip(*d_parts, strict=True)
    return [
        chains.join(d_x, 1 - walk.time_axis),
        *map(chains.join, zip(*d_state, strict=True)),
        *map(_sum, zip(*d_weights, strict=True)),
    ]


def _walk_back(maths, parts, chains, kept, d_outputs, d_ends, walk, steps):
    """Walk back; yield for each part the gradients for x, the first state, and the weights."""
    d_outputs = chains.split_gradient(d_outputs, 1 - walk.time_axis)
    d_ends = list(zip(*map(chains.split_gradient, d_ends), strict=True))
    walks, sequences = [], []
    for part, d_output, d_end, own in zip(parts, d_outputs, d_ends, kept, strict=True):
        arrivals = part.arrivals(d_end, d_output)
        walks.append(part.backward(maths, arrivals))
        d_output = steps_like(own[0], d_output, walk.time_axis)
        read_back = [own[place] for place in maths.read_back]
        sequences.append((d_output, *arrivals, *part.sequences[1:], *read_back))
    if walk.lengths is not None:
        d_ends = [tuple(map(tf.zeros_like, d_end)) for d_end in d_ends]
    starts = [(*d_end, *maths.sums(part.state)) for part, d_end in zip(parts, d_ends, strict=True)]
    if isinstance(sequences[0][0], list):
        step = Step(walks[0], walk.inline)
        walked = [
            scan(step, start, own, (), steps, reverse=True)
            for start, own in zip(starts, sequences, strict=True)
        ]
    else:
        groups = [number for number in range(len(parts)) for _ in range(maths.backward_kept)]
        together = Step(_side_by_side(walks))
        ends, d_kept = scan(together, _flat(starts), _flat(sequences), groups, steps, reverse=True)
        walked = zip(_apart(ends, len(parts)), _apart(d_kept, len(parts)), strict=True)
    for part, (end, d_own), own in zip(parts, walked, kept, strict=True):
        d_state, sums = end[: len(part.state)], end[len(part.state) :]
        d_x, *d_weights = maths.weight_gradients(d_own, sums, own)
        yield from_one_batch(d_x, part.x, walk.time_axis), d_state, d_weights


def after(lengths: tf.Tensor, states: tf.Tensor) -> tf.Tensor:
    """Return the state `[batch, ...]` after `lengths` steps, out of all, `[time, batch, ...]`."""
    steps, batch = tf.shape(states)[0], tf.shape(states)[1]
    last = tf.minimum(lengths, steps) - 1
    return tf.gather_nd(states, tf.stack([last, tf.range(batch)], 1))


def _at_end(walk, d_end, like):
    """Return the gradient of the last state at its own step, and zero at all others."""
    steps = tf.shape(like)[walk.time_axis]
    last = tf.minimum(walk.lengths, steps) - 1
    hot = tf.one_hot(last, steps, dtype=d_end.dtype, axis=walk.time_axis)
    for _ in range(d_end.shape.rank - 1):
        hot = tf.expand_dims(hot, -1)
    at_end = hot * tf.expand_dims(d_end, walk.time_axis)
    known = like.shape.as_list()[walk.time_axis]
    rest = d_end.shape.as_list()
    at_end.set_shape([rest[0], known, *rest[1:]] if walk.time_axis else [known, *rest])
    return at_end
