"""Record what the scripts of tests/legacy_scripts print under TensorFlow 1.15.5.

python tools/record_legacy.py [SCRIPT_WITHOUT_PY ...]
"""

import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from tests import legacy
from tools import oracle


def main(names):
    """Run each script under the oracle's Python and write its prints next to it."""
    os.makedirs(legacy.EXPECTED, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        of_each = legacy.run_under(
            oracle.python(), folder, names or legacy.NAMES, oracle.environment()
        )
    for name, prints in of_each.items():
        with open(os.path.join(legacy.EXPECTED, name + ".txt"), "w") as file:
            file.write(prints)
        print(name, prints.splitlines()[-1])


if __name__ == "__main__":
    main(sys.argv[1:])
