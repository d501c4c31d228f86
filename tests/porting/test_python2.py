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
        ("import urllib\nurllib.unquote(x)", "urllib.unquote"),
        ("import types\ntypes.ListType", "types.ListType"),
        ("import md5", "import md5"),
        ("d.viewkeys()", ".viewkeys()"),
        ("np.array(zip(a, b))", "np.array(zip(...))"),
        ("import string; string.join(x)", "string.join"),
        ("f.func_name", ".func_name"),
        ("class A:\n    def __nonzero__(self): 0", "def __nonzero__"),
        ("class A:\n    __metaclass__ = B", "__metaclass__"),
        ("class A:\n    def __iter__(self): 0\n    def next(self): 0", "def next"),
        ("csv.reader(f).next()", ".next()"),
        ("def f(): yield 1\nself.x = f()\nself.x.next()", ".next()"),
        ("exec(x) in names", "exec(...) in names"),
        ("print('%d'), x", "print(...), value"),
        ("y = sorted(x, lambda a, b: a - b)", "sorted(cmp)"),
        ("x.sort(lambda a, b: a - b)", "sort(cmp)"),
        ("print >>f, 'a'", "print >>file"),
        ("print ('%s') % x", "print(...) % values"),
        ("x.sort(cmp=f)", "sort(cmp=...)"),
        ("y = sorted(x, cmp=f)", "sorted(cmp=...)"),
    ],
)
def test_what_will_fail(source, what):
    assert [each[1] for each in found(source)] == [what]
    if source.count("\n") < 2 and "class" not in source:
        assert found(source)[0][0] == source.count("\n") + 1


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
        "def zip(a): return a\nzip(x)[0]",
        "class A:\n    def next(self): 0\nx = A()\nx.next()\nx = 1",
        "y = sorted(x, key=lambda a: a[1])\nx.sort(key=f)",
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


def test_what_is_not_converted_is_told_by_its_line():
    pytest.importorskip("fissix")
    source = "print 1\nx = reduce(f, y)\nz = cmp(a, b) / 2\n"
    told = python2.left_to_its_author(source, python2.to_python3(source, "x.py"))
    assert [line for line, _ in told] == [3, 3]
    assert "`//`" in told[0][1] and told[1][1].startswith("cmp is Python 2")


def test_a_source_that_python_3_cannot_read_is_read():
    pytest.importorskip("fissix")
    source = "def f((a, b)):\n\tprint a\n        return map(g, b)[0]\nx = unicode(1)\n"
    tree, lines, found = python2.read(source, "x.py")
    assert [(each.line, each.what) for each in found] == [
        (1, "a tuple among the parameters"),
        (2, "print without parentheses"),
        (3, "map(...)[...]"),
        (4, "unicode"),
    ]
    assert lines[tree.body[-1].lineno] == 4


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
