"""Run a case with a TensorFlow, and record everything it computes.

The same code records under 1.15.5 and checks under `tf1_rnn.v1`. Nothing here imports
TensorFlow. Runs under Python 3.7 too.
"""

from __future__ import annotations

import collections
from typing import Any, Sequence

import numpy as np

from tf1_rnn.baseline import graph, trace
from tf1_rnn.baseline.cases import Case
from tf1_rnn.baseline.structure import describe, flatten
from tf1_rnn.baseline.trace import Arrays, Meta

STEPS = 100
GD_RATE = 0.1
ADAM_RATE = 0.01


def record(
    tf: Any, case: Case, given: Arrays | None = None, steps: int = STEPS, nn: Any = None
) -> tuple[Arrays, Meta]:
    """Run `case` and return its trace `(arrays, meta)`.

    Args:
        tf: TensorFlow 1.15.5, or `tf1_rnn.v1`.
        case: a `cases.Case`.
        given: a trace's arrays to take inputs, initial state and variables from; drawn from the
            case's seed by default.
        steps: training steps with each optimiser; with 0 the training is left out.
        nn: a module to take the loops from in place of `tf.nn`.

    Raises:
        Whatever the TensorFlow at hand raises for the case.
    """
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        built = graph.build(tf, case, nn)
        variables = tf.global_variables()
        trainable = [name_of(variable) for variable in tf.trainable_variables()]
        outputs = flatten("outputs", built.outputs)
        finals = flatten("final_state", built.final_state)
        loss = loss_of(tf, outputs + finals)
        sources = _differentiable(tf, built, variables)
        gradients = dict(zip(sources, tf.gradients(loss, list(sources.values()))))
        train = _training(tf, case, loss, gradients, sources) if steps and trainable else None

        numbers = given or drawn(tf, case, built, variables)
        constants = _assign(tf, session, variables, numbers)
        feeds = {tensor: numbers[name] for name, tensor in built.feeds.items()}
        fetches = collections.OrderedDict(outputs + finals + [("loss", loss)])
        fetches.update(
            ("gradient/" + name, tf.convert_to_tensor(gradient))
            for name, gradient in gradients.items()
            if gradient is not None
        )
        arrays = collections.OrderedDict(
            (name, value) for name, value in numbers.items() if trace.is_given(name)
        )
        arrays.update(session.run(fetches, feeds))
        if train:
            arrays.update(_train(tf, session, train, loss, variables, numbers, feeds, steps))
        meta = _describe(tf, case, built, variables, trainable, constants)
    return collections.OrderedDict(
        (name, trace.subsample(name, _plain(value))) for name, value in arrays.items()
    ), meta


def _plain(value):
    """Return the array in a type that NumPy can write: bfloat16 as float32, which is exact."""
    return value.astype("float32") if value.dtype.name == "bfloat16" else value


def name_of(variable: Any) -> str:
    """Return a variable's name as a checkpoint has it."""
    return variable.name.split(":")[0]


def _differentiable(tf, built, variables):
    """Return what the loss is differentiated by: trainable variables, inputs, initial state."""
    trainable = set(name_of(variable) for variable in tf.trainable_variables())
    sources = [("variable/" + name_of(v), v) for v in variables if name_of(v) in trainable]
    sources += [(name, tensor) for name, tensor in built.feeds.items() if tensor.dtype.is_floating]
    return collections.OrderedDict(sources)


def loss_of(tf: Any, named: Sequence[tuple[str, Any]]) -> Any:
    """Return the sum over outputs and final state of mean((t - p)^2).

    p is the pattern (k mod 7 - 3) / 4 over t's elements in row-major order: exact in any
    precision, and made in a line in any framework.
    """
    terms = []
    for _, tensor in named:
        if not tensor.dtype.is_floating:
            continue
        if tensor.dtype.base_dtype == tf.bfloat16:  # for which 1.15.5 lacks what a loss takes
            tensor = tf.cast(tensor, tf.float32)
        pattern = tf.cast(tf.floormod(tf.range(tf.size(tensor)), 7) - 3, tensor.dtype) / 4
        terms.append(tf.reduce_mean(tf.square(tensor - tf.reshape(pattern, tf.shape(tensor)))))
    return tf.add_n(terms)


def drawn(tf: Any, case: Case, built: graph.Graph, variables: Sequence[Any]) -> Arrays:
    """Draw what a built case is fed, and its variables; see `graph.initial_numbers`."""
    shapes = collections.OrderedDict()
    for name, tensor in built.feeds.items():
        dims = tensor.shape.as_list()
        if name.startswith("input/") and name != "input/sequence_length":
            steps = [case.time, case.batch] if case.time_major else [case.batch, case.time]
            dims = steps + [3 if d is None else d for d in dims[2:]]
        else:
            dims[0] = case.batch
        shapes[name] = (dims, tensor.dtype.as_numpy_dtype)
    # Sorted, so that another order of creation is one difference and not a flood of them.
    for variable in sorted(variables, key=name_of):
        shapes["variable/" + name_of(variable)] = (
            variable.shape.as_list(),
            variable.dtype.base_dtype.as_numpy_dtype,
        )
    return graph.initial_numbers(case, shapes)


def _assign(tf, session, variables, numbers):
    """Load the variables; return each one's constant initial value, None where it is drawn.

    A single number does not show whether it was drawn: that of a size of 1 is None.
    """
    session.run([variable.initializer for variable in variables])
    constants = [
        float(value.flat[0]) if value.size > 1 and (value == value.flat[0]).all() else None
        for value in session.run(variables)
    ]
    _load(session, variables, numbers)
    return constants


def _load(session, variables, numbers):
    feeds = {
        variable.initializer.inputs[1]: numbers["variable/" + name_of(variable)]
        for variable in variables
    }
    session.run([variable.initializer for variable in variables], feeds)


Training = collections.namedtuple("Training", "gd adam optimizer trained")


def _training(tf, case, loss, gradients, sources):
    """Return one step of each optimiser on existing gradients."""
    trained = [
        (gradients[name], variable)
        for name, variable in sources.items()
        if name.startswith("variable/") and gradients[name] is not None
    ]
    adam = tf.train.AdamOptimizer(ADAM_RATE * case.rate)
    # No variable may change before the last gradient has been taken from it.
    with tf.control_dependencies([loss] + [tf.convert_to_tensor(g) for g, _ in trained]):
        gd_step = tf.train.GradientDescentOptimizer(GD_RATE * case.rate).apply_gradients(trained)
        adam_step = adam.apply_gradients(trained)
    return Training(gd_step, adam_step, adam, [variable for _, variable in trained])


def _train(tf, session, train, loss, variables, numbers, feeds, steps):
    """Train twice from the same start; return the loss before each step, and the final values."""
    arrays = collections.OrderedDict()
    made_by_adam = [
        v
        for v in tf.global_variables()
        if name_of(v) not in set(name_of(other) for other in variables)
    ]
    for optimiser, step in (("gd", train.gd), ("adam", train.adam)):
        _load(session, variables, numbers)
        session.run([variable.initializer for variable in made_by_adam])
        one_step = session.make_callable([loss, step], list(feeds))
        curve = [one_step(*feeds.values())[0] for _ in range(steps)]
        arrays[optimiser + "/loss"] = np.array(curve)
        for variable, value in zip(train.trained, session.run(train.trained)):
            arrays[optimiser + "/variable/" + name_of(variable)] = value
    for slot, short in (("m", "m"), ("v", "v")):
        slots = [train.optimizer.get_slot(variable, slot) for variable in train.trained]
        for variable, value in zip(train.trained, session.run(slots)):
            arrays["adam/" + short + "/" + name_of(variable)] = value
    return arrays


def _describe(tf, case, built, variables, trainable, constants):
    """Return the trace's `meta`: what the case is, its names, shapes, dtypes and structures."""

    def tensor(t):
        return "%s %s" % (t.dtype.name, t.shape.as_list() if t.shape.ndims is not None else "?")

    return {
        "case": json_like(case._asdict()),
        "variables": [
            [name_of(v), v.shape.as_list(), v.dtype.base_dtype.name, constant]
            for v, constant in zip(variables, constants)
        ],
        "trainable": trainable,
        "state_size": None if built.sizes is None else _sizes(built.sizes, 0),
        "output_size": None if built.sizes is None else _sizes(built.sizes, 1),
        "outputs": describe(built.outputs, tensor),
        "final_state": describe(built.final_state, tensor),
        "rates": {"gd": GD_RATE * case.rate, "adam": ADAM_RATE * case.rate},
        "tensorflow": tf.__version__,
    }


def _sizes(sizes, which):
    if isinstance(sizes, list):
        return [_sizes(one, which) for one in sizes]
    return describe(sizes[which])


def json_like(value: Any) -> Any:
    """Return the same data with lists for tuples, as JSON gives it back."""
    if isinstance(value, dict):
        return {key: json_like(part) for key, part in value.items()}
    return [json_like(part) for part in value] if isinstance(value, (tuple, list)) else value
