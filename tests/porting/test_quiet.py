"""The v1 API is imported without a word; a failing import shows what was said."""

import subprocess
import sys

SCRIPT = """\
import os, sys, types
class Noisy:
    def find_spec(self, name, path=None, target=None):
        if name == "tf1_rnn.v1":
            os.write(2, b"the noise\\n")
            if sys.argv[1] == "fail":
                raise ImportError("broken")
            sys.modules[name] = types.ModuleType(name)
            return __import__("importlib.machinery").machinery.ModuleSpec(name, self)
    def create_module(self, spec): return None
    def exec_module(self, module): pass
sys.meta_path.insert(0, Noisy())
from tf1_rnn.porting import quiet
print(quiet.import_v1().__name__, os.environ["TF_CPP_MIN_LOG_LEVEL"])
"""


def run(how):
    done = subprocess.run([sys.executable, "-c", SCRIPT, how], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def test_noise_is_held_back():
    assert run("work") == (0, "tf1_rnn.v1 3\n", "")


def test_noise_is_shown_where_the_import_fails():
    code, out, err = run("fail")
    assert code == 1 and out == "" and "the noise" in err and "ImportError: broken" in err
