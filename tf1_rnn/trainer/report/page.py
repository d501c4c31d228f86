"""The page: `report.html`, one file that loads nothing else."""

from __future__ import annotations

import html
import os
import platform
import re
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tf1_rnn import __version__, files
from tf1_rnn.trainer import measures, picture
from tf1_rnn.trainer.flags import FLAGS, assignment, show
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    import tensorflow.compat.v1 as tf

    from tf1_rnn.trainer.classifier import Classifier
    from tf1_rnn.trainer.plan import Plan
    from tf1_rnn.trainer.report.findings import Findings

ROWS_OF_RECALL = 200
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1a202c; max-width: 62rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; } td, th { padding: .15rem .7rem; text-align: left;
  border-bottom: 1px solid #e2e8f0; } td.number { text-align: right; }
pre { background: #f7fafc; padding: .7rem; overflow-x: auto; }
.samples { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; max-width: 21rem; }
figcaption { font-size: .85rem; overflow-wrap: anywhere; }
"""


def write(
    path: str,
    plan: Plan,
    graph: tf.Graph,
    model: Classifier,
    rows: list[dict],
    metrics: dict,
    found: Findings,
) -> None:
    """Write the report of a run.

    Args:
        path: the file.
        plan: the `Plan`.
        graph: the `tf.Graph` of the model.
        model: the `Classifier`.
        rows: the history.
        metrics: the numbers of the run, as `choosing.metrics` gives them.
        found: the `Findings` of the test.

    Raises:
        ImportError: matplotlib is not installed.
        OSError: the file cannot be written.
    """
    title = f"{plan.cell} on {plan.configuration['data']}"
    sections = [
        f"<h1>{html.escape(title)}</h1>{_summary(metrics)}",
        _section("Learning", _curves(rows, metrics)),
        _section("Test", _test(found)),
        _section("Worst samples", _samples(found.worst, plan.dataset.features)),
        _section("Lengths", _lengths(found.lengths)),
        _section("Graph", picture.draw(graph, model.x, model.predictions)),
        _section("How it was made", _origin(plan, metrics)),
    ]
    _save(path, title, sections)


def write_all(path: str, runs: Mapping[str, tuple]) -> None:
    """Write one page over several runs.

    Args:
        path: the file.
        runs: a dict by name of each run's metrics, its history, and its seconds.
    """
    from tf1_rnn.trainer.report import figures

    tested = [_tested(metrics) for metrics, _, _ in runs.values()]
    names = dict.fromkeys(name for numbers in tested for name in numbers)
    head = ["graph", "loop", "parameters", *names, "test loss", "epoch", "seconds"]
    table = []
    for name, (metrics, _, seconds) in runs.items():
        numbers = [_number(_tested(metrics).get(measure)) for measure in names]
        table.append(
            [
                _linked(name, os.path.join(os.path.dirname(path), name, "report.html")),
                metrics["configuration"]["rnn"],
                f"{metrics['parameters']:,}",
                *numbers,
                _number(metrics["test_loss"]),
                f"{metrics['chosen_epoch']} of {metrics['epochs']}",
                str(seconds),
            ]
        )
    sections = ["<h1>The six graphs</h1>", _table(head, table)]
    histories = [(name, rows) for name, (_, rows, _) in runs.items() if rows]
    measured = {name for _, rows in histories for row in rows for name in row}
    for name in ("loss", "accuracy", "r2"):
        if f"valid_{name}" in measured or (name == "loss" and histories):
            figure, _ = figures.curves(histories, name)
            which = "validation" if f"valid_{name}" in measured else "training"
            word = measures.WORDS.get(name, name)
            sections.append(_section(f"{which} {word}".capitalize(), figures.as_svg(figure)))
    _save(path, "The six graphs", sections)


def _linked(name, page):
    """Return a name that leads to the page of its own, where there is one."""
    name = html.escape(name)
    return f'<a href="{name}/report.html">{name}</a>' if os.path.exists(page) else name


def _tested(metrics):
    """Return the measures of a test by their names in words."""
    word_and_value = measures.of_row(metrics, "test")
    return {f"test {word_and_value[0]}": word_and_value[1]} if word_and_value else {}


def _number(value):
    return "" if value is None else f"{value:.4f}"


def _save(path, title, sections):
    with files.writing(path) as file:
        file.write(
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            '<link rel="icon" href="data:,">'
            f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n"
            + "\n".join(sections)
            + "\n</body></html>\n"
        )


def _section(title, content):
    return f"<section><h2>{html.escape(title)}</h2>\n{content}\n</section>"


def _summary(metrics):
    by = (
        "chosen by its validation loss"
        if metrics["chosen_by"]
        else "the last; there was no validation set"
    )
    tested = "".join(f", {name} <b>{value:.4f}</b>" for name, value in _tested(metrics).items())
    return (
        f"<p>Epoch {metrics['chosen_epoch']} of {metrics['epochs']}, {by}: test loss "
        f"<b>{metrics['test_loss']:.4f}</b>{tested}; "
        f"{counted(metrics['parameters'], 'parameter')}.</p>"
    )


def _curves(rows, metrics):
    from tf1_rnn.trainer.report import figures

    if not rows:
        return "<p>The model was trained elsewhere.</p>"
    drawn = []
    for name in ("loss", "accuracy", "r2"):
        if f"valid_{name}" in rows[-1] or name == "loss":
            figure, axes = figures.curves([("", rows)], name)
            figures.mark(axes, metrics["chosen_epoch"])
            drawn.append(figures.as_svg(figure))
    return "\n".join(drawn)


def _test(found):
    from tf1_rnn.trainer.report import figures

    if found.confusion is None:
        return figures.as_svg(figures.numbers(*found.numbers))
    counts, predicted = found.confusion.sum(1), found.confusion.sum(0)
    rows = [
        [html.escape(name), str(count), str(times), "" if np.isnan(recall) else f"{recall:.1%}"]
        for name, count, times, recall in zip(
            found.classes, counts, predicted, measures.recall(found.confusion), strict=True
        )
    ]
    more = len(rows) - ROWS_OF_RECALL
    note = f"<p>and {counted(more, 'class', 'more')}</p>" if more > 0 else ""
    table = _table(["class", "tested", "predicted", "recall"], rows[:ROWS_OF_RECALL])
    return figures.as_svg(figures.confusion(found.confusion, found.classes)) + table + note


def _samples(worst, features):
    from tf1_rnn.trainer.report import figures

    drawn = [
        f"<figure>{figures.as_svg(figures.sample(each.x, features))}<figcaption>"
        f"{html.escape(each.name)}: {html.escape(each.verdict)}, loss {each.loss:.3g}"
        "</figcaption></figure>"
        for each in worst
    ]
    return f'<div class="samples">{"".join(drawn)}</div>'


def _lengths(lengths):
    from tf1_rnn.trainer.report import figures

    values = np.unique(np.concatenate(list(lengths.values())))
    *before, (last, others) = lengths.items()
    parts = [*(f"{len(each):,} {name}" for name, each in before)]
    counts = ", ".join([*parts, counted(len(others), "sequence", last)])
    if len(values) == 1:
        return f"<p>{counts}, each of {counted(int(values[0]), 'step')}.</p>"
    return f"<p>{counts}.</p>" + figures.as_svg(figures.lengths(lengths))


def _origin(plan, metrics):
    import tensorflow.compat.v1 as tf

    given = [
        assignment(name, value)
        for name, row in FLAGS.items()
        if (value := getattr(plan.settings, name)) is not None
        and (row.configured or value != row.default)
    ]
    command = shlex.join(["tf1-rnn", "train", *given])
    versions = {
        "tf1_rnn": __version__,
        "TensorFlow": tf.__version__,
        "NumPy": np.__version__,
        "Python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
    }
    rows = [[html.escape(name), html.escape(show(value))] for name, value in
            {**versions, **metrics["configuration"]}.items() if value is not None]  # fmt: skip
    return f"<pre>{html.escape(command)}</pre>" + _table(["", ""], rows)


def _table(head, rows):
    def cell(text):
        number = re.fullmatch(r"[\d.,%-]+", text)
        return f'<td class="number">{text}</td>' if number else f"<td>{text}</td>"

    top = "".join(f"<th>{text}</th>" for text in head)
    body = "".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{body}</table>"
