"""What a gate is made of, however its lines are written."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.exporting import affine
from tf1_rnn.exporting.graph_view import GraphView

RANDOM = np.random.RandomState(0)
KERNEL, BIAS = RANDOM.randn(5, 6).astype("f"), RANDOM.randn(6).astype("f")
OF_X, OF_H = KERNEL[:3], KERNEL[3:]


def formed(build, form=affine.affine):
    """Return what is found of a tensor of x `[batch, 3]` and h `[batch, 2]`."""
    with tf.Graph().as_default() as graph:
        end = build(
            tf.placeholder("float", [None, 3], "x"), tf.placeholder("float", [None, 2], "h")
        )
    return form(GraphView(graph.as_graph_def()), end.name)


def whole(found):
    """Return the kernel of x and h, one above the other."""
    kernels = {}
    for sources, kernel in found.terms:
        rows = np.split(kernel, [3]) if len(sources) == 2 else [kernel]
        kernels.update(zip(sources, rows, strict=True))
    return np.concatenate([kernels["x:0"], kernels["h:0"]])


WAYS = [
    lambda x, h: tf.concat([x, h], 1) @ KERNEL + BIAS,
    lambda x, h: tf.nn.bias_add(x @ OF_X + h @ OF_H, BIAS),
    lambda x, h: (x @ OF_X + BIAS / 2) + (h @ OF_H + BIAS / 2),
    lambda x, h: BIAS + tf.matmul(x, OF_X.T.copy(), transpose_b=True) + h @ OF_H,
]


@pytest.mark.parametrize("way", WAYS)
def test_products_and_biases_in_any_order(way):
    found = formed(way)
    np.testing.assert_array_equal(whole(found), KERNEL)
    np.testing.assert_allclose(found.bias, BIAS, rtol=1e-6)


@pytest.mark.parametrize(
    "part",
    [
        lambda gates: tf.split(gates, 3, 1)[1],
        lambda gates: tf.split(gates, [2, 2, -1], -1)[1],
        lambda gates: gates[:, 2:4],
    ],
)
@pytest.mark.parametrize("way", WAYS[:3])
def test_columns(way, part):
    found = formed(lambda x, h: part(way(x, h)))
    np.testing.assert_array_equal(whole(found), KERNEL[:, 2:4])
    np.testing.assert_allclose(found.bias, BIAS[2:4], rtol=1e-6)


@pytest.mark.parametrize("squash", [
    lambda gates: tf.sigmoid(gates[:, 4:]), lambda gates: tf.split(tf.sigmoid(gates), 3, 1)[2],
])  # fmt: skip
def test_a_part_before_or_behind_an_activation(squash):
    def form(view, tensor):
        assert affine.part_of(view, tensor, "Tanh") is None
        return affine.part_of(view, tensor, "Sigmoid")

    found = formed(lambda x, h: squash(WAYS[0](x, h)), form)
    np.testing.assert_array_equal(whole(found), KERNEL[:, 4:])


def test_a_peephole_is_a_term_with_a_number_for_each_column():
    found = formed(lambda x, h: h * np.float32([2, 3]) + h @ OF_H[:, :2] + np.float32(1))
    assert [np.ndim(term.kernel) for term in found.terms] == [1, 2] and found.bias == 1


@pytest.mark.parametrize(
    "build",
    [
        lambda x, h: x * x,
        lambda x, h: tf.split(tf.exp(x @ OF_X), 3, 1)[0],
        lambda x, h: (x @ OF_X)[::2, 1:],
        lambda x, h: (x @ OF_X)[:, ::2],
        lambda x, h: x + np.ones([2, 3], "f"),
    ],
)
def test_anything_else_is_a_term_itself(build):
    found = formed(build)
    assert len(found.terms) == 1 and found.terms[0].kernel is None and found.bias == 0
