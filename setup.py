"""The dependencies of tf1_rnn, each with its reason; all other metadata is in pyproject.toml."""

import pathlib
import re

from setuptools import setup

# Neighbours of contrib.rnn in old scripts, where a library carries them on.
LEGACY = [
    "tf-slim>=1.1",  # contrib.layers, contrib.slim, contrib.framework
    "tf-keras>=2.15",  # tf.layers
    "libcst>=1.1",  # rewriting a script without touching its formatting
    "fissix>=21.11",  # from Python 2 to Python 3; the heir of Python's own 2to3
]
NOTEBOOK = [
    "nbformat>=5.7",  # notebooks of all versions, as files
    "nbclient>=0.7",  # runs a notebook without a browser
    "ipykernel>=6.20",  # the kernel that it runs in
]
# Data in other files than `.npz`. The archives of time series (.ts, .arff) need none: their
# readers, aeon and sktime, bring numba or scikit-learn and SciPy along, and SciPy's reader of
# .arff refuses the relational attributes of which every multivariate data set consists.
DATA = [
    "pandas>=2.0",  # CSV, and the columns of Parquet
    "pyarrow>=14",  # Parquet
    "h5py>=3.8",  # HDF5; TensorFlow brings it as well
    "pillow>=10",  # folders of frame images
]
EXPORT = [
    "onnx>=1.16",  # writes and checks ONNX graphs
    "onnxruntime>=1.17",  # runs them, for the check at the end of an export
    "tf2onnx>=1.16",  # converts what is no recurrent layer in a graph
]

REPORT = [
    "matplotlib>=3.8",  # the figures of report.html
    "tensorboard>=2.15",  # shows the summaries of a run
]


def description():
    """Return the README without pictures and links into the repository, which an index lacks."""
    text = (pathlib.Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"^!\[[^]]*\]\((?!https?:)[^)]*\)\n\n?", "", text, flags=re.M)
    return re.sub(r"\[([^]]*)\]\((?!https?:|#)[^)]*\)", r"\1", text)


setup(
    long_description=description(),
    long_description_content_type="text/markdown",
    install_requires=[
        "tensorflow>=2.15,<2.22",  # the oldest and the newest that the whole of the tests passed on
        "numpy>=1.26",  # arrays, in and out of every graph
        "absl-py>=1.4",  # the flags of the commands; TensorFlow brings it as well
        "rich>=13",  # the progress bar; Keras 3 brings it as well
    ],
    extras_require={
        "data": DATA,
        "legacy": LEGACY,
        "report": REPORT,
        "export": EXPORT,
        "notebook": NOTEBOOK,
        "docs": [
            "mkdocs-material>=9.5",  # the documentation site
            "mkdocstrings[python]>=0.27",  # its API reference, from docstrings
            "latex2mathml>=3.77",  # equations that need no script
        ],
        "test": [
            *DATA,
            *EXPORT,
            *LEGACY,
            *REPORT,
            *NOTEBOOK,
            "basedpyright>=1.20",  # type hints; completion in editors that use Pyright
            "hypothesis>=6.80",  # inputs that are wrong in ways that nobody thought of
            "jedi>=0.19",  # completion in editors that use Jedi
            "pytest>=7",  # runs the tests
            "pytest-timeout>=2.2",  # ends a test that hangs
            "pytest-xdist>=3",  # both cores
            "pyyaml>=6",  # the Kubernetes manifest of the documentation
            "ruff>=0.6",  # lint and format
            "setuptools>=77",  # builds the distributions that are tested
            "wheel>=0.40",  # what older setuptools install editable packages with
        ],
    },
)
