"""Recognises an optimiser's variables in a checkpoint by their names and shapes."""

import collections
import re

# The names of the variables that optimisers keep for each of a model's.
SLOTS = {
    "Adam": "Adam (m)",
    "Adam_1": "Adam (v)",
    "Momentum": "momentum",
    "RMSProp": "RMSProp (ms)",
    "RMSProp_1": "RMSProp (momentum)",
    "RMSProp_2": "RMSProp (momentum)",
    "Adagrad": "Adagrad",
    "Adadelta": "Adadelta (gradients)",
    "Adadelta_1": "Adadelta (updates)",
    "Ftrl": "Ftrl",
    "Ftrl_1": "Ftrl (linear)",
    "ExponentialMovingAverage": "moving average",
}
_COUNTER = re.compile(r"(.*/)?(beta[12]_power|global_step)(_\d+)?$")


def split(shapes):
    """Sort names into an optimiser's slots and counters, and the model's.

    Args:
        shapes: name to shape of every variable.

    Returns:
        A dict of kind of slot to the number of variables that have it, a list of names such as
        `global_step` and `beta1_power`, and a dict of name to shape of the model's variables.
    """
    slots, counters, model = collections.Counter(), [], {}
    ends = {"/" + name: shape for name, shape in shapes.items()}
    for name, shape in shapes.items():
        if _is_slot(name, shape, ends):
            last = name.rpartition("/")[2]
            slots[SLOTS.get(last, last)] += 1
        elif _COUNTER.match(name):
            counters.append(name)
        else:
            model[name] = list(shape)
    return dict(slots), counters, model


def _is_slot(name, shape, ends):
    """Whether a name hangs below a variable, as `kernel/Adam` does.

    In a scope of its own an optimiser repeats it: `outer/outer/rnn/kernel/Adam` is of
    `outer/rnn/kernel`.
    """
    base, _, last = name.rpartition("/")
    if last == "ExponentialMovingAverage":
        return True  # in a checkpoint for inference, it replaces its variable
    parts = ("/" + base).split("/")
    above = ("/" + "/".join(parts[i:]) for i in range(1, len(parts)))
    variable = next((ends[end] for end in above if base and end in ends), None)
    return variable is not None and (last in SLOTS or list(variable) == list(shape))
