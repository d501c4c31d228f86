"""The figures of a report: what they draw, and SVG that is the same each time and asks nothing."""

import re
import xml.etree.ElementTree

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="figures need matplotlib")
from tf1_rnn.trainer.report import figures

ROWS = [
    {"epoch": 1, "train_loss": 2.0, "valid_loss": 3.0},
    {"epoch": 2, "train_loss": 1.0, "valid_loss": 2.5},
]


def labels(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


@pytest.mark.parametrize(
    "runs, shown",
    [
        ([("", ROWS)], ["training", "validation"]),
        ([("", [{"epoch": 1, "train_loss": 2.0}])], ["training"]),
        # Of several runs one curve each.
        ([("a", ROWS), ("b", [{"epoch": 1, "train_loss": 2.0}])], ["a", "b"]),
    ],
)
def test_curves(runs, shown):
    _, axes = figures.curves(runs)
    assert labels(axes) == shown and axes.get_ylabel() == "loss"
    for line in axes.get_lines():
        assert line.get_marker() == ("o" if len(line.get_xdata()) == 1 else "None")


def test_the_chosen_epoch_is_marked():
    _, axes = figures.curves([("", ROWS)])
    figures.mark(axes, 2)
    (text,) = axes.texts
    assert text.get_text().strip() == "epoch 2" and text.get_ha() == "right"


def test_a_confusion_matrix_shows_its_counts_until_there_are_too_many():
    matrix = np.array([[3, 1], [0, 0]])
    axes = figures.confusion(matrix, ("left", "right")).axes[0]
    assert sorted(text.get_text() for text in axes.texts) == ["1", "3"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["left", "right"]
    many = figures.SHOWN_CLASSES + 1
    axes = figures.confusion(np.eye(many, dtype=int), [str(n) for n in range(many)]).axes[0]
    assert len(axes.texts) == 0


@pytest.mark.parametrize(
    "name, shown",
    [
        ("left", "left"),
        ("$\\frac$", "$\\frac$"),  # bad mathematics, which would end the run
        ("5$ or 6$", "5$ or 6$"),
        ("_idle", " _idle"),
        ("two\nlines", "two lines"),
        ("n" * 400, "n" * 31 + "…"),
        ("n" * 30 + "$$", "n" * 30 + "…"),
        ("<b> & ü 日本", "<b> & ü 日本"),
    ],
)
def test_a_name_is_shown_as_it_is_whatever_it_contains(name, shown):
    figure = figures.confusion(np.eye(2, dtype=int), (name, "other"))
    drawn = xml.etree.ElementTree.fromstring(figures.as_svg(figure))
    texts = ["".join(each.itertext()) for each in drawn.iter() if each.tag.endswith("text")]
    assert shown in texts
    assert shown in "".join(labels(figures.sample(np.eye(2), (name, "b")).axes[0])).replace(
        "\\$", "$"
    )


def test_a_matrix_with_long_names_leaves_room_for_the_matrix():
    short, long = (
        figures.confusion(np.eye(3, dtype=int), [str(n) * count for n in range(3)])
        for count in (1, 200)
    )
    assert long.get_size_inches()[0] > short.get_size_inches()[0] + 2


def test_steps_are_counted_in_whole_numbers():
    (axes,) = figures.sample(np.random.RandomState(0).rand(13, 2), None).axes
    assert all(tick == int(tick) for tick in axes.get_xticks())


def test_each_of_several_numbers_has_a_colour_and_a_name():
    one, two = np.zeros([3, 1]), np.zeros([3, 2])
    (axes,) = figures.numbers(one, one).axes
    assert axes.get_legend() is None and len(axes.collections) == 1
    (axes,) = figures.numbers(two, two).axes
    assert labels(axes) == ["number 0", "number 1"]


@pytest.mark.parametrize(
    "shape, lines, pictures",
    [
        ((5, 2), 2, 0),
        ((5, 8), 0, 1),
        ((20, 4, 4, 1), 0, 8),
        ((3, 4, 4, 3), 0, 3),
        ((0, 4, 4, 1), 0, 0),
    ],
)
def test_a_sample_is_lines_a_picture_or_frames(shape, lines, pictures):
    figure = figures.sample(np.random.RandomState(0).rand(*shape), None)
    assert sum(len(axes.get_lines()) for axes in figure.axes) == lines
    assert sum(len(axes.get_images()) for axes in figure.axes) == pictures


@pytest.mark.parametrize(
    "features, shown", [(("p", "q"), ["p", "q"]), (("p",), ["feature 0", "feature 1"])]
)
def test_features_are_named_where_all_are(features, shown):
    assert labels(figures.sample(np.ones([3, 2]), features).axes[0]) == shown


def test_numbers_and_lengths():
    axes = figures.numbers(np.array([[0.0], [2]]), np.array([[1.0], [3]])).axes[0]
    assert list(axes.get_lines()[0].get_xdata()) == [0, 3]
    axes = figures.lengths({"train": np.array([1, 4]), "test": np.array([2])}).axes[0]
    assert labels(axes) == ["train", "test"]
    assert sum(patch.get_height() for patch in axes.patches) == 3


def test_svg_is_the_same_each_time_and_asks_for_nothing():
    first, second = (figures.as_svg(figures.curves([("", ROWS)])[0]) for _ in range(2))
    assert first == second and first.startswith("<svg") and "<metadata" not in first
    assert "training" in first  # as text
    xml.etree.ElementTree.fromstring(first)
    assert not re.search(r'(src|href)="(?!#)', first)
