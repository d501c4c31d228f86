"""Seeded runs: what a graph starts from under a graph-level seed, and how it trains from there.

Every case of `cases.py`, and graphs of more kinds with what stands around a recurrent network in
scripts: heads, dropout, embeddings, losses. Nothing here imports TensorFlow. Runs under Python 3.7
too.
"""

from __future__ import annotations

import json
import lzma
import os
from typing import Any

import numpy as np

from tf1_rnn.baseline import graph, nodes, recording
from tf1_rnn.baseline.cases import CASES
from tf1_rnn.baseline.structure import flatten

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "seeded.json.xz")
STEPS = 100
SEED = 1234
BATCH, TIME, DEPTH, UNITS, CLASSES = 8, 6, 5, 7, 3
INITIAL_BOUND, LOSS_BOUND = 1e-7, 1e-4


def run(tf: Any, name: str, steps: int = STEPS) -> dict[str, Any]:
    """Build and train one graph under a seed; return its `record`.

    A record is a dict: `nodes`, of the graph before the loss, see `nodes.to_json`; `initial`, for
    each variable the first numbers of its initial value and their sum; `loss`, before each step.
    """
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    with tf.Graph().as_default() as made, tf.Session(config=config) as session:
        tf.set_random_seed(SEED)
        build = _of_case if name in CASES else _of_kind
        feeds, loss, listed = build(tf, name, made)
        trained = tf.trainable_variables()
        rate = 0.01 * (CASES[name].rate if name in CASES else 1.0)
        step = tf.train.AdamOptimizer(rate).minimize(loss) if trained else tf.no_op()
        session.run(tf.global_variables_initializer())
        initial = {
            recording.name_of(variable): summary(value)
            for variable, value in zip(trained, session.run(trained))
        }
        losses = [float(session.run([loss, step], feeds)[0]) for _ in range(steps)]
    return {"nodes": nodes.to_json(listed), "initial": initial, "loss": losses}


def summary(value: Any) -> Any:
    """Return what is kept of an initial value: its first three numbers, and the sum of all."""
    flat = np.asarray(value, np.float64).ravel()
    return [float(number) for number in (*flat[:3], flat.sum())]


def _of_case(tf, name, made):
    case = CASES[name]
    built = graph.build(tf, case)
    listed = nodes.of(made.as_graph_def())
    named = flatten("outputs", built.outputs) + flatten("final_state", built.final_state)
    loss = recording.loss_of(tf, named)
    numbers = recording.drawn(tf, case, built, [])
    return {tensor: numbers[key] for key, tensor in built.feeds.items()}, loss, listed


# Graphs of more kinds: (tf, cells' module, x [batch, time, depth]) -> features [batch, size].


def _last(tf, cell, x, **options):
    outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32, **options)
    return outputs[:, -1]


def _static(tf, rnn, x):
    outputs, _ = tf.nn.static_rnn(
        rnn.BasicLSTMCell(UNITS), tf.unstack(x, TIME, 1), dtype=tf.float32
    )
    return outputs[-1]


def _peepholes(tf, rnn, x):
    return _last(tf, rnn.LSTMCell(UNITS, use_peepholes=True), x)


def _gru(tf, rnn, x):
    return _last(tf, rnn.GRUCell(UNITS), x)


def _two_layers(tf, rnn, x):
    return _last(tf, rnn.MultiRNNCell([rnn.LSTMCell(UNITS), rnn.LSTMCell(UNITS)]), x)


def _dropout(tf, rnn, x):
    keep = tf.placeholder_with_default(0.7, [])
    cells = [
        rnn.DropoutWrapper(rnn.BasicLSTMCell(UNITS), input_keep_prob=0.8, output_keep_prob=keep)
        for _ in range(2)
    ]
    return _last(tf, rnn.MultiRNNCell(cells), x)


def _bidirectional(tf, rnn, x):
    lengths = tf.constant([6, 5, 4, 3, 2, 1, 6, 3])
    outputs, _ = tf.nn.bidirectional_dynamic_rnn(
        rnn.LSTMCell(UNITS), rnn.LSTMCell(UNITS), x, lengths, dtype=tf.float32
    )
    return tf.reduce_mean(tf.concat(outputs, 2), 1)


def _projection(tf, rnn, x):
    return _last(tf, rnn.LSTMCell(UNITS, num_proj=4, cell_clip=0.5, proj_clip=0.4), x)


def _conv_lstm(tf, rnn, x):
    images = tf.reshape(x, [BATCH, TIME, DEPTH, 1])
    cell = rnn.ConvLSTMCell(1, [DEPTH, 1], 2, [3])
    return tf.reshape(_last(tf, cell, images), [BATCH, DEPTH * 2])


def _embedding(tf, rnn, x):
    table = tf.get_variable("embedding", [9, UNITS])
    words = tf.nn.embedding_lookup(table, tf.cast(tf.abs(x[:, :, 0]) * 8, tf.int32))
    return _last(tf, rnn.GRUCell(UNITS), tf.nn.dropout(words, 0.75))


def _layers_head(tf, rnn, x):
    hidden = tf.layers.dense(_last(tf, rnn.LSTMCell(UNITS), x), 6, activation=tf.nn.relu)
    return tf.layers.dropout(hidden, 0.3, training=True)


def _contrib_head(tf, rnn, x):
    return tf.contrib.layers.fully_connected(_last(tf, rnn.BasicLSTMCell(UNITS), x), 6)


def _layer_norm(tf, rnn, x):
    return _last(tf, rnn.LayerNormBasicLSTMCell(UNITS, dropout_keep_prob=0.8), x)


def _block(tf, rnn, x):
    return _last(tf, rnn.LSTMBlockCell(UNITS), x)


def _nas(tf, rnn, x):
    return _last(tf, rnn.NASCell(UNITS), x)


KINDS = {
    "seeded_static_basic_lstm": _static,
    "seeded_dynamic_peepholes": _peepholes,
    "seeded_gru": _gru,
    "seeded_two_layers": _two_layers,
    "seeded_dropout": _dropout,
    "seeded_bidirectional_lengths": _bidirectional,
    "seeded_projection_clip": _projection,
    "seeded_conv_lstm": _conv_lstm,
    "seeded_embedding_dropout": _embedding,
    "seeded_layers_head": _layers_head,
    "seeded_contrib_layers_head": _contrib_head,
    "seeded_layer_norm": _layer_norm,
    "seeded_block": _block,
    "seeded_nas": _nas,
}


def _of_kind(tf, name, made):
    """Build a classifier: a variable before the recurrent network, and two after it."""
    x = tf.placeholder(tf.float32, [BATCH, TIME, DEPTH], "x")
    labels = tf.placeholder(tf.int64, [BATCH], "labels")
    scaled = x * tf.Variable(tf.random_uniform([DEPTH], 0.5, 1.5), name="scale")
    features = KINDS[name](tf, tf.contrib.rnn, scaled)
    weights = tf.Variable(tf.truncated_normal([features.shape[1].value, CLASSES]), name="weights")
    logits = tf.matmul(features, weights) + tf.Variable(tf.zeros([CLASSES]), name="bias")
    listed = nodes.of(made.as_graph_def())
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    random = np.random.RandomState(SEED)
    numbers = random.uniform(-1, 1, [BATCH, TIME, DEPTH]), random.randint(0, CLASSES, BATCH)
    return dict(zip((x, labels), numbers)), tf.reduce_mean(losses), listed


def record(tf: Any, name: str) -> dict[str, Any]:
    """Run one graph and return its record, of the losses only those that every run repeats.

    Where a loop holds a random operation, 1.15.5 itself stops repeating its losses once it has
    run the operation some hundred times: it then thinks it cheap, and takes it in another order.
    """
    made = run(tf, name)
    drawn_in_loop = any("Random" in kind and "/while/" in node for node, kind, _ in made["nodes"])
    return dict(made, loss=made["loss"][: 96 // TIME if drawn_in_loop else STEPS])


def names() -> list[str]:
    """Return the names of all seeded runs: those of the cases, and the kinds."""
    return list(CASES) + list(KINDS)


def load() -> dict[str, Any]:
    """Return the records of 1.15.5, by name."""
    with lzma.open(FILE, "rt", encoding="utf-8") as file:
        return json.load(file)


def save(records: dict[str, Any]) -> None:
    """Write the records of 1.15.5."""
    with lzma.open(FILE, "wt", encoding="utf-8") as file:
        json.dump(records, file, separators=(",", ":"), sort_keys=True)


# Kinds of cells whose graphs are 1.15.5's, node for node; the others are built of other operations.
_OLD_NODES = {
    "BasicLSTMCell",
    "BasicRNNCell",
    "Conv1DLSTMCell",
    "Conv2DLSTMCell",
    "Conv3DLSTMCell",
    "ConvLSTMCell",
    "DeviceWrapper",
    "DropoutWrapper",
    "GRUCell",
    "LSTMBlockCell",
    "LSTMCell",
    "LayerNormBasicLSTMCell",
    "MultiRNNCell",
    "ResidualWrapper",
}


def has_old_nodes(name: str) -> bool:
    """Whether a run's graph is 1.15.5's, node for node."""
    if name not in CASES:
        return True
    return _kinds(CASES[name].cell) <= _OLD_NODES


# Cases whose cells make more or fewer nodes than 1.15.5's before their variables.
_OTHER_SEEDS = {
    "attention",
    "attention_concatenated_state",
    "attention_options",
    "bidirectional_grid",
    "bidirectional_grid_options",
    "coupled_layer_norm",
    "glstm",
    "glstm_projection",
    "grid_blocks",
    "grid_concatenated_state",
    "grid_rnn_gru_tied",
    "grid_rnn_lstm",
}


def has_old_seeds(name: str) -> bool:
    """Whether a run starts from 1.15.5's initial values."""
    return name not in _OTHER_SEEDS


def _kinds(specification):
    """Return the kinds of cells in a specification of `cases.cell`."""
    if isinstance(specification, dict):
        parts = list(specification.values())
    elif isinstance(specification, (list, tuple)):
        parts = list(specification)
    else:
        cell = isinstance(specification, str) and specification.endswith(("Cell", "Wrapper"))
        return {specification} if cell else set()
    return set().union(*map(_kinds, parts)) if parts else set()


def problems(
    got: dict[str, Any], want: dict[str, Any], old_nodes: bool = True
) -> list[tuple[str, str]]:
    """Return where a record differs from 1.15.5's: `[(what, line)]`, empty if nowhere.

    Without `old_nodes` the nodes may differ: initial values and losses are compared all the same.
    """
    found = []
    difference = nodes.first_difference(*(nodes.from_json(each["nodes"]) for each in (got, want)))
    if difference and old_nodes:
        found.append(("nodes", node_line(difference)))
    for name in sorted({*got["initial"], *want["initial"]}):
        mine, other = (each["initial"].get(name) for each in (got, want))
        if mine is None or other is None:
            found.append(("initial values", "%s is in one of the two only" % name))
        elif _error(mine, other) > INITIAL_BOUND:
            found.append(("initial values", "%s: %s, expected %s" % (name, mine, other)))
    steps = min(len(got["loss"]), len(want["loss"]))
    error = _error(got["loss"][:steps], want["loss"][:steps])
    if not error <= LOSS_BOUND:
        pairs = enumerate(zip(got["loss"], want["loss"]))
        parting = next((k, pair) for k, pair in pairs if not _error(*pair) <= LOSS_BOUND)
        found.append(
            ("losses", "differ from step %d on: %.9g, expected %.9g" % (parting[0], *parting[1]))
        )
    return found


def node_line(difference: nodes.Difference) -> str:
    """Say in one line where two graphs differ."""
    mine, other = nodes.describe(difference.mine), nodes.describe(difference.other)
    return "node %d is %s, expected %s" % (difference.index, mine, other)


def _error(got, want):
    """Return the largest error, relative to the larger of 1 and the magnitude."""
    got, want = np.asarray(got), np.asarray(want)
    if got.size == 0:
        return 0.0
    return float(np.max(np.abs(got - want) / np.maximum(1.0, np.abs(want))))
