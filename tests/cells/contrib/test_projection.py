import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import GRUCell, LSTMCell, LSTMStateTuple, MultiRNNCell
from tf1_rnn.cells.contrib import (
    EmbeddingWrapper,
    InputProjectionWrapper,
    OutputProjectionWrapper,
)


def inner(w):
    return {k.removeprefix("gru_cell/"): v for k, v in w.items()}


def input_projection(x, h, w):
    return references.gru(references.relu(x @ w["kernel"] + w["bias"]), h, inner(w))


def output_projection(x, h, w):
    output, h = references.gru(x, h, inner(w))
    return references.relu(output @ w["kernel"] + w["bias"]), h


def bare(reference):
    def without_activation(x, h, w):
        relu, references.relu = references.relu, lambda x: x
        try:
            return reference(x, h, w)
        finally:
            references.relu = relu

    return without_activation


@pytest.mark.parametrize("lengths", [None, [3, 1]])
@pytest.mark.parametrize(
    "wrapper,reference,first",
    [
        (InputProjectionWrapper, input_projection, "kernel"),
        (OutputProjectionWrapper, output_projection, "gru_cell/gates/kernel"),
    ],
)
@pytest.mark.parametrize("activation", [None, tf.nn.relu])
def test_equals_reference(wrapper, reference, first, activation, lengths):
    names = assert_equals_reference(
        lambda: wrapper(GRUCell(3), 4, activation),
        reference if activation else bare(reference),
        [2, 3, 2],
        lengths,
    )
    assert names[0] == first
    assert {"kernel", "bias", "gru_cell/candidate/bias"} < set(names)


def test_embedding_equals_rows_of_its_table():
    ids = np.array([[1, 6, 0], [2, 2, 6]])
    with tf.Graph().as_default(), tf.Session() as session:
        cell = EmbeddingWrapper(LSTMCell(3), 7, 5)
        state = LSTMStateTuple(*[tf.constant(np.random.RandomState(0).randn(2, 3))] * 2)
        outputs, _ = tf.nn.dynamic_rnn(cell, tf.constant(ids[:, :, None]), initial_state=state)
        table = tf.global_variables()[0]
        assert table.op.name == "rnn/embedding_wrapper/embedding"
        assert table.dtype.base_dtype == tf.float64  # that of the state, not of the integers
        with tf.variable_scope("", reuse=True):
            plain, _ = tf.nn.dynamic_rnn(cell._cell, tf.gather(table, ids), initial_state=state)
        gradients = [tf.convert_to_tensor(tf.gradients(o, table)[0]) for o in (outputs, plain)]
        session.run(tf.global_variables_initializer())
        ours, theirs, our_gradient, their_gradient = session.run([outputs, plain, *gradients])
    np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_allclose(our_gradient, their_gradient, atol=1e-15)


def test_table_starts_uniform_with_variance_one():
    with tf.Graph().as_default(), tf.Session() as session:
        cell = EmbeddingWrapper(GRUCell(2), 100, 50)
        cell(tf.constant([1, 2]), cell.zero_state(2, tf.float32))
        session.run(tf.global_variables_initializer())
        table = session.run(tf.global_variables()[0])
    assert np.abs(table).max() <= np.sqrt(3)
    assert abs(table.var() - 1) < 0.05


def test_table_starts_as_the_initializer_or_the_scope_says():
    with tf.Graph().as_default(), tf.Session() as session:
        for name, given in (("scope", None), ("given", tf.ones_initializer())):
            with tf.variable_scope(name, initializer=tf.constant_initializer(0.5)):
                cell = EmbeddingWrapper(GRUCell(2), 3, 2, initializer=given)
                cell(tf.constant([[1], [2]]), cell.zero_state(2, tf.float32))
        session.run(tf.global_variables_initializer())
        first, second = session.run(
            [v for v in tf.global_variables() if v.op.name.endswith("embedding")]
        )
    assert (first == 0.5).all() and (second == 1).all()


def test_sizes():
    with tf.Graph().as_default():
        cell = MultiRNNCell([LSTMCell(3), GRUCell(2)])
        for wrapper, output_size in [
            (InputProjectionWrapper(cell, 4), 2),
            (OutputProjectionWrapper(cell, 4), 4),
            (EmbeddingWrapper(cell, 4, 5), 2),
        ]:
            assert wrapper.state_size == cell.state_size
            assert wrapper.output_size == output_size
            name = wrapper.zero_state(2, tf.float32)[1].op.name
            assert name.startswith(type(wrapper).__name__ + "ZeroState/MultiRNNCellZeroState/")


@pytest.mark.parametrize(
    "make,error,message",
    [
        (lambda: InputProjectionWrapper(3, 4), TypeError, "not an RNNCell"),
        (lambda: OutputProjectionWrapper(3, 4), TypeError, "not an RNNCell"),
        (lambda: EmbeddingWrapper(3, 4, 4), TypeError, "not an RNNCell"),
        (lambda: OutputProjectionWrapper(GRUCell(3), 0), ValueError, "at least 1, got 0"),
        (lambda: EmbeddingWrapper(GRUCell(3), 0, 4), ValueError, "got 0 and 4"),
        (lambda: EmbeddingWrapper(GRUCell(3), 4, -1), ValueError, "got 4 and -1"),
        (
            lambda: InputProjectionWrapper(GRUCell(3), 4, reuse=True)(
                tf.zeros([2, 2]), tf.zeros([2, 3])
            ),
            ValueError,
            "does not exist",
        ),
    ],
)
def test_misuse(make, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        make()
