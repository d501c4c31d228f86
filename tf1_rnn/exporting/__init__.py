"""Export layers to Keras 3, PyTorch and ONNX, and graphs to SavedModel, ONNX and LiteRT."""

import collections

# A framework: the ending of its file, and the module here that writes it.
Target = collections.namedtuple("Target", "ending module")

# What a checkpoint's layers can be written for.
TARGETS = {
    "keras": Target(".npz", "keras3"),
    "onnx": Target(".onnx", "onnx_layers"),
    "torch": Target(".npz", "pytorch"),
}
EXTRA = "pip install 'tf1_rnn[export]'"
