"""Wrong calls, and which error TensorFlow raises for each. Runs under Python 3.7 too.

Left out: calls for which 1.15.5 raises autograph's private StagingError, as MultiRNNCell does for
too few states, and `transpose_batch_time` of a vector, which 1.15.5 only refuses when run.
"""

from __future__ import annotations

import re
from typing import Any

# What every misuse starts with, besides `tf`.
PREPARATION = """\
cell = tf.nn.rnn_cell.LSTMCell(3)
x = tf.zeros([2, 4, 3])
steps = [tf.zeros([2, 3])] * 2
"""

# Each is executed, and the type of what it raises is recorded and compared.
TEXT = """\
== rank_3_input_of_a_cell
cell(tf.zeros([2, 3, 4]), cell.zero_state(2, tf.float32))
== rank_1_input_of_a_cell
cell(tf.zeros([3]), cell.zero_state(2, tf.float32))
== rank_2_input_of_dynamic_rnn
tf.nn.dynamic_rnn(cell, tf.zeros([2, 3]), dtype=tf.float32)
== unknown_depth_of_a_cell
cell(tf.placeholder(tf.float32, [2, None]), cell.zero_state(2, tf.float32))
== unknown_depth_of_dynamic_rnn
tf.nn.dynamic_rnn(cell, tf.placeholder(tf.float32, [2, 4, None]), dtype=tf.float32)
== unknown_depth_of_static_rnn
tf.nn.static_rnn(cell, [tf.placeholder(tf.float32, [2, None])], dtype=tf.float32)
== unknown_rank_of_dynamic_rnn
tf.nn.dynamic_rnn(cell, tf.placeholder(tf.float32), dtype=tf.float32)
== float64_input_and_float32_dtype
tf.nn.dynamic_rnn(cell, tf.zeros([2, 4, 3], tf.float64), dtype=tf.float32)
== float64_state_and_float32_input
cell(tf.zeros([2, 3]), cell.zero_state(2, tf.float64))
== integer_input
cell(tf.zeros([2, 3], tf.int32), cell.zero_state(2, tf.float32))
== neither_state_nor_dtype_dynamic
tf.nn.dynamic_rnn(cell, x)
== neither_state_nor_dtype_static
tf.nn.static_rnn(cell, steps)
== another_depth_at_the_second_call
s = cell.zero_state(2, tf.float32)
cell(tf.zeros([2, 3]), s)
cell(tf.zeros([2, 5]), s)
== two_new_cells_in_one_scope_dynamic
for _ in range(2):
  tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32)
== two_new_cells_in_one_scope_static
for _ in range(2):
  tf.nn.static_rnn(tf.nn.rnn_cell.BasicLSTMCell(3), steps, dtype=tf.float32)
== reuse_without_variables
cell = tf.nn.rnn_cell.LSTMCell(3, reuse=True)
tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
== reuse_in_scope_without_variables
with tf.variable_scope('s', reuse=True):
  tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32)
== reuse_with_another_shape
tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32)
with tf.variable_scope(tf.get_variable_scope(), reuse=True):
  tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), x, dtype=tf.float32)
== concatenated_state_to_a_tuple_cell
cell(tf.zeros([2, 3]), tf.zeros([2, 6]))
== tuple_state_to_a_concatenating_cell
cell = tf.nn.rnn_cell.LSTMCell(3, state_is_tuple=False)
cell(tf.zeros([2, 3]), (tf.zeros([2, 3]), tf.zeros([2, 3])))
== state_of_another_size
cell(tf.zeros([2, 3]), (tf.zeros([2, 4]),) * 2)
== gru_state_of_another_size
tf.nn.rnn_cell.GRUCell(3)(tf.zeros([2, 3]), tf.zeros([2, 4]))
== static_rnn_input_not_a_list
tf.nn.static_rnn(cell, x, dtype=tf.float32)
== static_rnn_of_no_steps
tf.nn.static_rnn(cell, [], dtype=tf.float32)
== static_rnn_of_unequal_batches
tf.nn.static_rnn(cell, [tf.zeros([2, 3]), tf.zeros([3, 3])], dtype=tf.float32)
== static_rnn_of_what_is_no_cell
tf.nn.static_rnn(7, steps, dtype=tf.float32)
== dynamic_rnn_of_what_is_no_cell
tf.nn.dynamic_rnn('gru', x, dtype=tf.float32)
== bidirectional_of_what_is_no_cell
tf.nn.bidirectional_dynamic_rnn(cell, None, x, dtype=tf.float32)
== lengths_of_another_batch
tf.nn.dynamic_rnn(cell, x, [1, 2, 3], dtype=tf.float32)
== lengths_of_rank_2
tf.nn.dynamic_rnn(cell, x, [[1, 2]], dtype=tf.float32)
== lengths_of_another_batch_known_only_when_run
n = tf.placeholder(tf.int32, [None])
outputs, _ = tf.nn.dynamic_rnn(cell, x, n, dtype=tf.float32)
with tf.Session() as s:
  s.run(tf.global_variables_initializer())
  s.run(outputs, {n: [1, 2, 3]})
== batch_of_the_state_known_only_when_run
x = tf.placeholder(tf.float32, [None, 4, 3])
outputs, _ = tf.nn.dynamic_rnn(cell, x, initial_state=cell.zero_state(3, tf.float32))
with tf.Session() as s:
  s.run(tf.global_variables_initializer())
  s.run(outputs, {x: [[[0.] * 3] * 4] * 2})
== state_saving_with_one_name_for_two_states
class Saver(object):
  state = lambda self, name: tf.zeros([2, 3])
  save_state = lambda self, name, value: tf.no_op()
tf.nn.static_state_saving_rnn(cell, steps, Saver(), 'one')
== multi_of_no_cells
tf.nn.rnn_cell.MultiRNNCell([])
== multi_of_one_cell_not_in_a_list
tf.nn.rnn_cell.MultiRNNCell(cell)
== multi_of_tuple_states_concatenated
tf.nn.rnn_cell.MultiRNNCell([cell], state_is_tuple=False)
== multi_of_one_cell_twice_with_another_depth
tf.nn.dynamic_rnn(tf.nn.rnn_cell.MultiRNNCell([cell] * 2), tf.zeros([2, 4, 5]), dtype=tf.float32)
== mixed_dtypes_in_a_state_tuple
tf.nn.rnn_cell.LSTMStateTuple(tf.zeros([2, 3]), tf.zeros([2, 3], tf.float64)).dtype
== no_num_units
tf.nn.rnn_cell.LSTMCell()
== an_unknown_argument
tf.nn.rnn_cell.LSTMCell(3, peepholes=True)
== an_unknown_argument_of_gru
tf.nn.rnn_cell.GRUCell(3, layers=2)
== an_activation_of_no_such_name
tf.nn.rnn_cell.GRUCell(3, activation='tangens')
== conv_of_another_rank
tf.contrib.rnn.ConvLSTMCell(2, [4, 1], 1, [3, 3])
== conv_with_input_of_another_rank
cell = tf.contrib.rnn.ConvLSTMCell(1, [4, 1], 1, [3])
cell(tf.zeros([2, 4]), cell.zero_state(2, tf.float32))
== conv_with_a_kernel_of_another_rank
cell = tf.contrib.rnn.ConvLSTMCell(2, [4, 4, 1], 1, [3])
cell(tf.zeros([2, 4, 4, 1]), cell.zero_state(2, tf.float32))
== zero_state_without_dtype
cell.zero_state(2, None)
== dropout_keeping_more_than_all
tf.contrib.rnn.DropoutWrapper(cell, input_keep_prob=1.5)
== dropout_keeping_less_than_nothing
tf.contrib.rnn.DropoutWrapper(cell, output_keep_prob=-0.5)
== dropout_variational_without_dtype
tf.contrib.rnn.DropoutWrapper(cell, input_keep_prob=0.5, variational_recurrent=True)
== dropout_of_what_is_no_cell
tf.contrib.rnn.DropoutWrapper(7)
== residual_of_another_size
residual = tf.contrib.rnn.ResidualWrapper(tf.nn.rnn_cell.GRUCell(4))
tf.nn.dynamic_rnn(residual, x, dtype=tf.float32)
== attention_of_no_length
tf.contrib.rnn.AttentionCellWrapper(cell, 0)
== attention_of_what_is_no_cell
tf.contrib.rnn.AttentionCellWrapper(7, 2)
== attention_of_tuple_states_concatenated
tf.contrib.rnn.AttentionCellWrapper(cell, 2, state_is_tuple=False)
== embedding_of_no_classes
tf.contrib.rnn.EmbeddingWrapper(cell, 0, 2)
== embedding_of_what_is_no_cell
tf.contrib.rnn.EmbeddingWrapper(7, 2, 2)
== input_projection_of_what_is_no_cell
tf.contrib.rnn.InputProjectionWrapper(7, 2)
== output_projection_of_size_0
tf.contrib.rnn.OutputProjectionWrapper(cell, 0)
== glstm_of_units_that_no_group_divides
tf.contrib.rnn.GLSTMCell(3, number_of_groups=2)
== glstm_of_inputs_that_no_group_divides
tf.nn.dynamic_rnn(tf.contrib.rnn.GLSTMCell(4, number_of_groups=2), x, dtype=tf.float32)
== intersection_of_another_depth
tf.nn.dynamic_rnn(tf.contrib.rnn.IntersectionRNNCell(4), x, dtype=tf.float32)
== gru_block_of_no_size
tf.contrib.rnn.GRUBlockCell()
== gru_block_of_two_sizes
tf.contrib.rnn.GRUBlockCellV2(num_units=3, cell_size=4)
== lstm_block_of_rank_3
block = tf.contrib.rnn.LSTMBlockCell(3)
block(tf.zeros([2, 3, 4]), block.zero_state(2, tf.float32))
== fused_input_a_list
tf.contrib.rnn.LSTMBlockFusedCell(3)(steps, dtype=tf.float32)
== fused_neither_state_nor_dtype
tf.contrib.rnn.LSTMBlockFusedCell(3)(x)
== grid_of_no_blocks
tf.contrib.rnn.GridLSTMCell(2, feature_size=2, frequency_skip=2)
== stack_of_no_cells
tf.contrib.rnn.stack_bidirectional_rnn(None, [cell], steps, dtype=tf.float32)
== stack_of_unequal_numbers
tf.contrib.rnn.stack_bidirectional_rnn([cell], [cell, cell], steps, dtype=tf.float32)
== stack_of_cells_not_in_lists
tf.contrib.rnn.stack_bidirectional_dynamic_rnn((cell,), (cell,), x, dtype=tf.float32)
"""

_PARTS = [part.split("\n", 1) for part in TEXT.split("== ")[1:]]
MISUSES = {name: text for name, text in _PARTS}


def outcome(tf: Any, name: str) -> list[str]:
    """Commit one misuse; return `[type of the error, message in a line]` or `["no error", ""]`."""
    with tf.Graph().as_default():
        try:
            exec(PREPARATION + MISUSES[name], {"tf": tf})  # the text above is all that is executed
        except Exception as error:  # whatever it is, it is what is wanted
            return [type(error).__name__, in_a_line(error)]
    return ["no error", ""]


def in_a_line(error: Exception) -> str:
    """Return an error's message in one line, without what autograph adds, nor addresses."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [""]
    told = lines[-1] if lines[0] == "in converted code:" else lines[0]
    return re.sub("0x[0-9a-f]+", "0x...", told)
