"""The document's code blocks, as printed but for the imports, as a porter would run them."""

import pytest
import tensorflow.compat.v1 as tf

SIZES = "time_steps = time_step = 4; length = n_input = 28; n_classes = 10; channel = 1\n"
SIZES += "num_units = 5; multi_units = [6, 3]; batch_size = 2\n"
HEAD = """
import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib import rnn

x=tf.placeholder("float",[None,time_steps,length])
y=tf.placeholder("float",[None,n_classes])
"""
BLOCKS = {
    "static": """
input=tf.unstack(x ,time_steps,1)

lstm_layer=rnn.BasicLSTMCell(num_units,forget_bias=1)
#lstm_layer=rnn.LSTMCell(num_units,use_peepholes=True,forget_bias=1)

outputs,_=rnn.static_rnn(lstm_layer,input,dtype="float32")
""",
    "dynamic": """
#lstm_layer=rnn.BasicLSTMCell(num_units,forget_bias=1)
lstm_layer=rnn.LSTMCell(num_units,use_peepholes=True,forget_bias=1)

initial_state = lstm_layer.zero_state(batch_size, dtype=tf.float32)
outputs,_=tf.nn.dynamic_rnn(lstm_layer,x,initial_state=initial_state,time_major=False,dtype="float32")
""",
    "gru": """
gru_layer=tf.nn.rnn_cell.GRUCell(num_units)

initial_state = gru_layer.zero_state(batch_size, dtype=tf.float32)
outputs,_=tf.nn.dynamic_rnn(gru_layer,x,initial_state=initial_state,time_major=False,dtype="float32")
""",
    "multi": """
lstm_layers = [rnn.LSTMCell(num_units,forget_bias=1) for num_units in multi_units]

multi_rnn_cell = tf.nn.rnn_cell.MultiRNNCell(lstm_layers)
init_state = multi_rnn_cell.zero_state(batch_size, dtype=tf.float32)
outputs,_=tf.nn.dynamic_rnn(multi_rnn_cell,x,initial_state = init_state,dtype="float32")
""",
    "bidirectional": """
fw_lstm_layer=rnn.LSTMCell(num_units,use_peepholes=True,forget_bias=1)
bw_lstm_layer=rnn.LSTMCell(num_units,use_peepholes=True,forget_bias=1)

initial_state_fw = fw_lstm_layer.zero_state(batch_size, dtype=tf.float32)
initial_state_bw = bw_lstm_layer.zero_state(batch_size, dtype=tf.float32)
outputs,_=tf.nn.bidirectional_dynamic_rnn(fw_lstm_layer,bw_lstm_layer,x,initial_state_fw=initial_state_fw,initial_state_bw=initial_state_bw,time_major=False,dtype="float32")
fw_bw=tf.concat(outputs, 2)
""",
    "conv": """
# 5-D tensor
x = tf.placeholder(tf.float32, [None, time_step, n_input, n_input,channel])
y = tf.placeholder(tf.float32, [None, n_classes])

def convlstm(x):
    convlstm_layer= tf.contrib.rnn.ConvLSTMCell(
                conv_ndims=2,
                input_shape=[28, 28, channel],
                output_channels=32,
                kernel_shape=[3, 3],
                use_bias=True,
                skip_connection=False,
                forget_bias=1.0,
                initializers=None,
                name="conv_lstm_cell")
    
    initial_state = convlstm_layer.zero_state(batch_size, dtype=tf.float32)
    outputs,_=tf.nn.dynamic_rnn(convlstm_layer,x,initial_state=initial_state,time_major=False,dtype="float32")
    return outputs

lstm_out = convlstm(x)
""",
}  # fmt: skip
EXPECTED = {  # the result's name and shape, and the variables, as in 1.15.5
    "static": ("outputs", [4, None, 5], ["rnn/basic_lstm_cell/kernel", "rnn/basic_lstm_cell/bias"]),
    "dynamic": (
        "outputs",
        [2, 4, 5],
        [f"rnn/lstm_cell/{v}" for v in ("kernel", "bias", "w_f_diag", "w_i_diag", "w_o_diag")],
    ),
    "gru": (
        "outputs",
        [2, 4, 5],
        [f"rnn/gru_cell/{p}/{v}" for p in ("gates", "candidate") for v in ("kernel", "bias")],
    ),
    "multi": (
        "outputs",
        [2, 4, 3],
        [f"rnn/multi_rnn_cell/cell_{i}/lstm_cell/{v}" for i in "01" for v in ("kernel", "bias")],
    ),
    "bidirectional": (
        "fw_bw",
        [2, 4, 10],
        [
            f"bidirectional_rnn/{d}/lstm_cell/{v}"
            for d in ("fw", "bw")
            for v in ("kernel", "bias", "w_f_diag", "w_i_diag", "w_o_diag")
        ],
    ),
    "conv": (
        "lstm_out",
        [2, 4, 28, 28, 32],
        ["rnn/conv_lstm_cell/kernel", "rnn/conv_lstm_cell/biases"],
    ),
}


@pytest.mark.parametrize("block", BLOCKS)
def test_runs_as_printed(block):
    name, shape, variables = EXPECTED[block]
    with tf.Graph().as_default():
        scope = {}
        exec(SIZES + HEAD + BLOCKS[block], scope)
        assert [v.op.name for v in tf.trainable_variables()] == variables
        outputs = tf.convert_to_tensor(scope[name])
        one_step = [[[1.0]] * 28] * 28 if block == "conv" else [1.0] * 28
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            value = session.run(outputs, {scope["x"]: [[one_step] * 4] * 2})
        assert outputs.shape.as_list() == shape
        assert value.any()
