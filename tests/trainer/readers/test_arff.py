""".arff files of time series, in one dimension and in several."""

import math

import numpy as np
import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import loading
from tf1_rnn.trainer.readers import arff, formats
from tf1_rnn.trainer.readers.source import Source

SPARSE = "tests/fixtures/data/sparse.arff"
SEVERAL, ONE = "tests/fixtures/data/gestures.arff", "tests/fixtures/data/coffee.arff"


def test_several_dimensions_and_padding_at_the_end():
    samples = arff.read(SEVERAL, Source(SEVERAL), True)
    assert samples.classes == ("left", "to the right")
    assert samples.labels == ["left", "to the right"] * 2
    assert [len(values) for values in samples.values] == [3, 2, 3, 3]
    np.testing.assert_array_equal(samples.values[1], [[-0.1, 1.0], [-0.2, 1.5]])
    assert "missing steps at the end of 1 sequence " in samples.notes[0]


def test_one_dimension():
    samples = arff.read(ONE, Source(ONE), True)
    assert samples.labels == ["1", "2", "1", "2"] and samples.values[1].tolist() == [[-0.5], [1e-3]]
    data = loading.load(ONE)
    assert data.classes == ("1", "2") and data.time_steps == 2 and len(data.test) == 1


def test_every_other_attribute_must_be_a_step():
    with pytest.raises(RunError, match="attribute target is not numeric"):
        arff.read(ONE, Source(ONE, label="step2"), True)
    with pytest.raises(RunError, match="--label=none: no such attribute"):
        arff.read(ONE, Source(ONE, label="none"), True)


HEAD = "@relation r\n@attribute a numeric\n@attribute b real\n@attribute c {x,y}\n@data\n"


@pytest.mark.parametrize(
    "text, words",
    [
        (HEAD, "no sequences after @data"),
        ("@relation r\n@attribute a numeric\n", "no line @data"),
        ("@relation r\n@data\n1", "no attributes"),
        ("@relation r\n@attribute a\n@data\n1", "line 2 is not an attribute"),
        ("@relation r\nhello\n@data\n1", "line 2 comes before @data"),
        ("@relation r\n@attribute a {x,y\n@data\n1", "does not close it with a brace"),
        ("@relation r\n@attribute a real\n@attribute a real\n@data\n1", "two attributes named 'a'"),
        ("@relation r\n@attribute a real\n@data\n1", "no nominal attribute"),
        ("@relation r\n@attribute a string\n@attribute c {x,y}\n@data\n1,x", "a is not numeric"),
        (HEAD + "1,2\n", "line 6 has 2 values; expected 3"),
        (HEAD + "1,2,z\n", "line 6 has the c 'z'; expected one of x, y"),
        (HEAD + "?,2,x\n", "line 6 has no value at step 1"),
        (HEAD + "1,oops,x\n", "line 6 holds 'oops'"),
        (HEAD + "{0 1, 2 x\n", "line 6 is sparse and does not end with a brace"),
        (HEAD + "{0 1, 3 x}\n", "line 6 holds '3 x'; expected an index from 0 to 2"),
        (HEAD + "{0 1, x}\n", "line 6 holds 'x'; expected an index"),
        (HEAD + "{0 1, 1}\n", "line 6 holds '1'; expected an index"),
        (HEAD + "{0 1, 2 z}\n", "line 6 has the c 'z'"),
        (HEAD + "'1,2,x\n", "line 6"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, words):
    (tmp_path / "a.arff").write_text(text)
    with pytest.raises(RunError, match=words) as error:
        loading.load(str(tmp_path / "a.arff"))
    assert "\n" not in str(error.value)


def test_sparse_lines(tmp_path):
    head = "@relation r\n@attribute a real\n@attribute b real\n@attribute c {'x, 1',y}\n@data\n"
    lines = "{}\n{1 2.5}\n{0 -1,\t2 y}\n{ 0 3 , 1 4, 2 'x, 1' }\n1,2,y\n"
    (tmp_path / "a.arff").write_text(head + lines)
    samples = arff.read(str(tmp_path / "a.arff"), None, True)
    assert samples.labels == ["x, 1", "x, 1", "y", "x, 1", "y"]
    values = [rows.ravel().tolist() for rows in samples.values]
    assert values == [[0, 0], [0, 2.5], [-1, 0], [3, 4], [1, 2]]


def test_a_sparse_file_that_another_program_wrote():
    samples = arff.read(SPARSE, None, True)
    assert samples.labels == ["slow", "fast one"] * 10
    for n, values in enumerate(samples.values):
        expected = [math.sin((1 + n % 2) * t) if t % 3 else 0 for t in range(8)]
        np.testing.assert_allclose(values.ravel(), expected, atol=6e-4)


def test_numbers_to_learn(tmp_path):
    text = "@relation r\n@attribute a real\n@attribute b real\n@attribute t real\n@data\n" + (
        "".join(f"{i},{i + 1},{i / 4}\n" for i in range(8))
    )
    (tmp_path / "a.arff").write_text(text)
    data = loading.load(Source(str(tmp_path / "a.arff"), label="t"))
    assert data.target == "number" and data.time_steps == 2 and len(data.train) == 6


def test_describe_shows_attributes():
    assert formats.describe(SEVERAL)[1:] == [
        "relationalAtt: relational",
        "classAttribute: one of left, to the right",
        "sequences: 4; steps: 2 to 3; dimensions: 2",
    ]
