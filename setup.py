"""Packaging of tf1_rnn; each dependency says why it is there."""

import pathlib
import re

from setuptools import find_packages, setup

ROOT = pathlib.Path(__file__).parent
VERSION = re.search(r'__version__ = "(.+)"', (ROOT / "tf1_rnn/__init__.py").read_text()).group(1)

# Neighbours of contrib.rnn in old scripts, where a library carries them on.
LEGACY = [
    "tf-slim>=1.1",  # contrib.layers, contrib.slim, contrib.framework
    "tf-keras>=2.15",  # tf.layers
    "libcst>=1.1",  # rewriting a script without touching its formatting
]

setup(
    name="tf1_rnn",
    version=VERSION,
    description="The recurrent networks of TensorFlow 1.x on today's TensorFlow, "
    "proven equal to TensorFlow 1.15.5",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    packages=find_packages(include=["tf1_rnn", "tf1_rnn.*"]),
    package_data={"tf1_rnn": ["data/*"], "tf1_rnn.baseline": ["traces/*"]},
    python_requires=">=3.10",
    install_requires=[
        "tensorflow>=2.15,<2.22",  # the oldest and the newest that the whole of the tests passed on
        "numpy>=1.26",
        "absl-py>=1.4",  # the flags of the commands; TensorFlow brings it as well
        "rich>=13",  # the progress bar; Keras 3 brings it as well
    ],
    extras_require={
        "legacy": LEGACY,
        "test": [
            *LEGACY,
            "pytest>=7",
            "pytest-xdist>=3",  # both cores
            "ruff>=0.6",
        ],
    },
)
