"""The table of cases: what is recorded under TensorFlow 1.15.5 and checked here.

Pure data. `graph.py` builds a case with whichever TensorFlow it is handed, so that one table
drives both sides. Runs under Python 3.7 too.

Left out, because TensorFlow 1.15.5 itself cannot run it: `ConvLSTMCell(skip_connection=True)`
in any loop (its state grows by the input's channels at every step).
"""

from __future__ import annotations

import zlib
from typing import Any, NamedTuple

from tf1_rnn.baseline import contrib_cases, document


class Case(NamedTuple):
    """One graph: which cell, in which loop, on what.

    `cell` is a specification made by `cell()`; two of them for a bidirectional loop, and two
    lists of them for a stacked one. `shape` is one time step of one sequence.
    """

    name: str
    cell: list = []
    loop: str = "dynamic"
    batch: int = 2
    time: int = 4
    shape: tuple = (2,)
    dtype: str = "float64"
    lengths: tuple = ()  # `sequence_length`; none when empty
    state: str = "none"  # none: the loop makes it from dtype; zero: zero_state; random: drawn
    time_major: bool = False
    unknown: bool = False  # placeholders of unknown batch size, and time in dynamic loops
    inputs: str = "dense"  # dense; ids (integers below 5); timed (times, x)
    rate: float = 1.0  # of the learning rates, where they would make training chaotic
    repeat: int = 1  # how many times state_size a random state is
    positive: tuple = ()  # variables that must be positive to make sense, by a part of their name
    document: str = ""  # a code block of the tutorial instead of cell and loop
    breakage: str = ""  # what is wrong with the call, on purpose (random draws only)
    seed: int = -1  # of inputs, initial state and variables; -1: from the name

    @property
    def random_seed(self) -> int:
        """The seed that all numbers of this case are drawn from."""
        return self.seed if self.seed >= 0 else zlib.crc32(self.name.encode()) % 2**31


def cell(kind: str, **arguments: Any) -> list[Any]:
    """Specify a cell by `kind`, its name in `tf.contrib.rnn` and its arguments.

    An argument may itself be such a specification, a list of them, or a `fn`.
    """
    return [kind, arguments]


def fn(path: str) -> dict[str, str]:
    """Specify a function by its path in `tf`, such as "nn.relu"."""
    return {"tf": path}


# fmt: off
# A table: a case a line reads better than an argument a line.

H = 3
LSTM: dict[str, Any] = {"num_units": H}
RANDOM: dict[str, Any] = {"state": "random"}


def _document():
    """Yield the tutorial's blocks as printed, and with their commented-out alternatives."""
    for name in document.BLOCKS:
        size: dict[str, Any] = {"shape": (3,)}
        if name == "conv_lstm":
            size = {"shape": (28, 28, 1), "batch": 1, "time": 2}
        yield Case(name, document=name, dtype="float32", **size)
    yield Case("basic_lstm_alternative", document="basic_lstm alternative", dtype="float32",
               shape=(3,))
    yield Case("lstm_alternative", document="lstm alternative", dtype="float32", shape=(3,))


def _basic_cells():
    """Yield BasicRNNCell, BasicLSTMCell and GRUCell with their options."""
    for name in ("BasicRNNCell", "BasicLSTMCell", "GRUCell"):
        short = {"BasicRNNCell": "rnn", "BasicLSTMCell": "basic", "GRUCell": "gru"}[name]
        yield Case(short + "_random_state", cell(name, **LSTM), **RANDOM)
        yield Case(short + "_float32", cell(name, **LSTM), dtype="float32", **RANDOM)
        yield Case(short + "_relu", cell(name, activation=fn("nn.relu"), **LSTM), **RANDOM)
        yield Case(short + "_sigmoid_by_name", cell(name, activation="sigmoid", **LSTM))
        yield Case(short + "_lengths", cell(name, **LSTM), lengths=(0, 4, 2), batch=3, **RANDOM)
        yield Case(short + "_static", cell(name, **LSTM), "static", **RANDOM)
    yield Case("basic_forget_bias_0", cell("BasicLSTMCell", forget_bias=0.0, **LSTM))
    yield Case("basic_forget_bias_half", cell("BasicLSTMCell", forget_bias=0.5, **LSTM))
    yield Case("basic_concatenated_state", cell("BasicLSTMCell", state_is_tuple=False, **LSTM),
               **RANDOM)
    yield Case("basic_named", cell("BasicLSTMCell", name="mine", **LSTM))
    yield Case("gru_initializers", cell(
        "GRUCell", kernel_initializer=cell("initializers.ones"),
        bias_initializer=cell("initializers.constant", value=0.25), **LSTM))


def _lstm_cell():
    """Yield LSTMCell with every option it had."""
    def case(name, rest=RANDOM, **options):
        return Case("lstm_" + name, cell("LSTMCell", num_units=H, **options), **rest)

    peepholes = {"use_peepholes": True}
    yield case("plain")
    yield case("plain_float32", {"dtype": "float32", "state": "random"})
    yield case("peepholes", **peepholes)
    yield case("peepholes_float32", {"dtype": "float32", "state": "random"}, **peepholes)
    yield case("projection", num_proj=2)
    yield case("projection_peepholes", num_proj=2, **peepholes)
    yield case("projection_concatenated_state", num_proj=2, state_is_tuple=False)
    yield case("cell_clip_hit", cell_clip=0.1, **peepholes)
    yield case("cell_clip_not_hit", cell_clip=50.0, **peepholes)
    yield case("proj_clip_hit", num_proj=2, proj_clip=0.05)
    yield case("proj_clip_not_hit", num_proj=2, proj_clip=50.0)
    yield case("both_clips_hit", num_proj=2, proj_clip=0.05, cell_clip=0.1)
    yield case("concatenated_state", state_is_tuple=False, **peepholes)
    yield case("forget_bias_0", forget_bias=0.0)
    yield case("forget_bias_half", forget_bias=0.5, **peepholes)
    yield case("relu", activation=fn("nn.relu"), **peepholes)
    yield case("softsign", activation=fn("nn.softsign"))
    yield case("lengths", {"lengths": (0, 4, 2), "batch": 3, "state": "random"}, **peepholes)
    yield case("lengths_static", {"lengths": (0, 4, 2), "batch": 3, "loop": "static"})
    yield case("lengths_float32", {"lengths": (4, 0, 1), "batch": 3, "dtype": "float32"})
    yield case("time_major", {"time_major": True, "state": "random", "lengths": (3, 1)})
    yield case("batch_1", {"batch": 1})
    yield case("one_step", {"time": 1, "state": "random"})
    yield case("one_step_batch_1", {"time": 1, "batch": 1, "loop": "static"})
    yield case("single_call", {"loop": "step", "time": 1, "state": "random"}, num_proj=2)
    yield case("zero_state", {"state": "zero", "unknown": True})
    yield case("unknown_shapes", {"unknown": True, "lengths": (4, 2)}, **peepholes)
    yield case("static", {"loop": "static", "state": "random"}, **peepholes)
    yield case("raw", {"loop": "raw", "state": "random"}, **peepholes)
    yield case("state_saving", {"loop": "state_saving", "state": "random"}, **peepholes)
    yield case("state_saving_lengths",
               {"loop": "state_saving", "state": "random", "lengths": (1, 4)})
    yield case("shards", num_unit_shards=2, num_proj=2, num_proj_shards=2)


def _many():
    """Yield stacks and both directions."""
    three, two = cell("LSTMCell", num_units=3), cell("LSTMCell", num_units=2)
    peep = cell("LSTMCell", num_units=2, use_peepholes=True)
    gru = cell("GRUCell", num_units=2)
    yield Case("multi_random_state", cell("MultiRNNCell", cells=[three, two]), **RANDOM)
    yield Case("multi_mixed", cell("MultiRNNCell", cells=[gru, peep]), "static", **RANDOM)
    yield Case("multi_concatenated_state", cell("MultiRNNCell", cells=[gru, gru],
                                                state_is_tuple=False), **RANDOM)
    yield Case("multi_three_lengths", cell("MultiRNNCell", cells=[two, peep, gru]),
               lengths=(0, 4, 2), batch=3)
    yield Case("multi_state_saving", cell("MultiRNNCell", cells=[three, two]), "state_saving",
               **RANDOM)
    for loop in ("bidirectional_dynamic", "static_bidirectional"):
        yield Case(loop + "_peepholes", [peep, peep], loop, **RANDOM)
        yield Case(loop + "_mixed", [cell("BasicLSTMCell", num_units=2), gru], loop)
        yield Case(loop + "_lengths", [peep, peep], loop, lengths=(0, 4, 2), batch=3, **RANDOM)
    yield Case("bidirectional_dynamic_float32", [peep, peep], "bidirectional_dynamic",
               dtype="float32", lengths=(3, 4), **RANDOM)
    yield Case("bidirectional_dynamic_time_major", [gru, gru], "bidirectional_dynamic",
               time_major=True, lengths=(3, 4), **RANDOM)
    stack = [[two, gru], [peep, gru]]
    yield Case("stack_bidirectional_dynamic", stack, "stack_bidirectional_dynamic", **RANDOM)
    yield Case("stack_bidirectional", stack, "stack_bidirectional", lengths=(2, 4))


def _conv():
    """Yield ConvLSTMCell in one, two and three dimensions."""
    def conv(shape, kernel, filters=2, **options):
        return cell("ConvLSTMCell", conv_ndims=len(kernel), input_shape=list(shape),
                    output_channels=filters, kernel_shape=list(kernel), **options)

    line, square, cube = (5, 1), (4, 3, 1), (3, 2, 3, 1)
    yield Case("conv_1d", conv(line, [3]), shape=line, **RANDOM)
    yield Case("conv_1d_even_kernel", conv(line, [4]), shape=line)
    yield Case("conv_2d", conv(square, [3, 3]), shape=square, time=3, **RANDOM)
    yield Case("conv_2d_float32", conv(square, [3, 3]), shape=square, time=3, dtype="float32",
               **RANDOM)
    yield Case("conv_2d_even_kernel", conv(square, [2, 4]), shape=square, time=3)
    yield Case("conv_2d_no_bias", conv(square, [3, 3], use_bias=False), shape=square, time=3)
    yield Case("conv_2d_forget_bias_0", conv(square, [3, 1], forget_bias=0.0), shape=square,
               time=3)
    yield Case("conv_2d_lengths", conv(square, [3, 3], 1), shape=square, time=3, lengths=(0, 3, 1),
               batch=3, **RANDOM)
    yield Case("conv_2d_static", conv(square, [3, 2]), "static", shape=square, time=3)
    yield Case("conv_3d", conv(cube, [2, 2, 2], 1), shape=cube, time=2, **RANDOM)
    yield Case("conv_3d_float32", conv(cube, [3, 2, 1], 1), shape=cube, time=2, dtype="float32")
    yield Case("conv_1d_by_its_own_name", cell(
        "Conv1DLSTMCell", input_shape=[5, 1], output_channels=2, kernel_shape=[3]), shape=line)
    yield Case("conv_2d_by_its_own_name", cell(
        "Conv2DLSTMCell", input_shape=[4, 3, 1], output_channels=1, kernel_shape=[3, 3]),
        shape=square, time=2)
    yield Case("conv_3d_by_its_own_name", cell(
        "Conv3DLSTMCell", input_shape=[3, 2, 3, 1], output_channels=1, kernel_shape=[2, 1, 2]),
        shape=cube, time=2)


# fmt: on


def _table(*families):
    cases = [case for family in families for case in family()]
    names = [case.name for case in cases]
    if len(set(names)) != len(names):
        raise ValueError("Two cases share a name.")
    return {case.name: case for case in cases}


CASES = _table(
    _document,
    _basic_cells,
    _lstm_cell,
    _many,
    _conv,
    lambda: contrib_cases.families(Case, cell, fn),
)
