"""Tables in long form: which rows make a sequence, what its label is, what is refused."""

import gzip

import numpy as np
import pandas
import pytest

from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer import loading
from tf1_rnn.trainer.readers import formats
from tf1_rnn.trainer.readers.source import Source

FIXTURE = "tests/fixtures/data/walking.csv"


def load(path, sequence="id", label="y", parts=("train", "test"), labels=True, **how):
    return loading.load(Source(str(path), sequence=sequence, label=label, **how), parts, labels)


@pytest.fixture
def write(tmp_path):
    def write(text, name="a.csv"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / name

    return write


def rows(n=10, columns="id,a,y", split=None):
    """Return a table of n sequences of 2 or 3 steps; a counts steps, y is id modulo 2."""
    lines = [columns]
    for i in range(n):
        for step in range(2 + i % 2):
            lines.append(f"{i},{step + i / 10},{i % 2}" + (f",{split[i]}" if split else ""))
    return "\n".join(lines) + "\n"


def test_a_csv_as_uci_has_them():
    data = load(FIXTURE, "trial", "activity", ("test",), features=("acc x", "acc y"), labels=False)
    assert data.test.ids == ("1", "2", "3", "4") and list(data.test.lengths) == [2, 2, 3, 2]
    np.testing.assert_array_equal(
        data.test.x[2], np.array([[1, 2], [1.5, 2.5], [2, 3]], np.float32)
    )
    np.testing.assert_array_equal(data.test.x[1], [[0.125, -1.75], [0.5, -1.5], [0, 0]])
    data = load(FIXTURE, "trial", "activity")
    assert data.classes == ("SITTING", "WALKING") and data.features == ("subject", "acc x", "acc y")
    assert len(data.train) == 3 and len(data.test) == 1 and "1 of 4 sequences" in data.notes[1]
    assert dict(
        zip(data.train.ids + data.test.ids, [*data.train.y, *data.test.y], strict=True)
    ) == {
        "1": 1,
        "2": 0,
        "3": 1,
        "4": 0,
    }


def test_all_containers_hold_the_same_data(write, tmp_path):
    plain = load(write(rows())).fingerprint()
    assert load(write(gzip.compress(rows().encode()), "b.csv.gz")).fingerprint() == plain
    assert load(write(rows().replace(",", "\t"), "b.tsv")).fingerprint() == plain
    assert load(write(rows().replace(",", ";"), "c.csv")).fingerprint() == plain
    assert load(write("\ufeff" + rows().replace("\n", "\r\n"), "d.csv")).fingerprint() == plain
    pandas.read_csv(tmp_path / "a.csv").to_parquet(tmp_path / "anything")
    assert load(tmp_path / "anything").fingerprint() == plain


def test_a_column_split_tells_the_parts(write):
    split = ["train", "test", "Train", "val", "train ", "test", "valid", "train", "train", "test"]
    data = load(write(rows(columns="id,a,y,split", split=split)))
    assert data.test.ids == ("1", "5", "9") and data.valid.ids == ("3", "6")
    assert data.features == ("a",) and len(data.train) == 5
    alone = load(write(rows(columns="id,a,y,part", split=split)), parts=("test",), split="part")
    assert alone.train is None and alone.test.ids == ("1", "5", "9")


def test_files_that_belong_together_and_a_file_for_the_test(write):
    train, test = write(rows(), "x_train.csv"), write(rows(4), "x_test.csv")
    for data in (load(train), load(train, test_path=str(test)), load(train, parts=("test",))):
        assert len(data.test) == 4 and (data.train is None or len(data.train) == 10)
    other = write(rows().replace("id,a,y", "id,b,y"), "other.csv")
    with pytest.raises(RunError, match="^.*other.csv: has no column a, which the model is"):
        load(train, test_path=str(other))


def test_a_model_is_not_tested_on_what_it_has_learned(write):
    data = load(write(rows(20)))
    trained = loading.Trained(data.target, data.classes, data.features, data.fingerprint())

    def test(path, labels=True):
        return loading.load(Source(str(path), "id", "y"), ("test",), labels, trained)

    again = test(write(rows(20), "renamed.csv"))
    assert again.test.ids == data.test.ids and "held out" in again.notes[-1]
    assert len(test(write(rows(19))).test) == 19
    assert len(test(write(rows(20)), labels=False).test) == 20
    with pytest.raises(RunError, match="has no column a, which .* trained on; columns: id, b"):
        test(write("id,b,y\n1,2,0\n"))


def test_columns_that_a_model_remembers_are_no_flags(tmp_path):
    np.savez(tmp_path / "a.npz", x_test=np.zeros([2, 3, 1]))
    how = {"sequence": "id", "label": "y", "features": ("a",), "split": "part"}
    with pytest.raises(UsageError, match="--[a-z]+ is not for that"):
        loading.load(Source(str(tmp_path / "a.npz"), **how), ("test",), False)
    read = loading.load(
        Source(str(tmp_path / "a.npz"), **how, remembered=(*how,)), ("test",), False
    )
    assert len(read.test) == 2


def test_labels_of_steps_and_numbers(write):
    steps = load(
        write(
            "id,a,y,split\n1,0,x,train\n1,1,z,train\n2,0,z,train\n3,1,x,test\n3,2,x,test\n3,2,z,test\n"
        )
    )
    assert steps.target == "step classes" and steps.classes == ("x", "z")
    assert steps.train.y.tolist() == [[0, 1, 0], [1, 0, 0]] and steps.test.y.tolist() == [[0, 0, 1]]
    assert list(steps.train.lengths) == [2, 1]
    numbers = load(write("id,a,y\n1,0,2.5\n1,1,2.5\n2,0,3\n3,1,4.25\n"))
    assert numbers.target == "number" and numbers.train.y.dtype == np.float32
    assert numbers.n_outputs == 1 and numbers.n_classes is None
    asked = load(write(rows()), target="number")
    assert asked.target == "number"


def test_columns_that_are_no_numbers_are_named(write):
    data = load(write("id,a,when,y\n1,0,2020-01-01,0\n2,1,2020-01-02,1\n3,1,x,1\n4,0,x,0\n"))
    assert data.features == ("a",) and any("not used: when" in note for note in data.notes)


def test_rows_of_a_sequence_need_not_stand_together(write):
    apart = load(write("id,a,y\n2,5,1\n1,0,0\n2,6,1\n1,1,0\n"), parts=("test",))
    assert apart.test.ids == ("2", "1") and apart.test.x[..., 0].tolist() == [[5, 6], [0, 1]]


def test_rows_of_many_sequences_keep_their_order(write):
    text = "id,a,y\n" + "".join(f"{i % 7},{i},{i % 7 % 2}\n" for i in range(700))
    x = load(write(text), parts=("test",)).test.x[..., 0]
    assert x.shape == (7, 100) and (np.diff(x) == 7).all()


def test_names_out_of_a_file_do_not_break_a_line(write):
    for text in (
        '"id\nx",a,y\n1,2,0\n',
        'id,"a\nb",y\n1,x,0\n1,2,0\n1,2,0\n',
        "id,\x1b[2J,y\n1,x,0\n",
    ):
        with pytest.raises(RunError) as error:
            load(write(text, "a\nb.csv"))
        assert str(error.value).isprintable() and "a\\nb.csv" in str(error.value)


def test_ids_and_classes_are_read_as_they_are_written(write):
    data = load(write("id,a,y\n01,0,None\n1,1,NA\n2,1,None\n3,1,NA\n"), parts=("train", "test"))
    assert set(data.train.ids + data.test.ids) == {"01", "1", "2", "3"}
    assert data.classes == ("NA", "None")


@pytest.mark.parametrize(
    "text, how, words",
    [
        (rows(), {"sequence": None}, "needs --sequence=COLUMN.*columns: id, a, y"),
        (rows(), {"label": None}, "needs --label=COLUMN.*columns: id, a, y"),
        (rows(), {"sequence": "ids"}, "--sequence=ids: no such column.*did you mean id"),
        (rows(), {"label": "yy"}, "--label=yy.*did you mean y"),
        (rows(), {"split": "part"}, "--split=part: no such column"),
        (rows(), {"features": ("a", "b")}, "--features=b: no such column"),
        ("id,a,a,y\n1,2,3,4\n", {}, "two columns named 'a'"),
        ("id,a,y\n", {}, "holds no rows"),
        ("\n\n", {}, "an empty file"),
        ("id,a,y\n1,2,0\n1,,0\n", {}, "column a has no value in line 3 .sequence 1."),
        ("id,a,y\n1,2,0\n1,inf,0\n", {}, "column a has an infinite value in line 3"),
        ("id,a,y\n1,2,0\n,3,0\n", {}, "column id has no value in line 3"),
        ("id,a,y\n1,2,0\n1,3,\n", {}, "column y has no value in line 3"),
        ("id,a,y\n1,2,0\n1,oops,0\n2,3,1\n", {}, "column a holds 'oops' in line 3"),
        ("id,a,y\n1,2,0.5\n1,3,0.6\n", {}, "numbers that change within a sequence"),
        ("id,a,y\n1,2,0,5\n", {}, "line 2 has 4 values; expected 3, as the first line has"),
        ("id,name,y\n1,x,0\n2,y,1\n", {}, "no column of numbers"),
        ("id,a,y,split\n1,2,0,maybe\n", {}, "column split holds 'maybe'; expected train"),
        ("id,a,y,split\n1,2,0,test\n1,3,0,train\n", {}, "split changes within the sequence 1"),
        ("id,a,y\n1,2,0\n", {}, "one sequence; expected more"),
        ("id,a,y\n1,2,0\n2,3,1\n", {}, "too few to hold some out"),
        (b"id,a,y\n1,2,\xff\n2,3,x\n", {}, "not UTF-8 text .*latin-1"),
        ('id,a,y\n1,2,"x\n', {}, "line 2 has a quotation mark that is never closed"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(write, text, how, words):
    with pytest.raises(RunError, match=words) as error:
        load(write(text), **how)
    assert "\n" not in str(error.value)


def test_one_long_sequence_among_many_is_told_before_it_is_padded(write, monkeypatch):
    text = "id,a,y\n" + "0,1,0\n" * 5000 + "".join(f"{i},1,{i % 2}\n" for i in range(1, 2000))
    monkeypatch.setattr("tf1_rnn.memory.available", lambda: 20_000_000)
    with pytest.raises(RunError, match="padding 2,000 sequences to the 5,000 steps .* takes 80 MB"):
        load(write(text))


def test_a_compressed_bomb_is_refused(write, monkeypatch):
    bomb = gzip.compress(b"id,a,y\n" + b"1,1,0\n" * 500_000)
    monkeypatch.setattr("tf1_rnn.memory.available", lambda: 5_000_000)
    with pytest.raises(RunError, match="its text does not fit in the free memory"):
        load(write(bomb, "b.csv.gz"))


def test_a_parquet_bomb_is_refused(tmp_path, monkeypatch):
    table = pandas.DataFrame({"id": np.zeros(500_000, int), "a": 1.0, "y": 0})
    table.to_parquet(tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 20_000
    monkeypatch.setattr("tf1_rnn.memory.available", lambda: 5_000_000)
    with pytest.raises(RunError, match="too large: reading it takes 24 MB, 5 MB are free"):
        load(tmp_path / "a.parquet")


def test_describe_shows_columns(write):
    lines = formats.describe(str(write(rows() + "9,,1\n")))
    assert lines[1] == "26 rows" and lines[3].startswith("a: float64, 25 distinct, 1 missing")


@pytest.mark.parametrize(
    "how, words",
    [
        ({"label": "y"}, "needs --sequence=COLUMN"),
        ({"sequence": "id"}, "needs --label=COLUMN, .*; columns: id, a, y"),
        ({"sequence": "idd", "label": "y"}, "--sequence=idd: no such column; .* did you mean id"),
        ({"sequence": "id", "label": "z"}, "--label=z: no such column"),
        ({"sequence": "id", "label": "y", "split": "z"}, "--split=z: no such column"),
        ({"sequence": "id", "label": "y", "features": ("z",)}, "--features=z: no such column"),
        ({"sequence": "id", "label": "y", "target": "steps"}, "--target=steps expects"),
        ({"features": ("a",), "label": "y"}, "column a is not a series"),
    ],
)
def test_a_flag_that_is_missing_or_wrong_is_a_wrong_command_line(write, how, words):
    path = write(rows())
    with pytest.raises(UsageError, match=f"^{path}: .*{words}"):
        loading.load(Source(str(path), **how))
