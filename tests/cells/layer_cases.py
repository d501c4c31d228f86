"""What cells answer as layers: questions put to TensorFlow 1.15.5 and to this project alike.

    python3.7 tests/cells/layer_cases.py tensorflow     # writes layer_answers.json beside this file

Runs under Python 3.7 too. An answer is text: a value, or the type of an error.
"""

import importlib
import json
import logging
import os
import re
import sys

ANSWERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "layer_answers.json")
SPECS = ("min_ndim=3", "max_ndim=1", "dtype='int32'", "axes={1: 4}", "shape=(2, 5)")
SPECS += ("shape=(None, 3)", "axes={-1: 3}", "ndim=2")
ASKED = "activity_regularizer dynamic graph inbound_nodes input input_mask input_shape input_spec"
ASKED += " metrics outbound_nodes output output_mask output_shape losses updates stateful"
ASKED += " supports_masking built dtype trainable name scope_name weights trainable_variables"
ASKED += " non_trainable_variables"
AT = ("get_input_at", "get_output_at", "get_input_shape_at", "get_output_shape_at")
AT += ("get_input_mask_at", "get_output_mask_at")


def own_cells(tf):
    """Return cells as users wrote them: one with all that a layer may keep, and one around it."""
    base, layer = tf.nn.rnn_cell.RNNCell, tf.nn.rnn_cell.GRUCell.__mro__[1]

    class Keeping(base):
        state_size = output_size = property(lambda self: 3)

        def call(self, x, state):
            w = tf.get_variable("w", [3, 3])
            count = tf.get_variable("count", [], trainable=False)
            self.add_loss(tf.reduce_sum(w))
            self.add_loss([tf.reduce_sum(x), None], inputs=x)
            self.add_update(tf.assign(count, tf.reduce_sum(x)))
            self.add_update([tf.assign_add(count, 1.0), lambda: tf.no_op(name="late")])
            self.add_metric(tf.reduce_sum(x), name="sum", aggregation="mean")
            return tf.matmul(x, w) + state, state

    class Around(base):
        state_size = output_size = property(lambda self: 3)

        def __init__(self):
            super().__init__()
            self.inner = Keeping()

        def call(self, x, state):
            return self.inner(x, state)

    class Layer(layer):
        state_size = output_size = property(lambda self: 3)

        def build(self, shape):
            self.w = self.add_variable("w", [3, 3], regularizer=tf.nn.l2_loss)
            self.b = self.add_weight("b", [3], trainable=False)
            self.built = True

        def call(self, x, state):
            self.add_update(tf.assign_add(self.b, tf.reduce_sum(x, 0)), inputs=x)
            return tf.matmul(x, self.w) + state + self.b, state

        def compute_output_shape(self, shape):
            return tf.TensorShape([shape[0], 7])

    return Keeping, Around, Layer


def in_words(value):
    """A value as text that is the same under both versions."""
    if isinstance(value, (list, tuple)):
        return "[%s]" % ", ".join(in_words(part) for part in value)
    if hasattr(value, "dtype") and hasattr(value, "op"):  # a variable or a tensor
        return value.name
    if type(value).__name__ in ("Operation", "Mean"):
        return value.name
    if callable(value):
        return value.__name__
    if type(value).__name__ == "InputSpec":
        return "ndim=%s" % value.ndim
    return re.sub(r"Dimension\((\w+)\)", r"\1", str(value))


class Answers(dict):
    """Answers by the question's name."""

    def ask(self, name, question):
        """Keep what a question gives, or the type of its error."""
        try:
            self[name] = in_words(question())
        except Exception as error:
            self[name] = type(error).__name__


def about_records(tf, answers):
    """Losses, updates, metrics and the rest, before and after a call."""
    keeping, around, layer = own_cells(tf)
    rnn = tf.contrib.rnn
    makers = [
        ("gru", lambda: rnn.GRUCell(3)),
        ("block", lambda: rnn.LSTMBlockCell(3)),
        ("keeping", keeping),
        ("around", around),
        ("layer", lambda: layer(activity_regularizer=tf.nn.l2_loss)),
        ("multi", lambda: rnn.MultiRNNCell([keeping(), layer()])),
        ("dropout", lambda: rnn.DropoutWrapper(rnn.GRUCell(3), input_keep_prob=1.0)),
    ]
    for kind, make in makers:
        with tf.Graph().as_default():
            cell, x = make(), tf.placeholder(tf.float32, [2, 3], "x")
            for when in ("before", "after"):
                ask = lambda name, question: answers.ask(  # noqa: E731
                    "%s %s %s" % (kind, when, name), question
                )
                for name in ASKED.split():
                    ask(name, lambda: getattr(cell, name))
                for name in AT:
                    ask(name, lambda: getattr(cell, name)(0))
                for name in ("get_losses_for", "get_updates_for"):
                    ask(name + " None", lambda: getattr(cell, name)(None))
                    ask(name + " x", lambda: getattr(cell, name)(x))
                ask("compute_mask", lambda: cell.compute_mask(x))
                ask("compute_mask x", lambda: cell.compute_mask(x, x))
                ask("compute_output_shape", lambda: cell.compute_output_shape((2, 3)))
                signature = tf.TensorSpec([2, 3], tf.float32)
                ask("signature", lambda: cell.compute_output_signature(signature).shape)
                ask("count_params", lambda: cell.count_params())
                if when == "before":
                    cell(x, cell.zero_state(2, tf.float32))
            regularization = tf.GraphKeys.REGULARIZATION_LOSSES
            answers.ask(kind + " collection", lambda: len(tf.get_collection(regularization)))
            answers.ask(kind + " variables", lambda: tf.global_variables() + tf.local_variables())
            cell.trainable = False
            answers.ask(kind + " frozen", lambda: cell.updates)


def about_additions(tf, answers):
    """What may be added from outside, and what not."""
    with tf.Graph().as_default():
        cell, x = tf.contrib.rnn.GRUCell(3), tf.placeholder(tf.float32, [2, 3], "x")
        cell(x, x)
        for name, loss in (
            ("tensor", tf.constant(1.0)),
            ("list", [tf.constant(2.0), None]),
            ("number", 3.0),
            ("function", lambda: tf.constant(4.0)),
        ):
            answers.ask("add_loss " + name, lambda: cell.add_loss(loss) or len(cell.losses))
        for name, options in (
            ("nameless", {"aggregation": "mean"}),
            ("sum", {"name": "m", "aggregation": "sum"}),
            ("bare", {"name": "m"}),
            ("mean", {"name": "m", "aggregation": "mean"}),
            ("again", {"name": "m", "aggregation": "mean"}),
        ):
            answers.ask("add_metric " + name, lambda: cell.add_metric(x, **options) or cell.metrics)
        answers.ask("add_update", lambda: cell.add_update([tf.no_op("u")]) or cell.updates)
        answers.ask("add_update None", lambda: cell.add_update([None]))
        answers.ask("set losses", lambda: setattr(cell, "losses", []))
        cell.activity_regularizer = tf.nn.l2_loss
        answers.ask("set activity", lambda: cell.activity_regularizer)
    for name in ("activity_regularizer", "dynamic", "batch_input_shape", "autocast", "input_dim"):
        options = {name: tf.nn.l2_loss if name == "activity_regularizer" else (2, 3)}
        answers.ask("option " + name, lambda: tf.nn.rnn_cell.GRUCell(3, **options) and "taken")
    for spec in SPECS:
        with tf.Graph().as_default():
            cell, x = own_cells(tf)[2](), tf.zeros([2, 3])
            cell.input_spec = tf.layers.InputSpec(**eval("dict(%s)" % spec))
            answers.ask("spec " + spec, lambda: cell(x, x)[0].shape)


def about_getters(tf, answers):
    """Cells under custom getters that return tensors."""

    def stopped(getter, *args, **kwargs):
        return tf.stop_gradient(getter(*args, **kwargs))

    def masters(getter, name, shape=None, dtype=None, *args, **kwargs):
        return tf.cast(getter(name, shape, tf.float32, *args, **kwargs), dtype)

    rnn = tf.contrib.rnn
    for kind in (
        lambda: rnn.BasicRNNCell(3),
        lambda: rnn.GRUCell(3),
        lambda: rnn.BasicLSTMCell(3),
        lambda: rnn.LSTMCell(3, use_peepholes=True, num_proj=2),
        lambda: rnn.MultiRNNCell([rnn.GRUCell(3), rnn.LSTMCell(3)]),
        lambda: rnn.DropoutWrapper(rnn.GRUCell(3), output_keep_prob=0.5),
        lambda: rnn.GLSTMCell(4),
        lambda: rnn.UGRNNCell(3),
        lambda: rnn.NASCell(3),
        lambda: rnn.SRUCell(3),
        lambda: rnn.IndyLSTMCell(3),
        lambda: rnn.CoupledInputForgetGateLSTMCell(3),
        lambda: rnn.AttentionCellWrapper(rnn.GRUCell(3), 2),
        lambda: rnn.InputProjectionWrapper(rnn.GRUCell(3), 2),
        lambda: rnn.LSTMBlockCell(3),
        lambda: rnn.GRUBlockCellV2(3),
        lambda: rnn.TimeFreqLSTMCell(3, feature_size=3),
        lambda: rnn.GridLSTMCell(3, feature_size=3, frequency_skip=1, num_frequency_blocks=[1]),
    ):
        for getter, dtype in ((stopped, tf.float32), (masters, tf.float16)):
            with tf.Graph().as_default():
                cell = kind()

                def run():
                    x = tf.placeholder(dtype, [2, 4, 3])
                    with tf.variable_scope("root", custom_getter=getter):
                        outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=dtype)
                    found = tf.gradients(tf.reduce_sum(outputs), tf.trainable_variables())
                    return (
                        tf.global_variables(),
                        [gradient is not None for gradient in found],
                        len(cell.trainable_weights),
                        len(cell.variables),
                    )

                answers.ask("getter %s %s" % (type(cell).__name__, getter.__name__), run)


def about_sizes(tf, answers):
    """Dimensions, known or not, where a size or a batch is asked for."""
    rnn = tf.contrib.rnn
    makers = {
        "BasicRNNCell": rnn.BasicRNNCell,
        "GRUCell": rnn.GRUCell,
        "LSTMCell": rnn.LSTMCell,
        "num_proj": lambda n: rnn.LSTMCell(4, num_proj=n),
        "joined": lambda n: rnn.BasicLSTMCell(n, state_is_tuple=False),
        "MultiRNNCell": lambda n: rnn.MultiRNNCell([rnn.GRUCell(n)]),
        "DropoutWrapper": lambda n: rnn.DropoutWrapper(rnn.GRUCell(n)),
        "ConvLSTMCell": lambda n: rnn.ConvLSTMCell(1, [4, 2], n, [2]),
        "LSTMBlockCell": rnn.LSTMBlockCell,
        "NASCell": rnn.NASCell,
        "UGRNNCell": rnn.UGRNNCell,
        "AttentionCellWrapper": lambda n: rnn.AttentionCellWrapper(rnn.GRUCell(3), 2, attn_size=n),
        "OutputProjectionWrapper": lambda n: rnn.OutputProjectionWrapper(rnn.GRUCell(3), n),
    }
    for size in (3, None):
        for name, make in sorted(makers.items()):
            with tf.Graph().as_default():

                def step(units, batch):
                    cell = make(units)
                    depth = [4, 2] if name == "ConvLSTMCell" else [3]
                    return cell(tf.zeros([3] + depth), cell.zero_state(batch, tf.float32))[0].shape

                dimension = tf.Dimension(size)
                answers.ask("units %s %s" % (name, size), lambda: step(dimension, 3))
                answers.ask("batch %s %s" % (name, size), lambda: step(3, dimension))
    with tf.Graph().as_default():
        inputs = tf.zeros([3, 3])
        for size in (3, None):
            answers.ask(
                "get_initial_state %s" % size,
                lambda: (
                    rnn.GRUCell(3)
                    .get_initial_state(batch_size=tf.Dimension(size), dtype=tf.float32)
                    .shape
                ),
            )
            answers.ask(
                "get_initial_state of inputs %s" % size,
                lambda: rnn.GRUCell(3).get_initial_state(inputs, tf.Dimension(size)).shape,
            )
            answers.ask(
                "input_size %s" % size,
                lambda: rnn.DropoutWrapper(
                    rnn.GRUCell(3), 0.5, variational_recurrent=True,
                    input_size=tf.Dimension(size), dtype=tf.float32,
                ) and "taken",
            )  # fmt: skip


def about_sharing(tf, answers):
    """One object in two layers, and the warnings of constructors."""
    rnn = tf.contrib.rnn

    def stack(depth):
        cell = rnn.MultiRNNCell([rnn.LSTMCell(3)] * 2)
        return tf.nn.dynamic_rnn(cell, tf.zeros([2, 4, depth]), dtype=tf.float32)[0].shape

    for depth in (3, 5):
        with tf.Graph().as_default():
            answers.ask("one cell twice, depth %d" % depth, lambda: stack(depth))
    with tf.Graph().as_default():
        for name, make in (
            ("basic", lambda: rnn.BasicLSTMCell(3, state_is_tuple=False)),
            ("lstm", lambda: rnn.LSTMCell(3, state_is_tuple=False)),
            ("coupled", lambda: rnn.CoupledInputForgetGateLSTMCell(3, state_is_tuple=False)),
            (
                "attention",
                lambda: rnn.AttentionCellWrapper(rnn.GRUCell(3), 2, state_is_tuple=False),
            ),
            ("shards", lambda: rnn.LSTMCell(3, num_unit_shards=2)),
            ("layer norm", lambda: rnn.LayerNormBasicLSTMCell(3, input_size=4)),
            ("tuple", lambda: rnn.LSTMCell(3)),
        ):
            answers["warning " + name] = " ".join(_warnings_of(tf, make))


WARNED_OF = ("concatenated state", "num_unit_shards", "input_size parameter")


def _warnings_of(tf, make):
    said = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())
    logger, level = logging.getLogger("tensorflow"), tf.logging.get_verbosity()
    logger.addHandler(handler)
    tf.logging.set_verbosity(tf.logging.WARN)
    try:
        make()
    finally:
        logger.removeHandler(handler)
        tf.logging.set_verbosity(level)
    return [part for part in WARNED_OF if any(part in line for line in said)]


def answer(package):
    """Put all questions to a package."""
    tf = importlib.import_module(package)
    level = tf.logging.get_verbosity()
    tf.logging.set_verbosity(tf.logging.ERROR)
    try:
        answers = Answers()
        for about in (about_records, about_additions, about_getters, about_sizes, about_sharing):
            about(tf, answers)
        return dict(answers)
    finally:
        tf.logging.set_verbosity(level)


if __name__ == "__main__":
    with open(ANSWERS, "w") as out:
        json.dump(answer(sys.argv[1]), out, indent=0, sort_keys=True)
        out.write("\n")
