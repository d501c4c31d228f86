"""What the scopes and variables of a cell tell of its kind."""

import pytest

from tf1_rnn import cells
from tf1_rnn.cells import contrib
from tf1_rnn.cells.contrib import cudnn_compatible, grid_rnn
from tf1_rnn.checkpoints import kinds

MODULES = (cells, contrib, cudnn_compatible, grid_rnn)


@pytest.mark.parametrize("key", kinds.KINDS)
def test_every_class_exists(key):
    if key == kinds.DENSE:
        return
    for name in kinds.KINDS[key].classes:
        assert any(hasattr(module, name) for module in MODULES), name


SHAPES = {
    "rnn/a/kernel": [7, 16],
    "rnn/a/bias": [16],
    "rnn/b/kernel": [8, 5],
    "rnn/b/bias": [5],
    "rnn/c/kernel": [3, 3, 5, 8],
    "rnn/c/biases": [8],
    "rnn/d/gates/kernel": [7, 8],
    "rnn/d/candidate/kernel": [7, 4],
    "rnn/e/kernel": [7, 16],
    "rnn/e/w_f_diag": [4],
    "dense/kernel": [7, 16],
    "dense/bias": [16],
    "rnn/f/kernel": [4, 16],  # no inputs are left besides four units
    "rnn/f/bias": [16],
}


@pytest.mark.parametrize(
    "scope, key",
    [
        ("rnn/a", "lstm_cell"),
        ("rnn/b", "basic_rnn_cell"),
        ("rnn/c", "conv_lstm_cell"),
        ("rnn/d", "gru_cell"),
        ("rnn/e", "lstm_cell"),
        ("dense", ""),
        ("rnn/f", ""),
    ],
)
def test_a_cell_in_a_scope_of_the_users_own(scope, key):
    assert kinds.of_custom_scope(scope, SHAPES) == key


@pytest.mark.parametrize(
    "key, own, is_named, classes",
    [
        ("gru_cell", {"gates/kernel": "x"}, False, ("GRUCell", "GRUBlockCellV2")),
        ("gru_cell", {"w_ru": "x"}, False, ("GRUBlockCell",)),
        ("lstm_cell", {"projection/kernel": "x"}, False, ("LSTMCell",)),
        ("lstm_cell", {"kernel": "x"}, True, ("LSTMCell", "BasicLSTMCell")),
        ("lstm_cell", {"w_f_diag": "x"}, True, ("LSTMCell", "LSTMBlockCell")),
    ],
)
def test_variables_rule_classes_out(key, own, is_named, classes):
    assert kinds.classes(key, own, is_named) == classes
