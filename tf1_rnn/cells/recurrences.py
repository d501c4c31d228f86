"""What cells compute, as data, for code that runs a whole sequence at once.

`cell.recurrence(made)` returns one of these, or None for a cell that only its `call` describes.
Weights are tensors or variables in the layouts of the cells' docstrings, and None as long as the
cell has not been called. A wrapper's recurrence holds the cell inside.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any


@dataclasses.dataclass(frozen=True)
class BasicRNN:
    """`h' = activation([x, h] kernel + bias)`."""

    kernel: Any
    bias: Any
    activation: Callable


@dataclasses.dataclass(frozen=True)
class GRU:
    """The equations of `cells.gru.GRUCell`."""

    gate_kernel: Any
    gate_bias: Any
    candidate_kernel: Any
    candidate_bias: Any
    activation: Callable


@dataclasses.dataclass(frozen=True)
class LSTM:
    """The equations of `cells.lstm.LSTMCell`.

    Attributes:
        peepholes: None, or `(w_f, w_i, w_o)`.
        projection: None, or the kernel `[H, P]`; before the first call, None too.
        sizes: `(H, P)`, the columns of c and of h in a state that is one tensor.
        state_is_tuple: whether the state is `(c, h)` or one tensor.
        clip_has_gradient: whether clipping c stops the gradient where it clips; the block
            kernels' gradient passes through unchanged.
    """

    kernel: Any
    bias: Any
    activation: Callable
    forget_bias: float
    sizes: tuple
    state_is_tuple: bool = True
    peepholes: Any = None
    cell_clip: float | None = None
    projection: Any = None
    proj_clip: float | None = None
    clip_has_gradient: bool = True


@dataclasses.dataclass(frozen=True)
class LayerNormLSTM:
    """The equations of `cells.contrib.layer_norm_lstm.LayerNormBasicLSTMCell`.

    Attributes:
        bias: None under layer normalisation.
        norms: None, or ten vectors: gain and shift of i, j, f, o and the new memory.
        mask: function of a tensor of ones to what multiplies the activated new input.
        but: why this description is incomplete, "" where it is complete.
    """

    kernel: Any
    bias: Any
    norms: list | None
    forget_bias: float
    activation: Callable
    mask: Callable
    but: str = ""


@dataclasses.dataclass(frozen=True)
class ConvLSTM:
    """The equations of `cells.conv_lstm.ConvLSTMCell`.

    Attributes:
        bias: None without a bias, and before the first call.
        input_shape: `[*space, C]`.
        channels: F.
        kernel_shape: one size for each dimension of space.
        skip_connection: whether the outputs are `[h', x]`.
    """

    kernel: Any
    bias: Any
    forget_bias: float
    input_shape: list
    channels: int
    kernel_shape: list
    skip_connection: bool


@dataclasses.dataclass(frozen=True)
class Stack:
    """Cells stacked on one another; `state_is_tuple` as in `LSTM`."""

    cells: Sequence
    state_is_tuple: bool


@dataclasses.dataclass(frozen=True)
class Wrapped:
    """A cell with something before and after it, described for a whole sequence at once.

    Attributes:
        cell: the cell inside.
        inputs: None, or a function from the inputs of all steps to those of the cell.
        outputs: None, or a function of the inputs and the cell's outputs of all steps.
        state_masks: None, or a function of a state, the number of steps and the batch size to a
            list with what multiplies each tensor of the state after a step: None, `[1, size]`,
            or `[time, batch, size]`.
        device: None, or where all of it is placed.
        depth: None, or what `inputs` gives for each step, `[depth]`, whatever it is given.
        embeds: whether its inputs are integers, `[batch, time]` or `[batch, time, 1]`.
        activation: None, or a function that `inputs` or `outputs` calls with the rows of all
            steps at once.
        but: why this description is incomplete, "" where it is complete.
    """

    cell: Any
    inputs: Callable | None = None
    outputs: Callable | None = None
    state_masks: Callable | None = None
    device: Any = None
    depth: int | None = None
    embeds: bool = False
    activation: Callable | None = None
    but: str = ""
