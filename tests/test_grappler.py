"""Layer normalisation written by hand is right in every kind of graph and session.

TensorFlow's remapper makes something else of it (see `tf1_rnn/grappler.py`). These tests fail if a
release of TensorFlow finds another way to do so.
"""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn import grappler

EPSILON = 1e-5
SCALE = 0.05  # variances that an epsilon of 0.001 would drown


def _sqrt(x, mean, variance, gamma, beta):
    return (x - mean) / tf.sqrt(variance + EPSILON) * gamma + beta


def _rsqrt(x, mean, variance, gamma, beta):
    return (x - mean) * tf.rsqrt(variance + EPSILON) * gamma + beta


def _folded(x, mean, variance, gamma, beta):
    scale = tf.rsqrt(variance + EPSILON) * gamma
    return x * scale + (beta - mean * scale)


def _relu(*args):
    return tf.nn.relu(_rsqrt(*args))


FORMS = [_sqrt, _rsqrt, _folded]


def gamma_and_beta(width):
    """Return a factor and an offset for each channel."""
    return 1 + np.arange(width, dtype=np.float32) / width, np.arange(width, dtype=np.float32) / 8


def normalise(x, axes, form, scope="norm"):
    """Return the normalised `x`."""
    with tf.variable_scope(scope):
        mean, variance = tf.nn.moments(x, axes=axes, keep_dims=True)
        names = "gamma", "beta"
        gamma, beta = (
            tf.get_variable(name, initializer=value)
            for name, value in zip(names, gamma_and_beta(x.shape[-1].value), strict=True)
        )
        return form(x, mean, variance, gamma, beta)


def normalise_frozen(x, axes, form):
    """Return the same with constants, of the rank of `x`."""
    mean, variance = tf.nn.moments(x, axes=axes, keep_dims=True)
    shape = [1] * (x.shape.ndims - 1) + [x.shape[-1].value]
    gamma, beta = (np.reshape(each, shape) for each in gamma_and_beta(shape[-1]))
    return form(x, mean, variance, gamma, beta)


def normalised(x, axes):
    """Return what `normalise` must give, in float64."""
    x = x.astype(np.float64)
    mean, variance = (each(x, axis=tuple(axes), keepdims=True) for each in (np.mean, np.var))
    gamma, beta = gamma_and_beta(x.shape[-1])
    return (x - mean) / np.sqrt(variance + EPSILON) * gamma + beta


def drawn(*shape):
    return (SCALE * np.random.RandomState(0).randn(*shape)).astype(np.float32)


def assert_near(got, want):
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-5)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize(
    "shape, axes",
    [
        ((4, 16), [1]),
        ((4, 16), [-1]),
        ((4, 5, 16), [2]),
        ((4, 5, 16), [-1]),
        ((2, 5, 5, 4), [1, 2]),
        ((2, 3, 5, 5, 4), [1, 2, 3]),
    ],
)
def test_normalisation(shape, axes, form):
    x = tf.placeholder(tf.float32, shape)
    of_any_batch = tf.placeholder(tf.float32, (None, *shape[1:]))
    y = normalise(of_any_batch, axes, form)
    frozen = normalise_frozen(x, axes, form)
    activated = normalise_frozen(x, axes, _relu)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for batch in (drawn(*shape), drawn(*shape) * 0.01):
            want = normalised(batch, axes)
            assert_near(session.run(y, {of_any_batch: batch}), want)
            assert_near(session.run(frozen, {x: batch}), want)
            assert_near(session.run(activated, {x: batch}), np.maximum(want, 0))


def _monitored(**options):
    return tf.train.MonitoredTrainingSession(**options)


def _supervised(**options):
    return tf.train.Supervisor(logdir=None).prepare_or_wait_for_session(**options)


@pytest.mark.parametrize("config", [None, tf.ConfigProto(allow_soft_placement=True)])
@pytest.mark.parametrize(
    "make",
    [
        tf.Session,
        tf.InteractiveSession,
        _monitored,
        tf.train.SingularMonitoredSession,
        _supervised,
    ],
)
def test_every_kind_of_session(make, config, graph):
    x = tf.placeholder(tf.float32, [None, 16])
    y = normalise(x, [1], _sqrt)
    initialise = tf.global_variables_initializer()
    session = make(config=config)
    if make in (tf.Session, tf.InteractiveSession):
        session.run(initialise)
    assert_near(session.run(y, {x: drawn(4, 16)}), normalised(drawn(4, 16), [1]))
    session.close()


@pytest.mark.parametrize("config", [None, tf.ConfigProto()])
def test_sessions_of_tests(config):
    with tf.test.TestCase().session(config=config) as session:
        x = tf.placeholder(tf.float32, [None, 16])
        y = normalise(x, [1], _sqrt)
        session.run(tf.global_variables_initializer())
        assert_near(session.run(y, {x: drawn(4, 16)}), normalised(drawn(4, 16), [1]))


def test_sessions_of_keras():
    pytest.importorskip("tf_keras")
    x = tf.placeholder(tf.float32, [None, 16])
    y = normalise(x, [1], _sqrt)
    with tf.keras.backend.get_session() as session:
        session.run(tf.global_variables_initializer())
        assert_near(session.run(y, {x: drawn(4, 16)}), normalised(drawn(4, 16), [1]))


def test_sessions_of_slim(tmp_path):
    slim = pytest.importorskip("tf_slim")
    x = tf.placeholder_with_default(drawn(4, 16), [None, 16])
    y = normalise(x, [1], _sqrt)
    tf.train.create_global_step()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(session, str(tmp_path / "model"))
    result = slim.evaluation.evaluate_once(
        "",
        path,
        str(tmp_path),
        final_op=y,
        session_config=tf.ConfigProto(),
    )
    assert_near(result, normalised(drawn(4, 16), [1]))


def test_a_users_configuration_is_kept_and_not_changed():
    config = tf.ConfigProto(intra_op_parallelism_threads=1)
    config.graph_options.rewrite_options.constant_folding = 2
    before = config.SerializeToString()
    safe = grappler.safe_config(config)
    assert config.SerializeToString() == before
    assert safe.intra_op_parallelism_threads == 1
    assert safe.graph_options.rewrite_options.constant_folding == 2
    with pytest.raises(TypeError, match="ConfigProto"):
        tf.Session(config={"allow_soft_placement": True})
    with pytest.raises(TypeError, match="config=config"):
        tf.Session(config)


class Normalised(tf.nn.rnn_cell.RNNCell):
    """A cell of a user's own, whose state is the normalised sum of the input and the state."""

    state_size = output_size = 16

    def __init__(self, form):
        super().__init__()
        self.form = form

    def call(self, inputs, state):
        state = normalise(inputs + 0.01 * state, [1], self.form)
        return state, state


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("loop", ["static", "dynamic", "control flow v2"])
def test_in_cells(loop, form):
    x = tf.placeholder(tf.float32, [None, 3, 16])
    if loop == "static":
        steps = tf.unstack(x, axis=1)
        outputs = tf.stack(tf.nn.static_rnn(Normalised(form), steps, dtype=tf.float32)[0], 1)
    else:
        if loop == "control flow v2":
            tf.enable_control_flow_v2()
        try:
            outputs, _ = tf.nn.dynamic_rnn(Normalised(form), x, dtype=tf.float32)
        finally:
            tf.disable_control_flow_v2()
    batch, state, want = drawn(4, 3, 16), 0, []
    for step in range(3):
        state = normalised(batch[:, step] + 0.01 * state, [1])
        want.append(state)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert_near(session.run(outputs, {x: batch}), np.stack(want, 1))


@pytest.fixture(params=[_sqrt, _rsqrt], ids=lambda form: form.__name__)
def written(tmp_path, request):
    """A folder with a graph, as `.meta`, frozen and as a SavedModel."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 16], "x")
        y = tf.identity(normalise(x, [1], request.param), "y")
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, str(tmp_path / "model"))
        frozen = tf.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), ["y"])
        (tmp_path / "frozen.pb").write_bytes(frozen.SerializeToString())
        tf.saved_model.simple_save(session, str(tmp_path / "saved"), {"x": x}, {"y": y})
    return tmp_path


def _meta(session, folder):
    tf.train.import_meta_graph(str(folder / "model.meta")).restore(session, str(folder / "model"))


def _frozen(session, folder):
    definition = tf.GraphDef.FromString((folder / "frozen.pb").read_bytes())
    tf.import_graph_def(definition, name="")


def _saved_model(session, folder):
    tf.saved_model.loader.load(session, ["serve"], str(folder / "saved"))


@pytest.mark.parametrize("load", [_meta, _frozen, _saved_model])
def test_graphs_from_files(load, written):
    with tf.Session(config=tf.ConfigProto()) as session:
        load(session, written)
        y = session.run("y:0", {"x:0": drawn(4, 16)})
    assert_near(y, normalised(drawn(4, 16), [1]))


def test_predictors_of_contrib(written):
    predictor = tf.contrib.predictor.from_saved_model(str(written / "saved"))
    y = predictor({"x": drawn(4, 16)})["y"]
    assert_near(y, normalised(drawn(4, 16), [1]))


def test_functions():
    x = tf.placeholder(tf.float32, [None, 16])
    y = tf.function(lambda x: normalise_frozen(x, [1], _rsqrt))(x)
    with tf.Session() as session:
        assert_near(session.run(y, {x: drawn(4, 16)}), normalised(drawn(4, 16), [1]))
