"""The public names that came back, with their signatures, read by `inspect`.

    .oracle/bin/python tools/interfaces.py      # records tests/v1/interfaces.json

Runs under Python 3.7 with TensorFlow 1.15.5 to record, and in the tests to compare.
"""

import importlib
import inspect
import json
import os
import re
import sys

RECORDED = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "tests", "v1", "interfaces.json"
)
MODULES = (
    "nn.rnn_cell",
    "contrib.rnn",
    "contrib.seq2seq",
    "contrib.legacy_seq2seq",
    "contrib.crf",
    "contrib.estimator",
    "contrib.framework",
    "contrib.grid_rnn",
    "contrib.recurrent",
    "contrib.training",
    "estimator",
    "estimator.export",
    "estimator.inputs",
)
# Cells that were never public, and that scripts import by their path all the same.
PRIVATE = ("LayerNormLSTMCell", "WeightNormLSTMCell", "MinimalRNNCell", "CFNCell", "NTMCell")

# What modules were made with, and let out.
MADE_WITH = ("namedtuple", "deprecated", "deprecated_args", "deprecated_arg_values")

# Decoders, losses and samplers that copied code imports; how they are made.
DECODERS = "%s.contrib.seq2seq.python.ops.%s"
PRIVATE_DECODERS = {
    "decoder": ("BaseDecoder",),
    "basic_decoder": ("BasicDecoderV2",),
    "beam_search_decoder": ("BeamSearchDecoderMixin", "BeamSearchDecoderV2"),
    "loss": ("SequenceLoss",),
    "sampler": (
        "CustomSampler",
        "GreedyEmbeddingSampler",
        "InferenceSampler",
        "SampleEmbeddingSampler",
        "ScheduledEmbeddingTrainingSampler",
        "ScheduledOutputTrainingSampler",
        "TrainingSampler",
    ),
}

# What contrib.cudnn_rnn had for other devices than a GPU.
CUDNN = ("CudnnCompatibleGRUCell", "CudnnCompatibleLSTMCell")


def spelled(function):
    """Return the parameters of a function as text, with functions by their names."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # written in C, or only callable by name
        return "unknown"
    return ", ".join(
        "%s=%s" % (p.name, p.default.__name__)
        if inspect.isfunction(p.default)
        else re.sub(" at 0x[0-9a-f]+", "", str(p.replace(annotation=p.empty)))
        for p in parameters
    )


def interface(thing):
    """Return the signature of a function, or those of a class and its public methods."""
    if not inspect.isclass(thing):
        return spelled(thing)
    methods = {
        name: spelled(inspect.unwrap(getattr(thing, name)))
        for base in thing.__mro__
        for name, method in vars(base).items()
        if inspect.isfunction(method) and _is_of_the_package(base) and not name.startswith("_")
    }
    return dict(methods, __init__=spelled(thing))


def _is_of_the_package(base):
    parts = (".rnn", "_rnn", "seq2seq", ".crf", "estimator", "contrib.training", "tf_slim")
    return any(part in base.__module__ for part in parts)


def interfaces(package):
    """Return `{module: {name: interface}}` of a package, "tensorflow" or "tf1_rnn.v1"."""
    tf = importlib.import_module(package)
    found = {}
    for path in MODULES:
        module = tf
        for part in path.split("."):
            module = getattr(module, part)
        found[path] = {
            name: interface(getattr(module, name))
            for name in sorted(dir(module))
            if not name.startswith("_")
            and callable(getattr(module, name, None))
            and name not in MADE_WITH
        }
    cells = importlib.import_module(package + ".contrib.rnn.python.ops.rnn_cell")
    found["private cells"] = {name: interface(getattr(cells, name)) for name in PRIVATE}
    found["private decoders"] = {
        name: spelled(getattr(importlib.import_module(DECODERS % (package, module)), name))
        for module, names in PRIVATE_DECODERS.items()
        for name in names
    }
    found["contrib.cudnn_rnn"] = {
        name: interface(getattr(tf.contrib.cudnn_rnn, name)) for name in CUDNN
    }
    return found


if __name__ == "__main__":
    path = sys.argv[1] if len(sys.argv) > 1 else RECORDED
    with open(path, "w") as file:
        json.dump(interfaces("tensorflow"), file, indent=1, sort_keys=True)
        file.write("\n")
