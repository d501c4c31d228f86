"""The table of graphs: it is that of the functions, costs no TensorFlow, and is the only one."""

import pathlib
import re
import subprocess
import sys

from tf1_rnn import graphs
from tf1_rnn.baseline import document
from tf1_rnn.graphs import GRAPHS

ROOT = pathlib.Path(__file__).parent.parent
SOURCE = '''
"""A module."""
WIDTH = 3

# One heading
def one(x, batch_size, sequence_length=None, nn=tf.nn, size=7, shape=(1, 2), on=False):
    return nn.static_rnn(x)


# 另一个
def two(x, batch_size, sequence_length=None, nn=tf.nn):
    return nn.bidirectional_dynamic_rnn(_helper(x))


def _helper(x):
    return x
'''


def test_a_graph_is_a_public_function_with_its_heading_loop_and_defaults():
    one, two = graphs.read(SOURCE).values()
    assert (one.name, one.section, one.loop) == ("one", "One heading", "static_rnn")
    assert one.arguments == {"size": 7, "shape": (1, 2), "on": False}
    assert one.options == {**one.arguments, "rnn": "static"}
    assert (two.section, two.loop) == ("另一个", "bidirectional_dynamic_rnn")
    assert two.arguments == {} and two.options == {"rnn": "dynamic"}


def test_the_graphs_are_the_tutorials_in_its_order():
    assert list(GRAPHS) == list(document.BLOCKS)
    assert all(re.fullmatch(r"使用.+", graph.section) for graph in GRAPHS.values())


def test_reading_the_table_loads_neither_tensorflow_nor_numpy():
    code = (
        "import sys; from tf1_rnn.graphs import GRAPHS; print(*GRAPHS)\n"
        "assert not {'tensorflow', 'numpy'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == list(GRAPHS)


def test_no_other_file_repeats_the_list():
    names = "|".join(GRAPHS)
    all_in_a_row = re.compile(rf"""(["']?\b({names})\b["']?[\s,]+){{5}}["']?({names})\b""")
    assert all_in_a_row.search(" ".join(GRAPHS)) and all_in_a_row.search(str(list(GRAPHS)))
    files = [*ROOT.glob("*.sh"), ROOT / ".ci" / "run", *ROOT.glob(".github/workflows/*")]
    for folder in ("tf1_rnn", "tests", "tools", "benchmarks", "examples"):
        files += (ROOT / folder).rglob("*.py")
    found = [
        str(path.relative_to(ROOT))
        for path in files
        if path != pathlib.Path(__file__) and all_in_a_row.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_the_convolutional_graph_alone_takes_frames():
    assert [name for name, graph in GRAPHS.items() if graph.takes_frames] == ["conv_lstm"]
