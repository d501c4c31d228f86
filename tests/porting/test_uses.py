"""Names of TensorFlow are told from names that only look like them."""

import pytest

from tf1_rnn.porting.uses import uses_in

IMPORT = "import tensorflow as tf\nfrom tensorflow.contrib import rnn\n"


def used(source):
    return [use.name for use in uses_in(IMPORT + source) if use.line > 2]


@pytest.mark.parametrize(
    "source",
    [
        "def f(rnn):\n    return rnn.units\n",
        "def f(*rnn, **tf):\n    return rnn.units, tf.x\n",
        "f = lambda tf: tf.x\n",
        "x = [rnn.units for rnn in cells]\n",
        "x = {tf.x: 1 for tf in cells}\n",
        "def f():\n    rnn = build()\n    return rnn.units\n",
        "def f():\n    y = rnn.units\n    rnn = build()\n",
        "for rnn in cells:\n    rnn.units\n",
        "with open() as tf:\n    tf.name\n",
        "try:\n    0\nexcept ValueError as tf:\n    tf.args\n",
        "rnn = build()\nrnn.units\n",
        "from mine import rnn\nrnn.units\n",
        "from . import rnn\nrnn.units\n",
        "def rnn():\n    0\nrnn.units\n",
        "class tf:\n    0\ntf.x\n",
        "class A:\n    rnn = 1\n    y = rnn.units\n",
    ],
)
def test_a_name_that_hides_an_import_is_not_tensorflows(source):
    assert used(source) == []


@pytest.mark.parametrize(
    "source, names",
    [
        (
            "def f(x, n=rnn.GRUCell):\n    return tf.nn.relu(x)\n",
            ["contrib.rnn.GRUCell", "nn.relu"],
        ),
        ("class A:\n    tf = 1\n    def f(self):\n        return tf.nn.relu\n", ["nn.relu"]),
        ("def f():\n    def g(tf):\n        0\n    return tf.nn.relu\n", ["nn.relu"]),
        ("def f(rnn):\n    0\nrnn.GRUCell\n", ["contrib.rnn.GRUCell"]),
        ("x = [rnn.GRUCell(n) for n in tf.sizes]\n", ["contrib.rnn.GRUCell", "sizes"]),
        ("@tf.function\nasync def f():\n    await tf.nn.relu\n", ["function", "nn.relu"]),
        ("def f():\n    global g\n    g = tf.nn\n    return g.relu\n", ["nn", "nn.relu"]),
        ("class A(tf.nn.X):\n    0\n", ["nn.X"]),
        ("def f():\n    import tensorflow.contrib.slim as s\n    s.arg\n", ["contrib.slim"]),
    ],
)
def test_what_is_tensorflows_in_spite_of_scopes(source, names):
    assert sorted(set(used(source)) - {"contrib.slim.arg"}) == sorted(names)
