import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import GRUCell
from tf1_rnn.cells.contrib import GRUBlockCell, GRUBlockCellV2

V1 = ["w_ru", "b_ru", "w_c", "b_c"]
V2 = ["gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"]


def reference(x, h, w):
    return references.gru(x, h, dict(zip(V2, w.values(), strict=True)))


@pytest.mark.parametrize("lengths", [None, [3, 1]])
@pytest.mark.parametrize("cell,names", [(GRUBlockCell, V1), (GRUBlockCellV2, V2)])
def test_equals_reference(cell, names, lengths):
    assert names == assert_equals_reference(
        lambda: cell(3), reference, [2, 3, 2], lengths, "float32", 2e-6
    )


@pytest.mark.parametrize("cell", [GRUBlockCell, GRUBlockCellV2])
def test_initial_values(cell):
    with tf.Graph().as_default(), tf.Session() as session:
        block = cell(cell_size=3)
        block(tf.zeros([2, 2]), block.zero_state(2, tf.float32))
        session.run(tf.global_variables_initializer())
        _, gate_bias, _, candidate_bias = session.run(block.variables)
    assert (gate_bias == 1).all() and (candidate_bias == 0).all()


def test_v2_has_the_variables_of_gru_cell():
    with tf.Graph().as_default():
        names = []
        for scope, cell in (("a", GRUBlockCellV2(3)), ("b", GRUCell(3))):
            with tf.variable_scope(scope):
                cell(tf.zeros([2, 2]), cell.zero_state(2, tf.float32))
            names.append([(v.op.name[2:], v.shape) for v in cell.variables])
    assert names[0] == names[1]


def test_unknown_batch_and_time():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, None, 4])
        outputs, state = tf.nn.dynamic_rnn(GRUBlockCell(3), x, dtype=tf.float32)
        assert outputs.shape.as_list() == [None, None, 3]
        assert state.shape.as_list() == [None, 3]


@pytest.mark.parametrize(
    "make,error,message",
    [
        (lambda: GRUBlockCell(), ValueError, "Exactly one"),
        (lambda: GRUBlockCellV2(3, cell_size=3), ValueError, "Exactly one"),
        (
            lambda: GRUBlockCell(3)(tf.placeholder(tf.float32, [2, None]), tf.zeros([2, 3])),
            ValueError,
            "to be known",
        ),
        (lambda: GRUBlockCell(3)(tf.zeros([2, 2, 2]), tf.zeros([2, 3])), ValueError, "rank 2"),
        (
            lambda: GRUBlockCell(3)(tf.zeros([2, 2], tf.float64), tf.zeros([2, 3], tf.float64)),
            TypeError,
            "float64",
        ),
    ],
)
def test_misuse(make, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        make()
