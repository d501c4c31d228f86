"""The dependencies of tf1_rnn, each with its reason; all other metadata is in pyproject.toml."""

from setuptools import setup

# Neighbours of contrib.rnn in old scripts, where a library carries them on.
LEGACY = [
    "tf-slim>=1.1",  # contrib.layers, contrib.slim, contrib.framework
    "tf-keras>=2.15",  # tf.layers
    "libcst>=1.1",  # rewriting a script without touching its formatting
]

setup(
    install_requires=[
        "tensorflow>=2.15,<2.22",  # the oldest and the newest that the whole of the tests passed on
        "numpy>=1.26",  # arrays, in and out of every graph
        "absl-py>=1.4",  # the flags of the commands; TensorFlow brings it as well
        "rich>=13",  # the progress bar; Keras 3 brings it as well
    ],
    extras_require={
        "legacy": LEGACY,
        "docs": [
            "mkdocs-material>=9.5",  # the documentation site
            "mkdocstrings[python]>=0.27",  # its API reference, from docstrings
            "latex2mathml>=3.77",  # equations that need no script
        ],
        "test": [
            *LEGACY,
            "pytest>=7",  # runs the tests
            "pytest-xdist>=3",  # both cores
            "ruff>=0.6",  # lint and format
        ],
    },
)
