"""Cells inside the layers and models of `tf.keras`, as 1.15.5 took them."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

pytest.importorskip("tf_keras")

CELLS = {
    cell.__name__: cell
    for cell in (
        tf.nn.rnn_cell.BasicRNNCell,
        tf.nn.rnn_cell.GRUCell,
        tf.nn.rnn_cell.LSTMCell,
        tf.nn.rnn_cell.BasicLSTMCell,
        tf.contrib.rnn.SRUCell,
    )
}
OPTIONS = {
    "LSTMCell": {"use_peepholes": True, "cell_clip": 1.0},
    "BasicRNNCell": {"activation": "relu"},
}


@pytest.mark.parametrize("name", CELLS)
def test_a_model_predicts_with_a_cell_and_with_its_copy(name):
    x = np.random.RandomState(0).rand(3, 4, 2)
    with tf.Graph().as_default(), tf.Session().as_default():
        inputs = tf.keras.Input((None, 2))
        layer = tf.keras.layers.RNN(CELLS[name](6, **OPTIONS.get(name, {})))
        model = tf.keras.models.Model(inputs, layer(inputs))
        predicted = model.predict(x)  # initialises the cell's variables too
        assert predicted.shape == (3, 6)
        if name == "SRUCell":
            return  # 1.15.5's has no config of its own
        copy = tf.keras.layers.RNN.from_config(layer.get_config(), custom_objects=CELLS)
        same = tf.keras.models.Model(inputs, copy(inputs))
        assert not np.allclose(same.predict(x), predicted)
        same.set_weights(model.get_weights())
        np.testing.assert_allclose(same.predict(x), predicted, atol=1e-6)
