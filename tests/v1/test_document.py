"""The document's code blocks, as printed but for the imports, as a porter would run them."""

import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.baseline import document

SIZES = {
    **dict.fromkeys(("time_steps", "time_step"), 4),
    **dict.fromkeys(("length", "n_input"), 28),
    **{"n_classes": 10, "channel": 1, "num_units": 5, "multi_units": [6, 3], "batch_size": 2},
}
PEEPHOLES = ("kernel", "bias", "w_f_diag", "w_i_diag", "w_o_diag")
EXPECTED = {  # the result's name and shape, and the variables, as in 1.15.5
    "basic_lstm": (
        "outputs",
        [4, None, 5],
        ["rnn/basic_lstm_cell/kernel", "rnn/basic_lstm_cell/bias"],
    ),
    "lstm": ("outputs", [2, 4, 5], [f"rnn/lstm_cell/{name}" for name in PEEPHOLES]),
    "gru": (
        "outputs",
        [2, 4, 5],
        [f"rnn/gru_cell/{p}/{v}" for p in ("gates", "candidate") for v in ("kernel", "bias")],
    ),
    "multi_lstm": (
        "outputs",
        [2, 4, 3],
        [f"rnn/multi_rnn_cell/cell_{i}/lstm_cell/{v}" for i in "01" for v in ("kernel", "bias")],
    ),
    "bilstm": (
        "fw_bw",
        [2, 4, 10],
        [f"bidirectional_rnn/{way}/lstm_cell/{v}" for way in ("fw", "bw") for v in PEEPHOLES],
    ),
    "conv_lstm": (
        "lstm_out",
        [2, 4, 28, 28, 32],
        ["rnn/conv_lstm_cell/kernel", "rnn/conv_lstm_cell/biases"],
    ),
}


@pytest.mark.parametrize("block", EXPECTED)
def test_runs_as_printed(block):
    name, shape, variables = EXPECTED[block]
    with tf.Graph().as_default():
        names = document.execute(document.BLOCKS[block], SIZES, "tf1_rnn.v1")
        assert [v.op.name for v in tf.trainable_variables()] == variables
        outputs = tf.convert_to_tensor(names[name])
        one_step = [[[1.0]] * 28] * 28 if block == "conv_lstm" else [1.0] * 28
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            value = session.run(outputs, {names["x"]: [[one_step] * 4] * 2})
        assert outputs.shape.as_list() == shape
        assert value.any()
