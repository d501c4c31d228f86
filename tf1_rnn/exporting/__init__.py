"""The way out: layers for Keras 3, PyTorch and ONNX; graphs as SavedModel, ONNX and LiteRT."""

# What a checkpoint's layers can be written for, and the ending of the file.
TARGETS = {"keras": ".npz", "onnx": ".onnx", "torch": ".npz"}
EXTRA = "pip install 'tf1_rnn[export]'"
