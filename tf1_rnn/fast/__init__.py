"""TensorFlow's loops, faster, with the same variables, checkpoints and numbers.

    outputs, state = tf1_rnn.fast.dynamic_rnn(cell, x, dtype=tf.float32)

takes the place of `tf.nn.dynamic_rnn`, and so do `bidirectional_dynamic_rnn`, `static_rnn` and
`static_bidirectional_rnn`. `install()` puts them in TensorFlow's place for a program that is not to
be edited, and reports which calls ran fast.

Supported, in float32 and float64, are BasicLSTMCell, LSTMCell, GRUCell, BasicRNNCell, ConvLSTMCell
(odd kernel sizes), LayerNormBasicLSTMCell, LSTMBlockCell and GRUBlockCell(V2), with any activation
that works element by element; DropoutWrapper, ResidualWrapper, DeviceWrapper,
InputProjectionWrapper, OutputProjectionWrapper and EmbeddingWrapper around them; and MultiRNNCell
of all but the convolutions. Custom getters may stand for their variables. Everything else,
including a subclass with a step of its own, goes to TensorFlow's own loop, unchanged; so does a
wrong call, which therefore raises what TensorFlow raises.

Numbers are TensorFlow's to 2e-6 in float32. What is dropped out is drawn for the whole sequence at
once, from the same distribution. Under a graph's seed variables start as TensorFlow's loop would
start them: it is built too, and not run.

Why it is faster, by what was measured on two cores:

- The sequence is one function with its own gradient (`recurrence.py`), and the kernel is
  transposed for it once. TensorFlow's gradient asks for `transpose_b=True` at each step: 50
  products of [64, 2048] by a kernel of 512 units took 115 ms so, and 37 ms transposed before.
- The batch runs in two halves that do not wait for each other (`chains.py`). A product of
  [128, 128] by [128, 512] is too small to be shared by two threads: 28 of them, one after the
  other, took 5.3 ms with one thread or two; as two chains of halves 2.6 ms.
- The gradient of the kernel is one product over all steps, instead of one product and one
  addition a step, and that of the bias one `BiasAddGrad`, with half the time of `reduce_sum`.
  Convolutions are the exception: all frames at once took twice the time of frame by frame.
- What the forward walk made, the gates above all, is kept and not made again. Up to
  `scan.UNROLL_UP_TO` steps are unrolled: a few steps are a function (`functions.py`), which is
  traced and optimised once, and runs in one thread. With more steps, or an unknown number, a
  `tf.while_loop` walks `scan.IN_A_BODY` steps a turn, and has few loop variables (`records.py`).
  Either way the graph is small, so that its first step comes after 1.1 to 1.6 times that of
  TensorFlow's.
- Where products are tiny the ops themselves are what takes time: there an LSTM is one op for all
  steps and a GRU one op a step, by kernels that TensorFlow has (`block.py`).

Where TensorFlow sees an NVIDIA GPU, an LSTM without peepholes, projection, clipping and state
dropout is one cuDNN operator for all steps (`cudnn.py`), which needs a GPU to run. For other
cells the batch goes whole, and what the kernels of `block.py` can run, they run at any size; there
are no functions in a graph for a GPU. Under
`tf.device("/cpu:0")`, or with CUDA_VISIBLE_DEVICES=-1, all is as on a machine without a GPU.

Static loops are unrolled whatever their length. Second gradients work in loops of control flow v2;
elsewhere they are made by an unrolled graph without functions, where the number of steps is known,
which takes about 20 ms a time step to build. Over an unknown number of steps, and through cuDNN or
the kernels of `block.py`, asking for them is an error that says so.
`docs/benchmarks.md` has the numbers and the command that measures them.
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
