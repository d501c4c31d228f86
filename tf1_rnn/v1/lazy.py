"""How the face answers for names and for modules that it does not define itself.

A name is looked for among the face's own modules first, then in `tensorflow.compat.v1`. A module
`tf1_rnn.v1.X` without a file here is TensorFlow's own `X`; the private paths by which scripts of
the 1.x days reached the recurrent cells lead to where these live now.
"""

import importlib
import importlib.machinery
import importlib.util
import os
import re
import sys
import types

from .missing import MissingModule, MissingName, message_for

_FACE = __package__
_FOLDER = os.path.dirname(os.path.abspath(__file__))

# Private paths of 1.x, as patterns, and the public modules of the face that answer for them.
_PRIVATE = [
    (r"python\.ops\.rnn_cell(_impl)?", "private.rnn_cell_impl"),
    (r"python\.layers\.base", "private.layers_base"),
    (r"python\.ops\.seq2seq", "contrib.legacy_seq2seq"),
    (r"python\.ops\.rnn", "private.rnn"),
    (r"models", "private"),
    (r"models\.rnn", "private.models_rnn"),
    (r"models\.rnn\.rnn", "private.rnn"),
    (r"models\.rnn\.rnn_cell", "private.rnn_cell_impl"),
    (r"models\.rnn\.seq2seq", "contrib.legacy_seq2seq"),
    (r"python\.training\.(?:tracking|checkpointable)", "python.trackable"),
    (r"python\.training\.(?:tracking|checkpointable)\.base", "python.trackable.base"),
    (r"python\.training\.(?:tracking|checkpointable)\.util", "python.checkpoint.checkpoint"),
    (r"(?:python|contrib)\.keras\.engine\.network", "private.keras_network"),
    (r"contrib\.keras(?:\.(?:python|api)(?:\.keras)?)?((?:\.\w+)*)", r"keras\1"),
    (r"python\.keras((?:\.\w+)*)", r"keras\1"),
    (r"python\.layers\.normalization", "layers"),
    (r"pywrap_tensorflow", "python.pywrap_tensorflow"),
    (r"contrib\.signal", "signal"),
    (r"contrib\.slim\.python\.slim\.nets((?:\.\w+)*)", r"contrib.slim.nets\1"),
    (r"contrib\.rnn\.python\.ops\.core_rnn_cell(_impl)?", "private.rnn_cell_impl"),
    (r"contrib\.rnn\.python\.ops\.\w+", "private.contrib_rnn_ops"),
    (r"contrib\.rnn\.python\.tools\.checkpoint_convert", "private.checkpoint_convert"),
    (r"contrib\.learn\.python\.learn\.datasets(\.(mnist|base))?", r"contrib.learn.datasets\1"),
    (r"contrib\.learn\.python\.learn\.preprocessing\.\w+", "contrib.learn.preprocessing"),
    (r"contrib\.learn\.python\.learn\.estimators\.model_fn", "contrib.learn"),
    (r"python\.estimator(\.model_fn)?", "estimator"),
    (r"contrib\.seq2seq\.python\.ops\.attention_wrapper", "private.attention_wrapper"),
    (r"contrib\.seq2seq\.python\.ops\.decoder", "contrib.seq2seq.decoder"),
    (r"contrib\.seq2seq\.python\.ops\.beam_search_decoder", "contrib.seq2seq.beam_search"),
    (r"contrib\.seq2seq\.python\.ops\.helper", "private.seq2seq_helper"),
    # As deep as modules go: what follows is a name in one of them.
    (r"contrib\.(\w+)\.(?:python|ops)(?:\.\w+){0,2}", r"contrib.\1"),
]
# Names of those modules that TensorFlow has since changed.
_RENAMED = {"variable": "Variable", "VariableV1": "Variable", "is_sequence": "is_nested"}
# TensorFlow keeps a copy of these for itself, which answers where the extra is not installed.
_LAYERS = r"python\.layers\.(?:base|convolutional|core|layers|pooling)"
# Packages of contrib that are not here. Many scripts import one that they never use, or use on a
# GPU only: importing one works, asking it for a name is answered in one line.
_IMPORTABLE = {
    f"contrib.{name}"
    for name in """autograph batching bayesflow boosted_trees checkpoint cloud cluster_resolver
    compiler constrained_optimization copy_graph distribute estimator factorization
    feature_column ffmpeg gan graph_editor hadoop image input_pipeline integrate kafka
    kernel_methods kinesis labeled_tensor libsvm linear_optimizer memory_stats mixed_precision
    model_pruning nccl nearest_neighbor nn opt optimizer_v2 periodic_resample proto quantization
    quantize receptive_field reduce_slice_ops remote_fused_graph resampler rpc
    saved_model solvers sparsemax specs staging stat_summarizer stateless summary tensor_forest
    tensorrt testing tfprof timeseries tpu""".split()
}
# What each module of the face passes names on to, by the module's name.
_ORIGINALS = {}


def submodule_or(module_name, original):
    """Return a module `__getattr__`: the face's submodule of that name, else TensorFlow's own."""
    dotted = module_name[len(_FACE) + 1 :]
    _ORIGINALS[module_name] = original

    def getattr_of_module(name):
        if name == "__all__":
            return public_names(sys.modules[module_name])
        if name.startswith("__"):
            return getattr(original, name)
        full = f"{dotted}.{name}" if dotted else name
        if _has_file(full):
            return importlib.import_module(f"{_FACE}.{full}")
        try:
            value = getattr(original, name)
        except MissingModule:  # the extra is not installed, which its message says
            raise
        except (AttributeError, ImportError):
            if target_of(full) is None:
                raise MissingName(f"tensorflow.{full}", message_for(full)) from None
            value = importlib.import_module(f"{_FACE}.{full}")
        setattr(sys.modules[module_name], name, value)
        return value

    return getattr_of_module


def public_names(module):
    """Return what `from module import *` brings: all names that are there, and can be had."""

    def can_be_had(name):
        try:
            getattr(module, name)
        except (AttributeError, ImportError):
            return False
        return True

    return [name for name in dir(module) if name[0] != "_" and can_be_had(name)]


def names_of(module_name, original):
    """Return a module `__dir__`: the face's own names and all of TensorFlow's."""
    return lambda: sorted({*vars(sys.modules[module_name]), *dir(original)})


def own_modules(dotted=""):
    """Return the names of the modules that the face has under `dotted`."""
    folder = os.path.join(_FOLDER, *dotted.split("."))
    names = {name.removesuffix(".py") for name in os.listdir(folder) if name[0] != "_"}
    return sorted(name for name in names if _has_file(f"{dotted}.{name}".lstrip(".")))


def _has_file(dotted):
    path = os.path.join(_FOLDER, *dotted.split("."))
    return os.path.isfile(path + ".py") or os.path.isfile(os.path.join(path, "__init__.py"))


def _public_path(dotted):
    """Return the face's own path for a private path of TensorFlow 1.x, or None."""
    for pattern, public in _PRIVATE:
        if re.fullmatch(pattern, dotted):
            return re.sub(pattern, public, dotted)
    if re.fullmatch(_LAYERS, dotted) and importlib.util.find_spec("tf_keras"):
        return "layers"  # one set of layers, which number their names together
    return None


def target_of(dotted):
    """Return the module that answers for TensorFlow 1.x's module `dotted`, or None.

    First the face's own, where `dotted` is a private path; then `tensorflow.python` and its
    like, as TensorFlow has them today; then a public module of what the face's own module above
    it passes names on to: `keras.layers` is tf-keras's, as `keras` is. Last, an empty one.
    """
    if dotted in _IMPORTABLE:
        return _empty(dotted)
    public = _public_path(dotted)
    if public:
        module = importlib.import_module(f"{_FACE}.{public}") if _has_file(public) else None
        module = module or target_of(public)
        if module or not dotted.startswith("python."):
            return module
    try:
        if dotted.partition(".")[0] in ("python", "core", "tools"):
            return importlib.import_module(f"tensorflow.{dotted}")
        module, names = _original_above(dotted)
        for name in names:
            module = getattr(module, name)
    except (ImportError, AttributeError):
        return None
    return module if isinstance(module, types.ModuleType) else None


def _empty(dotted):
    """Return a module that has no names, and says so."""

    def missing(name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise MissingName(f"tensorflow.{dotted}.{name}", message_for(f"{dotted}.{name}"))

    module = types.ModuleType(f"tensorflow.{dotted}")
    module.__getattr__ = missing
    return module


def _original_above(dotted):
    """Return what the face's nearest module above `dotted` passes names on to, and the names."""
    parts = dotted.split(".")
    for end in range(len(parts) - 1, 0, -1):
        if _has_file(".".join(parts[:end])):
            above = f"{_FACE}.{'.'.join(parts[:end])}"
            importlib.import_module(above)
            return _ORIGINALS.get(above), parts[end:]
    return sys.modules["tensorflow.compat.v1"], parts


class FaceFinder:
    """A meta path finder for `tf1_rnn.v1.*`, and for nothing else."""

    def find_spec(self, name, path=None, target=None):
        """Return the spec of a file of the face, or of a module that stands for another."""
        if not name.startswith(_FACE + "."):
            return None
        dotted = name[len(_FACE) + 1 :]
        if _has_file(dotted):
            spec = importlib.machinery.PathFinder.find_spec(name, path, target)
            spec.loader.__class__ = _FaceLoader
            return spec
        module = target_of(dotted)
        if module is None:
            raise MissingModule(f"tensorflow.{dotted}", message_for(dotted), name)
        return importlib.machinery.ModuleSpec(name, _StandIn(module), is_package=True)

    def install(self):
        """Put the finder before Python's own path finder, once."""
        if not any(isinstance(finder, FaceFinder) for finder in sys.meta_path):
            sys.meta_path.insert(0, self)


class _FaceLoader(importlib.machinery.SourceFileLoader):
    """Loads a file of the face, so that paths below it (`contrib.rnn.python.ops`) are asked for."""

    def exec_module(self, module):
        """Run the file, and give it a path if it has none."""
        super().exec_module(module)
        module.__dict__.setdefault("__path__", [])


class _StandIn:
    """Loads a module that passes every name on to another one."""

    def __init__(self, module):
        self.module = module

    def create_module(self, spec):
        """Let Python make the module."""
        return None

    def exec_module(self, module):
        """Give the stand-in the names of the module that it stands for."""
        stand_in(module, self.module)


def stand_in(module, target):
    """Make `module` answer with the names of `target`, and return it.

    Where `target` is private to TensorFlow, names that TensorFlow has since moved are looked for
    among the public ones: `ops.Tensor`, `control_flow_ops.cond`, `array_ops.stack`.
    """
    private = target.__name__.startswith("tensorflow.python")
    dotted = target.__name__.partition(".")[2]

    def getattr_of_module(name):
        if name == "__all__":
            return getattr(target, "__all__", None) or public_names(module)
        public = _public_path(f"{dotted}.{name}") if private else None
        if public and (_has_file(public) or target_of(public)):
            return importlib.import_module(f"{_FACE}.{public}")
        if hasattr(target, name) or name.startswith("__") or not private:
            value = getattr(target, name)
            # Ask modules only: to ask FLAGS for an attribute is to parse the command line.
            if private and isinstance(value, types.ModuleType):
                if value.__name__ == f"{target.__name__}.{name}":
                    return importlib.import_module(f"{_FACE}.{dotted}.{name}")
            return value
        if hasattr(target, "__path__") and importlib.util.find_spec(f"{target.__name__}.{name}"):
            return importlib.import_module(f"{target.__name__}.{name}")
        tf = sys.modules["tensorflow.compat.v1"]
        name = _RENAMED.get(name, name)
        for place in (tf, tf.nn, tf.math, tf.nest, tf.graph_util, tf.train):
            if hasattr(place, name):
                return getattr(place, name)
        raise MissingName(f"tensorflow.{dotted}.{name}", message_for(f"{dotted}.{name}"))

    module.__doc__ = target.__doc__
    module.__getattr__ = getattr_of_module
    module.__dir__ = lambda: dir(target)
    return module
