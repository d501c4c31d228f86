# A test of a TensorFlow 1 model, for pytest.
import numpy as np
import pytest
import tensorflow as tf

import tower


@pytest.mark.parametrize("cell", ["BasicLSTMCell", "GRUCell"])
def test_the_loss_falls(cell):
    loss = tower.run(getattr(tf.contrib.rnn, cell), 1)
    assert 0 < np.float(loss) < 9
