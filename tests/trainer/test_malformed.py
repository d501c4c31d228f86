"""Damaged, odd and hostile files of every format: the result is a `Dataset`, or one line.

Hypothesis draws the damage: bytes changed, cut out and repeated, words of text replaced, arrays of
other types, shapes and values. Whatever is drawn, nothing but a `RunError` of one line may be
raised, and the result must be what a run relies on.
"""

import functools
import io
import pathlib
import warnings
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


def member(array, version=None):
    """Return a member of an `.npz`, in a version of the format."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), version, allow_pickle=True)
    return file.getvalue()


def header(text):
    """Return the beginning of a member: a header of any text."""
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def archive(members, method=zipfile.ZIP_STORED):
    """Return a zip archive of pairs of a name and its content; a name may stand there twice."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as out, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in members:
            out.writestr(name, content)
    return file.getvalue()


def members_of(arrays):
    return [(f"{name}.npy", member(array)) for name, array in arrays.items()]


FORMS = {
    "stored": lambda: archive(members_of(sequences())),
    "by bzip2": lambda: archive(members_of(sequences()), zipfile.ZIP_BZIP2),
    "by lzma": lambda: archive(members_of(sequences()), zipfile.ZIP_LZMA),
    "in Fortran's order": lambda: archive(
        members_of({name: np.asfortranarray(a) for name, a in sequences().items()})
    ),
    "big-endian": lambda: archive(
        members_of({n: a.astype(a.dtype.newbyteorder(">")) for n, a in sequences().items()})
    ),
    "in version 2": lambda: archive(
        [(f"{n}.npy", member(a, (2, 0))) for n, a in sequences().items()]
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_any_form_of_an_npz_gives_the_same_data(form, tmp_path):
    for name, made in (("a.npz", npz()), ("b.npz", FORMS[form]())):
        (tmp_path / name).write_bytes(made)
    one, other = (loading.load(str(tmp_path / name)) for name in ("a.npz", "b.npz"))
    assert one.fingerprint() == other.fingerprint()


# What a member may hold in place of its array.
MEMBERS = (
    member(np.float64(2)), member(np.array("a")), member(np.array(None)), member(np.zeros([6, 0])),
    member(np.array([{}, [], None], object)), member(np.zeros(6, [("a", "f8"), ("b", "U3")])),
    member(np.array(["NaT"] * 6, "M8[ns]")), member(np.arange(6).astype("M8[D]")),
    member(np.arange(6).astype("m8[s]")), member(np.array(["\u00e9", "\0", "", "a\nb", "x", "x"])),
    member(np.array([b"\xff", b"", b"a", b"b", b"a", b"b"])), member(np.zeros(6, "V3")),
    member(-np.arange(6)), member(np.full(6, -(2**63))), member(np.full(6, np.nan)),
    member(np.array([True, False] * 3)), member(np.arange(6) * 1j), member(np.full([6, 5, 3], "1")),
    member(np.zeros([6, 5, 3, 1, 1, 1])), member(np.zeros([6, 10**6], "U0")),
    member(np.arange(6.0), (3, 0)), b"", b"\x93NUMPY", b"\x93NUMPY\x01\x00\xff\xff{",
    member(np.arange(6.0)) + b"more", member(np.arange(6.0))[:-3], b"\x80\x04N.", b"text",
    header("{'descr': '<f8', 'fortran_order': 1, 'shape': (6, -1)}"),
    header("{'descr': '|O', 'fortran_order': False, 'shape': (6,)}"),
    header("__import__('os').abort()"),
)  # fmt: skip
NAMES = (
    "x_train.npy", "x_train", "/x_train.npy", "../x_train.npy", "a/b/x_train.npy", "x_train.npy/",
    "X_TRAIN.npy", "\u00e9.npy", ".npy", "x train.npy", "a\nb.npy", "y_valid.npy",
)  # fmt: skip


@DRAWS
@given(data=st.data())
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_odd_members_of_an_npz(tmp_path, data):
    members = members_of(sequences())
    for _ in range(data.draw(st.integers(1, 2))):
        at, odd = data.draw(st.integers(0, 5)), data.draw(st.sampled_from(MEMBERS))
        kind = data.draw(st.sampled_from(["content", "content", "name", "more", "gone"]))
        if kind == "more":
            members.append((data.draw(st.sampled_from(NAMES)), odd))
        elif kind == "gone":
            del members[at % len(members)]
        else:
            name, own = members[at % len(members)]
            new = (name, odd) if kind == "content" else (data.draw(st.sampled_from(NAMES)), own)
            members[at % len(members)] = new
    content = bytearray(archive(members, data.draw(st.sampled_from([0, 0, 8]))))
    damage = data.draw(st.sampled_from(["none", "none", "sum", "size", "method", "locked", "end"]))
    offset = {"sum": 16, "size": 24, "method": 10, "locked": 8}.get(damage)
    if offset is not None:  # of a field of the entry in the archive's directory
        content[content.index(b"PK\x01\x02") + offset] ^= data.draw(st.integers(1, 255))
    elif damage == "end":
        del content[-data.draw(st.integers(1, 200)) :]
    (tmp_path / "a.npz").write_bytes(content)
    check(tmp_path / "a.npz")
