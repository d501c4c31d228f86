"""The recurrent networks of TensorFlow 1.x on current TensorFlow.

Importing this package imports no TensorFlow. `tf1_rnn.v1` is the TensorFlow 1.x API,
`tf1_rnn.cells` only the cells, `tf1-rnn train` the command that trains.
"""

__version__ = "0.2.0"


def load_ipython_extension(shell):
    """Answer `%load_ext tf1_rnn`: run the rest of a TensorFlow 1 notebook as it is."""
    from tf1_rnn.porting import extension

    extension.load(shell)


def unload_ipython_extension(shell):
    """Answer `%unload_ext tf1_rnn`."""
    from tf1_rnn.porting import extension

    extension.unload(shell)
