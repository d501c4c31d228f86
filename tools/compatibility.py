"""Write docs/compatibility.md: where every module and name of TensorFlow 1.15.5's stands here.

    .venv/bin/python tools/compatibility.py      # needs the extra tf1_rnn[legacy]

What is here is asked of the v1 API itself, what 1.15.5 had of `tf1_rnn/v1/_names.json`; only how
each module is tested stands below.
"""

import importlib
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = pathlib.Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

PAGE = ROOT / "docs" / "compatibility.md"
# How each module is compared with 1.15.5, and where.
GRADIENTS = "values and gradients recorded from 1.15.5"
VALUES = "values recorded from 1.15.5"
OWN = "tested only here"
TESTED = {
    "contrib.crf": (GRADIENTS, "tests/v1/contrib/test_contrib_cases.py"),
    "contrib.cudnn_rnn": (GRADIENTS, "tf1_rnn/baseline/traces"),
    "contrib.estimator": (VALUES, "tests/v1/contrib/estimator"),
    "contrib.feature_column": (VALUES, "tests/legacy_scripts"),
    "contrib.grid_rnn": (GRADIENTS, "tf1_rnn/baseline/traces"),
    "contrib.learn": (VALUES, "tests/v1/contrib/learn"),
    "contrib.legacy_seq2seq": (GRADIENTS, "tests/v1/contrib/test_legacy_seq2seq.py"),
    "contrib.lookup": (VALUES, "tests/v1/contrib/test_lookup.py"),
    "contrib.opt": (VALUES, "tests/v1/contrib/test_opt.py"),
    "contrib.predictor": (OWN, "tests/v1/contrib/test_predictor.py"),
    "contrib.recurrent": (GRADIENTS, "tests/v1/contrib/test_contrib_cases.py"),
    "contrib.rnn": (GRADIENTS, "tf1_rnn/baseline/traces"),
    "contrib.seq2seq": (GRADIENTS, "tests/v1/contrib/seq2seq"),
    "contrib.tensorboard": (VALUES, "tests/v1/contrib/tensorboard"),
    "contrib.testing": (VALUES, "tests/v1/contrib/test_testing.py"),
    "contrib.training": (VALUES, "tests/v1/contrib/training"),
    "estimator": (VALUES, "tests/v1/estimator"),
    "examples": (VALUES, "tests/v1/contrib/learn/datasets/test_mnist.py"),
    "nn.rnn_cell": (GRADIENTS, "tf1_rnn/baseline/traces"),
}
FORWARDED = {
    "": "TensorFlow",
    "compat": "TensorFlow",
    "contrib.data": "TensorFlow (`tf.data`)",
    "contrib.distributions": "TensorFlow Probability, or TensorFlow (`tf.distributions`)",
    "contrib.framework": "TensorFlow, and tf-slim; its checks and initializers are our own",
    "contrib.layers": "tf-slim; `embed_sequence`, `bow_encoder` and the lookups are our own",
    "contrib.losses": "tf-slim",
    "contrib.metrics": "tf-slim",
    "contrib.signal": "TensorFlow (`tf.signal`)",
    "contrib.slim": "tf-slim",
    "contrib.util": "TensorFlow",
    "feature_column": "TensorFlow; integers are checked as 1.15.5 did",
    "keras": "tf-keras",
    "contrib.keras": "tf-keras",
    "layers": "tf-keras",
    "linalg": "TensorFlow, built as 1.15.5 built it",
    "math": "TensorFlow, built as 1.15.5 built it",
    "random": "TensorFlow, built as 1.15.5 built it",
    "nn": "TensorFlow, but for `nn.rnn_cell`",
}
# Packages whose names are gone through one by one, private modules included.
BY_NAME = """contrib.crf contrib.cudnn_rnn contrib.estimator contrib.framework contrib.grid_rnn
contrib.legacy_seq2seq contrib.lookup contrib.recurrent contrib.rnn contrib.seq2seq
contrib.testing contrib.training estimator nn.rnn_cell python.ops.rnn python.ops.rnn_cell
python.ops.rnn_cell_impl python.ops.rnn_cell_wrapper_impl python.util.nest""".split()
# Packages of which only the names that users see are gone through.
BY_PUBLIC_NAME = """contrib.data contrib.distributions contrib.feature_column contrib.layers
contrib.learn
contrib.learn.python.learn.datasets contrib.learn.python.learn.datasets.base
contrib.learn.python.learn.learn_io contrib.learn.python.learn.models
contrib.learn.python.learn.monitors contrib.learn.python.learn.ops
contrib.learn.python.learn.preprocessing contrib.learn.python.learn.utils
contrib.losses contrib.metrics contrib.opt contrib.predictor contrib.signal
contrib.util""".split()
# Not of 1.15.5's interface: what its modules were made with.
_MADE_WITH = """deprecated deprecated_args deprecated_arg_values tf_export xrange zip namedtuple
functools collections loader resource_loader""".split()
_HEAD = """# Compatibility with TensorFlow 1.15.5

<!-- Written by tools/compatibility.py. -->

Every module of the v1 API, where its code comes from, and how it is compared with 1.15.5. All
other modules are TensorFlow's own, as `tensorflow.compat.v1` has them. Made with TensorFlow
{version}.
"""


def public_modules(lazy):
    """Return the paths of the v1 API's own modules and of what it forwards."""
    own = {path for path in lazy.OWN if path and "._" not in f".{path}" and path != "contrib"}
    return sorted(own | FORWARDED.keys())


def tier(path):
    """Return where a module stands: (tier, remark)."""
    for above in _upwards(path):
        if above in TESTED:
            how, tests = TESTED[above]
            return how, f"`{tests}`"
        if above in FORWARDED and (above or not path):
            return "forwarded", FORWARDED[above]
    raise KeyError(f"tools/compatibility.py says nothing of {path}")


def _upwards(path):
    while path:
        yield path
        path = path.rpartition(".")[0]
    yield ""


def missing(path, names, private=True):
    """Return the names of a module of 1.15.5 that are not here, public ones first."""
    module = importlib.import_module(f"tf1_rnn.v1.{path}")
    ignored = (*_MADE_WITH, "_allowed_symbols")
    every = [name for name in names.of_star(path) if name not in names.modules(path)]
    every += names.hidden(path) if private else []
    lacking = []
    for name in every:
        if name not in ignored and not name.startswith(("_tfmw", "gen_")):
            try:
                getattr(module, name)
            except (AttributeError, ImportError):
                lacking.append(name)
    return len([name for name in every if name not in ignored]), lacking


def page():
    """Return the text of the page."""
    from tf1_rnn.v1 import _lazy, _missing, _names

    version = importlib.import_module("tensorflow").__version__.rpartition(".")[0]
    lines = [_HEAD.format(version=version), "| module | tier | by |", "| --- | --- | --- |"]
    for path in public_modules(_lazy):
        how, remark = tier(path)
        lines.append(f"| `{'tf.' * bool(path)}{path or 'tf'}` | {how} | {remark} |")
    lines += [
        "\n## Name by name\n",
        "The modules that the recurrent parts use, with the private ones that copied code imports,",
        "and the packages beside them: how many names each had in 1.15.5, and which are absent.",
        "Asking for one of these says in one line what to use.\n",
        "| module | names | absent here |",
        "| --- | --- | --- |",
    ]
    for path in _names.paths():
        private = any(f"{path}.".startswith(f"{each}.") for each in BY_NAME)
        if private or path in BY_PUBLIC_NAME:
            number, lacking = missing(path, _names, private)
            shown = " ".join(f"`{name}`" for name in lacking) or "none"
            lines.append(f"| `{path}` | {number} | {shown} |")
    lines += [
        "\n## Absent\n",
        "These packages of `tf.contrib` can be imported, with their modules, and have no names:",
        "asking for one says in one line what to use.\n",
        "| package | instead |",
        "| --- | --- |",
    ]
    for path in sorted(_absent(_lazy, _names)):
        lines.append(f"| `tf.{path}` | {_missing.instead_of(path) or '-'} |")
    return "\n".join(lines) + "\n"


def _absent(lazy, names):
    """Return the packages of contrib that answer with no names."""
    for name in names.of_star("contrib"):
        path = f"contrib.{name}"
        if path not in lazy.OWN and path not in FORWARDED and names.is_module(path):
            yield path


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
