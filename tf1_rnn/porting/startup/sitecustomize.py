"""Python imports this at its start in the children of an old program; see `children`.

Other Pythons of other ages may read it too, which is why it is written for all of them.
"""

import json
import os
import sys


def _give_way():
    """Import the sitecustomize that this one stands before, if there is one."""
    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != folder]
    this = sys.modules.pop("sitecustomize")
    try:
        import sitecustomize  # noqa: F401
    except ImportError:
        sys.modules["sitecustomize"] = this


def _start():
    told = json.loads(os.environ.get("TF1_RNN_PORTING") or "{}")
    if told.get("prefix") != sys.prefix or sys.version_info < (3, 10):
        return
    try:
        from tf1_rnn.porting import children
    except ImportError:
        sys.path.append(told["root"])
        from tf1_rnn.porting import children
    children.start(told)


_give_way()
_start()
