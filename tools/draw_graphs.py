"""Draw the six graphs of the tutorial, as they are built here: `python tools/draw_graphs.py`.

Writes docs/pictures/NAME.svg for each; `--check` writes nothing and exits with 1 where a picture is
not that of today's graph.
"""

import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import tensorflow.compat.v1 as tf  # noqa: E402

import tf1_rnn.v1  # noqa: E402, F401  (graphs as TensorFlow 1 built them)
from tf1_rnn.graphs import GRAPHS  # noqa: E402
from tf1_rnn.trainer import picture  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"


def drawn(cell):
    """Return the picture of one of the six graphs, with its default options."""
    with tf.Graph().as_default() as graph:
        shape = [None, 4, 28, 28, 1] if cell == "conv_lstm" else [None, 8, 8]
        x = tf.placeholder(tf.float32, shape, name="x")
        return picture.draw(graph, x, GRAPHS[cell].function(x, tf.shape(x)[0]))


def main(arguments):
    """Write or check the pictures; return the exit code."""
    old = []
    for cell in GRAPHS:
        file, svg = FOLDER / f"{cell}.svg", drawn(cell)
        if "--check" not in arguments:
            file.write_text(svg, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != svg:
            old.append(file.name)
    if old:
        print(f"not of today's graphs: {', '.join(old)}; run tools/draw_graphs.py", file=sys.stderr)
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
