"""Tables in wide form: which columns are the steps, what is refused."""

import csv
import random

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import loading
from tf1_rnn.trainer.readers import formats
from tf1_rnn.trainer.readers.source import Source

KETTLES = "tests/fixtures/data/Kettles_TRAIN.tsv"


def load(path, parts=("test",), labels=True, **how):
    return loading.load(Source(str(path), **how), parts, labels)


def write(path, names, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([names, *rows] if names else rows)
    return path


def test_a_pair_of_the_archive_without_names():
    data = load(KETTLES, ("train", "test"))
    assert data.classes == ("1", "2") and data.train.y.tolist() == [1, 0, 1, 0, 0, 1]
    assert data.train.lengths.tolist() == [4, 3, 4, 2, 4, 4] and data.test.lengths.tolist() == [
        4,
        3,
    ]
    expected = [[0.11, 0.52, 0.93, 0.41], [-0.1, -0.5, -0.9, 0]]
    np.testing.assert_array_equal(data.train.x[:2, :, 0], np.array(expected, np.float32))
    assert any("column 1 is read as the label" in note for note in data.notes)
    assert "missing steps at the end of 2 sequences treated as padding" in data.notes


@pytest.mark.parametrize("name, separator", [("a.txt", "  "), ("a.csv", ","), ("a.txt", "\t")])
def test_other_separators_of_the_archive(tmp_path, name, separator):
    text = "".join(
        separator + separator.join(f"{v:.7e}" for v in (i % 2 - 0.5, i, i + 0.25)) + "\n"
        for i in range(6)
    )
    path = tmp_path / name
    path.write_text(text if separator == "  " else text.replace("\n" + separator, "\n")[1:])
    data = load(path)
    assert data.test.x[..., 0].tolist() == [[i, i + 0.25] for i in range(6)]


@pytest.mark.parametrize("name, separator", [("a.txt", " "), ("a.txt", ","), ("a.csv", ";")])
@pytest.mark.parametrize("at", [0, 2])
def test_classes_in_text_without_names_of_columns(tmp_path, name, separator, at):
    rows = [[f"{i + 0.5}", f"{-i - 0.5}"] for i in range(6)]
    for i, row in enumerate(rows):
        row.insert(at, ("none", "walk")[i % 2])
    (tmp_path / name).write_text("".join(separator.join(row) + "\n" for row in rows))
    data = load(tmp_path / name, ("train", "test"))
    assert data.classes == ("none", "walk") and len(data.train) + len(data.test) == 6
    assert any(f"column {at + 1} is read as the label" in note for note in data.notes)


def test_columns_called_by_their_times_have_names(tmp_path):
    data = load(
        write(tmp_path / "a.csv", ["y", "0.0", "0.1"], [[i % 2, i, i] for i in range(4)]), label="y"
    )
    assert data.test.x[..., 0].tolist() == [[i, i] for i in range(4)]


def test_steps_are_in_the_order_of_their_numbers(tmp_path):
    steps = [f"t{n}" for n in range(12)]
    names = [*random.Random(0).sample(steps, 12), "kind", "note", "weight"]
    rows = [[*(100 * i + int(n[1:]) for n in names[:12]), i % 2, "x", 0.5] for i in range(4)]
    data = load(write(tmp_path / "a.csv", names, rows), label="kind")
    assert data.test.x[..., 0].tolist() == [[100 * i + n for n in range(12)] for i in range(4)]
    assert data.features == ("t",) and data.test.y.tolist() == [0, 1, 0, 1]
    assert "not used: note, weight" in data.notes


def test_several_series_are_features(tmp_path):
    names = ["acc_x.0", "acc_y.0", "acc_x.1", "acc_y.1", "acc_x.2", "acc_y.2", "y", "split"]
    rows = [
        [*([0, 1, 2, 3, 4, 5] if part == "train" else [6, 7, 8, 9, "", ""]), y, part]
        for part in ("train", "test")
        for y in "uv"
    ]
    path = write(tmp_path / "a.csv", names, rows)
    data = load(path, ("train", "test"), label="y")
    assert data.features == ("acc_x", "acc_y") and data.train.lengths.tolist() == [3, 3]
    assert data.train.x[0].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert data.test.x[0].tolist() == [[6, 7], [8, 9], [0, 0]]
    chosen = load(path, ("train", "test"), label="y", features=("acc_y",))
    assert chosen.train.x[0].tolist() == [[1], [3], [5]]
    days = load(path, ("train", "test"), label="y", features=("acc_y.1", "acc_x.0"))
    assert days.train.x[0].tolist() == [[3], [0]] and days.features == ("acc_y.1", "acc_x.0")


@pytest.mark.parametrize("names", [list("0123"), list("1234"), ["V1", "V2", "V3", "V4"]])
def test_columns_called_by_their_numbers(tmp_path, names):
    rows = [[i, i + 1, i + 2, i + 3, i % 2] for i in range(4)]
    data = load(write(tmp_path / "a.csv", [*names, "y"], rows), label="y")
    assert data.test.x[1, :, 0].tolist() == [1, 2, 3, 4] and data.test.y.tolist() == [0, 1, 0, 1]
    alone = load(write(tmp_path / "a.csv", names, [row[:4] for row in rows]), labels=False)
    assert np.array_equal(alone.test.x, data.test.x)


def test_parquet_of_columns_and_of_lists(tmp_path):
    values = [[float(10 * i + n) for n in range(3)] for i in range(4)]
    wide = {f"t_{n}": [row[n] for row in values] for n in range(3)}
    lists = {"a": values, "b": [[-v for v in row] for row in values]}
    for name, columns in (("wide", wide), ("lists", lists)):
        table = pyarrow.table({**columns, "y": [0, 1] * 2})
        pyarrow.parquet.write_table(table, tmp_path / name)
        data = load(tmp_path / name, label="y")
        assert data.test.x[..., 0].tolist() == values
    assert data.features == ("a", "b") and data.test.x[1, :, 1].tolist() == [-10, -11, -12]
    table = pyarrow.table({"a": [[1.0], [1.0, 2.0]], "y": [0, 1]})
    pyarrow.parquet.write_table(table, tmp_path / "ragged")
    assert load(tmp_path / "ragged", label="y").test.lengths.tolist() == [1, 2]


def test_numbers_to_learn_and_a_very_long_line(tmp_path):
    rows = [[*np.full(9000, i + 0.123456789), i / 4] for i in range(4)]
    path = write(tmp_path / "a.csv", [*(f"step {n}" for n in range(9000)), "y"], rows)
    data = load(path, label="y")
    assert data.target == "number" and data.time_steps == 9000
    data = load(write(tmp_path / "b.csv", None, [row[::-1] for row in rows]))
    assert data.time_steps == 9000 and data.test.y.ravel().tolist() == [0, 0.25, 0.5, 0.75]


@pytest.mark.parametrize(
    "names, rows, how, words",
    [
        ("a,b,y", ["1,2,0"], {"label": "y"}, "needs --sequence=COLUMN, .*numbered, as t0, t1"),
        ("t0,t1,y", ["1,2,0"], {}, "needs --label=COLUMN"),
        ("t0,t1,y", ["1,2,0"], {"label": "z"}, "--label=z: no such column"),
        ("t0,t1,y", ["1,2,0", "1,x,0", "1,3,1"], {"label": "y"}, "column t1 holds 'x' in line 3"),
        (
            "t0,t1,y",
            ["1,2,0", ",2,1"],
            {"label": "y"},
            "line 3 has no value at step 1; .* fill it in",
        ),
        (
            "t0,t1,y",
            ["1,2,0", "inf,2,1"],
            {"label": "y"},
            "line 3 has an infinite value at step 1; .* replace it",
        ),
        ("t0,t1,y", ["1,2,0", "1,2,"], {"label": "y"}, "column y has no value in line 3"),
        ("t0,t1,s0,s1,s2,y", ["1,2,3,4,5,0"], {"label": "y"}, "t 2, s 3; expected one number"),
        ("t0,t1,y", ["1,2,0"], {"label": "y", "features": ("u",)}, "--features=u: no such column"),
        ("t0,t1,y,split", ["1,2,0,no"], {"label": "y"}, "column split holds 'no'"),
        ("t0,t1,y", [], {"label": "y"}, "holds no rows"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path, names, rows, how, words):
    (tmp_path / "a.csv").write_text("\n".join([names, *rows]) + "\n")
    with pytest.raises(RunError, match=words) as error:
        load(tmp_path / "a.csv", **how)
    assert "\n" not in str(error.value)


def test_describe_shows_the_first_columns_and_the_last(tmp_path):
    names = [*(f"t{n}" for n in range(500)), "y"]
    lines = formats.describe(str(write(tmp_path / "a.csv", names, [range(501)] * 3)))
    assert len(lines) < 40 and lines[-1].startswith("y: ")


def test_a_column_of_the_name_of_a_series_is_no_series(tmp_path):
    # The time in a table in long form, read by a model that was trained on t0, t1, t2.
    path = write(tmp_path / "long.csv", ["id", "t", "a"], [[1, 0, 0.5], [1, 1, 0.7]])
    with pytest.raises(RunError, match="column t is not a series; expected columns with its name"):
        load(path, labels=False, features=("t",))
