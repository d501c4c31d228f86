"""Damaged, odd and hostile files of every format: the result is a `Dataset`, or one line.

Hypothesis draws the damage: bytes changed, cut out and repeated, words of text replaced, arrays of
other types, shapes and values. Whatever is drawn, nothing but a `RunError` of one line may be
raised, and the result must be what a run relies on.
"""

import functools
import io
import pathlib
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trainer.arrays import sequences
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import loading
from tf1_rnn.trainer.readers import formats
from tf1_rnn.trainer.readers.source import Source

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures" / "data"
DRAWS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def table():
    import pandas

    return pandas.read_csv(FIXTURES / "walking.csv")


def parquet():
    file = io.BytesIO()
    table().to_parquet(file)
    return file.getvalue()


def hdf5():
    import h5py

    file = io.BytesIO()
    with h5py.File(file, "w") as out:
        for name, array in sequences().items():
            out[name] = array
        out["group/notes"] = "text"
    return file.getvalue()


def npz():
    file = io.BytesIO()
    np.savez_compressed(file, **sequences())
    return file.getvalue()


def fixture(name):
    return (FIXTURES / name).read_bytes()


TIMED = "@problemName p\n@timestamps true\n@classLabel true a b\n@data\n" + "".join(
    f"(2007-01-01 00:00:00,{n}),(2007-01-01 01:00:00.5,-{n}):{'ab'[n % 2]}\n" for n in range(8)
)
WIDE = "t_0,s_0,t_1,s_1,note,y\n" + "".join(f"{n},1,2.5,-{n},x,{n % 2}\n" for n in range(8))
TABLE = {"sequence": "trial", "label": "activity"}
# A file of each format: its name, its content, and how it is read.
FILES = {
    "a.npz": (npz, {}),
    "a.h5": (hdf5, {}),
    "a.csv": (lambda: fixture("walking.csv"), TABLE),
    "a.parquet": (parquet, TABLE),
    "a.ts": (lambda: fixture("Gestures_TRAIN.ts"), {}),
    "relational.arff": (lambda: fixture("gestures.arff"), {}),
    "plain.arff": (lambda: fixture("coffee.arff"), {}),
    "sparse.arff": (lambda: fixture("sparse.arff"), {}),
    "timed.ts": (lambda: TIMED.encode(), {}),
    "wide.tsv": (lambda: fixture("Kettles_TRAIN.tsv"), {}),
    "wide.csv": (lambda: WIDE.encode(), {"label": "y"}),
    "example.tfrecord": (
        lambda: fixture("readings/test-00000-of-00002"),
        {"label": "third", "features": ("sine", "cosine")},
    ),
    "a.tfrecord": (lambda: fixture("waves.tfrecord"), {"label": "class"}),
    "a.tfrecord.gz": (lambda: fixture("tags.tfrecord.gz"), {"label": "tag"}),
}
TEXT = [
    *("a.csv", "a.ts", "relational.arff", "plain.arff"),
    *("sparse.arff", "timed.ts", "wide.tsv", "wide.csv"),
]
WORDS = (
    *("", " ", "?", "nan", "inf", "-1", "1e999", "9" * 500, "0x10", "1_0", "True", "None"),
    *("'", '"', "{", "}", "{1,2}", ":", ",", ";", "\t", "\n", "\r", "\\n", "\0", "é", "\ufeff"),
    *("@data", "@attribute", "@attribute x relational", "@end", "@classLabel true", "#", "%"),
)


@functools.cache
def content(name):
    return FILES[name][0]()


def check(path, **how):
    """Load a file both ways, and check the result or the message."""
    source = Source(str(path), **how)
    for parts, labels in ((("train", "test"), True), (("test",), False)):
        try:
            data = loading.load(source, parts, labels)
        except RunError as error:
            text = str(error)
            assert text.startswith(str(path)) and "\n" not in text and len(text) < 1500, text
            continue
        for split in filter(None, (data.train, data.test, data.valid)):
            assert len(split) and split.x.dtype == np.float32 and np.isfinite(split.x).all()
            assert split.x.shape[1:] == (data.time_steps, *data.step_shape)
            if split.lengths is not None:
                assert split.lengths.dtype == np.int32 and split.lengths.max() <= data.time_steps
            if labels:
                assert len(split.y) == len(split)
                if data.target != "number":
                    assert 0 <= split.y.min() and split.y.max() < data.n_classes
    try:
        assert all(isinstance(line, str) for line in formats.describe(str(path)))
    except RunError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("name", FILES)
def test_what_is_spoiled_here_is_right_before(name, tmp_path):
    (tmp_path / name).write_bytes(content(name))
    path, how = str(tmp_path / name), FILES[name][1]
    assert loading.load(Source(path, **how)).train is not None
    assert len(formats.describe(path)) > 1


@pytest.mark.parametrize("name", FILES)
@DRAWS
@given(data=st.data())
def test_damaged_bytes(name, tmp_path, data):
    spoiled = bytearray(content(name))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(spoiled) - 1))
        kind = data.draw(st.sampled_from(["change", "cut", "repeat", "insert", "end"]))
        size = data.draw(st.integers(1, 40))
        if kind == "change":
            spoiled[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del spoiled[at : at + size]
        elif kind == "repeat":
            spoiled[at:at] = spoiled[at : at + size]
        elif kind == "insert":
            spoiled[at:at] = data.draw(st.binary(min_size=1, max_size=12))
        else:
            del spoiled[at:]
        if not spoiled:
            break
    (tmp_path / name).write_bytes(spoiled)
    check(tmp_path / name, **FILES[name][1])


@pytest.mark.parametrize("name", TEXT)
@DRAWS
@given(data=st.data())
def test_words_of_text_replaced(name, tmp_path, data):
    import re

    parts = re.split(r"([\w.-]+)", content(name).decode())
    for _ in range(data.draw(st.integers(1, 4))):
        parts[data.draw(st.integers(0, len(parts) - 1))] = data.draw(st.sampled_from(WORDS))
    (tmp_path / name).write_text("".join(parts), encoding="utf-8")
    check(tmp_path / name, **FILES[name][1])


TYPES = (
    *(bool, np.int8, np.uint8, np.int64, np.uint64, np.float16, np.float32, np.float64),
    *(np.longdouble, complex, "U3", "S3", "datetime64[s]", "timedelta64[s]", object),
    np.dtype([("a", float), ("b", int)]),
)
VALUES = (np.nan, np.inf, -np.inf, -1, 0, 1, 2, 0.5, 1e300, 2**63, 2**64 - 1)


@st.composite
def odd_arrays(draw, n):
    """Draw an array of any type and shape, of one value or of counting numbers."""
    first = draw(st.sampled_from([n, n, n, n + 1, 1, 0]))
    rest = draw(st.lists(st.sampled_from([0, 1, 2, 3, 5]), max_size=4))
    shape = draw(st.sampled_from([(first, *rest), ()]))
    with np.errstate(all="ignore"):
        values = np.full(shape, draw(st.sampled_from(VALUES)), np.float64)
        if draw(st.booleans()):
            values = np.arange(values.size, dtype=np.float64).reshape(shape)
        try:
            return values.astype(draw(st.sampled_from(TYPES)))
        except (TypeError, ValueError, OverflowError):
            return values


@pytest.mark.parametrize("name", ["a.npz", "a.h5"])
@DRAWS
@given(data=st.data())
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_odd_arrays(name, tmp_path, data):
    arrays = sequences()
    names = st.sampled_from([*arrays, "x_valid", "y_valid", "other"])
    for _ in range(data.draw(st.integers(1, 4))):
        key = data.draw(names)
        arrays[key] = data.draw(odd_arrays(4 if key.endswith("_test") else 6))
    path = tmp_path / name
    if name == "a.npz":
        np.savez(path, **arrays)
    else:
        import h5py

        with h5py.File(path, "w") as out:
            for key, array in arrays.items():
                try:
                    out[key] = array
                except TypeError:
                    out[key] = h5py.Empty("f")
    check(path)


@DRAWS
@given(
    cells=st.lists(
        st.lists(
            st.sampled_from(
                ["1", "2", "0.5", "x", "", "nan", "inf", "True", "2020-01-01", "9" * 30]
            ),
            min_size=3,
            max_size=3,
        ),
        max_size=12,
    ),
    target=st.sampled_from([None, "class", "steps", "number"]),
)
def test_tables_of_anything(tmp_path, cells, target):
    text = "\n".join(["trial,x,activity", *(",".join(row) for row in cells)])
    (tmp_path / "a.csv").write_text(text)
    check(tmp_path / "a.csv", **TABLE, target=target)


@pytest.mark.parametrize(
    "name, member",
    [("a.npz", "notes.txt"), ("a.npz", "deep/x_train.npy"), ("a.npz", "x_train.npy")],
)
def test_members_of_a_zip_that_do_not_belong_there(name, member, tmp_path):
    (tmp_path / name).write_bytes(content(name))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)  # that the name stands there already
        with zipfile.ZipFile(tmp_path / name, "a") as archive:
            archive.writestr(member, b"text")
    check(tmp_path / name)
