"""What importing the package changes in a process: what the README says, and no more."""

import json
import subprocess
import sys

import pytest

SHOW = """
import json, logging, os, sys, threading, warnings
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
def state():
    return {
        "eager": tf.executing_eagerly(),
        "control flow v2": tf.compat.v1.control_flow_v2_enabled(),
        "resource variables": tf.compat.v1.resource_variables_enabled(),
        "finders": [type(finder).__name__ for finder in sys.meta_path],
        "remapping": tf.config.optimizer.get_experimental_options().get("remapping", True),
        "filters": len(warnings.filters),
        "excepthook": sys.excepthook is sys.__excepthook__,
        "level": logging.getLogger("tensorflow").level,
    }
before = state()
"""
CHANGES = """
import IMPORTED
after = state()
changed = [name for name in before if before[name] != after[name]]
print(json.dumps({name: [before[name], after[name]] for name in changed}))
"""


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("module", ["tf1_rnn", "tf1_rnn.cells", "tf1_rnn.fast"])
def test_cells_and_loops_change_nothing(module):
    assert json.loads(run(SHOW + CHANGES.replace("IMPORTED", module))) == {}


def test_the_v1_api_switches_the_process_to_tensorflow_1():
    changed = json.loads(run(SHOW + CHANGES.replace("IMPORTED", "tf1_rnn.v1")))
    finders = changed.pop("finders")
    assert [name for name in finders[1] if name not in finders[0]] == ["Finder"]
    assert changed == {
        "eager": [True, False],
        "control flow v2": [True, False],
        "resource variables": [True, False],
        "remapping": [True, False],
    }


def test_models_of_keras_3_no_longer_train_beside_the_v1_api():
    code = (
        "import os; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'\n"
        "import keras, numpy as np\nIMPORT\n"
        "model = keras.Sequential([keras.Input([2]), keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "try:\n    model.fit(np.ones([4, 2]), np.ones([4, 1]), verbose=0); print('trained')\n"
        "except Exception as error:\n    print('failed')\n"
    )
    assert run(code.replace("IMPORT", "")) == "trained"
    assert run(code.replace("IMPORT", "import tf1_rnn.v1")) == "failed"
