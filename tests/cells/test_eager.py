"""Cells outside of any graph, in a process of its own: the v1 API turns eager execution off."""

import json
import subprocess
import sys

SCRIPT = """
import json
import tensorflow.compat.v1 as tf
from tf1_rnn.cells import BasicRNNCell, GRUCell, LSTMCell, MultiRNNCell, RNNCell

class Signed(RNNCell):  # with a Python `if` on a tensor, which needs no AutoGraph here
    state_size = output_size = 2

    def call(self, inputs, state):
        return (inputs if tf.reduce_sum(inputs) > 0 else -inputs), state

assert tf.executing_eagerly()
said = {}
for cell in (BasicRNNCell(2), LSTMCell(2, use_peepholes=True), MultiRNNCell([GRUCell(2)] * 1)):
    x, state = tf.ones([2, 3]), cell.zero_state(2, tf.float32)
    with tf.GradientTape() as tape:
        for _ in range(2):
            output, state = cell(x, state)
    gradients = tape.gradient(output, cell.trainable_variables)
    before = cell.get_weights()
    cell.set_weights([0 * weight for weight in before])
    said[type(cell).__name__] = {
        "shapes": [list(weight.shape) for weight in before],
        "gradients": [float(tf.reduce_sum(tf.abs(g))) > 0 for g in gradients],
        "zeroed": not any(weight.any() for weight in cell.get_weights()),
        "then": not cell(x, cell.zero_state(2, tf.float32))[0].numpy().any(),
    }
signed, _ = Signed()(-tf.ones([1, 2]), tf.zeros([1, 2]))
said["Signed"] = signed.numpy().tolist()
print(json.dumps(said))
"""


def test_cells_run_eagerly_as_they_did_on_1_15_5():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)
    assert said.pop("Signed") == [[1, 1]]
    assert {name: answer["shapes"] for name, answer in said.items()} == {
        "BasicRNNCell": [[5, 2], [2]],
        "LSTMCell": [[5, 8], [8], [2], [2], [2]],
        "MultiRNNCell": [[5, 4], [4], [5, 2], [2]],
    }
    for answer in said.values():
        assert answer["zeroed"] and answer["then"]
        assert all(answer["gradients"])
