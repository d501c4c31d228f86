"""The figures of a report, as SVG that needs nothing else. Needs matplotlib."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN_CLASSES = 30  # beyond, a matrix has no room for its numbers
SHOWN_FEATURES = 8  # beyond, features are shown as a picture, not as lines
SHOWN_FRAMES = 8
SHOWN_OUTPUTS = 10  # numbers that a sequence has, each in a colour of its own
SHOWN_NAME = 32  # characters of a name
BLUE, ORANGE, GREY = "#2b6cb0", "#dd6b20", "#718096"


def named(text: object) -> str:
    """Return a name of the user's as matplotlib shows it: one short line, whatever it contains.

    Between dollars would be mathematics, and a label that begins with _ would be left out.
    """
    text = " ".join(str(text).split()).replace("$", r"\$")
    text = text if len(text) <= SHOWN_NAME else f"{text[: SHOWN_NAME - 1].rstrip(chr(92))}…"
    return f" {text}" if text.startswith("_") else text


def curves(runs: Sequence[tuple[str, list[dict]]], name: str = "loss") -> tuple[Figure, Axes]:
    """Draw a number of each epoch, in training and validation.

    Args:
        runs: pairs of a label and the rows of a history; of one run the label is empty.
        name: "loss", "accuracy" or "r2".

    Returns:
        The SVG.
    """
    figure = Figure(figsize=(7, 3.2), layout="constrained")
    axes = figure.add_subplot()
    for label, rows in runs:
        for part, color in (("train", BLUE), ("valid", ORANGE)):
            column = f"{part}_{name}"
            points = [(row["epoch"], row[column]) for row in rows if column in row]
            # Of several runs one curve each: that of the validation where there is one.
            if points and not (label and part == "train" and f"valid_{name}" in rows[-1]):
                words = {"train": "training", "valid": "validation"}[part]
                axes.plot(
                    *zip(*points, strict=True),
                    label=named(label or words),
                    marker="o" if len(points) == 1 else None,
                    color=None if label else color,
                )
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))
    axes.set_ylabel({"r2": "R2"}.get(name, name))
    axes.grid(alpha=0.3)
    axes.legend()
    return figure, axes


def mark(axes: Axes, epoch: int) -> None:
    """Mark the chosen epoch."""
    axes.axvline(epoch, color=GREY, linestyle="--", linewidth=1)
    is_right = epoch > sum(axes.get_xlim()) / 2
    side, below_the_frame = "right" if is_right else "left", axes.get_xaxis_transform()
    axes.text(
        *(epoch, 0.97, f" epoch {epoch} "),
        color=GREY,
        va="top",
        ha=side,
        transform=below_the_frame,
    )


def confusion(matrix: np.ndarray, classes: Sequence) -> Figure:
    """Draw a confusion matrix; of many classes, only the colours."""
    names = [named(name) for name in classes] if len(classes) <= SHOWN_CLASSES else []
    side = min(2.5 + 0.42 * len(classes) + 0.08 * max(map(len, names), default=0), 10)
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.add_subplot()
    share = matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    if not names:
        return figure
    axes.set_xticks(range(len(names)), names, rotation=0 if _are_short(names) else 90)
    axes.set_yticks(range(len(names)), names)
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            color = "white" if share[row, column] > 0.5 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=color, fontsize=8)
    return figure


def numbers(expected: np.ndarray, found: np.ndarray) -> Figure:
    """Draw predicted over expected numbers, two arrays `[count, outputs]`."""
    figure = Figure(figsize=(4.2, 4.2), layout="constrained")
    axes = figure.add_subplot()
    low, high = min(expected.min(), found.min()), max(expected.max(), found.max())
    axes.plot([low, high], [low, high], color=GREY, linewidth=1)
    outputs = expected.shape[1]
    for i in range(outputs):
        color = BLUE if outputs == 1 else f"C{i % SHOWN_OUTPUTS}"
        label = f"number {i}" if 1 < outputs and i < SHOWN_OUTPUTS else None
        axes.scatter(expected[:, i], found[:, i], s=12, color=color, alpha=0.6, label=label)
    if outputs > 1:
        axes.legend(fontsize=7)
    axes.set_xlabel("true")
    axes.set_ylabel("predicted")
    return figure


def sample(x: np.ndarray, features: tuple | None) -> Figure:
    """Draw a sequence: lines, a picture of many features, or frames side by side.

    Args:
        x: `[steps, length]` or `[steps, height, width, channels]`.
        features: names of the features, or None.
    """
    if x.ndim == 4:
        return _frames(x)
    figure = Figure(figsize=(3.4, 2.2), layout="constrained")
    axes = figure.add_subplot()
    if x.shape[1] >= SHOWN_FEATURES:
        axes.imshow(x, aspect="auto", cmap="Greys", interpolation="nearest")
        axes.set_ylabel("step")
        axes.set_xlabel("feature")
    else:
        names = features if features and len(features) == x.shape[1] else None
        for i, values in enumerate(x.T):
            marker = "." if len(x) < 30 else None
            axes.plot(values, label=named(names[i]) if names else f"feature {i}", marker=marker)
        axes.set_xlabel("step")
        axes.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))
        axes.legend(fontsize=7)
    return figure


def _frames(x):
    shown = np.unique(np.linspace(0, len(x) - 1, SHOWN_FRAMES).astype(int)) if len(x) else []
    figure = Figure(figsize=(max(1.1 * len(shown), 1.5), 1.4), layout="constrained")
    for place, step in enumerate(shown, 1):
        axes = figure.add_subplot(1, len(shown), place)
        axes.imshow(_as_picture(x[step]), cmap="gray", interpolation="nearest")
        axes.set_title(f"step {step}", fontsize=7)
        axes.set_axis_off()
    return figure


def _as_picture(frame):
    """Return a frame as one plane or three colours, from 0 to 1."""
    frame = frame[..., :3] if frame.shape[-1] >= 3 else frame[..., 0]
    low, high = frame.min(), frame.max()
    return (frame - low) / (high - low if high > low else 1)


def lengths(parts: Mapping[str, np.ndarray]) -> Figure:
    """Draw how long the sequences of each part are."""
    figure = Figure(figsize=(7, 2.6), layout="constrained")
    axes = figure.add_subplot()
    most = max(values.max() for values in parts.values())
    bins = np.linspace(-0.5, most + 0.5, min(int(most) + 2, 41))
    axes.hist(list(parts.values()), bins=bins, label=list(parts), stacked=True)
    axes.set_xlabel("valid steps")
    axes.set_ylabel("sequences")
    axes.legend()
    return figure


def as_svg(figure: Figure) -> str:
    """Return a figure as SVG to be put into a page, its text as text."""
    text = io.StringIO()
    with (
        matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "tf1_rnn"}),
        warnings.catch_warnings(),
    ):
        # The browser has fonts for what matplotlib's own cannot write.
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        # On a busy machine matplotlib takes its own time for a sign of too much data.
        warnings.filterwarnings("ignore", "Creating legend with loc")
        figure.savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()
    return re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.S)


def _are_short(classes):
    return max(map(len, classes)) <= 3
