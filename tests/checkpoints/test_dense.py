"""Dense layers, told from the names and shapes of a matrix and a vector."""

import pytest

from tf1_rnn.checkpoints import dense


@pytest.mark.parametrize(
    "matrix, vector, scope",
    [
        ("softmax/weights", "softmax/biases", "softmax"),
        ("dense_1/kernel", "dense_1/bias", "dense_1"),
        ("kernel", "bias", "kernel"),
        ("out/W", "out/b", "out"),
        ("W_out", "b_out", "W_out"),
        ("net/hidden_w", "net/hidden_b", "net/hidden_w"),
        ("fc/weights_1", "fc/biases_1", "fc/weights_1"),
        ("Variable", "Variable_1", "Variable"),
    ],
)
def test_a_matrix_and_its_vector(matrix, vector, scope):
    shapes = {vector: [2], matrix: [4, 2]}
    assert dense.find(shapes) == {scope: {"kernel": matrix, "bias": vector}}


def test_a_layer_without_bias():
    assert dense.find({"a/dense/kernel": [4, 2]}) == {"a/dense": {"kernel": "a/dense/kernel"}}


@pytest.mark.parametrize(
    "shapes",
    [
        {"embedding": [4, 2]},
        {"softmax/weights": [4, 2], "softmax/biases": [3]},
        {"conv/weights": [3, 3, 1, 2], "conv/biases": [2]},
        {"Variable": [3, 3], "Variable_1": [3, 2], "Variable_2": [2]},
        {"a/table": [4, 2], "b/scale": [2]},
    ],
)
def test_what_is_none(shapes):
    assert dense.find(shapes) == {}
