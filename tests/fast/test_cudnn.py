"""cuDNN's LSTM: the layout of its weights, when it is chosen, and, on a GPU, its numbers.

cuDNN runs on a GPU only. Elsewhere `as_documented`, its equations in operators that run anywhere,
stands in its place, so that all but cuDNN itself is what runs on a GPU.
"""

import collections

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.variables import drawn, load
from tf1_rnn import cells, fast
from tf1_rnn.cells.lstm import lstm_step
from tf1_rnn.fast import cudnn, recurrence

BATCH, STEPS, DEPTH, UNITS = 5, 7, 3, 4
LENGTHS = [3, 0, 7, 1, 2]
TOLERANCE = {tf.float64: 1e-12, tf.float32: 2e-6}
GPU = tf.test.is_built_with_cuda() and tf.config.list_physical_devices("GPU")

RUBBISH = np.nan  # stands for what cuDNN leaves after the lengths: anything

Made = collections.namedtuple("Made", "output output_h output_c reserve_space host_reserved")
Gradients = collections.namedtuple("Gradients", "input_ h c params")


def weights_of(params, depth, units):
    """Read cuDNN's canonical layout: W, then R, then their biases, by gate i, f, j, o."""
    sizes = [units * depth] * 4 + [units * units] * 4 + [units] * 8
    assert params.shape.as_list() == [sum(sizes)]
    parts = tf.split(params, sizes)
    of_inputs = [tf.reshape(part, [units, depth]) for part in parts[:4]]
    of_state = [tf.reshape(part, [units, units]) for part in parts[4:8]]
    return of_inputs, of_state, parts[8:12], parts[12:]


def as_documented(input, input_h, input_c, params, sequence_lengths, time_major, **options):
    """Stand in for `CudnnRNNV3`, by the equations that cuDNN's documentation has."""
    assert options == {"rnn_mode": "lstm", "is_training": True}
    axis = 0 if time_major else 1
    assert input_h.shape.as_list()[axis] == input_c.shape.as_list()[axis] == 1
    h, c = tf.squeeze(input_h, [axis]), tf.squeeze(input_c, [axis])
    of_inputs, of_state, b, b_r = weights_of(params, input.shape.as_list()[2], h.shape.as_list()[1])
    outputs = []
    for step, x in enumerate(tf.unstack(input, axis=axis)):
        i, f, j, o = (
            tf.matmul(x, w, transpose_b=True) + b_w + tf.matmul(h, r, transpose_b=True) + b_h
            for w, r, b_w, b_h in zip(of_inputs, of_state, b, b_r, strict=True)
        )
        new_c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(j)
        new_h = tf.sigmoid(o) * tf.tanh(new_c)
        alive = tf.expand_dims(step < sequence_lengths, 1)
        outputs.append(tf.where_v2(alive, new_h, RUBBISH * tf.ones_like(new_h)))
        h, c = tf.where_v2(alive, new_h, h), tf.where_v2(alive, new_c, c)
    ends = [tf.expand_dims(part, axis) for part in (h, c)]
    return Made(tf.stack(outputs, axis), *ends, tf.zeros([0]), tf.zeros([0], tf.int8))


def as_documented_back(output_backprop, output_h_backprop, output_c_backprop, **given):
    """Stand in for `CudnnRNNBackpropV3`."""
    given = {name: value for name, value in given.items() if name not in Made._fields}
    made = as_documented(**given, is_training=True)
    from_ = [given[name] for name in ("input", "input_h", "input_c", "params")]
    d_made = [output_backprop, output_h_backprop, output_c_backprop]
    d_x, *others = tf.gradients(made[:3], from_, d_made)
    mask = tf.sequence_mask(given["sequence_lengths"], STEPS)
    mask = tf.expand_dims(tf.transpose(mask) if given["time_major"] else mask, 2)
    return Gradients(tf.where_v2(mask, d_x, RUBBISH * tf.ones_like(d_x)), *others)


@pytest.fixture
def documented(monkeypatch):
    """Let cuDNN be chosen, and run as it is documented."""
    calls = []

    def counted(**given):
        calls.append(given)
        return as_documented(**given)

    monkeypatch.setattr(tf.raw_ops, "CudnnRNNV3", counted)
    monkeypatch.setattr(tf.raw_ops, "CudnnRNNBackpropV3", as_documented_back)
    monkeypatch.setattr(cudnn, "is_gpu_used", lambda: True)
    return calls


@pytest.fixture
def chosen(monkeypatch):
    """Let cuDNN be chosen, in graphs that are not run."""
    monkeypatch.setattr(cudnn, "is_gpu_used", lambda: True)


def values(loop, cell, device="", dtype=tf.float64, time_major=False, shape=None, **options):
    """Return outputs, last states, and gradients for inputs, initial state and weights."""
    random = np.random.RandomState(0)
    size = [STEPS, BATCH, DEPTH] if time_major else [BATCH, STEPS, DEPTH]
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session, tf.device(device):
        x = tf.placeholder(dtype, shape or size)
        cell = cell()
        state = tf.nest.map_structure(
            lambda width: tf.constant(random.randn(BATCH, width), dtype), cell.state_size
        )
        made = loop(cell, x, initial_state=state, time_major=time_major, **options)
        flat = tf.nest.flatten(made)
        weighted = [tf.constant(random.randn(*t.shape.as_list()[1:]), dtype) * t for t in flat[1:]]
        places = np.cos(np.arange(STEPS * UNITS)).reshape(STEPS, UNITS)
        weighted.append(tf.constant(places[:, None] if time_major else places, dtype) * flat[0])
        loss = tf.add_n([tf.reduce_sum(part) for part in weighted])
        variables = tf.trainable_variables()
        flat += tf.gradients(loss, [x, *tf.nest.flatten(state), *variables])
        load(session, variables, drawn(random, variables, 0.5))
        return session.run(flat, {x: random.randn(*size)})


def assert_same(actual, expected, tolerance=1e-12):
    assert len(actual) == len(expected)
    for one, other in zip(actual, expected, strict=True):
        scale = max(1, np.abs(other).max())
        np.testing.assert_allclose(one, other, rtol=0, atol=scale * tolerance)


def test_packed_weights_read_as_documented_are_the_cell():
    random = np.random.RandomState(0)
    kernel = random.randn(DEPTH + UNITS, 4 * UNITS)
    bias, x = random.randn(4 * UNITS), random.randn(BATCH, DEPTH)
    c, h = random.randn(2, BATCH, UNITS)
    with tf.Graph().as_default(), tf.Session() as session:
        made = as_documented(
            tf.constant(x[None]),
            tf.constant(h[None]),
            tf.constant(c[None]),
            cudnn.packed(tf.constant(kernel), tf.constant(bias), 0.7),
            tf.constant([1] * BATCH),
            time_major=True,
            rnn_mode="lstm",
            is_training=True,
        )
        gates = tf.constant(np.concatenate([x, h], 1) @ kernel + bias)
        step = lstm_step(gates, tf.constant(c), forget_bias=0.7)
        (new_c, new_h), step = session.run([(made.output_c[0], made.output_h[0]), step])
    np.testing.assert_allclose(new_c, step[0], rtol=0, atol=1e-13)
    np.testing.assert_allclose(new_h, step[1], rtol=0, atol=1e-13)


def test_gradients_of_the_packed_weights_go_back_where_they_came_from():
    with tf.Graph().as_default(), tf.Session() as session:
        kernel = tf.zeros([DEPTH + UNITS, 4 * UNITS], tf.float64)
        bias = tf.zeros([4 * UNITS], tf.float64)
        params = cudnn.packed(kernel, bias, 1.0)
        vector = tf.range(params.shape.as_list()[0], dtype=tf.float64)
        w, r, b, b_r = weights_of(vector, DEPTH, UNITS)
        in_order = [0, 2, 1, 3]  # i, j, f, o of cuDNN's i, f, j, o
        expected = [
            tf.concat([tf.transpose(tf.concat([w[n], r[n]], 1)) for n in in_order], 1),
            tf.concat([b[n] for n in in_order], 0),
        ]
        back, expected, start = session.run(
            [
                tf.gradients(params, [kernel, bias], vector),
                expected,
                weights_of(params, DEPTH, UNITS),
            ]
        )
    for one, other in zip(back, expected, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(start[2], np.repeat([[0], [1], [0], [0]], UNITS, 1))
    assert not np.any(start[3])


LSTMS = {
    "basic_lstm": lambda: cells.BasicLSTMCell(UNITS, forget_bias=0.3),
    "basic_lstm, one state": lambda: cells.BasicLSTMCell(UNITS, state_is_tuple=False),
    "lstm": lambda: cells.LSTMCell(UNITS, forget_bias=0.0),
    "block": lambda: cells.contrib.LSTMBlockCell(UNITS),
    "dropout": lambda: cells.DropoutWrapper(cells.LSTMCell(UNITS), output_keep_prob=1.0),
    "stack": lambda: cells.MultiRNNCell([cells.LSTMCell(2), cells.LSTMCell(UNITS)]),
}


@pytest.mark.parametrize("time_major", [False, True])
@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("name", LSTMS)
def test_equals_tensorflows_loop(name, lengths, time_major, documented):
    options = {"sequence_length": lengths, "time_major": time_major}
    dtype = tf.float32 if name == "block" else tf.float64  # which its cell has not
    actual = values(fast.dynamic_rnn, LSTMS[name], dtype=dtype, **options)
    assert len(documented) == (2 if name == "stack" else 1)
    expected = values(tf.nn.dynamic_rnn, LSTMS[name], dtype=dtype, **options)
    assert_same(actual, expected, TOLERANCE[dtype])


def test_static_and_bidirectional(documented):
    def both(loops):
        def loop(cell, x, initial_state, time_major):
            steps = tf.unstack(x, axis=1)
            outputs, last = loops.static_rnn(cell, steps, initial_state)
            with tf.variable_scope("both"):
                pair, ends = loops.bidirectional_dynamic_rnn(
                    cells.LSTMCell(1), cells.LSTMCell(3), x, LENGTHS, dtype=x.dtype
                )
            return tf.stack(outputs, 1) * tf.concat(pair, 2), last, ends

        return values(loop, LSTMS["lstm"])

    actual = both(fast)
    assert len(documented) == 3
    assert_same(actual, both(tf.nn))


@pytest.mark.parametrize(
    "cell",
    [
        lambda: cells.LSTMCell(UNITS, use_peepholes=True),
        lambda: cells.LSTMCell(UNITS, num_proj=2),
        lambda: cells.LSTMCell(UNITS, cell_clip=1.0),
        lambda: cells.LSTMCell(UNITS, activation=tf.nn.relu),
        lambda: cells.DropoutWrapper(cells.LSTMCell(UNITS), state_keep_prob=0.5),
        lambda: cells.GRUCell(UNITS),
        lambda: cells.BasicRNNCell(UNITS),
    ],
    ids=["peepholes", "projection", "clip", "activation", "state dropout", "gru", "basic_rnn"],
)
def test_what_cudnn_has_not_runs_op_by_op(cell, chosen, monkeypatch):
    shapes, run = [], recurrence.run
    monkeypatch.setattr(
        recurrence, "run", lambda maths, x, *rest: shapes.append(x.shape) or run(maths, x, *rest)
    )
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float64, [BATCH, STEPS, DEPTH])
        fast.dynamic_rnn(cell(), x, dtype=tf.float64)
        assert not any("Cudnn" in operation.type for operation in graph.get_operations())
    assert shapes == [[BATCH, STEPS, DEPTH]]  # the batch whole


def test_is_the_operator_with_variables_of_tensorflow_1(chosen):
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, None, DEPTH])
        outputs, _ = fast.dynamic_rnn(cells.LSTMCell(UNITS), x, dtype=tf.float32)
        gradients = tf.gradients(outputs, [x, *tf.trainable_variables()])
        types = collections.Counter(operation.type for operation in graph.get_operations())
        assert types["CudnnRNNV3"] == types["CudnnRNNBackpropV3"] == 1
        assert not any(name in types for name in ("While", "LoopCond", "TanhGrad"))
        assert [(v.op.name, v.shape.as_list()) for v in tf.global_variables()] == [
            ("rnn/lstm_cell/kernel", [DEPTH + UNITS, 4 * UNITS]),
            ("rnn/lstm_cell/bias", [4 * UNITS]),
        ]
        assert [g.shape.as_list() for g in gradients[1:]] == [
            [DEPTH + UNITS, 4 * UNITS],
            [4 * UNITS],
        ]
        with pytest.raises(NotImplementedError, match="no second gradients through cuDNN"):
            tf.gradients(gradients[0], x)


@pytest.fixture
def visible(monkeypatch):
    """Let a GPU be visible."""
    monkeypatch.setattr(tf.test, "is_built_with_cuda", lambda: True)
    monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: [f"the {kind}"])


@pytest.mark.parametrize(
    ("device", "used"),
    [
        ("", True),
        ("/gpu:0", True),
        ("/device:GPU:1", True),
        ("/job:localhost/gpu:0", True),
        ("/cpu:0", False),
        ("/job:worker/task:1", False),
    ],
)
def test_is_used_where_a_gpu_is_visible_and_asked_for(device, used, visible):
    with tf.Graph().as_default(), tf.device(device):
        assert cudnn.is_gpu_used() is used


def test_device_wrapper_says_where(visible):
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, STEPS, DEPTH])
        pair = [cells.DeviceWrapper(cells.LSTMCell(UNITS), f"/{kind}:0") for kind in ("cpu", "gpu")]
        fast.dynamic_rnn(cells.MultiRNNCell(pair), x, dtype=tf.float32)
        devices = [o.device for o in graph.get_operations() if o.type == "CudnnRNNV3"]
        assert devices == ["/device:GPU:0"]


@pytest.mark.parametrize("missing", ["CUDA", "GPU"])
def test_is_not_used_without_a_gpu(missing, visible, monkeypatch):
    if missing == "CUDA":
        monkeypatch.setattr(tf.test, "is_built_with_cuda", lambda: False)
    else:
        monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: [])
    with tf.Graph().as_default() as graph:
        assert not cudnn.is_gpu_used()
        assert not graph.get_operations()


@pytest.mark.skipif(not GPU, reason="needs a GPU")
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("time_major", [False, True])
@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("name", LSTMS)
def test_on_a_gpu_equals_tensorflows_loop_on_the_cpu(name, lengths, time_major, dtype):
    if name == "block" and dtype == tf.float64:
        pytest.skip("LSTMBlockCell has no float64")
    options = {"sequence_length": lengths, "time_major": time_major, "dtype": dtype}
    actual = values(fast.dynamic_rnn, LSTMS[name], **options)
    expected = values(tf.nn.dynamic_rnn, LSTMS[name], device="/cpu:0", **options)
    assert_same(actual, expected, TOLERANCE[dtype])
