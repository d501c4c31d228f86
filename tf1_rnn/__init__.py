"""The recurrent networks of TensorFlow 1.x, alive on today's TensorFlow.

Importing this package imports no TensorFlow: `tf1_rnn.v1` is the TensorFlow 1.x
face, `tf1_rnn.cells` the cells alone, `python -m tf1_rnn.main` the command.
"""

__version__ = "0.1.0"
