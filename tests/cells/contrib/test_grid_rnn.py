import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import GRUCell
from tf1_rnn.cells.contrib import grid_rnn


def cell_weights(w, scope):
    return {name[len(scope) :]: value for name, value in w.items() if name.startswith(scope)}


def grid(step, dims, priority, inputs=(0,), outputs=(0,), tied=False, memory=True, mapped=None):
    """A grid, written a dimension at a time: `step` moves one, `mapped` dimensions have relu."""

    def one_step(x, state, w):
        states = [state[d] if d < len(state) else None for d in range(dims)]
        if mapped is not None:
            states = [None, *state]
        h = [s[1] if memory and s is not None else s for s in states]
        c = [s[0] if memory and s is not None else None for s in states]
        for d, part in zip(inputs, np.split(x, len(inputs), 1), strict=True):
            h[d] = part @ w[f"project_m_{d}"]
            c[d] = part @ w[f"project_c_{d}"] if memory else None
        new_state, before = {}, list(h)
        for d in [d for d in range(dims) if d not in priority] + list(priority):
            # Those that move together see each other as before.
            seen = [before[e] if (e in priority) == (d in priority) else h[e] for e in range(dims)]
            joined = np.concatenate([np.zeros_like(h[0][:, :0]), *seen[:-1]], 1)
            if d == mapped:
                of = cell_weights(w, f"non_recurrent/cell_{d}/fully_connected/")
                every = np.concatenate([joined, seen[-1]], 1)
                h[d] = references.relu(every @ of["weights"] + of["biases"])
                continue
            scope = "recurrent/" if tied else f"recurrent/cell_{d}/"
            of = {k.partition("/")[2]: v for k, v in cell_weights(w, scope).items()}
            h[d], new_state[d] = step(joined, (c[d], seen[-1]) if memory else seen[-1], of)
        return np.concatenate([h[d] for d in outputs], 1), tuple(
            new_state[d] for d in sorted(new_state)
        )

    return one_step


@pytest.mark.parametrize(
    "make, reference",
    [
        (lambda: grid_rnn.Grid1LSTMCell, grid(references.lstm, 1, [0])),
        (lambda: grid_rnn.Grid1BasicRNNCell, grid(references.basic_rnn, 1, [0], memory=False)),
        (lambda: grid_rnn.Grid2BasicLSTMCell, grid(references.lstm, 2, [0])),
        (lambda: grid_rnn.Grid2BasicRNNCell, grid(references.basic_rnn, 2, [0], memory=False)),
        (lambda: grid_rnn.Grid2GRUCell, grid(references.gru, 2, [0], memory=False)),
        (lambda: grid_rnn.Grid3LSTMCell, grid(references.lstm, 3, [0])),
    ],
)
def test_equals_reference(make, reference):
    names = assert_equals_reference(
        lambda: make()(3, output_is_tuple=False), reference, [2, 3, 4], [3, 1]
    )
    assert names[0] == "project_m_0"


@pytest.mark.parametrize("name", ["Grid2LSTMCell", "Grid3LSTMCell"])
def test_tied_and_mapped(name):
    make = getattr(grid_rnn, name)
    dims = int(name[4])
    assert_equals_reference(
        lambda: make(3, tied=True, output_is_tuple=False),
        grid(references.lstm, dims, [0], tied=True),
        [2, 2, 4],
    )
    names = assert_equals_reference(
        lambda: make(3, non_recurrent_fn=tf.nn.relu, output_is_tuple=False),
        grid(references.lstm, dims, [0], mapped=0),
        [2, 2, 4],
    )
    assert names[-2:] == [
        f"non_recurrent/cell_0/fully_connected/{n}" for n in ("weights", "biases")
    ]


def test_a_grid_of_ones_own():
    assert_equals_reference(
        lambda: grid_rnn.GridRNNCell(
            2, 3, input_dims=[0, 2], output_dims=[0, 1], priority_dims=[1, 2], cell_fn=GRUCell,
            output_is_tuple=False,
        ),
        grid(references.gru, 3, [1, 2], (0, 2), (0, 1), memory=False),
        [2, 3, 4],
    )  # fmt: skip


def test_tuples_or_one_tensor():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 4, 2])
        (outputs,), state = tf.nn.dynamic_rnn(grid_rnn.Grid2LSTMCell(3), x, dtype=tf.float32)
        assert outputs.shape.as_list() == [None, 4, 3] and len(state) == 2
        names = [v.op.name for v in tf.global_variables()]
        assert names[0] == "rnn/Grid2LSTMCell/project_m_0"
        assert names[2] == "rnn/Grid2LSTMCell/recurrent/cell_1/lstm_cell/kernel"
        for kind, size in ((grid_rnn.Grid2LSTMCell, 12), (grid_rnn.Grid2GRUCell, 6)):
            cell = kind(3, state_is_tuple=False, output_is_tuple=False)
            outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32, scope=kind.__name__)
            assert (cell.state_size, cell.output_size) == (size, 3)
            assert state.shape.as_list() == [None, size]


@pytest.mark.parametrize(
    "arguments",
    [{"num_dims": 0}, {"num_dims": 2, "input_dims": [2]}, {"num_dims": 2, "output_dims": -1}],
)
def test_misuse(arguments):
    with pytest.raises(ValueError, match="dims"):
        grid_rnn.GridRNNCell(3, **arguments)
