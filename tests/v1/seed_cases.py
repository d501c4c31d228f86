"""Graphs whose random operations must have the seeds that 1.15.5 gave them.

.oracle/bin/python tests/v1/seed_cases.py    # writes seeds.json beside this file

A case is a function of `tf` that builds a graph under a graph's seed. Runs under Python 3.7 too.
"""

import importlib
import json
import os

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "seeds.json")


def x(tf, shape=(None, 5, 6), dtype="float32"):
    return tf.placeholder(dtype, shape)


def ids(tf, *shape):
    return tf.placeholder(tf.int64, shape or None)


def flag(tf):
    return tf.placeholder(tf.bool, [])


def images(tf):
    return x(tf, [None, 6, 6, 3])


def step(tf):
    return tf.train.get_or_create_global_step()


def table(tf, **options):
    return tf.get_variable("table", [10, 4], **options)


def trained(tf, result):
    """Gradients of all variables made so far."""
    tf.gradients(tf.reduce_sum(result), tf.trainable_variables())


def looked_up(combiner="mean", weighted=False, gradients=False, **options):
    def build(tf):
        weights = tf.sparse_placeholder(tf.float32) if weighted else None
        found = tf.nn.embedding_lookup_sparse(
            table(tf, **options), tf.sparse_placeholder(tf.int64), weights, combiner=combiner
        )
        if gradients:
            trained(tf, found)

    return build


def decay(**options):
    return lambda tf: tf.train.polynomial_decay(0.1, step(tf), 100, 0.01, **options)


def zeros_within(*sizes):
    """Zeros as TensorFlow's own code makes them, None standing for a size that is a tensor."""

    def build(tf):
        of = __import__("tensorflow.python.ops.array_ops", fromlist=["zeros"])
        number = tf.placeholder(tf.int32, [])
        of.zeros([number if size is None else size for size in sizes])

    return build


def regularized(make, gradients=False, layer=True):
    """A dense layer or a variable with one of Keras's regularizers."""

    def build(tf):
        regularizer = make(tf.keras.regularizers)
        if layer:
            tf.layers.dense(x(tf, [None, 6]), 4, kernel_regularizer=regularizer)
        else:
            tf.get_variable("v", [3, 4], regularizer=regularizer)
        if gradients:
            tf.gradients(tf.losses.get_regularization_loss(), tf.trainable_variables())

    return build


def examples(parse="parse_example", shape=(None,)):
    def build(tf):
        of = {"a": tf.FixedLenFeature([1], tf.float32), "b": tf.VarLenFeature(tf.int64)}
        if parse == "parse_single_sequence_example":
            of = of, {"c": tf.FixedLenSequenceFeature([], tf.int64), "d": tf.VarLenFeature("int64")}
        else:
            of = ({**of, "e": tf.VarLenFeature(tf.int64), "f": tf.FixedLenFeature([], tf.int64)},)
        getattr(tf, parse)(tf.placeholder(tf.string, shape), *of)

    return build


def normalized(**options):
    return lambda tf: tf.layers.batch_normalization(images(tf), **options)


def normalized_by_contrib(shape, **options):
    return lambda tf: tf.contrib.layers.batch_norm(x(tf, shape), **options)


def alike(tf):
    """Operations that are built now as then, and look like parts of what is not."""
    v, w = x(tf, [2]), x(tf, [2])
    with tf.name_scope("clip_by_global_norm"):
        tf.subtract(v, w, name="sub")
    tf.minimum(v, tf.cast(tf.constant([1, 2]), tf.float32))
    tf.where(v > 0, v, tf.ceil(v))
    tf.fill([tf.placeholder(tf.int32, []), 3], 0.0)
    tf.sparse_segment_mean(v, [0, 1], [0, 0])
    tf.identity(tf.gather(v, [0]))


OPERATIONS = {
    "what looks alike": alike,
    "polynomial_decay": decay(),
    "polynomial_decay in cycles": decay(cycle=True, name="rate"),
    "polynomial_decay of a float step": lambda tf: tf.train.polynomial_decay(
        x(tf, []), x(tf, []), 100, power=0.5
    ),
    "other decays": lambda tf: [
        getattr(tf.train, name)(0.1, step(tf), 100, *more)
        for name, more in (
            ("exponential_decay", [0.9, True]),
            ("inverse_time_decay", [0.9]),
            ("natural_exp_decay", [0.9]),
            ("cosine_decay", []),
            ("noisy_linear_cosine_decay", []),
        )
    ],
    "sparse lookup": looked_up(),
    "sparse lookup, sum": looked_up("sum"),
    "sparse lookup, sqrtn": looked_up("sqrtn"),
    "sparse lookup, weighted": looked_up(weighted=True),
    "sparse lookup of a resource": looked_up(use_resource=True),
    "sparse lookup of parts": lambda tf: looked_up(partitioner=tf.fixed_size_partitioner(2))(tf),
    "safe lookup": lambda tf: tf.nn.safe_embedding_lookup_sparse(
        table(tf), tf.sparse_placeholder(tf.int64)
    ),
    "lookup of a resource": lambda tf: tf.nn.embedding_lookup(
        table(tf, use_resource=True), ids(tf, 3)
    ),
    "sparse placeholders": lambda tf: [
        tf.sparse_placeholder(tf.int64, shape) for shape in (None, [None, 5], [4, 5])
    ],
    "examples": examples(),
    "one example": examples("parse_single_example", []),
    "an example of sequences": examples("parse_single_sequence_example", []),
    "images normalized, not in training": normalized(),
    "images normalized, in training": normalized(training=True, scale=False),
    "images normalized, training as fed": lambda tf: normalized(training=flag(tf))(tf),
    "contrib's batch_norm": normalized_by_contrib([None, 6]),
    "contrib's batch_norm, not in training": normalized_by_contrib([None, 6], is_training=False),
    "contrib's batch_norm of images, not in training": normalized_by_contrib(
        [None, 6, 6, 3], is_training=False
    ),
    "dilated convolutions": lambda tf: [
        tf.layers.conv1d(x(tf), 4, 3, dilation_rate=2, padding="same"),
        tf.layers.conv2d(images(tf), 4, 3, dilation_rate=2),
    ],
    "split by a dimension": lambda tf: tf.split(x(tf), x(tf).shape[1], 1),
    "tables of words": lambda tf: [
        tf.contrib.lookup.index_table_from_tensor(["a", "b"], num_oov_buckets=1),
        tf.contrib.lookup.index_to_string_table_from_tensor(["a", "b"]),
    ],
    "optimize_loss": lambda tf: tf.contrib.layers.optimize_loss(
        tf.reduce_sum(table(tf)), step(tf), 0.1, "Adam", clip_gradients=1.0
    ),
    "mean_per_class_accuracy": lambda tf: tf.metrics.mean_per_class_accuracy(
        ids(tf, None), ids(tf, None), 5
    ),
    "zeros": lambda tf: [
        zeros_within(*sizes)(tf)
        for sizes in ([None], [None, 3], [2, 3, None], [None, 2, 3], [None, None], [2, None, 3])
    ],
}

GRADIENTS = {
    "sparse lookup": looked_up(gradients=True),
    "sparse lookup, sum": looked_up("sum", gradients=True),
    "sparse lookup, sqrtn": looked_up("sqrtn", gradients=True),
    "sparse lookup, weighted": looked_up("sum", weighted=True, gradients=True),
    "sparse lookup of a resource": looked_up(use_resource=True, gradients=True),
    "sparse lookup of a resource, sum": looked_up("sum", use_resource=True, gradients=True),
    "sums over segments": lambda tf: trained(tf, tf.sparse_segment_sum(table(tf), [0, 1], [0, 0])),
    "images normalized": lambda tf: trained(
        tf, tf.layers.batch_normalization(images(tf), training=False)
    ),
    "normalized by contrib, training as fed, minimized": lambda tf: tf.train.AdamOptimizer(
        0.1
    ).minimize(
        tf.reduce_mean(tf.contrib.layers.batch_norm(x(tf, [None, 6]), is_training=flag(tf)))
    ),
}

REGULARIZERS = {
    "l2 of a layer": regularized(lambda of: of.l2(0.1)),
    "l1 of a layer": regularized(lambda of: of.l1(0.1)),
    "both of a layer": regularized(lambda of: of.l1_l2(0.1, 0.2), gradients=True),
    "neither": regularized(lambda of: of.L1L2()),
    "l2 of a variable": regularized(lambda of: of.l2(0.1), gradients=True, layer=False),
    "l1 of a variable": regularized(lambda of: of.l1(0.1), gradients=True, layer=False),
    "contrib's, of a variable, asked for after another variable": lambda tf: [
        tf.get_variable("v", [3], regularizer=tf.contrib.layers.l2_regularizer(0.1)),
        tf.contrib.layers.linear(
            x(tf, [None, 3]), 4, weights_regularizer=tf.contrib.layers.l2_regularizer(0.1)
        ),
        tf.Variable(0.0, trainable=False),
        tf.losses.get_regularization_loss(),
    ],
    "called": lambda tf: tf.keras.regularizers.l2(0.1)(table(tf)),
}

_SIZES = dict(a=2, b=3, c=3, d=4, e=5, f=3, h=3, i=3, j=4, k=5, l=6, m=7, n=2, o=3, t=5)
EQUATIONS = (
    "ij,jk->ik ij,jk bij,jk->bik bij,bjk->bik bij,bkj->bik bfnd,btnd->bnft bnft,btnh->bfnh "
    "bfd,dnh->bfnh bfnh,nhd->bfd abc,acd->abd ij,kj->ik ji,jk->ik ij,j->i i,i-> ij,ij-> i,j->ij "
    "ij,k->ijk ij,ij->ij b,bij->bij bij,b->ij bij,bj->bi btd,bd->bt bt,btd->bd ij,kl->ik "
    "ijk,ik->j jib,kji->bk dcba,ebdc->dcae cbda,dbca->ca ij->ji ij-> ij->j abc->cba ab,bc,cd->ad "
    "bi,ijk,bk->bj ij,ik,il->i ...ij,jk->...ik a...c,cd->a...d ...j,...j i...->... ...,b...->b..."
).split()


def sizes_of(letters):
    """Return the sizes of the axes that letters name, where three dots are two axes."""
    return [_SIZES[letter] for letter in letters.replace("...", "no")]


def factor(tf, letters, mode):
    """Return a tensor of the sizes of the letters: all known, but the first, or none."""
    sizes = sizes_of(letters)
    shape = {"known": sizes, "batch": [None] + sizes[1:], "unknown": [None] * len(sizes)}[mode]
    return tf.placeholder(tf.float32, shape)


def einsums(mode, gradients=False):
    """All the equations, a random operation after each."""

    def build(tf):
        scale = tf.get_variable("scale", [])
        for equation in EQUATIONS:
            first, *others = equation.split("->")[0].split(",")
            result = tf.einsum(
                equation,
                factor(tf, first, mode) * scale,
                *[factor(tf, each, mode.replace("batch", "known")) * scale for each in others],
            )
            if gradients:
                tf.gradients(tf.reduce_sum(result), scale)
            tf.random_normal([])

    return build


EINSUMS = {
    mode + (" with gradients" if gradients else ""): einsums(mode, gradients)
    for mode in ("known", "batch", "unknown")
    for gradients in (False, True)
}


def columns(*make, model="input_layer"):
    """A layer of feature columns: a the float, b and c the integers, s the text."""

    def build(tf):
        shape = [None, 1]
        features = {
            "a": tf.placeholder(tf.float32, shape),
            "b": tf.placeholder(tf.int64, shape),
            "c": tf.placeholder(tf.int32, shape),
            "s": tf.placeholder(tf.string, shape),
        }
        of = tf.feature_column
        made = [each(of) for each in make]
        getattr(of, model)(features, made[0] if isinstance(made[0], list) else made)

    return build


def sequences(*make, rank_is_known=True):
    """The input of a recurrent network of columns of sequences."""

    def build(tf):
        shape = [None, 5] if rank_is_known else None
        features = {
            "a": tf.sparse_placeholder(tf.float32, shape),
            "b": tf.sparse_placeholder(tf.int64, shape),
            "s": tf.sparse_placeholder(tf.string, shape),
        }
        of = tf.contrib.feature_column
        made = [each(tf.feature_column, of) for each in make]
        of.sequence_input_layer(features, made)

    return build


def identity(of, name="b", **options):
    return of.categorical_column_with_identity(name, 5, **options)


COLUMNS = {
    "numbers": columns(lambda of: of.numeric_column("a")),
    "buckets": columns(lambda of: of.bucketized_column(of.numeric_column("a"), [0.0, 1.0])),
    "indicator": columns(lambda of: of.indicator_column(identity(of))),
    "indicator of int32": columns(lambda of: of.indicator_column(identity(of, "c"))),
    "indicator with a default": columns(
        lambda of: of.indicator_column(identity(of, default_value=0))
    ),
    "indicator of words": columns(
        lambda of: of.indicator_column(
            of.categorical_column_with_vocabulary_list("s", ["u", "v"], num_oov_buckets=2)
        )
    ),
    "embeddings": columns(
        lambda of: of.numeric_column("a"),
        lambda of: of.embedding_column(identity(of), 3),
        lambda of: of.embedding_column(of.categorical_column_with_hash_bucket("s", 9), 2),
    ),
    "shared embeddings": columns(
        lambda of: of.shared_embedding_columns([identity(of), identity(of, "c")], 3)
    ),
    "crossed": columns(lambda of: of.indicator_column(of.crossed_column([identity(of), "s"], 9))),
    "a linear model": columns(lambda of: of.numeric_column("a"), identity, model="linear_model"),
    "sequences": sequences(
        lambda of, seq: seq.sequence_numeric_column("a"),
        lambda of, seq: of.embedding_column(
            seq.sequence_categorical_column_with_identity("b", 5), 3
        ),
    ),
    "sequences of an unknown rank": sequences(
        lambda of, seq: of.indicator_column(
            seq.sequence_categorical_column_with_vocabulary_list("s", ["u", "v"])
        ),
        lambda of, seq: of.embedding_column(
            seq.sequence_categorical_column_with_hash_bucket("s", 5), 3
        ),
        rank_is_known=False,
    ),
    "a sequence": sequences(lambda of, seq: seq.sequence_numeric_column("a")),
}


def of_contrib(tf, path):
    """Return a module beneath `contrib` that is no attribute of `tf.contrib`."""
    root = "tensorflow" if tf.__name__.startswith("tensorflow") else "tf1_rnn.v1"
    return importlib.import_module(root + ".contrib." + path)


def stepped(make, depth=3, gradients=True, steps=2):
    """Steps of a cell over two examples, and gradients."""

    def build(tf):
        cell = make(tf)
        state = cell.zero_state(2, tf.float32)
        for _ in range(steps):
            output, state = cell(tf.placeholder(tf.float32, [2, depth]), state)
        if gradients:
            tf.gradients(tf.reduce_sum(output), tf.trainable_variables())

    return build


def looped(make, depth=3):
    """A dynamic loop of a cell over a batch of any size, and gradients."""

    def build(tf):
        output, _ = tf.nn.dynamic_rnn(make(tf), x(tf, [None, 5, depth]), dtype=tf.float32)
        tf.gradients(tf.reduce_sum(output), tf.trainable_variables())

    return build


def fused(lengths=False, steps=5, **options):
    """The fused block LSTM, and gradients."""

    def build(tf):
        given = tf.placeholder(tf.int32, [None]) if lengths else None
        inputs, cell = x(tf, [steps, None, 3]), tf.contrib.rnn.LSTMBlockFusedCell(4, **options)
        output, _ = cell(inputs, sequence_length=given, dtype=tf.float32)
        if not lengths:
            tf.gradients(tf.reduce_sum(output), tf.trainable_variables())

    return build


def cells_of(tf):
    return of_contrib(tf, "rnn.python.ops.rnn_cell")


def attentive(tf):
    return tf.contrib.rnn.AttentionCellWrapper(tf.nn.rnn_cell.LSTMCell(4), 3)


def groups(number, **options):
    return lambda tf: tf.contrib.rnn.GLSTMCell(6, number_of_groups=number, **options)


def grid(kind="GridLSTMCell", windows=(2,), **options):
    options = dict(options, feature_size=2, frequency_skip=1, num_frequency_blocks=list(windows))
    return lambda tf: getattr(tf.contrib.rnn, kind)(4, **options)


def ntm(memory, *numbers):
    return lambda tf: cells_of(tf).NTMCell(tf.nn.rnn_cell.LSTMCell(4), memory, 3, *numbers)


CELLS = {
    "AttentionCellWrapper": stepped(attentive),
    "AttentionCellWrapper in a loop": looped(attentive),
    "AttentionCellWrapper, joined": looped(
        lambda tf: tf.contrib.rnn.AttentionCellWrapper(
            tf.nn.rnn_cell.GRUCell(4), 3, attn_vec_size=5, input_size=6, state_is_tuple=False
        )
    ),
    "GLSTMCell": stepped(groups(1)),
    "GLSTMCell of groups": stepped(groups(3, num_proj=3)),
    "GLSTMCell of groups in a loop": looped(groups(3)),
    "TimeFreqLSTMCell": stepped(
        lambda tf: tf.contrib.rnn.TimeFreqLSTMCell(4, True, feature_size=3)
    ),
    "TimeFreqLSTMCell of windows": lambda tf: tf.contrib.rnn.TimeFreqLSTMCell(4, feature_size=1)(
        x(tf, [2, 3]), tf.zeros([2, 24])
    ),
    "IntersectionRNNCell": stepped(lambda tf: tf.contrib.rnn.IntersectionRNNCell(3)),
    "IntersectionRNNCell in a loop": looped(
        lambda tf: tf.contrib.rnn.IntersectionRNNCell(4, num_in_proj=4)
    ),
    "GridLSTMCell": stepped(grid()),
    "GridLSTMCell in a loop": looped(grid(use_peepholes=True)),
    "GridLSTMCell, joined": stepped(grid(state_is_tuple=False)),
    "GridLSTMCell of blocks": stepped(
        grid(
            windows=(1, 2),
            start_freqindex_list=[0, 1],
            end_freqindex_list=[2, 4],
            share_time_frequency_weights=True,
        ),
        depth=4,
    ),
    "GridLSTMCell, coupled": stepped(grid(couple_input_forget_gates=True)),
    "BidirectionalGridLSTMCell": stepped(grid("BidirectionalGridLSTMCell")),
    "BidirectionalGridLSTMCell, shifted": looped(
        grid("BidirectionalGridLSTMCell", backward_slice_offset=1)
    ),
    "LSTMBlockCell": stepped(lambda tf: tf.contrib.rnn.LSTMBlockCell(4, use_peephole=True)),
    "LSTMBlockCell in a loop": looped(lambda tf: tf.contrib.rnn.LSTMBlockCell(4)),
    "GRUBlockCellV2 in a loop": looped(lambda tf: tf.contrib.rnn.GRUBlockCellV2(4)),
    "CFNCell": stepped(lambda tf: cells_of(tf).CFNCell(4), gradients=False),
    "NTMCell": stepped(ntm(5, 1, 1), gradients=False),
    "NTMCell of several heads": stepped(ntm(7, 2, 3, 2), gradients=False),
    "LSTMBlockFusedCell": fused(use_peephole=True),
    "LSTMBlockFusedCell with lengths": fused(True),
    "LSTMBlockFusedCell with lengths, of any number of steps": fused(True, None),
    "Grid1BasicRNNCell": stepped(
        lambda tf: of_contrib(tf, "grid_rnn").Grid1BasicRNNCell(4), gradients=False, steps=1
    ),
    "Grid2BasicLSTMCell": stepped(
        lambda tf: of_contrib(tf, "grid_rnn").Grid2BasicLSTMCell(4), gradients=False, steps=1
    ),
    "Grid3LSTMCell": stepped(
        lambda tf: of_contrib(tf, "grid_rnn").Grid3LSTMCell(4), gradients=False, steps=1
    ),
}


def layer(make, shape=(None, 5, 6), gradients=True, dtype="float32", **call):
    """A layer of Keras, made by a function of `tf.keras.layers`, and gradients."""

    def build(tf):
        result = make(tf.keras.layers)(x(tf, shape, dtype), **call)
        if gradients:
            trained(tf, result)

    return build


KERAS = {
    "Dense": layer(lambda of: of.Dense(4, "relu")),
    "Dropout": layer(lambda of: of.Dropout(0.5), gradients=False),
    "Dropout in training": layer(lambda of: of.Dropout(0.5), gradients=False, training=True),
    "Conv1D": layer(lambda of: of.Conv1D(4, 3, activation="relu")),
    "Conv2D": layer(lambda of: of.Conv2D(4, 3), (None, 8, 8, 3)),
    "Flatten": layer(lambda of: of.Flatten(), (None, None, 4), gradients=False),
    "Embedding": layer(lambda of: of.Embedding(9, 4), (None, 5), dtype="int32"),
    "LSTM": layer(lambda of: of.LSTM(4)),
    "GRU": layer(lambda of: of.GRU(4, return_sequences=True)),
    "Bidirectional": layer(lambda of: of.Bidirectional(of.LSTM(4))),
    "TimeDistributed": layer(lambda of: of.TimeDistributed(of.Dense(3))),
    "TimeDistributed dropout": layer(
        lambda of: of.TimeDistributed(of.Dropout(0.5)), gradients=False
    ),
    "cells": lambda tf: tf.nn.static_rnn(
        tf.keras.layers.LSTMCell(4), [x(tf, [None, 3])] * 2, dtype=tf.float32
    ),
}

GROUPS = {
    "cells": CELLS,
    "columns": COLUMNS,
    "einsum": EINSUMS,
    "gradients": GRADIENTS,
    "keras": KERAS,
    "operations": OPERATIONS,
    "regularizers": REGULARIZERS,
}


def given(tf, build):
    """Return the seeds of all random operations, and how a variable made after them starts."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.set_random_seed(7)
        build(tf)
        start = tf.get_variable("after", [3]).initial_value
        operations = [each for each in graph.get_operations() if "seed2" in each.node_def.attr]
        return [each.get_attr("seed2") for each in operations], session.run(start).tolist()


def order_of_dropout(tf, batch):
    """Return which of the draws one after the other each step of a loop got, on one thread."""
    steps, size = 5, 6
    one = tf.ConfigProto(
        intra_op_parallelism_threads=1,
        inter_op_parallelism_threads=1,
        use_per_session_threads=True,  # else the threads are those of the process's first session
    )
    with tf.Graph().as_default() as graph, tf.Session(config=one) as session:
        tf.set_random_seed(42)
        inputs = x(tf, [batch, steps, 3])
        cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(size), output_keep_prob=0.5)
        outputs, _ = tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)
        of_loop = [
            each
            for each in graph.get_operations()
            if each.type == "RandomUniform" and "while" in each.name
        ]
        draw = tf.random_uniform([2, size], seed=of_loop[0].get_attr("seed2"))
        session.run(tf.global_variables_initializer())
        found = session.run(outputs, {inputs: [[[1.0] * 3] * steps] * 2})
        draws = [(session.run(draw) >= 0.5).tolist() for _ in range(steps)]
    return [draws.index((found[:, step] != 0).tolist()) for step in range(steps)]


def recorded(group):
    """Return `{name: (seeds, start)}` as 1.15.5 gave them."""
    with open(RECORDED) as file:
        return json.load(file)[group]


def check(tf, group, name):
    """Raise AssertionError unless a case has the seeds and the start of 1.15.5."""
    seeds, start = given(tf, GROUPS[group][name])
    expected, expected_start = recorded(group)[name]
    assert seeds == expected
    assert all(abs(x - y) < 1e-6 for x, y in zip(start, expected_start, strict=True))


if __name__ == "__main__":
    import tensorflow

    tensorflow.compat.v1.logging.set_verbosity("ERROR")
    found = {
        group: {name: given(tensorflow, build) for name, build in cases.items()}
        for group, cases in GROUPS.items()
    }
    found["order of dropout"] = {
        str(batch): order_of_dropout(tensorflow, batch) for batch in (2, None)
    }
    with open(RECORDED, "w") as file:
        lines = [
            json.dumps(group)
            + ": {\n"
            + ",\n".join(
                "  " + json.dumps(name) + ": " + json.dumps(value) for name, value in cases.items()
            )
            + "\n}"
            for group, cases in found.items()
        ]
        file.write("{\n" + ",\n".join(lines) + "\n}\n")
