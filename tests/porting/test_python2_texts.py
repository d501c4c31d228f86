"""Idioms of Python 2 that no fixer of 2to3 knows."""

import ast

import pytest

from tf1_rnn.porting import python2_texts

# (what it is, the source in Python 2, the source in Python 3 or None)
CASES = [
    ("string.join", "string.join(x, ' ')", "' '.join(x)"),
    ("string.join", "string.join(x)", "' '.join(x)"),
    ("string.lower", "string.lower(a + b)", "(a + b).lower()"),
    ("string.replace", "string.replace(f(x), 'a', 'b')", "f(x).replace('a', 'b')"),
    ("string.atoi", "string.atoi(x)", "int(x)"),
    ("string.letters", "é + string.letters[0]", "é + string.ascii_letters[0]"),
    ("string.maketrans", "string.maketrans('a', 'b')", "str.maketrans('a', 'b')"),
    ("string.split", "string.split(*x)", None),
    (".translate(None, x)", "a.translate(None, b)", "a.translate(str.maketrans('', '', b))"),
    (".encode('hex')", "'abc'.encode('hex')", None),
    ("a pickle in a file of text", "pickle.load(open(f))", "pickle.load(open(f, 'rb'))"),
    (
        "a pickle in a file of text",
        "with open(f, 'w') as g:\n    pickle.dump(x, g)",
        "with open(f, 'wb') as g:\n    pickle.dump(x, g)",
    ),
    ("string.letters", "from string import letters", None),
    (
        "e.message",
        "try: 0\nexcept ValueError as e: x(e.message)",
        "try: 0\nexcept ValueError as e: x(str(e))",
    ),
]


@pytest.mark.parametrize("what, before, after", CASES)
def test_an_idiom_is_found_and_replaced(what, before, after):
    before = "import string\n" + before
    assert [each.what for each in python2_texts.idioms(ast.parse(before))] == [what]
    assert python2_texts.without(before) == ("import string\n" + after if after else before)


def test_idioms_in_idioms_are_replaced():
    source = "import string; x = string.join(map(string.upper, string.split(y)), string.letters)\n"
    told = [each.what for each in python2_texts.idioms(ast.parse(source))]
    assert sorted(told) == ["string.join", "string.letters", "string.split", "string.upper"]
    assert python2_texts.without(source) == (
        "import string; x = string.ascii_letters.join(map(str.upper, y.split()))\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        "string.join(x, ' ')",  # a string of one's own
        "import string\nstring.digits + string.ascii_letters + string.Template('')",
        "a.translate(table)\nx.encode('utf-8')",
        "pickle.load(open(f, 'rb'))\npickle.load(tf.gfile.Open(f))",
        "with open(a) as f: 0\nwith open(b, 'rb') as f: pickle.load(f)",
        "try: 0\nexcept tf.errors.OpError as e: x(e.message)",
    ],
)
def test_other_code_is_not(source):
    assert list(python2_texts.idioms(ast.parse(source))) == []
