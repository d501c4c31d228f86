"""Random cases for the differential test: cell, options, loop, shapes, dtype, lengths, state.

A case is drawn only from its seed. A family of cells joins by one function in `FAMILIES`.
"""

import numpy as np

from tf1_rnn.baseline.cases import Case, cell, fn
from tools import contrib_draws

ACTIVATIONS = ("relu", "sigmoid", "softsign", "elu", "tanh")


class Draw(object):
    """Random choices, each in one word."""

    def __init__(self, seed):
        self.random = np.random.RandomState(seed)

    def one(self, options):
        """One of a sequence, evenly."""
        return options[self.random.randint(len(options))]

    def often(self, chance):
        """Return True with a probability."""
        return self.random.random_sample() < chance

    def size(self, most=4):
        """Return a size from 1 to `most`."""
        return int(self.random.randint(1, most + 1))

    def some(self, **choices):
        """Return a random part of some options, each with one of its values."""
        return {
            name: self.one(values) for name, values in sorted(choices.items()) if self.often(0.4)
        }


def _activations():
    return [fn("nn." + name) for name in ACTIVATIONS] + ["relu", "sigmoid"]


def rnn(draw):
    """BasicRNNCell."""
    return cell("BasicRNNCell", num_units=draw.size(), **draw.some(activation=_activations()))


def gru(draw):
    """GRUCell."""
    return cell(
        "GRUCell",
        num_units=draw.size(),
        **draw.some(
            activation=_activations(), bias_initializer=[fn("initializers.zeros")], name=["mine"]
        ),
    )


def basic_lstm(draw):
    """BasicLSTMCell."""
    return cell(
        "BasicLSTMCell",
        num_units=draw.size(),
        **draw.some(
            forget_bias=[0.0, 0.5, 2.0],
            activation=_activations(),
            state_is_tuple=[False],
            name=["mine"],
        ),
    )


def lstm(draw):
    """LSTMCell with all that it has."""
    return cell(
        "LSTMCell",
        num_units=draw.size(),
        **draw.some(
            use_peepholes=[True],
            cell_clip=[0.1, 0.5, 9.0],
            num_proj=[1, 2, 3],
            proj_clip=[0.05, 9.0],
            forget_bias=[0.0, 0.5, 2.0],
            state_is_tuple=[False],
            activation=_activations(),
            name=["mine"],
            initializer=[fn("initializers.ones")],
        ),
    )


def multi(draw):
    """MultiRNNCell over cells with tuple states, or all without."""

    def layer():
        made = draw.one((rnn, gru, basic_lstm, lstm))(draw)
        made[1].pop("state_is_tuple", None)
        return made

    if draw.often(0.15):
        return cell(
            "MultiRNNCell", state_is_tuple=False, cells=[gru(draw) for _ in range(draw.size(3))]
        )
    return cell("MultiRNNCell", cells=[layer() for _ in range(draw.size(3))])


def conv(draw):
    """ConvLSTMCell in 1, 2 and 3 dimensions; its input's shape is drawn here."""
    dims = draw.one((1, 2, 2, 3))
    shape = [draw.size(5 - dims) + 1 for _ in range(dims)] + [draw.size(2)]
    return cell(
        "ConvLSTMCell",
        conv_ndims=dims,
        input_shape=shape,
        output_channels=draw.size(2),
        kernel_shape=[draw.size(3) for _ in range(dims)],
        **draw.some(use_bias=[False], forget_bias=[0.0, 0.5], name=["mine"]),
    )


CORE = {
    "rnn": rnn,
    "gru": gru,
    "basic_lstm": basic_lstm,
    "lstm": lstm,
    "multi": multi,
    "conv": conv,
}
FAMILIES = dict(CORE, **contrib_draws.FAMILIES)
ONE_CELL = ("dynamic", "dynamic", "static", "step", "raw", "state_saving")
LOOPS = (
    "dynamic",
    "dynamic",
    "dynamic",
    "static",
    "step",
    "raw",
    "state_saving",
    "bidirectional_dynamic",
    "bidirectional_dynamic",
    "static_bidirectional",
    "stack_bidirectional",
    "stack_bidirectional_dynamic",
)
BREAKAGES = (
    "rank",
    "depth",
    "integers",
    "missing",
    "lengths",
    "twice",
    "state size",
    "state dtype",
)


def case(seed, only=None):
    """Draw the case of a seed, of any family or of those in `only`."""
    draw = Draw(seed)
    family = draw.one(sorted(only or (CORE if draw.often(0.5) else FAMILIES)))
    made, needs = _cell(draw, family)
    loop = draw.one(ONE_CELL if needs else LOOPS)
    if family == "conv":
        needs = {"shape": tuple(made[1]["input_shape"]), "loop": draw.one(("dynamic", "static"))}
    elif "bidirectional" in loop:
        layers = draw.size(2) if loop.startswith("stack") else 1
        made = [[_plain(draw, family) for _ in range(layers)] for _ in range(2)]
        made = made if loop.startswith("stack") else [made[0][0], made[1][0]]
    batch, time = draw.size(3), draw.size(4)
    fields = dict(
        {
            "name": "draw_%d" % seed,
            "cell": made,
            "loop": loop,
            "batch": batch,
            "time": time,
            "seed": seed,
            "shape": (draw.size(),),
            "dtype": draw.one(("float64", "float64", "float32")),
            "state": draw.one(("none", "zero", "random", "random")),
            "time_major": draw.often(0.25),
            "unknown": draw.often(0.3),
        },
        **needs,
    )
    if fields["loop"] in ("step", "raw", "state_saving"):
        fields.update(state="random", unknown=False)
    if fields["loop"] == "fused":
        fields.update(state="none" if fields["state"] == "zero" else fields["state"], unknown=False)
    if fields["loop"] == "step":
        fields["time"] = 1
    elif fields["loop"] != "raw" and "repeat" not in needs and draw.often(0.4):
        fields["lengths"] = tuple(int(draw.random.randint(0, time + 1)) for _ in range(batch))
    if draw.often(0.12) and fields["loop"] != "fused":
        _break(draw, fields)
    if "dtype" not in needs and draw.often(0.12):
        fields["dtype"] = draw.one(("float16", "bfloat16"))
    return Case(**fields)


def _cell(draw, family):
    """Return a cell of a family, and the fields of the case that it needs."""
    made = FAMILIES[family](draw)
    return made if isinstance(made, tuple) else (made, {})


def _plain(draw, family):
    """Return a cell of a family that needs no fields, of which a family may have few or none."""
    for _ in range(20):
        made, needs = _cell(draw, family)
        if not needs:
            return made
    return gru(draw)


def _break(draw, fields):
    """Make the case wrong in one way; which error it raises is compared."""
    kind = draw.one(BREAKAGES)
    if kind == "rank":
        fields["shape"] += (2,)
    elif kind == "depth":
        fields["shape"] = fields["shape"][:-1] + (-1,)
    elif kind == "integers":
        fields["inputs"] = "ids"
    elif kind == "missing":
        fields["state"] = "missing"
    elif kind == "lengths":
        fields["lengths"] = (1,) * (fields["batch"] + 1)
    elif kind.startswith("state"):
        fields["state"] = "random"
    fields["breakage"] = kind
