import numpy as np
import pytest

from tests import references
from tests.comparison import assert_equals_reference
from tf1_rnn.cells import BasicRNNCell


@pytest.mark.parametrize("lengths", [None, [3, 0]])
@pytest.mark.parametrize(
    "activation, in_numpy", [(None, np.tanh), ("relu", references.relu), ("linear", lambda x: x)]
)
def test_equals_reference(lengths, activation, in_numpy):
    names = assert_equals_reference(
        lambda: BasicRNNCell(3, activation=activation),
        lambda x, h, w: references.basic_rnn(x, h, w, in_numpy),
        [2, 3, 2],
        lengths,
    )
    assert names == ["kernel", "bias"]


def test_unknown_activation():
    with pytest.raises(ValueError, match="Unknown activation function: 'nope'"):
        BasicRNNCell(3, activation="nope")
