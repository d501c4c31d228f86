"""Draws `docs/benchmarks.svg`: the fast path's training step against the other engines.

python benchmarks/plot.py benchmarks/results.json docs/benchmarks.svg
"""

import json
import math
import pathlib
import sys

from run import row_of

COLOURS = {
    "plain": "#9ecae1",
    "1.15.5": "#3182bd",
    "keras": "#d95f0e",
    "torch": "#e6550d88",
    "floor": "#31a354",
}
LEFT, WIDTH, ROW = 190, 620, 24


def x_of(ratio):
    """Return the place of a ratio on the axis, which is logarithmic, from 1/16 to 4."""
    clipped = min(max(ratio, 1 / 16), 4)
    return LEFT + WIDTH * (math.log2(clipped) + 4) / 6


def draw(results):
    """Return the SVG: a line for each graph and size, a mark for each engine."""
    rows = [(key, row_of(r)) for key, r in results.items() if key.endswith("/train")]
    rows = [(key, row) for key, row in rows if row["fast"]]
    height = 70 + ROW * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 40}" '
        f'height="{height}" font-family="sans-serif" font-size="12">',
        f'<rect width="100%" height="{height}" fill="white"/>',
        '<text x="10" y="18" font-size="14">Training step of tf1_rnn.fast, divided by that '
        "of the other (left of 1: fast is faster)</text>",
    ]
    for place, (name, colour) in enumerate(COLOURS.items()):
        parts.append(
            f'<circle cx="{LEFT + 90 * place}" cy="36" r="5" fill="{colour}"/>'
            f'<text x="{LEFT + 10 + 90 * place}" y="40">{name}</text>'
        )
    for ratio in (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4):
        parts.append(
            f'<line x1="{x_of(ratio):.0f}" x2="{x_of(ratio):.0f}" y1="50" '
            f'y2="{height - 20}" stroke="{"black" if ratio == 1 else "#ddd"}"/>'
            f'<text x="{x_of(ratio):.0f}" y="{height - 6}" text-anchor="middle">'
            f"{ratio:g}</text>"
        )
    for number, (key, row) in enumerate(rows):
        y = 64 + ROW * number
        parts.append(f'<text x="10" y="{y + 4}">{key.rsplit("/", 1)[0].replace("/", ", ")}</text>')
        parts += [
            f'<circle cx="{x_of(row["fast"] / row[name]):.1f}" cy="{y}" r="5" fill="{colour}"/>'
            for name, colour in COLOURS.items()
            if row[name]
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    source, target = map(pathlib.Path, sys.argv[1:])
    target.write_text(draw(json.loads(source.read_text())))
