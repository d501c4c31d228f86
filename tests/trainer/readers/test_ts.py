""".ts files: written by hand, as the archives have them."""

import numpy as np
import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import loading
from tf1_rnn.trainer.readers import formats, ts

TRAIN, TEST = (f"tests/fixtures/data/Gestures_{part}.ts" for part in ("TRAIN", "TEST"))


def test_a_pair_of_files_of_two_dimensions_and_different_lengths():
    data = loading.load(TRAIN)
    assert data.classes == ("left", "right") and data.train.y.tolist() == [0, 1, 0, 1]
    assert data.train.lengths.tolist() == [3, 2, 4, 3] and data.test.lengths.tolist() == [3, 2]
    np.testing.assert_array_equal(
        data.train.x[1], np.array([[-0.1, 1.0], [-0.2, 1.5], [0, 0], [0, 0]], np.float32)
    )
    assert data.test.y.tolist() == [1, 0] and any("Gestures_TEST.ts" in n for n in data.notes)


def test_the_test_half_alone_whichever_file_is_named():
    trained = loading.Trained("class", ("left", "right"))
    for path in (TRAIN, TEST):
        data = loading.load(path, ("test",), True, trained)
        assert data.train is None and data.test.y.tolist() == [1, 0]


def test_regression_and_one_dimension(tmp_path):
    path = tmp_path / "a.ts"
    path.write_text("@problemName p\n@targetlabel true\n@data\n1,2:0.5\n2,3:1.5\n4,5:2\n5,6:7\n")
    data = loading.load(str(path))
    assert data.target == "number" and data.train.x.shape == (3, 2, 1)
    whole = np.concatenate([data.train.y, data.test.y]).ravel()
    assert sorted(whole.tolist()) == [0.5, 1.5, 2, 7]


HEAD = "@problemName p\n@classLabel true a b\n@data\n"


@pytest.mark.parametrize(
    "text, words",
    [
        (HEAD, "no sequences after @data"),
        ("@problemName p\n", "no line @data"),
        ("@problemName p\nx\n@data\n", "line 2 comes before @data"),
        ("@problemName p\n@data\n1,2\n3,4\n", "has no labels: expected @classLabel true"),
        (HEAD + "1,?:a\n", "line 4 has no value at step 2 of dimension 1; .* fill it in"),
        (HEAD + "1,NaN:a\n", "line 4 has no value"),
        (HEAD + "1,x:a\n", "line 4 holds 'x'; expected numbers"),
        (HEAD + "1,2:c\n", "line 4 has the label 'c'; @classLabel names a, b"),
        (HEAD + "1,2:\n", "line 4 has no label"),
        (HEAD + "a\n", "line 4 has no values"),
        (HEAD + "1,2:1:a\n", "line 4 has dimensions of 1 to 2 steps"),
        (HEAD + "1,2:a\n1,2:3,4:a\n", "line 5 has 2 dimensions, the first sequence 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, words):
    (tmp_path / "a.ts").write_text(text)
    with pytest.raises(RunError, match=words) as error:
        loading.load(str(tmp_path / "a.ts"))
    assert "\n" not in str(error.value)


TIMED = "@problemName p\n@timeStamps true\n@univariate true\n@classLabel true a b\n@data\n"


def test_times_of_the_calendar_and_numbers(tmp_path):
    text = TIMED + (
        "(2007-01-01 00:00:00,241.97),(2007-01-01 00:01:00,241.75):"
        "(2007-01-01 00:00:00,1),(2007-01-01 00:01:00,-1e1):a\n"
        "(0,3), (1,4) ,(2.5,5):(0,6),(1,7),(2.5,8):b\n"
        "(2007-01-01,9):(2007-01-01,10):a\n"
    )
    (tmp_path / "a.ts").write_text(text)
    samples = ts.read(str(tmp_path / "a.ts"), None, True)
    assert [rows.tolist() for rows in samples.values] == [
        [[241.97, 1], [241.75, -10]],
        [[3, 6], [4, 7], [5, 8]],
        [[9, 10]],
    ]
    assert samples.labels == ["a", "b", "a"]
    assert "steps are unevenly spaced in time in 1 of 3 sequences" in samples.notes


@pytest.mark.parametrize(
    "line, words",
    [
        ("(0,1),(1,2):(0,1),(2,2):a", "line 6 has dimensions at different times"),
        ("(0,1),(1,2):(0,1):a", "line 6 has dimensions of 1 to 2 steps"),
        ("(1,1),(0,2):a", "line 6 has the time '0' after a later or equal one"),
        ("(1,1),(1,2):a", "line 6 has the time '1' after"),
        ("1,2:a", "line 6 holds '1,2'; expected pairs"),
        ("(0,1,2,(3:a", "line 6 holds"),
        ("(0,x):a", "line 6 holds 'x'; expected numbers"),
        ("(0,?):a", "line 6 has no value"),
        ("(noon,1):a", "line 6 has the time 'noon'; expected a number, or 2007"),
        ("(nan,1):a", "line 6 has the time 'nan'"),
        ("(0,1):c", "line 6 has the label 'c'"),
        ("a", "line 6 has no values"),
    ],
)
def test_what_is_wrong_with_times(tmp_path, line, words):
    (tmp_path / "a.ts").write_text(TIMED + line + "\n")
    with pytest.raises(RunError, match=words) as error:
        ts.read(str(tmp_path / "a.ts"), None, True)
    assert "\n" not in str(error.value)


def test_too_large_is_said_before_it_is_read(monkeypatch):
    monkeypatch.setattr("tf1_rnn.memory.available", lambda: 1000)
    with pytest.raises(RunError, match="too large: reading it takes"):
        ts.read(TRAIN, None, True)


def test_describe_shows_the_header():
    lines = formats.describe(TRAIN)
    assert "@classLabel true left right" in lines
    assert lines[-1] == "sequences: 4; steps: 2 to 4; dimensions: 2"
