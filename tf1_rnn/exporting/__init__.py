"""Export layers to Keras 3, PyTorch and ONNX, and graphs to SavedModel, ONNX and LiteRT."""

# What a checkpoint's layers can be written for, and the ending of the file.
TARGETS = {"keras": ".npz", "onnx": ".onnx", "torch": ".npz"}
EXTRA = "pip install 'tf1_rnn[export]'"
