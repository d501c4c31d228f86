"""Where Python 2 gave a list and the source needs one."""

import ast

import pytest

from tf1_rnn.porting import python2_lists


def needed(source):
    return [what for _, what in python2_lists.needed(ast.parse(source))]


@pytest.mark.parametrize(
    "source, what",
    [
        ("d.keys()[0]", ".keys()[...]"),
        ("d.keys().sort()", ".keys().sort()"),
        ("map(f, x)[0]", "map(...)[...]"),
        ("zip(a, b)[1:]", "zip(...)[...]"),
        ("len(filter(f, x))", "len(filter(...))"),
        ("[0] + range(3)", "range(...) + x"),
        ("d.keys() + ['b']", ".keys() + x"),
        ("np.array(map(int, x))", "np.array(map(...))"),
        ("numpy.mean(d.values())", "numpy.mean(.values())"),
        ("np.random.shuffle(range(3))", "random.shuffle(range(...))"),
        ("tf.concat(zip(a, b), 0)", "tf.concat(zip(...))"),
        ("x = range(3)\nrandom.shuffle(x)", "random.shuffle(range(...))"),
        ("x = range(3)\nx[0] = 1", "range(...)[...] = x"),
        ("x = d.keys()\nx.sort()", ".keys().sort()"),
        ("def f():\n    x = map(g, y)\n    return x[i]", "map(...)[...]"),
        ("x = zip(a, b)\nfor e in y:\n    for i in x: e", "zip(...), gone through twice"),
        ("x = zip(a, b)\nfor i in x: 0\ny = [i for i in x]", "zip(...), gone through twice"),
    ],
)
def test_a_list_is_needed(source, what):
    assert needed(source) == [what]


@pytest.mark.parametrize(
    "source",
    [
        "range(3)[0]",
        "len(range(3)) + len(d.keys())",
        "np.array(range(3))",
        "hparams.values()['x']",
        "x = hparams.values()\nx['a']",
        "list(map(f, x))[0]",
        "for i in zip(a, b): 0",
        "x = zip(a, b)\nx = list(x)\nx[0]",
        "for e in y:\n    x = zip(a, b)\n    for i in x: e",
        "x = map(f, y)\ndef g(x):\n    return x[0]",
        "sorted(d.keys())\nopt.apply_gradients(zip(g, v))",
    ],
)
def test_none_is_needed(source):
    assert needed(source) == []
