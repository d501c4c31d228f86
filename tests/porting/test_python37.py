"""The standard library's old names and habits are back."""

import subprocess
import sys

SCRIPT = """\
from tf1_rnn.porting import python37
python37.bring_back()
import base64, collections, configparser, fractions, inspect, io, json, random, threading, time
def f(a, b=1, *c): pass
print(inspect.getargspec(f).args, inspect.getargspec(f).defaults, fractions.gcd(4, 6))
print(isinstance([], collections.Iterable), time.clock() >= 0, threading.Thread().isAlive())
print(json.loads("[1]", encoding="utf-8"), json.load(io.StringIO("{}"), encoding="utf-8"))
print(random.sample({1}, 1), len(random.sample(range(9), k=3)), base64.encodestring(b"a"))
print(configparser.SafeConfigParser().sections())
import imp, unittest, xml.etree.cElementTree as tree
test = unittest.TestCase()
test.assertEquals(1, 1)
with test.assertRaisesRegexp(ValueError, "base"): int("x")
print(tree.fromstring("<a/>").tag, imp.reload(json) is json)
"""


def test_brings_back_what_python_removed():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "['a', 'b'] (1,) 2",
        "True True False",
        "[1] {}",
        "[1] 3 b'YQ==\\n'",
        "[]",
        "a True",
    ], done.stderr
