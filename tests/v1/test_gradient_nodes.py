"""Random operations made after gradients and optimisers have the seeds that 1.15.5 gave them."""

import pytest

import tf1_rnn.v1 as tf
from tests.v1 import seed_cases

rnn = tf.nn.rnn_cell


def seed_after(build):
    """Return the seed of a random operation that follows what `build(tf)` puts in a new graph."""
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(7)
        build(tf)
        tf.random_normal([2])
        normal = [each for each in graph.get_operations() if each.type == "RandomStandardNormal"]
        return normal[-1].get_attr("seed2")


def known(compute, dtype="float32"):
    """Gradients of a function of v and w [4, 5, 6], u [6], s []."""

    def build(tf):
        shapes = {"v": [4, 5, 6], "w": [4, 5, 6], "u": [6], "s": []}
        made = [tf.get_variable(name, shape, dtype) for name, shape in shapes.items()]
        tf.gradients(tf.reduce_sum(compute(tf, *made)), made)

    return build


def unknown(compute):
    """Gradients of a function of x and y [?, 5, 6], z of any rank, u [6]."""

    def build(tf):
        s, u = tf.get_variable("s", []), tf.get_variable("u", [6])
        shapes = [[None, 5, 6], [None, 5, 6], None]
        x, y, z = (tf.placeholder(tf.float32, shape) * s for shape in shapes)
        tf.gradients(tf.reduce_sum(compute(tf, x, y, z, u)), [u, s])

    return build


def in_loop(compute, batch=None):
    """Gradients of a loop over a [batch, 6], which may take k [batch, 5, 6] and u [6]."""

    def build(tf):
        s, u = tf.get_variable("s", []), tf.get_variable("u", [6])
        m = tf.get_variable("m", [6, 6])
        x = tf.placeholder(tf.float32, [batch, 6]) * s
        k = tf.placeholder(tf.float32, [batch, 5, 6]) * s
        _, a = tf.while_loop(
            lambda i, a: i < 4,
            lambda i, a: (i + 1, compute(tf, a, k, u)),
            [0, x],
            shape_invariants=[tf.TensorShape([]), x.shape],
        )
        tf.gradients(tf.reduce_sum(a), [u, s, m])

    return build


def trained(cell, static=False, batch=None, lengths=False, optimizer=tf.train.AdamOptimizer):
    """A classifier of the last step, its norm of gradients clipped, and an optimiser."""

    def build(tf):
        x = tf.placeholder(tf.float32, [batch, 6, 5])
        sizes = tf.placeholder(tf.int32, [batch]) if lengths else None
        if static:
            steps, _ = tf.nn.static_rnn(
                cell(), tf.unstack(x, 6, 1), dtype=tf.float32, sequence_length=sizes
            )
            last = steps[-1]
        else:
            last = tf.nn.dynamic_rnn(cell(), x, sizes, dtype=tf.float32)[0][:, -1]
        logits = tf.layers.dense(last, 3)
        labels = tf.placeholder(tf.int64, [batch])
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        training = optimizer()
        variables = tf.trainable_variables()
        clipped, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 1.0)
        training.apply_gradients(zip(clipped, variables, strict=True))

    return build


def tagged(shape, integers="int32"):
    """A tagger's CRF: its likelihood for scores of a shape, decoding, and an optimiser."""

    def build(tf):
        scores = tf.placeholder(tf.float32, shape) * tf.get_variable("s", [])
        tags, lengths = tf.placeholder(integers, shape[:2]), tf.placeholder(integers, shape[:1])
        likelihood, transitions = tf.contrib.crf.crf_log_likelihood(scores, tags, lengths)
        tf.contrib.crf.crf_decode(scores, transitions, lengths)
        tf.train.AdamOptimizer().minimize(-tf.reduce_mean(likelihood))

    return build


def large_ftrl(tf):
    large, table = tf.get_variable("large", [60, 60]), tf.get_variable("table", [60, 4])
    shared = tf.get_variable("shared", [4], use_resource=True)
    found = tf.nn.embedding_lookup(table, tf.placeholder(tf.int32, [3]))
    rate = tf.placeholder(tf.float32, [])
    loss = tf.reduce_sum(large) + tf.reduce_sum(found * shared)
    tf.train.FtrlOptimizer(rate, l2_shrinkage_regularization_strength=0.1).minimize(loss)


# What 1.15.5 gave: a graph, and the seed after it.
SEEDS = {
    "one broadcast": (known(lambda tf, v, w, u, s: v + u), 60),
    "a broadcast worked out once": (known(lambda tf, v, w, u, s: (v + u) * (w + u) + u * v), 81),
    "both broadcast": (known(lambda tf, v, w, u, s: v[:, :1] * w[:1] * s), 88),
    "equal shapes": (known(lambda tf, v, w, u, s: tf.pow(v, w) / w - v * w), 92),
    "equal shapes of doubles": (known(lambda tf, v, w, u, s: v * w * w * v, "float64"), 66),
    "quotients": (known(lambda tf, v, w, u, s: s / v + v / s + tf.mod(v, s)), 93),
    "maxima": (known(lambda tf, v, w, u, s: tf.maximum(v, 0.0) + tf.minimum(v, w)), 83),
    "sums": (known(lambda tf, v, w, u, s: tf.reduce_sum(v, 1) + tf.reduce_mean(w, 1)), 84),
    "sums that keep": (known(lambda tf, v, w, u, s: v - tf.reduce_mean(v, 1, keep_dims=True)), 87),
    "largest": (known(lambda tf, v, w, u, s: tf.reduce_max(v, 1) + tf.reduce_prod(v, 1)), 126),
    "layer norm": (known(lambda tf, v, w, u, s: tf.contrib.layers.layer_norm(v)), 168),
    "batch norm": (
        known(lambda tf, v, w, u, s: tf.layers.batch_normalization(v, training=True)),
        165,
    ),
    "slices": (known(lambda tf, v, w, u, s: v[:, -1] + w[:2, 1:, ::2][0, 0, 0]), 78),
    "gather": (known(lambda tf, v, w, u, s: tf.gather(v, [0]) + tf.gather(w, [0], axis=1)), 138),
    "scan": (known(lambda tf, v, w, u, s: tf.scan(lambda c, a: tf.tanh(a + c), v)), 192),
    "matrices": (known(lambda tf, v, w, u, s: tf.matmul(v[:, :1], w, transpose_b=True)), 76),
    "unknown broadcasts": (unknown(lambda tf, x, y, z, u: x * u + x * y + z), 118),
    "unknown quotients": (unknown(lambda tf, x, y, z, u: x / y / 2.0 / u), 97),
    "unknown maxima": (unknown(lambda tf, x, y, z, u: tf.maximum(x, y) + tf.maximum(x, 0.0)), 95),
    "unknown powers": (unknown(lambda tf, x, y, z, u: x**2 + tf.squared_difference(x, u)), 94),
    "unknown sums": (
        unknown(lambda tf, x, y, z, u: tf.reduce_sum(x, 1) * tf.reduce_mean(y, [1])),
        114,
    ),
    "unknown ranks": (unknown(lambda tf, x, y, z, u: tf.reduce_sum(z, 1) + tf.reduce_mean(z)), 121),
    "unknown largest": (
        unknown(lambda tf, x, y, z, u: tf.reduce_max(x, 1) + tf.reduce_max(x, 1, keep_dims=True)),
        98,
    ),
    "unknown slices": (unknown(lambda tf, x, y, z, u: x[:, -1] + x[tf.shape(y)[0] - 1 :, 0]), 76),
    "losses": (
        unknown(
            lambda tf, x, y, z, u: tf.losses.mean_squared_error(x, y) + tf.losses.huber_loss(x, y)
        ),
        271,
    ),
    "a loop": (in_loop(lambda tf, a, k, u: a * u * 2.0 + tf.tanh(a)), 193),
    "a loop of a known batch": (in_loop(lambda tf, a, k, u: a * u * 2.0 + tf.tanh(a), 3), 147),
    "maxima in a loop": (in_loop(lambda tf, a, k, u: tf.maximum(a, 0.0) - tf.minimum(a, u)), 176),
    "quotients in a loop": (in_loop(lambda tf, a, k, u: a / u / 2.0), 158),
    "sums in a loop": (
        in_loop(lambda tf, a, k, u: tf.reduce_sum(k * tf.expand_dims(a, 1), 1)),
        181,
    ),
    "means in a loop": (in_loop(lambda tf, a, k, u: a + tf.reduce_mean(k, [1])), 185),
    "moments in a loop": (
        in_loop(lambda tf, a, k, u: a * tf.nn.moments(a, [1], keep_dims=True)[1]),
        214,
    ),
    "all in a loop": (in_loop(lambda tf, a, k, u: a * tf.reduce_sum(a) + tf.reduce_mean(a)), 193),
    "slices in a loop": (in_loop(lambda tf, a, k, u: tf.concat([a[:, :2], a[:, 2:]], 1), 3), 125),
    "dropout in a loop": (in_loop(lambda tf, a, k, u: tf.nn.dropout(a, 0.5)), 179),
    "a branch in a loop": (
        in_loop(lambda tf, a, k, u: tf.cond(tf.reduce_sum(a) > 0, lambda: a * u, lambda: a + 1.0)),
        213,
    ),
    "CRF": (tagged([None, None, 5]), 1330),
    "CRF of a known number of steps": (tagged([4, 6, 5]), 929),
    "CRF of int64": (tagged([None, 6, 5], "int64"), 1087),
    "CRF of one step": (tagged([4, 1, 5]), 212),
    "static LSTM": (trained(lambda: rnn.BasicLSTMCell(7), static=True), 665),
    "static with lengths": (trained(lambda: rnn.BasicLSTMCell(7), True, lengths=True), 1372),
    "dynamic peepholes": (trained(lambda: rnn.LSTMCell(7, use_peepholes=True)), 807),
    "dynamic of a known batch": (trained(lambda: rnn.LSTMCell(7, cell_clip=1.0), batch=4), 511),
    "dynamic GRU with lengths": (trained(lambda: rnn.GRUCell(7), lengths=True), 666),
    "dynamic dropout": (
        trained(
            lambda: rnn.DropoutWrapper(rnn.GRUCell(7), 0.8, tf.placeholder_with_default(0.7, []))
        ),
        735,
    ),
    "two layers, momentum": (
        trained(
            lambda: rnn.MultiRNNCell([rnn.BasicLSTMCell(7), rnn.ResidualWrapper(rnn.GRUCell(7))]),
            optimizer=lambda: tf.train.MomentumOptimizer(0.1, 0.9),
        ),
        897,
    ),
    "basic cell, RMSProp": (
        trained(
            lambda: rnn.BasicRNNCell(7, tf.nn.relu),
            optimizer=lambda: tf.train.RMSPropOptimizer(0.1),
        ),
        396,
    ),
    "Adagrad": (
        trained(lambda: rnn.GRUCell(7), optimizer=lambda: tf.train.AdagradOptimizer(0.1)),
        592,
    ),
    "Ftrl": (trained(lambda: rnn.GRUCell(7), optimizer=lambda: tf.train.FtrlOptimizer(0.1)), 620),
    "Ftrl of large, looked up and resource variables": (large_ftrl, 131),
    "fused batch norm, training as fed": (
        lambda tf: tf.layers.batch_normalization(
            tf.ones([4, 8, 8, 3]), training=tf.placeholder(tf.bool, [])
        ),
        57,
    ),
    "gamma": (lambda tf: tf.random_gamma([2], 1.5), 12),
    "gamma of tensors": (lambda tf: tf.random_gamma([2], tf.ones([3, 1]), tf.ones([2])), 12),
}


@pytest.mark.parametrize("what", SEEDS)
def test_a_random_operation_after_gradients_has_its_old_seed(what):
    build, seed = SEEDS[what]
    assert seed_after(build) == seed


@pytest.mark.parametrize("name", seed_cases.GRADIENTS)
def test_seeds_after_gradients_are_those_of_1_15_5(name):
    seed_cases.check(tf, "gradients", name)
