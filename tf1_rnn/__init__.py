"""The recurrent networks of TensorFlow 1.x on current TensorFlow.

Importing this package imports no TensorFlow. `tf1_rnn.v1` is the TensorFlow 1.x API,
`tf1_rnn.cells` the cells alone, `python -m tf1_rnn.main` the command that trains.
"""

__version__ = "0.2.0"
