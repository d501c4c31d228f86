import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import Conv1DLSTMCell, Conv2DLSTMCell, Conv3DLSTMCell, ConvLSTMCell

SHAPES = {1: ([5], [3]), 2: ([3, 4], [3, 2]), 3: ([2, 3, 2], [1, 3, 2])}


@pytest.mark.parametrize("ndims", SHAPES)
@pytest.mark.parametrize("options", [{}, {"use_bias": False, "forget_bias": 0.4}])
def test_equals_reference(ndims, options):
    space, kernel = SHAPES[ndims]
    names = assert_equals_reference(
        lambda: ConvLSTMCell(ndims, [*space, 1], 2, kernel, **options),
        functools.partial(references.conv_lstm, forget_bias=options.get("forget_bias", 1.0)),
        [2, 2, *space, 1],
        lengths=[2, 1],
    )
    assert names == (["kernel", "biases"] if options.get("use_bias", True) else ["kernel"])


def test_skip_connection_goes_only_to_the_output():
    assert_equals_reference(
        lambda: ConvLSTMCell(1, [4, 2], 3, [3], skip_connection=True),
        functools.partial(references.conv_lstm, skip_connection=True),
        [2, 3, 4, 2],
    )


def test_float32_within_its_precision():
    assert_equals_reference(
        lambda: ConvLSTMCell(2, [3, 3, 1], 2, [3, 3]),
        references.conv_lstm,
        [2, 2, 3, 3, 1],
        None,
        "float32",
        2e-6,
    )


@pytest.mark.parametrize(
    "cell_class, ndims", [(Conv1DLSTMCell, 1), (Conv2DLSTMCell, 2), (Conv3DLSTMCell, 3)]
)
def test_classes_for_each_number_of_dimensions(cell_class, ndims):
    space, kernel = SHAPES[ndims]
    with tf.Graph().as_default():
        cell = cell_class(input_shape=[*space, 2], output_channels=3, kernel_shape=kernel)
        output, state = cell(tf.zeros([2, *space, 2]), cell.zero_state(2, tf.float32))
        assert output.shape.as_list() == [2, *space, 3]
        assert state.c.shape.as_list() == [2, *space, 3]
        assert cell.scope_name == f"conv_{ndims}d_lstm_cell"
        assert cell.variables[0].shape.as_list() == [*kernel, 5, 12]


def test_misuse():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="Invalid input_shape"):
            ConvLSTMCell(2, [4, 4], 3, [3, 3])
        with pytest.raises(ValueError, match="one size for each dimension"):
            cell = ConvLSTMCell(2, [4, 4, 1], 3, [3])
            cell(tf.zeros([2, 4, 4, 1]), cell.zero_state(2, tf.float32))
        with pytest.raises(ValueError, match="tensors of rank 4"):
            cell = ConvLSTMCell(2, [4, 4, 1], 3, [3, 3])
            cell(tf.zeros([2, 4, 4]), cell.zero_state(2, tf.float32))
        with pytest.raises(ValueError, match="expected 1, 2 or 3"):
            cell = ConvLSTMCell(4, [2] * 4 + [1], 3, [3] * 4)
            cell(tf.zeros([2] * 5 + [1]), cell.zero_state(2, tf.float32))


def test_the_reference_convolution_is_the_textbooks():
    x, kernel = np.random.RandomState(0).randn(5), np.array([1.0, 10.0, 100.0])
    ours = references.convolve(x.reshape(1, 5, 1), kernel.reshape(3, 1, 1))
    np.testing.assert_allclose(ours[0, :, 0], np.convolve(x, kernel[::-1], "same"))
