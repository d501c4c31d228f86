""".arff files of time series, in one dimension and in several."""

import numpy as np
import pytest

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import loading
from tf1_rnn.trainer.readers import arff, formats
from tf1_rnn.trainer.readers.source import Source

SEVERAL, ONE = "tests/fixtures/data/gestures.arff", "tests/fixtures/data/coffee.arff"


def test_several_dimensions_and_padding_at_the_end():
    samples = arff.read(SEVERAL, Source(SEVERAL), True)
    assert samples.classes == ("left", "to the right")
    assert samples.labels == ["left", "to the right"] * 2
    assert [len(values) for values in samples.values] == [3, 2, 3, 3]
    np.testing.assert_array_equal(samples.values[1], [[-0.1, 1.0], [-0.2, 1.5]])
    assert "missing steps at the end of 1 sequences" in samples.notes[0]


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
        (HEAD, "no sequences behind @data"),
        ("@relation r\n@attribute a numeric\n", "no line @data"),
        ("@relation r\n@data\n1", "no attributes"),
        ("@relation r\n@attribute a\n@data\n1", "line 2 is no attribute"),
        ("@relation r\nhello\n@data\n1", "line 2 stands before @data"),
        ("@relation r\n@attribute a {x,y\n@data\n1", "does not close it with a brace"),
        ("@relation r\n@attribute a real\n@attribute a real\n@data\n1", "of the name 'a'"),
        ("@relation r\n@attribute a real\n@data\n1", "no nominal attribute"),
        ("@relation r\n@attribute a string\n@attribute c {x,y}\n@data\n1,x", "a is not numeric"),
        (HEAD + "1,2\n", "line 6 has 2 values; expected 3"),
        (HEAD + "1,2,z\n", "line 6 has the c 'z'; expected one of x, y"),
        (HEAD + "?,2,x\n", "line 6 has no value, .* at step 1"),
        (HEAD + "1,oops,x\n", "line 6 holds 'oops'"),
        (HEAD + "{0 1, 2 x}\n", "line 6 is sparse"),
        (HEAD + "'1,2,x\n", "line 6"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, words):
    (tmp_path / "a.arff").write_text(text)
    with pytest.raises(RunError, match=words) as error:
        loading.load(str(tmp_path / "a.arff"))
    assert "\n" not in str(error.value)


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
