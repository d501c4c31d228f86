"""The names of TensorFlow 1.15.5's modules: what `import *` brings, and what each defines itself.

    .oracle/bin/python tools/names.py      # records tf1_rnn/v1/_names.json

`tf1_rnn/v1/_names.py` says how the recording is read. Runs under Python 3.7 with TensorFlow 1.15.5.
"""

import importlib
import json
import os
import pkgutil
import sys
import types
import warnings

RECORDED = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "tf1_rnn", "v1", "_names.json"
)
# Packages of contrib whose names are recorded; of the others only their modules are.
CONTRIB = """crf cudnn_rnn data distributions estimator feature_column framework grid_rnn layers
learn legacy_seq2seq lookup losses metrics opt predictor recurrent rnn seq2seq signal slim
tensorboard testing training util""".split()
# Modules and packages outside contrib's, by which scripts reach what they want.
OTHERS = """estimator examples.tutorials.mnist python.estimator python.framework
python.keras.engine.network python.layers python.ops.ctc_ops python.ops.nn python.ops.rnn
python.ops.rnn_cell python.ops.rnn_cell_impl python.ops.rnn_cell_wrapper_impl
python.ops.variable_scope python.training.tracking
python.util.nest""".split()

FUTURE = ("absolute_import", "division", "print_function")


def names_of(path):
    """Return the names of a module, separated by spaces, as the recording has them.

    `star` is what `import *` brings, `own` what else the module defines, `modules` maps names of
    `star` to the modules that they stand for: `.python.util.nest` is TensorFlow's, `six` is not.
    """
    star, own = {}, set()
    for module in _modules_of(path):
        public = getattr(module, "__all__", [each for each in vars(module) if each[0] != "_"])
        star.update((each, getattr(module, each)) for each in public if each not in FUTURE)
        own.update(each for each in vars(module) if _is_own(module, each))
    modules = {
        each: _path(value.__name__)
        for each, value in star.items()
        if isinstance(value, types.ModuleType)
        and _path(value.__name__) != ".".join(["", path, each] if path else ["", each])
    }
    own = " ".join(sorted(own.difference(star)))
    found = {"star": " ".join(sorted(star)), "own": own, "modules": modules}
    return {key: value for key, value in found.items() if value}


def _modules_of(path):
    """Yield the module of a path, and what the attributes of that path lead to where they differ.

    `import tensorflow.contrib.recurrent` brings a package, `tf.contrib.recurrent` its API.
    """
    tf = importlib.import_module("tensorflow")
    module = importlib.import_module("tensorflow." + path) if path else tf
    yield module
    for part in path.split(".") if path.startswith("contrib.") else ():
        tf = getattr(tf, part, None)
    if tf is not module and isinstance(tf, types.ModuleType) and path.startswith("contrib."):
        yield tf


def _path(name):
    """Return the path of a module as users write it, from `.` on if it is TensorFlow's."""
    for package in (
        "tensorflow_estimator.python.estimator.api._v1",
        "tensorflow.python.keras.api._v1",
        "tensorflow._api.v1",
        "tensorflow_core",
        "tensorflow",
    ):
        if name.startswith(package + "."):
            return name[len(package) :]
    return name


def _is_own(module, name):
    """Say whether a name of a module stands for something that no other module made."""
    value = getattr(module, name)
    return not (name.startswith("__") or isinstance(value, types.ModuleType)) and (
        getattr(value, "__module__", None) in (module.__name__, None)
    )


def modules_under(path):
    """Return the names of a module and all beneath it, as its files say."""
    module = importlib.import_module("tensorflow." + path if path else "tensorflow")
    yield path
    for _, name, is_package in pkgutil.iter_modules(getattr(module, "__path__", [])):
        below = "%s.%s" % (path, name)
        if name.startswith("gen_") or name.endswith("_test"):
            continue
        if not is_package:
            yield below
            continue
        try:
            for each in modules_under(below):
                yield each
        except Exception as error:
            print(below, type(error).__name__, error, file=sys.stderr)


def public_modules(module):
    """Return the paths of the public modules, which attributes of `tensorflow` lead to."""
    for name, value in sorted(vars(module).items()):
        if isinstance(value, types.ModuleType) and value.__name__.startswith("tensorflow._api.v1"):
            path = value.__name__[len("tensorflow._api.v1.") :]
            if not path.startswith("compat") and path.endswith(name):
                yield path
                for each in public_modules(value):
                    yield each


def record():
    """Return `{module: names}`, and the modules of contrib whose names are not recorded."""
    tf = importlib.import_module("tensorflow")
    contrib = sorted(set(modules_under("contrib")))
    kept = {path for path in contrib if path.split(".")[1:2] and path.split(".")[1] in CONTRIB}
    paths = {"", "contrib"} | kept | set(public_modules(tf))
    paths.update(each for path in OTHERS for each in modules_under(path))
    found = {}
    for path in sorted(paths):
        try:
            found[path] = names_of(path)
        except Exception as error:
            print(path, type(error).__name__, error, file=sys.stderr)
    return {"names": found, "others": " ".join(path for path in contrib if path not in found)}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    path = sys.argv[1] if len(sys.argv) > 1 else RECORDED
    with open(path, "w") as file:
        json.dump(record(), file, indent=0, sort_keys=True)
        file.write("\n")
