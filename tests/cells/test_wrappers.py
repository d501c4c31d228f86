import base64
import hashlib
import json
import marshal

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import GRUCell, LSTMCell, LSTMStateTuple, MultiRNNCell
from tf1_rnn.cells.wrappers import DeviceWrapper, DropoutWrapper, ResidualWrapper

ONES = np.ones([400, 3])


@pytest.fixture(autouse=True)
def new_graph():
    with tf.Graph().as_default():
        yield


def scoped(reference, scope="gru_cell/"):
    return lambda x, state, w: reference(x, state, {k.removeprefix(scope): v for k, v in w.items()})


def residual_gru(x, h, w):
    output, h = scoped(references.gru)(x, h, w)
    return x + output, h


def residual_fn_gru(x, h, w):
    output, h = scoped(references.gru)(x, h, w)
    return 2 * x - output * x, h


WRAPPERS = {
    "residual": (ResidualWrapper, residual_gru),
    "residual_fn": (lambda c: ResidualWrapper(c, lambda i, o: 2 * i - o * i), residual_fn_gru),
    "device": (lambda cell: DeviceWrapper(cell, "/cpu:0"), scoped(references.gru)),
    "dropout": (DropoutWrapper, scoped(references.gru)),
}


@pytest.mark.parametrize("lengths", [None, [3, 1]])
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_equals_reference_and_adds_no_scope(wrapper, lengths):
    wrap, reference = WRAPPERS[wrapper]
    names = assert_equals_reference(
        lambda: wrap(GRUCell(3)), reference, [2, 3, 3], lengths, scopes=1
    )
    assert names[0] == "gru_cell/gates/kernel"


def call(cell, inputs=ONES, dtype=tf.float64, **kwargs):
    inputs = tf.constant(inputs, dtype)
    state = tf.nest.map_structure(tf.ones_like, cell.zero_state(len(ONES), dtype))
    return cell(inputs, state, **kwargs)


def run(*tensors):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(tensors)


class Identity(GRUCell):
    """Puts out its inputs, and keeps its state: what dropout did to them is then plain to see."""

    def call(self, inputs, state):
        return inputs, state


class LSTMIdentity(LSTMCell):
    def call(self, inputs, state):
        return inputs, LSTMStateTuple(*state)


def kept(values, keep_prob):
    """The mask of what was kept, after checking that the rest is 0 and the kept is scaled."""
    np.testing.assert_allclose(values[values != 0], 1 / keep_prob)
    return values != 0


@pytest.mark.parametrize("keep_prob", [0.25, 0.8])
def test_dropout_keeps_with_its_probability_and_divides_by_it(keep_prob):
    cell = DropoutWrapper(Identity(3), output_keep_prob=keep_prob, state_keep_prob=keep_prob)
    for values in run(*call(cell)):
        share = kept(values, keep_prob).mean()
        assert abs(share - keep_prob) < 4 * np.sqrt(keep_prob * (1 - keep_prob) / values.size)


def test_dropout_of_inputs_and_outputs_multiplies():
    output, state = run(*call(DropoutWrapper(Identity(3), 0.5, 0.4)))
    assert abs(kept(output, 0.2).mean() - 0.2) < 0.05
    np.testing.assert_array_equal(state, ONES)


def test_dropout_never_touches_the_memory_of_an_lstm():
    cell = DropoutWrapper(MultiRNNCell([LSTMIdentity(3), Identity(3)]), state_keep_prob=0.5)
    _, ((c, h), gru_state) = run(*call(cell))
    np.testing.assert_array_equal(c, ONES)
    assert 0.4 < kept(h, 0.5).mean() < 0.6
    assert 0.4 < kept(gru_state, 0.5).mean() < 0.6


@pytest.mark.parametrize(
    "visitor,dropped",
    [
        (lambda state: False, [False, False]),
        (lambda state: True, [True, True]),
        (lambda state: (True, False) if isinstance(state, tuple) else True, [True, False]),
    ],
)
@pytest.mark.parametrize("variational", [False, True])
def test_visitor_says_what_is_dropped(visitor, dropped, variational):
    cell = DropoutWrapper(
        LSTMIdentity(3),
        state_keep_prob=0.5,
        variational_recurrent=variational,
        seed=1,
        dtype=tf.float64,
        dropout_state_filter_visitor=visitor,
    )
    _, state = run(*call(cell))
    assert isinstance(state, LSTMStateTuple)
    assert [bool((part != 1).any()) for part in state] == dropped


@pytest.mark.parametrize(
    "answer,error",
    [
        (3, TypeError),
        ((3, 4), TypeError),
        ([True, True], TypeError),
        ((True, True, True), ValueError),
    ],
)
def test_visitor_that_answers_something_else(answer, error):
    cell = DropoutWrapper(
        LSTMIdentity(3), state_keep_prob=0.5, dropout_state_filter_visitor=lambda state: answer
    )
    with pytest.raises(error, match="dropout_state_filter_visitor returned"):
        call(cell)


def test_variational_dropout_has_one_mask_for_all_steps_and_the_whole_batch():
    cell = DropoutWrapper(
        Identity(64), 0.5, 0.5, 0.5, variational_recurrent=True, input_size=64, dtype=tf.float64
    )
    output, _ = tf.nn.dynamic_rnn(cell, tf.ones([2, 5, 64], tf.float64), dtype=tf.float64)
    first, second = run(output)[0], run(output)[0]
    mask = kept(first, 0.25)
    assert (mask == mask[0, 0]).all()
    assert 0 < mask.mean() < 0.6
    assert (first != second).any()  # another run is another sequence: another mask


def test_dropout_gradient_is_the_mask():
    x = tf.ones([400, 3], tf.float64)
    output, _ = DropoutWrapper(Identity(3), output_keep_prob=0.5)(x, x)
    values, gradient = run(output, tf.gradients(output, x)[0])
    np.testing.assert_array_equal(values, gradient)


def seed_of(salt):
    return int(hashlib.md5(salt.encode()).hexdigest()[:8], 16) & 0x7FFFFFFF


def random_seeds():
    return [
        op.get_attr("seed2")
        for op in tf.get_default_graph().get_operations()
        if op.type == "RandomUniform" and "Initializer" not in op.name
    ]


def test_seeds_are_those_of_tensorflow_1():
    call(DropoutWrapper(LSTMIdentity(3), 0.5, 0.5, 0.5, seed=10))
    salts = ["10input_0", "10state_1", "10output_0"]  # state_0 is c, which is not dropped
    assert random_seeds() == [seed_of(salt) for salt in salts]
    assert random_seeds() == [1768698351, 619719539, 1288189386]  # seen on 1.15.5


def test_variational_seeds_are_those_of_tensorflow_1():
    cell = MultiRNNCell([LSTMIdentity(3), Identity(3)])
    DropoutWrapper(cell, 0.5, 0.6, 0.7, True, 3, tf.float32, seed=10)
    assert random_seeds() == [1768698351, 623517016, 619719539, 967338365, 1288189386]


def test_mask_of_a_seed_is_that_of_tensorflow_1():
    x = tf.ones([2, 6])
    output, _ = DropoutWrapper(Identity(6), output_keep_prob=0.5, seed=3)(x, x)
    expected = tf.nn.dropout(x, rate=0.5, seed=seed_of("3output_0"))
    np.testing.assert_array_equal(*run(output, expected))


@pytest.mark.parametrize("make", [tf.constant, lambda p: tf.placeholder_with_default(p, [])])
def test_keep_probability_as_a_tensor(make):
    keep_prob = tf.cast(make(0.5), tf.float32)
    cell = DropoutWrapper(Identity(3), 1.0, keep_prob)
    assert 0.4 < kept(run(*call(cell, dtype=tf.float32))[0], 0.5).mean() < 0.6


def test_keep_probability_of_one_adds_no_operation():
    cell = DropoutWrapper(Identity(3), tf.constant(1.0))
    x = tf.ones([2, 3])
    assert cell(x, x)[0] is x


def test_sizes_and_zero_state_are_those_of_the_cell():
    class Zeros(GRUCell):
        def zero_state(self, batch_size, dtype):
            return "the cell's own"

    for wrap in (DropoutWrapper, ResidualWrapper, lambda cell: DeviceWrapper(cell, "/cpu:0")):
        assert wrap(Zeros(3)).zero_state(2, tf.float32) == "the cell's own"
        assert wrap(LSTMCell(3)).state_size == LSTMStateTuple(3, 3)
        assert wrap(LSTMCell(3, num_proj=2)).output_size == 2
    state = ResidualWrapper(LSTMCell(3)).zero_state(2, tf.float32)
    assert state.h.op.name.endswith("/LSTMCellZeroState/zeros_1")
    cell = GRUCell(3)
    assert DropoutWrapper(cell).wrapped_cell is cell


def test_device():
    cell = DeviceWrapper(LSTMCell(3), "/cpu:7")
    output, state = cell(tf.zeros([2, 3]), cell.zero_state(2, tf.float32))
    assert {t.device for t in (output, *state)} == {"/device:CPU:7"}
    assert {t.device for t in cell.zero_state(2, tf.float32)} == {"/device:CPU:7"}


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_scope_and_variables(wrapper):
    cell = WRAPPERS[wrapper][0](GRUCell(3))
    call(cell, scope="other")
    assert {v.op.name.split("/")[0] for v in tf.global_variables()} == {"other"}
    assert cell.variables == []  # they are the wrapped cell's
    assert len(cell.cell.variables) == 4


def test_residual_needs_equal_shapes():
    with pytest.raises(ValueError, match="incompatible"):
        call(ResidualWrapper(GRUCell(4)), np.ones([400, 3]))


def test_checkpoint_holds_the_cell(tmp_path):
    cell = GRUCell(3, dtype=tf.float64)
    wrapper = DropoutWrapper(ResidualWrapper(cell), 0.5, 0.5, 0.5, True, 3, tf.float64)
    call(wrapper)
    checkpoint = tf.train.Checkpoint(wrapper=wrapper)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        cell._gate_bias.load(np.full(6, 40.0), session)
        path = checkpoint.save(str(tmp_path / "model"), session=session)
        cell._gate_bias.load(np.zeros(6), session)
        checkpoint.restore(path).assert_consumed().run_restore_ops(session)
        assert (session.run(cell._gate_bias) == 40).all()


def rebuilt(wrapper):
    config = wrapper.get_config()
    cell = GRUCell(3, name="gru_cell")
    return type(wrapper).from_config({**config, "cell": cell}, safe_mode=False)


def triple(i, o):
    return 3 * i + o


def test_config_goes_there_and_back():
    for wrapper in (
        DropoutWrapper(GRUCell(3, name="gru_cell"), 0.5, 0.25, 1.0, True, 3, tf.float32, 5),
        ResidualWrapper(GRUCell(3, name="gru_cell")),
        DeviceWrapper(GRUCell(3, name="gru_cell"), "/cpu:0", name="placed"),
    ):
        config = wrapper.get_config()
        assert config["cell"]["class_name"] == "GRUCell"
        assert rebuilt(wrapper).get_config() == config


def test_config_carries_functions():
    factor = 5
    assert rebuilt(ResidualWrapper(GRUCell(3), lambda i, o: i * factor + o))._residual_fn(1, 2) == 7
    assert rebuilt(ResidualWrapper(GRUCell(3), triple))._residual_fn(1, 2) == 5
    visitor = rebuilt(DropoutWrapper(GRUCell(3), dropout_state_filter_visitor=lambda s: s == 3))
    assert visitor._dropout_state_filter(3) and not visitor._dropout_state_filter(4)
    config = ResidualWrapper(GRUCell(3), np.add).get_config()
    config["cell"] = GRUCell(3)
    given = ResidualWrapper.from_config(config, {"add": np.add})
    assert given._residual_fn is np.add
    with pytest.raises(ValueError, match="custom_objects"):
        ResidualWrapper.from_config(config)


# Configs of ResidualWrapper(cell, lambda i, o: 2 * i + o), and of one with a closure, as Python 3.7
# wrote them.
OF_PYTHON_3_7 = [
    "4wIAAAAAAAAAAgAAAAIAAABDAAAAcwwAAABkAXwAFAB8ARcAUwApAk7pAgAAAKkAKQLaAWnaAW9y"
    "AgAAAHICAAAA+gc8c3RkaW4+2gg8bGFtYmRhPgcAAADzAAAAAA==",
    "4wIAAAAAAAAAAgAAAAIAAAATAAAAcwwAAAB8AIgAFAB8ARcAUwApAU6pACkC2gFp2gFvKQHaAWZy"
    "AQAAAPoHPHN0ZGluPtoIPGxhbWJkYT4DAAAA8wAAAAA=",
]


@pytest.mark.parametrize("code", OF_PYTHON_3_7)
def test_a_function_that_another_python_wrote_is_one_line(code):
    config = ResidualWrapper(GRUCell(3), triple).get_config()
    config.update(cell=GRUCell(3), residual_fn=(code, None, None))
    with pytest.raises(ValueError, match="another version of Python wrote, which Python 3"):
        ResidualWrapper.from_config(config, safe_mode=False)


def code_of(function):
    return base64.encodebytes(marshal.dumps(function.__code__)).decode("ascii")


def test_code_of_another_process_is_made_only_when_asked_for():
    visitor = DropoutWrapper(GRUCell(3), dropout_state_filter_visitor=lambda s: s == 3)
    for wrapper, function, module in (
        (ResidualWrapper(GRUCell(3), triple), "residual_fn", "residule_fn_module"),
        (visitor, "dropout_fn", "dropout_fn_module"),
    ):
        config = {**wrapper.get_config(), "cell": GRUCell(3)}
        foreign = {**config, function: (code_of(lambda i, o: i - o), None, None)}
        elsewhere = {**config, module: "os"}
        for untrusted in (foreign, elsewhere):
            with pytest.raises(ValueError, match="safe_mode=False"):
                type(wrapper).from_config(untrusted)
            assert type(type(wrapper).from_config(untrusted, safe_mode=False)) is type(wrapper)


def test_functions_of_this_process_need_no_consent():
    config = json.loads(json.dumps(ResidualWrapper(GRUCell(3), triple).get_config()))
    again = ResidualWrapper.from_config({**config, "cell": GRUCell(3)})
    assert again._residual_fn(1, 2) == 5
    wrapper = DropoutWrapper(GRUCell(3), dropout_state_filter_visitor=lambda s: s == 3)
    again = DropoutWrapper.from_config({**wrapper.get_config(), "cell": GRUCell(3)})
    assert again._dropout_state_filter(3) and not again._dropout_state_filter(4)


def test_config_needs_a_cell():
    with pytest.raises(ValueError, match=r"config\['cell'\]"):
        DropoutWrapper.from_config(DropoutWrapper(GRUCell(3)).get_config())


@pytest.mark.parametrize(
    "make,error,message",
    [
        (lambda: DropoutWrapper(3), TypeError, "not an RNNCell: no output_size"),
        (lambda: ResidualWrapper(None), TypeError, "not an RNNCell"),
        (lambda: DeviceWrapper("gru", "/cpu:0"), TypeError, "not an RNNCell"),
        (lambda: DropoutWrapper(GRUCell(3), foo=1), TypeError, "foo"),
        (
            lambda: DropoutWrapper(GRUCell(3), dropout_state_filter_visitor=3),
            TypeError,
            "must be callable, got 3",
        ),
        (lambda: DropoutWrapper(GRUCell(3), 1.5), ValueError, "input_keep_prob .* got 1.5"),
        (lambda: DropoutWrapper(GRUCell(3), 1.0, -1.0), ValueError, "output_keep_prob"),
        (lambda: DropoutWrapper(GRUCell(3), state_keep_prob=2), ValueError, "state_keep_prob"),
        (
            lambda: DropoutWrapper(GRUCell(3), variational_recurrent=True),
            ValueError,
            "needs a dtype",
        ),
        (
            lambda: DropoutWrapper(GRUCell(3), 0.5, variational_recurrent=True, dtype=tf.float32),
            ValueError,
            "need an input_size",
        ),
        (lambda: call(DropoutWrapper(GRUCell(3), 1.0, 0.0)), ValueError, "rate"),
        (
            lambda: ResidualWrapper(GRUCell(3), residual_fn=3).get_config(),
            ValueError,
            "not a function",
        ),
    ],
)
def test_misuse(make, error, message):
    with pytest.raises(error, match=message):
        make()
