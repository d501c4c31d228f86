"""What the private paths of TensorFlow 1.x lead to (`tensorflow.python.ops.rnn_cell`, ...)."""
