"""TensorFlow's loops, faster, with the same variables, checkpoints and numbers.

    outputs, state = tf1_rnn.fast.dynamic_rnn(cell, x, dtype=tf.float32)

takes the place of `tf.nn.dynamic_rnn`, and so do `bidirectional_dynamic_rnn` and `static_rnn`.
Covered are BasicLSTMCell, LSTMCell, GRUCell, BasicRNNCell, ConvLSTMCell (odd kernel sizes) and
MultiRNNCell of the dense ones, with tanh and variables in one part, in float32 and float64. All
else, a subclass of one of these included, goes to TensorFlow's own loop, unchanged; so does a
wrong call, which therefore raises what TensorFlow raises.

Why it is faster, by what was measured on two cores:

- The sequence is one function with its own gradient (`recurrence.py`), and the kernel is
  transposed for it once. TensorFlow's gradient asks for `transpose_b=True` at each step: 50
  products of [64, 2048] by a kernel of 512 units took 115 ms so, and 37 ms transposed before.
- The batch runs in two halves that do not wait for each other (`families.py`). A product of
  [128, 128] by [128, 512] is too small to be shared by two threads: 28 of them, one after the
  other, took 5.3 ms with one thread or two; as two chains of halves 2.6 ms.
- The gradient of the kernel is one product over all steps, instead of one product and one
  addition a step, and that of the bias one `BiasAddGrad`, with half the time of `reduce_sum`.
  Convolutions are the exception: all frames at once took twice the time of frame by frame.
- What the forward walk made, the gates above all, is kept and not made again, and no op is spent
  on a loop, a stack or a shape: up to `scan.UNROLL_UP_TO` steps the graph is unrolled. With more
  steps, or an unknown number, the same steps run in a `tf.while_loop`.
- Where products are tiny the ops themselves are what takes time: there an LSTM is one op for all
  steps and a GRU one op a step, by kernels that TensorFlow has (`block.py`).

What it costs: an unrolled graph takes longer to build, about 20 ms a time step. Second gradients
work when unrolled, and in a loop of control flow v2. In a loop of TensorFlow 1's control flow,
which `tf1_rnn.v1` runs on, and through the kernels of `block.py` asking for them is an error that
says so. `docs/benchmarks.md` has the numbers and the command that measures them.
"""

from .installing import install, installed
from .loops import (
    bidirectional_dynamic_rnn,
    dynamic_rnn,
    static_bidirectional_rnn,
    static_rnn,
)

__all__ = [
    "bidirectional_dynamic_rnn",
    "dynamic_rnn",
    "install",
    "installed",
    "static_bidirectional_rnn",
    "static_rnn",
]
