"""Build a case's graph with a TensorFlow: 1.15.5's own, or `tf1_rnn.v1`.

Nothing here imports TensorFlow: the module comes as the argument `tf`, and may come with another
module `nn` for the loops. Runs under Python 3.7 too.
"""

from __future__ import annotations

import collections
from typing import Any, Sequence

import numpy as np

from tf1_rnn.baseline import document
from tf1_rnn.baseline.cases import Case
from tf1_rnn.baseline.structure import flatten, rebuild

SIZES = {"num_units": 4, "multi_units": (4, 3), "n_classes": 2}

Graph = collections.namedtuple("Graph", "feeds outputs final_state sizes")
Graph.__doc__ = """A built case.

feeds: `input/x` and so on to the tensor to feed; outputs and final_state: nested tensors;
sizes: `(state_size, output_size)` of the cell or cells, None for the tutorial's blocks.
"""


def build(tf: Any, case: Case, nn: Any = None) -> Graph:
    """Build `case` in the default graph and return its `Graph`."""
    if case.document:
        return _build_document(tf, case)
    nn = _Loops(nn, tf.nn)
    cells = make(tf, case.cell)
    x = _placeholder_inputs(tf, case)
    feeds = dict(x)
    lengths = None
    if case.lengths:
        lengths = feeds["input/sequence_length"] = tf.placeholder(
            tf.int32, [None if case.unknown else case.batch], "sequence_length"
        )
    inputs = (x["input/times"], x["input/x"]) if "input/times" in x else x["input/x"]
    initial = _initial_state(tf, case, cells, feeds)
    loop = LOOPS[case.loop]
    outputs, final_state = loop(tf, nn, case, cells, inputs, lengths, initial)
    if case.breakage == "twice":
        loop(tf, nn, case, make(tf, case.cell), inputs, lengths, initial)
    return Graph(feeds, outputs, final_state, _sizes(cells))


class _Loops(object):
    """The loops of one module, and those that it lacks from another."""

    def __init__(self, first, second):
        self._modules = first, second

    def __getattr__(self, name):
        first, second = self._modules
        return getattr(first, name) if hasattr(first, name) else getattr(second, name)


def make(tf: Any, specification: Any) -> Any:
    """Turn a specification of `cases.cell` and `cases.fn` into the object it stands for."""
    if isinstance(specification, dict):
        return _find(tf, specification["tf"])
    if not isinstance(specification, (list, tuple)):
        return specification
    if (
        len(specification) == 2
        and isinstance(specification[0], str)
        and isinstance(specification[1], dict)
    ):
        name, arguments = specification
        maker = _find(tf, name if "." in name else "contrib.rnn." + name)
        return maker(**{key: make(tf, value) for key, value in arguments.items()})
    return [make(tf, part) for part in specification]


def _find(tf, path):
    found = tf
    for name in path.split("."):
        found = getattr(found, name)
    return found


def _sizes(cells):
    if isinstance(cells, list):
        return [_sizes(one) for one in cells]
    return (getattr(cells, "state_size", None), getattr(cells, "output_size", None))


def _placeholder_inputs(tf, case):
    """Return the placeholders of the loop's inputs, batch-major unless the case says otherwise."""
    steps = [None, None] if case.unknown else [case.batch, case.time]
    if case.unknown and case.loop not in (
        "dynamic",
        "bidirectional_dynamic",
        "stack_bidirectional_dynamic",
    ):
        steps = [None, case.time]  # these loops must know how far to unroll
    if case.time_major:
        steps = steps[::-1]
    shape = [None if d < 0 else d for d in case.shape]
    dtype = tf.int32 if case.inputs == "ids" else tf.as_dtype(case.dtype)
    made = {"input/x": tf.placeholder(dtype, steps + shape, "x")}
    if case.inputs == "timed":
        made["input/times"] = tf.placeholder(dtype, steps + [1], "times")
    return made


def _initial_state(tf, case, cells, feeds):
    """Return None, zero states, or placeholders, which are added to `feeds`."""
    if case.state in ("none", "missing"):
        return None
    known = None if case.unknown else case.batch

    def one(prefix, made):
        if isinstance(made, list):  # the layers of a stack
            return [one("%s/%d" % (prefix, k), layer) for k, layer in enumerate(made)]
        if case.state == "zero":
            batch = tf.shape(feeds["input/x"])[1 if case.time_major else 0]
            return made.zero_state(batch if case.unknown else case.batch, tf.as_dtype(case.dtype))

        def placeholder(name, size):
            shape = [size] if isinstance(size, int) else tf.TensorShape(size).as_list()
            shape = [d * case.repeat + (case.breakage == "state size") for d in shape]
            dtype = "float32" if case.breakage == "state dtype" else case.dtype
            feeds[name] = tf.placeholder(dtype, [known] + shape, name.replace("/", "_"))
            return feeds[name]

        fused = not hasattr(made, "state_size")
        return rebuild(prefix, (made.num_units,) * 2 if fused else made.state_size, placeholder)

    if isinstance(cells, list):
        return [one("initial_state/" + way, made) for way, made in zip(("fw", "bw"), cells)]
    return one("initial_state", cells)


# The loops: (tf, nn, case, cells, inputs, lengths, initial) -> outputs, final state.


def _unstack(tf, case, inputs):
    axis = 0 if case.time_major else 1
    if isinstance(inputs, tuple):
        return list(zip(*[tf.unstack(part, case.time, axis) for part in inputs]))
    return tf.unstack(inputs, case.time, axis)


def _stack(tf, case, outputs):
    return tf.stack(outputs, 0 if case.time_major else 1)


def _dynamic(tf, nn, case, cell, inputs, lengths, initial):
    return nn.dynamic_rnn(
        cell, inputs, lengths, initial_state=initial, dtype=_dtype(case), time_major=case.time_major
    )


def _static(tf, nn, case, cell, inputs, lengths, initial):
    outputs, state = nn.static_rnn(
        cell,
        _unstack(tf, case, inputs),
        initial_state=initial,
        dtype=_dtype(case),
        sequence_length=lengths,
    )
    return _stack(tf, case, outputs), state


def _step(tf, nn, case, cell, inputs, lengths, initial):
    output, state = cell(_unstack(tf, case, inputs)[0], initial)
    return _stack(tf, case, [output]), state


def _raw(tf, nn, case, cell, inputs, lengths, initial):
    steps = tf.stack(_unstack(tf, case, inputs))
    last = case.time - 1

    def loop_fn(time, cell_output, cell_state, loop_state):
        finished = tf.fill([case.batch], time > last)
        following = steps[tf.minimum(time, last)]
        return (
            finished,
            following,
            initial if cell_output is None else cell_state,
            cell_output,
            loop_state,
        )

    outputs, state, _ = nn.raw_rnn(cell, loop_fn)
    outputs = outputs.stack()
    return outputs if case.time_major else tf.transpose(outputs, [1, 0, 2]), state


class _StateSaver(object):
    """The interface of TensorFlow 1's queue of states, with the states of the case."""

    def __init__(self, states):
        self.states = dict(states)
        self.saved = {}

    def state(self, name):
        return self.states[name]

    def save_state(self, name, value):
        self.saved[name] = value
        return value.op


def _state_saving(tf, nn, case, cell, inputs, lengths, initial):
    named = flatten("state", initial)
    saver = _StateSaver(named)
    name = rebuild("state", initial, lambda name, leaf: name)
    outputs, state = nn.static_state_saving_rnn(
        cell, _unstack(tf, case, inputs), saver, name, sequence_length=lengths
    )
    if sorted(saver.saved) != sorted(saver.states):
        raise AssertionError("The loop did not save every state.")
    return _stack(tf, case, outputs), state


def _bidirectional_dynamic(tf, nn, case, cells, inputs, lengths, initial):
    fw, bw = initial or (None, None)
    outputs, states = nn.bidirectional_dynamic_rnn(
        cells[0],
        cells[1],
        inputs,
        lengths,
        initial_state_fw=fw,
        initial_state_bw=bw,
        dtype=_dtype(case),
        time_major=case.time_major,
    )
    return _ways(*outputs), _ways(*states)


def _static_bidirectional(tf, nn, case, cells, inputs, lengths, initial):
    fw, bw = initial or (None, None)
    outputs, state_fw, state_bw = nn.static_bidirectional_rnn(
        cells[0],
        cells[1],
        _unstack(tf, case, inputs),
        initial_state_fw=fw,
        initial_state_bw=bw,
        dtype=_dtype(case),
        sequence_length=lengths,
    )
    return _stack(tf, case, outputs), _ways(state_fw, state_bw)


def _stack_bidirectional(tf, nn, case, cells, inputs, lengths, initial):
    fw, bw = initial or (None, None)
    outputs, states_fw, states_bw = tf.contrib.rnn.stack_bidirectional_rnn(
        cells[0],
        cells[1],
        _unstack(tf, case, inputs),
        initial_states_fw=fw,
        initial_states_bw=bw,
        dtype=_dtype(case),
        sequence_length=lengths,
    )
    return _stack(tf, case, outputs), _ways(states_fw, states_bw)


def _stack_bidirectional_dynamic(tf, nn, case, cells, inputs, lengths, initial):
    fw, bw = initial or (None, None)
    outputs, states_fw, states_bw = tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
        cells[0],
        cells[1],
        inputs,
        initial_states_fw=fw,
        initial_states_bw=bw,
        dtype=_dtype(case),
        sequence_length=lengths,
        time_major=case.time_major,
    )
    return outputs, _ways(states_fw, states_bw)


def _fused(tf, nn, case, cell, inputs, lengths, initial):
    """Run a fused cell, which takes the whole time-major sequence in one call."""
    dtype = tf.as_dtype(case.dtype) if initial is None else None
    return cell(inputs, initial_state=initial, dtype=dtype, sequence_length=lengths)


Ways = collections.namedtuple("Ways", "fw bw")


def _ways(fw, bw):
    return Ways(fw, bw)


def _dtype(case):
    return case.dtype if case.state == "none" else None


LOOPS = {
    "dynamic": _dynamic,
    "static": _static,
    "step": _step,
    "raw": _raw,
    "state_saving": _state_saving,
    "bidirectional_dynamic": _bidirectional_dynamic,
    "static_bidirectional": _static_bidirectional,
    "stack_bidirectional": _stack_bidirectional,
    "stack_bidirectional_dynamic": _stack_bidirectional_dynamic,
    "fused": _fused,
}


def _build_document(tf, case):
    """Execute a block of the tutorial, and find its results by name."""
    sizes = dict(
        SIZES,
        time_steps=case.time,
        length=case.shape[0],
        batch_size=case.batch,
        time_step=case.time,
        n_input=case.shape[0],
        channel=case.shape[-1],
    )
    names = document.execute(document.block(case.document), sizes, tf.__name__)
    outputs = names.get("lstm_out", names.get("outputs"))
    if isinstance(outputs, list):
        outputs = tf.stack(outputs, 1)
    elif isinstance(outputs, tuple):
        outputs = Ways(*outputs)
    final = names.get("_", ())
    if isinstance(outputs, Ways):
        final = Ways(*final)
    return Graph({"input/x": names["x"]}, outputs, final, None)


def initial_numbers(
    case: Case, shapes: dict[str, tuple[Sequence[int], Any]]
) -> dict[str, np.ndarray]:
    """Draw all that is fed and every variable, from the case's seed.

    shapes: name to `(shape, dtype)`, in the order in which to draw: `input/...`,
    `initial_state/...`, `variable/...`.
    """
    random = np.random.RandomState(case.random_seed)
    return collections.OrderedDict(
        (name, _draw(random, case, name, shape, dtype)) for name, (shape, dtype) in shapes.items()
    )


def _draw(random, case, name, shape, dtype):
    if name == "input/sequence_length":
        return np.array(case.lengths, dtype)
    if name == "input/times":
        return np.cumsum(random.uniform(0.1, 1.0, shape), 0 if case.time_major else 1).astype(dtype)
    if np.issubdtype(dtype, np.integer):
        return random.randint(0, 5, shape).astype(dtype)
    value = random.uniform(-1.0, 1.0, shape)
    if case.dtype in ("float16", "bfloat16"):
        value = np.round(value * 64.0) / 64.0  # exact in both
    if name.startswith("variable/"):
        if any(part in name for part in case.positive):
            value = 1.0 + 0.5 * value
        # A few multiples of 1/64 compress well, and are exact in float32.
        value = np.round(value * 8.0) / 64.0 if value.size > 4096 else value * 0.6
        if case.dtype in ("float16", "bfloat16"):
            value = np.round(value * 64.0) / 64.0
    return value.astype(dtype)
