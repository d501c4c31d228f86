"""Python 2 is found by line, and becomes Python 3."""

import ast

import pytest

from tf1_rnn.porting import python2


def found(source):
    return [(each.line, each.what) for each in python2.findings(ast.parse(source))]


@pytest.mark.parametrize(
    "source, what",
    [
        ("xrange(3)", "xrange"),
        ("unicode(x)", "unicode"),
        ("d.has_key(1)", ".has_key()"),
        ("import cPickle as pickle", "import cPickle"),
        ("from StringIO import StringIO", "import StringIO"),
        ("import itertools\nitertools.izip(a, b)", "itertools.izip"),
        ("import sys\nsys.maxint", "sys.maxint"),
        ("import sys\nsys.setdefaultencoding('utf-8')", "sys.setdefaultencoding"),
        ("d.keys()[0]", ".keys()[...]"),
        ("d.keys().sort()", ".keys().sort()"),
        ("map(f, x)[0]", "map(...)[...]"),
        ("zip(a, b)[1:]", "zip(...)[...]"),
        ("print >>f, 'a'", "print >>file"),
        ("print ('%s') % x", "print(...) % values"),
        ("x.sort(cmp=f)", "sort(cmp=...)"),
        ("y = sorted(x, cmp=f)", "sorted(cmp=...)"),
    ],
)
def test_what_will_fail(source, what):
    assert found(source) == [(source.count("\n") + 1, what)]


@pytest.mark.parametrize(
    "source",
    [
        "from six.moves import xrange\nxrange(3)",
        "try:\n    unicode\nexcept NameError:\n    unicode = str\nunicode(x)",
        "try:\n    import cPickle as pickle\nexcept ImportError:\n    import pickle",
        "import sys\nif sys.version_info[0] < 3:\n    xrange(3)",
        "from functools import reduce\nreduce(f, x)",
        "def f(file, long):\n    return file, long",
        "class A:\n    def has_key(self, k):\n        return self.has_key(k)",
        "hparams.values()['x']",
        "list(d.keys())[0]",
        "from .cPickle import x",
        "from past.builtins import *\nxrange(3)",
        "print('%s' % x)\nx >> 2",
    ],
)
def test_what_will_not(source):
    assert found(source) == []


def test_what_is_tried_for_another_reason_is_looked_at():
    assert found("try:\n    xrange(3)\nexcept KeyboardInterrupt:\n    0") == [(2, "xrange")]


@pytest.mark.parametrize(
    "source, reason",
    [
        ("print 'a'", "print without parentheses"),
        ("exec 'a' in d", "exec without parentheses"),
        ("try:\n    0\nexcept A, e:\n    0", "`except E, e:`"),
        ("raise E, 'x'", "`raise E, value`"),
        ("x = 0777", "a number such as 0777"),
        ("x = 10L", "a number such as 10L"),
        ("a <> b", "`<>`"),
        ("x = `y`", "a value in backquotes"),
        ("x = ur'a'", "a text such as ur'...'"),
        ("def f((a, b)):\n    0", "a tuple among the parameters"),
        ("if x:\n\ta\n        b", "indentation that mixes tabs and spaces"),
        ("x = = 2", None),
    ],
)
def test_why_python_3_cannot_read_it(source, reason):
    with pytest.raises(SyntaxError) as raised:
        ast.parse(source + "\n")
    assert python2.reason_of(raised.value) == reason


@pytest.mark.parametrize(
    "before, after",
    [
        ("print 'a', 1\n", "print('a', 1)\n"),
        ("print 'a'\nfor i in xrange(3): d.iteritems()\n", None),
        ("from __future__ import division\nprint 1 / 2\n", None),
        ("for i in xrange(3):\n    y = list(d)\n    z = range(4)[0]\n", None),
        ("f(**hp.values())\nhp.values()['a']\nd.values()[0]\n", None),
        (
            "try:\n    0\nexcept A, e:\n    raise B, e",
            "try:\n    0\nexcept A as e:\n    raise B(e)",
        ),
        ("if d.has_key(1) and 0777 > 1L: x = ur'a'\n", None),
        ("print (1)\nprint(1, 2)\nprint 3\n", "print((1))\nprint((1, 2))\nprint(3)\n"),
        ("x = 1\n", "x = 1\n"),
        ("print >>f, 'a'\n", "print('a', file=f)\n"),
        ("print ('%s') % x\n", "print(('%s') % x)\n"),
        (
            "import sys; a = 'é'; sys.setdefaultencoding('utf-8'); print a",
            "import sys; a = 'é'; pass; print(a)",
        ),
    ],
)
def test_what_is_converted(before, after):
    pytest.importorskip("fissix")
    converted = python2.to_python3(before, "script.py")
    ast.parse(converted)
    if after is not None:
        assert converted == after
    assert found(converted) == []
    assert "hp.values()['a']" in converted or "hp.values()" not in before
    assert ("division" in converted) == ("division" in before)


def test_tabs_are_read_as_python_2_read_them():
    pytest.importorskip("fissix")
    source = "if x:\n        a = '''\n\tb'''\n\tc\nprint 1\n"
    assert python2.to_python3(source, "x.py") == (
        "if x:\n        a = '''\n\tb'''\n        c\nprint(1)\n"
    )


def test_what_is_neither_is_told():
    pytest.importorskip("fissix")
    with pytest.raises(SyntaxError, match="neither Python 2 nor Python 3"):
        python2.to_python3("x = = 2\n", "x.py")


def test_divisions_that_may_have_been_of_integers():
    assert python2.divisions("a = b / c\nd = e / 2.0\nf = float(g) / h\ni /= 2\n") == [1, 4]
    assert python2.divisions("from __future__ import division\na = b / c\n") == []


def test_a_coding_cookie_is_followed():
    source = "# coding: latin-1\nx = '\xe4'\n"
    assert python2.decoded(source.encode("latin-1")) == source
    with pytest.raises(SyntaxError, match="unknown encoding"):
        python2.decoded(b"# coding: nonsense\n")
    with pytest.raises(SyntaxError, match="it is not utf-8"):
        python2.decoded(b"# coding: utf-8\n\n\nx = '\xe4'\n")
