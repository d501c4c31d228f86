"""Wrong calls, and which error TensorFlow raises for each. Runs under Python 3.7 too.

Left out: calls for which 1.15.5 raises autograph's private StagingError, as MultiRNNCell does for
too few states.
"""

import re

# Each is executed with `tf` at hand; the type of what it raises is recorded and compared.
LSTM = "cell = tf.nn.rnn_cell.LSTMCell(3)\n"
X = "x = tf.zeros([2, 4, 3])\n"
STEPS = "steps = [tf.zeros([2, 3])] * 2\n"

MISUSES = {
    "rank_3_input_of_a_cell": LSTM + "cell(tf.zeros([2, 3, 4]), cell.zero_state(2, tf.float32))",
    "rank_1_input_of_a_cell": LSTM + "cell(tf.zeros([3]), cell.zero_state(2, tf.float32))",
    "rank_2_input_of_dynamic_rnn":
        LSTM + "tf.nn.dynamic_rnn(cell, tf.zeros([2, 3]), dtype=tf.float32)",
    "unknown_depth_of_a_cell":
        LSTM + "cell(tf.placeholder(tf.float32, [2, None]), cell.zero_state(2, tf.float32))",
    "unknown_depth_of_dynamic_rnn":
        LSTM + "tf.nn.dynamic_rnn(cell, tf.placeholder(tf.float32, [2, 4, None]), "
               "dtype=tf.float32)",
    "unknown_depth_of_static_rnn":
        LSTM + "tf.nn.static_rnn(cell, [tf.placeholder(tf.float32, [2, None])], "
               "dtype=tf.float32)",
    "unknown_rank_of_dynamic_rnn":
        LSTM + "tf.nn.dynamic_rnn(cell, tf.placeholder(tf.float32), dtype=tf.float32)",
    "float64_input_and_float32_dtype":
        LSTM + "tf.nn.dynamic_rnn(cell, tf.zeros([2, 4, 3], tf.float64), dtype=tf.float32)",
    "float64_state_and_float32_input":
        LSTM + "cell(tf.zeros([2, 3]), cell.zero_state(2, tf.float64))",
    "integer_input": LSTM + "cell(tf.zeros([2, 3], tf.int32), cell.zero_state(2, tf.float32))",
    "neither_state_nor_dtype_dynamic": LSTM + X + "tf.nn.dynamic_rnn(cell, x)",
    "neither_state_nor_dtype_static": LSTM + STEPS + "tf.nn.static_rnn(cell, steps)",
    "another_depth_at_the_second_call":
        LSTM + "s = cell.zero_state(2, tf.float32)\ncell(tf.zeros([2, 3]), s)\n"
               "cell(tf.zeros([2, 5]), s)",
    "two_new_cells_in_one_scope_dynamic":
        X + "for _ in range(2):\n"
            "  tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32)",
    "two_new_cells_in_one_scope_static":
        STEPS + "for _ in range(2):\n"
                "  tf.nn.static_rnn(tf.nn.rnn_cell.BasicLSTMCell(3), steps, dtype=tf.float32)",
    "reuse_without_variables":
        "cell = tf.nn.rnn_cell.LSTMCell(3, reuse=True)\n" + X +
        "tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)",
    "reuse_in_scope_without_variables":
        X + "with tf.variable_scope('s', reuse=True):\n"
            "  tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32)",
    "reuse_with_another_shape":
        X + "tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32)\n"
            "with tf.variable_scope(tf.get_variable_scope(), reuse=True):\n"
            "  tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), x, dtype=tf.float32)",
    "concatenated_state_to_a_tuple_cell": LSTM + "cell(tf.zeros([2, 3]), tf.zeros([2, 6]))",
    "tuple_state_to_a_concatenating_cell":
        "cell = tf.nn.rnn_cell.LSTMCell(3, state_is_tuple=False)\n"
        "cell(tf.zeros([2, 3]), (tf.zeros([2, 3]), tf.zeros([2, 3])))",
    "state_of_another_size": LSTM + "cell(tf.zeros([2, 3]), (tf.zeros([2, 4]),) * 2)",
    "gru_state_of_another_size":
        "tf.nn.rnn_cell.GRUCell(3)(tf.zeros([2, 3]), tf.zeros([2, 4]))",
    "static_rnn_input_not_a_list": LSTM + X + "tf.nn.static_rnn(cell, x, dtype=tf.float32)",
    "static_rnn_of_no_steps": LSTM + "tf.nn.static_rnn(cell, [], dtype=tf.float32)",
    "static_rnn_of_unequal_batches":
        LSTM + "tf.nn.static_rnn(cell, [tf.zeros([2, 3]), tf.zeros([3, 3])], dtype=tf.float32)",
    "static_rnn_of_what_is_no_cell": STEPS + "tf.nn.static_rnn(7, steps, dtype=tf.float32)",
    "dynamic_rnn_of_what_is_no_cell": X + "tf.nn.dynamic_rnn('gru', x, dtype=tf.float32)",
    "bidirectional_of_what_is_no_cell":
        LSTM + X + "tf.nn.bidirectional_dynamic_rnn(cell, None, x, dtype=tf.float32)",
    "lengths_of_another_batch":
        LSTM + X + "tf.nn.dynamic_rnn(cell, x, [1, 2, 3], dtype=tf.float32)",
    "lengths_of_rank_2":
        LSTM + X + "tf.nn.dynamic_rnn(cell, x, [[1, 2]], dtype=tf.float32)",
    "lengths_of_another_batch_known_only_when_run":
        LSTM + X + "n = tf.placeholder(tf.int32, [None])\n"
        "outputs, _ = tf.nn.dynamic_rnn(cell, x, n, dtype=tf.float32)\n"
        "with tf.Session() as s:\n  s.run(tf.global_variables_initializer())\n"
        "  s.run(outputs, {n: [1, 2, 3]})",
    "batch_of_the_state_known_only_when_run":
        LSTM + "x = tf.placeholder(tf.float32, [None, 4, 3])\n"
        "outputs, _ = tf.nn.dynamic_rnn(cell, x, initial_state=cell.zero_state(3, tf.float32))\n"
        "with tf.Session() as s:\n  s.run(tf.global_variables_initializer())\n"
        "  s.run(outputs, {x: [[[0.] * 3] * 4] * 2})",
    "state_saving_with_one_name_for_two_states":
        LSTM + STEPS + "class Saver(object):\n"
        "  state = lambda self, name: tf.zeros([2, 3])\n"
        "  save_state = lambda self, name, value: tf.no_op()\n"
        "tf.nn.static_state_saving_rnn(cell, steps, Saver(), 'one')",
    "multi_of_no_cells": "tf.nn.rnn_cell.MultiRNNCell([])",
    "multi_of_one_cell_not_in_a_list": LSTM + "tf.nn.rnn_cell.MultiRNNCell(cell)",
    "multi_of_tuple_states_concatenated":
        LSTM + "tf.nn.rnn_cell.MultiRNNCell([cell], state_is_tuple=False)",
    "multi_of_one_cell_twice_with_another_depth":
        LSTM + "tf.nn.dynamic_rnn(tf.nn.rnn_cell.MultiRNNCell([cell] * 2), "
               "tf.zeros([2, 4, 5]), dtype=tf.float32)",
    "mixed_dtypes_in_a_state_tuple":
        "tf.nn.rnn_cell.LSTMStateTuple(tf.zeros([2, 3]), tf.zeros([2, 3], tf.float64)).dtype",
    "no_num_units": "tf.nn.rnn_cell.LSTMCell()",
    "an_unknown_argument": "tf.nn.rnn_cell.LSTMCell(3, peepholes=True)",
    "an_unknown_argument_of_gru": "tf.nn.rnn_cell.GRUCell(3, layers=2)",
    "an_activation_of_no_such_name": "tf.nn.rnn_cell.GRUCell(3, activation='tangens')",
    "conv_of_another_rank":
        "tf.contrib.rnn.ConvLSTMCell(2, [4, 1], 1, [3, 3])",
    "conv_with_input_of_another_rank":
        "cell = tf.contrib.rnn.ConvLSTMCell(1, [4, 1], 1, [3])\n"
        "cell(tf.zeros([2, 4]), cell.zero_state(2, tf.float32))",
    "conv_with_a_kernel_of_another_rank":
        "cell = tf.contrib.rnn.ConvLSTMCell(2, [4, 4, 1], 1, [3])\n"
        "cell(tf.zeros([2, 4, 4, 1]), cell.zero_state(2, tf.float32))",
    "zero_state_without_dtype": LSTM + "cell.zero_state(2, None)",
}


def outcome(tf, name):
    """Commit one misuse: `[type of the error, its message in a line]`, or `["no error", ""]`."""
    with tf.Graph().as_default():
        try:
            exec(MISUSES[name], {"tf": tf})  # the text above is all that is executed
        except Exception as error:  # whatever it is, it is what is wanted
            return [type(error).__name__, in_a_line(error)]
    return ["no error", ""]


def in_a_line(error):
    """What an error says, without autograph's tale around it and without addresses."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [""]
    told = lines[-1] if lines[0] == "in converted code:" else lines[0]
    return re.sub("0x[0-9a-f]+", "0x...", told)
