"""Draw the six graphs of the tutorial, as they are built here: `python tools/draw_graphs.py`.

Writes docs/pictures/NAME.svg for each, and docs/pictures/all.svg with the six of them; `--check`
writes nothing and exits with 1 where a picture is not that of the current graph.
"""

import os
import pathlib
import re
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import tensorflow.compat.v1 as tf  # noqa: E402

import tf1_rnn.v1  # noqa: E402, F401  (graphs as TensorFlow 1 built them)
from tf1_rnn.graphs import GRAPHS  # noqa: E402
from tf1_rnn.trainer import picture  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
SIDES = ("width", "height")


def drawn(cell):
    """Return the picture of one of the six graphs, with its default options."""
    with tf.Graph().as_default() as graph:
        shape = [None, 4, 28, 28, 1] if cell == "conv_lstm" else [None, 8, 8]
        x = tf.placeholder(tf.float32, shape, name="x")
        return picture.draw(graph, x, GRAPHS[cell].function(x, tf.shape(x)[0]))


def together(pictures):
    """Return one picture of several, by name: one below the other, each under its name."""
    parts, top, width = [], 0, 0
    for name, svg in pictures.items():
        own_width, height = (float(re.search(rf' {side}="([\d.]+)"', svg)[1]) for side in SIDES)
        parts.append(f'<text x="16" y="{top + 20:g}" font-weight="bold">{name}</text>')
        parts.append(svg.replace("<svg ", f'<svg y="{top + 28:g}" ', 1))
        top, width = top + 28 + height, max(width, own_width)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {top:g}" '
        f'width="{width:g}" height="{top:g}" font-family="sans-serif" font-size="15">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{"".join(parts)}</svg>\n'
    )


def main(arguments):
    """Write or check the pictures; return the exit code."""
    old, pictures = [], {cell: drawn(cell) for cell in GRAPHS}
    for name, svg in {**pictures, "all": together(pictures)}.items():
        file = FOLDER / f"{name}.svg"
        if "--check" not in arguments:
            file.write_text(svg, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != svg:
            old.append(file.name)
    if old:
        print(f"out of date: {', '.join(old)}; run tools/draw_graphs.py", file=sys.stderr)
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
