"""Wrapped cells in the fast loops: the same numbers without dropout, in distribution with it."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.fast import test_loops
from tests.fast.test_loops import LENGTHS, numbers
from tests.variables import drawn, load
from tf1_rnn import cells, fast
from tf1_rnn.cells import contrib
from tf1_rnn.fast.cudnn import is_gpu_used

UNITS = test_loops.UNITS


def kept(cell, **options):
    """Dropout that keeps all, asked for by tensors, so that all its operations are there."""
    one = tf.constant(1.0, tf.float64) + 0.0 * tf.random_uniform([], dtype=tf.float64)
    options = {"input_keep_prob": one, "output_keep_prob": one, "state_keep_prob": one, **options}
    return cells.DropoutWrapper(cell, **options)


def stack(*layers, **options):
    return cells.MultiRNNCell(list(layers), **options)


WRAPPED = {
    "dropout of lstm": lambda: kept(cells.LSTMCell(UNITS, use_peepholes=True, num_proj=3)),
    "dropout of gru": lambda: kept(cells.GRUCell(UNITS)),
    "variational": lambda: kept(
        cells.LSTMCell(UNITS), variational_recurrent=True, input_size=3, dtype=tf.float64
    ),
    "of a joined state": lambda: kept(cells.BasicLSTMCell(UNITS, state_is_tuple=False)),
    "of a stack": lambda: kept(stack(cells.GRUCell(2), cells.LSTMCell(3))),
    "of a joined stack": lambda: kept(
        stack(cells.GRUCell(2), cells.GRUCell(3), state_is_tuple=False)
    ),
    "twice": lambda: kept(kept(cells.GRUCell(3))),
    "residual": lambda: cells.ResidualWrapper(cells.LSTMCell(3)),
    "device": lambda: cells.DeviceWrapper(cells.GRUCell(3), "/cpu:0"),
    "stack of all": lambda: stack(
        kept(cells.LSTMCell(3)),
        cells.ResidualWrapper(kept(cells.GRUCell(3))),
        cells.DeviceWrapper(cells.ResidualWrapper(cells.BasicRNNCell(3)), "/cpu:0"),
    ),
    "projected inputs": lambda: contrib.InputProjectionWrapper(cells.GRUCell(UNITS), 6),
    "projected outputs": lambda: contrib.OutputProjectionWrapper(
        kept(contrib.InputProjectionWrapper(cells.LSTMCell(UNITS), 6, tf.nn.relu)), 2, tf.sigmoid
    ),
    "relu": lambda: cells.LSTMCell(UNITS, activation=tf.nn.relu, cell_clip=0.3),
    "softsign": lambda: cells.GRUCell(UNITS, activation=tf.nn.softsign),
    "identity": lambda: cells.BasicRNNCell(UNITS, activation="linear"),
    "elu": lambda: cells.BasicLSTMCell(UNITS, activation=tf.nn.elu),
}
NORMALIZED = {
    "layer norm": lambda: contrib.LayerNormBasicLSTMCell(7),
    "layer norm, relu": lambda: contrib.LayerNormBasicLSTMCell(
        7, forget_bias=0.5, activation=tf.nn.relu, norm_gain=0.7, norm_shift=0.1
    ),
    "no layer norm": lambda: contrib.LayerNormBasicLSTMCell(5, layer_norm=False),
    "layer norm, dropout": lambda: kept(
        contrib.LayerNormBasicLSTMCell(5, dropout_keep_prob=tf.constant(1.0, tf.float64))
    ),
}
BLOCKS = {
    "lstm block": lambda: contrib.LSTMBlockCell(UNITS, use_peephole=True),
    "lstm block, clipped": lambda: contrib.LSTMBlockCell(UNITS, cell_clip=0.2),
    "gru block": lambda: contrib.GRUBlockCellV2(UNITS),
    "gru block v1": lambda: cells.DropoutWrapper(contrib.GRUBlockCell(UNITS)),
}


@pytest.fixture(autouse=True)
def table(monkeypatch):
    monkeypatch.setattr(
        test_loops, "CELLS", {**test_loops.CELLS, **WRAPPED, **NORMALIZED, **BLOCKS}
    )


def compare(name, dtype, **options):
    expected, names, state = numbers(tf.nn.dynamic_rnn, name, dtype, **options)
    with fast.installed() as report:
        actual, fast_names, fast_state = numbers(tf.nn.dynamic_rnn, name, dtype, **options)
    assert [call.why_not for call in report.calls] == [""]
    assert fast_names == names
    tf.nest.assert_same_structure(fast_state, state)
    for one, other in zip(actual, expected, strict=True):
        scale = max(1, np.abs(other).max())
        np.testing.assert_allclose(one, other, rtol=0, atol=scale * test_loops.TOLERANCE[dtype])


@pytest.mark.parametrize("name", WRAPPED)
def test_equals_tensorflows_loop(name):
    compare(name, tf.float64)


@pytest.mark.parametrize("time_major", [False, True])
@pytest.mark.parametrize(
    "name", ["dropout of lstm", "stack of all", "of a joined state", "projected outputs"]
)
def test_with_lengths_and_unknown_sizes(name, time_major):
    options = {"shape": [None, None, 3], "sequence_length": LENGTHS, "time_major": time_major}
    compare(name, tf.float64, **options)


@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("name", NORMALIZED)
def test_layer_normalisation(name, lengths):
    compare(name, tf.float64, sequence_length=lengths)


@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("name", BLOCKS)
def test_block_cells(name, lengths):
    if name == "lstm block" and is_gpu_used():
        pytest.skip("TensorFlow's gradient of LSTMBlockCell with peepholes is wrong on a GPU")
    compare(name, tf.float32, sequence_length=lengths)


@pytest.mark.parametrize("given", ["no state", "a state"])
@pytest.mark.parametrize("loop", ["static_rnn", "dynamic_rnn", "bidirectional_dynamic_rnn"])
def test_embedding(loop, given):
    """Integers of one step are `[batch]` or `[batch, 1]`; the table has its gradient."""
    ids = np.random.RandomState(0).randint(7, size=[4, 3, 1])

    def run():
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.placeholder(tf.int32, [None, 3, 1])
            layers = [contrib.EmbeddingWrapper(cells.GRUCell(5), 7, 3) for _ in range(2)]
            options = {"dtype": tf.float64, "sequence_length": [3, 0, 2, 1]}
            if given == "a state":
                state = tf.ones([4, 5], tf.float64)
                both = {"initial_state_fw": state, "initial_state_bw": state}
                options.update(both if "bi" in loop else {"initial_state": state})
            steps = tf.unstack(x[:, :, 0], axis=1) if loop == "static_rnn" else x
            layers = layers if "bi" in loop else layers[:1]
            made = tf.nest.flatten(getattr(tf.nn, loop)(*layers, steps, **options))
            variables = tf.trainable_variables()
            total = sum(tf.reduce_sum(tf.sin(part)) for part in made)
            gradients = map(tf.convert_to_tensor, tf.gradients(total, variables))
            fetched = [*made, *gradients]
            load(session, variables, drawn(np.random.RandomState(0), variables))
            return [v.name for v in variables], session.run(fetched, {x: ids})

    names, expected = run()
    with fast.installed() as report:
        fast_names, actual = run()
    assert report.line() == "fast: 1 of 1 recurrent calls"
    assert fast_names == names
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def half(cell, **options):
    return cells.DropoutWrapper(cell, **options)


def moments(loop, make, seed, runs=300):
    """Mean and variance over runs of outputs, states and a gradient of the loss, element-wise."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant(np.random.RandomState(0).randn(4, 6, 3), tf.float32)
        keep = tf.placeholder_with_default(0.6, [])
        tf.set_random_seed(seed)
        outputs, state = loop(make(keep), x, dtype=tf.float32)
        kernel = tf.trainable_variables()[0]
        (gradient,) = tf.gradients(tf.reduce_sum(outputs**2), kernel)
        flat = [outputs, gradient, *tf.nest.flatten(state)]
        fetched = tf.concat([tf.reshape(tensor, [-1]) for tensor in flat], 0)
        random = np.random.RandomState(1)
        load(session, tf.trainable_variables(), drawn(random, tf.trainable_variables(), 0.7))
        many = np.array([session.run(fetched) for _ in range(runs)])
    return many.mean(0), many.std(0), outputs.shape.num_elements()


DROPS = {
    "inputs": {"input_keep_prob": None},
    "outputs": {"output_keep_prob": None},
    "state": {"state_keep_prob": None},
    "new input": {},
    "all, variational": {
        **dict.fromkeys(["input_keep_prob", "output_keep_prob", "state_keep_prob"]),
        **{"variational_recurrent": True, "input_size": 3, "dtype": tf.float32},
    },
}


@pytest.mark.parametrize("drop, seed", [*((drop, None) for drop in DROPS), ("state", 5)])
def test_dropout_in_distribution(drop, seed):
    def make(keep):
        if drop == "new input":
            return contrib.LayerNormBasicLSTMCell(UNITS, dropout_keep_prob=keep)
        options = {k: keep if v is None else v for k, v in DROPS[drop].items()}
        return half(cells.LSTMCell(UNITS), **options)

    mean, deviation, _ = moments(fast.dynamic_rnn, make, seed)
    wanted, wanted_deviation, _ = moments(tf.nn.dynamic_rnn, make, None)
    error = np.sqrt((deviation**2 + wanted_deviation**2) / 300) + 1e-6
    assert (np.abs(mean - wanted) / error).max() < 5.5
    assert np.abs(deviation - wanted_deviation).max() < 0.35 * wanted_deviation.max()
    assert wanted_deviation.max() > 0.1


@pytest.mark.parametrize("seeds", [(None, None), (1, None), (None, 3), (1, 3)])
def test_masks_differ_between_rows_steps_and_layers(seeds):
    graph_seed, own = seeds
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(graph_seed)
        layers = [half(cells.BasicRNNCell(16), state_keep_prob=0.5, seed=own) for _ in range(2)]
        dropped = [half(layer, output_keep_prob=0.5, seed=own) for layer in layers]
        x = tf.ones([6, 5, 3])
        outputs, state = fast.dynamic_rnn(stack(*dropped), x, dtype=tf.float32)
        session.run(tf.global_variables_initializer())
        outputs, states = session.run([outputs, state])
    masks = [tuple((step == 0).tolist()) for row in outputs for step in row]
    masks += [tuple((row == 0).tolist()) for layer in states for row in layer]
    assert len(set(masks)) == len(masks)


def test_what_a_wrapper_does_that_is_not_known_goes_to_tensorflows_loop():
    with tf.Graph().as_default():
        trained = tf.sigmoid(tf.get_variable("rate", []))
        x = tf.zeros([2, 20, 3])
        projected = contrib.OutputProjectionWrapper(cells.GRUCell(3), 2, tf.nn.softmax)
        for cell, why in (
            (projected, "the activation of OutputProjectionWrapper"),
            (cells.ResidualWrapper(cells.GRUCell(3), tf.maximum), "it has a residual_fn"),
            (half(cells.GRUCell(3), state_keep_prob=trained), "its state_keep_prob is trained"),
            (
                contrib.HighwayWrapper(cells.GRUCell(3)),
                "HighwayWrapper is described only by its call",
            ),
        ):
            with fast.installed() as report, tf.variable_scope(None, "each"):
                tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
            assert why in report.line()
