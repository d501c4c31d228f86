"""Data files of every format, damaged as files are: a plan comes out, or one line and its code.

Each format is written by another program than the reader. Hypothesis draws a format and what
happened to the file: cut, bits flipped, a part missing, repeated, exchanged, or zeros; to text also
other encodings, line ends and cells. What is still read holds finite numbers alone.
"""

import gzip
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.test_bad_input import DRAWS, answered
from tf1_rnn import main
from tf1_rnn.trainer import plan

N, STEPS = 24, 4
LONG = ("--sequence=id", "--label=label")
FLAGS = {
    "long.csv": LONG,
    "long.csv.gz": LONG,
    "long.parquet": LONG,
    "wide.csv": ("--label=label",),
    "archive.tsv": (),
    "arrays.npz": (),
    "arrays.h5": (),
    "series.ts": (),
    "series.arff": ("--label=label",),
    "steps.tfrecord": ("--label=label",),
    "frames": (),
}
TEXT = ("long.csv", "wide.csv", "archive.tsv", "series.ts", "series.arff")
pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    """Return the bytes of a good file by its name; of `frames`, those of one image."""
    h5py, pandas, image = (pytest.importorskip(name) for name in ("h5py", "pandas", "PIL.Image"))
    pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("good")
    random = np.random.RandomState(0)
    x, y = random.rand(N, STEPS, 2).round(3), np.arange(N) % 2
    rows = [(f"s{i}", *x[i, t], ["down", "up"][y[i]]) for i in range(N) for t in range(STEPS)]
    table = pandas.DataFrame(rows, columns=["id", "a", "b", "label"])
    table.to_csv(folder / "long.csv", index=False)
    table.to_parquet(folder / "long.parquet")
    wide = pandas.DataFrame(x[..., 0], columns=[f"t{k}" for k in range(STEPS)])
    wide.assign(label=y).to_csv(folder / "wide.csv", index=False)
    np.savetxt(folder / "archive.tsv", np.c_[y, x[..., 0]], delimiter="\t", fmt="%.3f")
    parts = {"train": slice(16), "test": slice(16, N)}
    arrays = {
        f"{k}_{part}": v[rows] for part, rows in parts.items() for k, v in (("x", x), ("y", y))
    }
    np.savez(folder / "arrays.npz", **arrays)
    with h5py.File(folder / "arrays.h5", "w") as file:
        file.update(arrays)
    lines = [":".join(",".join(map(str, x[i, :, d])) for d in range(2)) for i in range(N)]
    (folder / "series.ts").write_text(
        "@problemName p\n@timeStamps false\n@univariate false\n@dimensions 2\n@equalLength true\n"
        f"@seriesLength {STEPS}\n@classLabel true 0 1\n@data\n"
        + "".join(f"{line}:{label}\n" for line, label in zip(lines, y, strict=True))
    )
    (folder / "series.arff").write_text(
        "@relation p\n"
        + "".join(f"@attribute t{k} numeric\n" for k in range(STEPS))
        + "@attribute label {0,1}\n@data\n"
        + "".join(f"{','.join(map(str, x[i, :, 0]))},{y[i]}\n" for i in range(N))
    )
    (folder / "steps.tfrecord").write_bytes(_records(x, y))
    image.fromarray((random.rand(5, 5) * 255).astype(np.uint8)).save(folder / "frames.png")
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    found["frames"] = found.pop("frames.png")
    return {**found, "long.csv.gz": gzip.compress(found["long.csv"])}


def _records(x, y):
    """Return `SequenceExample`s as TFRecords, framed by TensorFlow's own writer."""
    import tensorflow.compat.v1 as tf

    def feature(kind, values):
        return tf.train.Feature(**{f"{kind}_list": {"value": values}})

    path = tf.test.get_temp_dir() + "/steps.tfrecord"
    with tf.io.TFRecordWriter(path) as writer:
        for steps, label in zip(x, y.tolist(), strict=True):
            context = tf.train.Features(feature={"label": feature("int64", [label])})
            values = tf.train.FeatureList(feature=[feature("float", step) for step in steps])
            lists = tf.train.FeatureLists(feature_list={"values": values})
            example = tf.train.SequenceExample(context=context, feature_lists=lists)
            writer.write(example.SerializeToString())
    with open(path, "rb") as file:
        return file.read()


CELLS = (
    "",
    "nan",
    "inf",
    "-1e400",
    "1e308",
    "1,5",
    "x",
    '"',
    "٣",
    "=1+1",
    "0x1",
    "TRUE",
    "\0",
    "\r",
)


@st.composite
def damaged(draw, content, is_text):
    """Draw what is left of a file."""
    kinds = ["cut", "flip", "gone", "twice", "swap", "zeros"]
    kind = draw(st.sampled_from(kinds + ["cell", "cell", "line", "encoding", "ends"] * is_text))
    low, high = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    if kind == "cell":
        return _with_cell(draw, content)
    if kind == "line":
        lines = content.splitlines(keepends=True)
        at = draw(st.integers(0, len(lines) - 1))
        return b"".join(
            lines[:at] + draw(st.sampled_from([[], lines[at : at + 1] * 2])) + lines[at + 1 :]
        )
    if kind == "encoding":
        name = draw(st.sampled_from(["utf-16", "utf-8-sig", "utf-32", "utf-7"]))
        return content.decode().encode(name)
    if kind == "ends":
        return content.replace(b"\n", draw(st.sampled_from([b"\r\n", b"\r", b"\n\n", b"\0\n"])))
    if kind == "flip":
        changed = bytearray(content)
        for _ in range(draw(st.integers(1, 8))):
            changed[draw(st.integers(0, len(content) - 1))] ^= 1 << draw(st.integers(0, 7))
        return bytes(changed)
    return {
        "cut": content[:high],
        "gone": content[:low] + content[high:],
        "twice": content[:high] + content[low:],
        "swap": content[high:] + content[:high],
        "zeros": content[:low] + bytes(high - low) + content[high:],
    }[kind]


def _with_cell(draw, content):
    """Replace one value of a line, in a table or between colons."""
    lines = content.decode().splitlines()
    at = draw(st.integers(0, len(lines) - 1))
    mark = next((mark for mark in "\t:," if mark in lines[at]), ",")
    values = lines[at].split(mark)
    values[draw(st.integers(0, len(values) - 1))] = draw(st.sampled_from(CELLS))
    lines[at] = mark.join(values)
    return ("\n".join(lines) + "\n").encode()


@pytest.mark.timeout(600)
@DRAWS
@given(data=st.data())
def test_any_damage_to_a_file_of_any_format(contents, data, tmp_path_factory):
    name = data.draw(st.sampled_from(sorted(FLAGS)))
    folder = tmp_path_factory.mktemp("data")
    content = data.draw(damaged(contents[name], name in TEXT))
    _lay(folder, name, contents[name], content)
    _expect_an_answer(folder / name, name)


def _lay(folder, name, good, content):
    """Write a file, or of `frames` a folder of good images and a damaged one."""
    if name != "frames":
        (folder / name).write_bytes(content)
        return
    for sequence in range(8):
        place = folder / name / "ab"[sequence % 2] / f"s{sequence}"
        place.mkdir(parents=True)
        for step in range(2):
            (place / f"{step}.png").write_bytes(content if sequence == step == 0 else good)


def _expect_an_answer(path, name):
    """Settle a training run, and require finite data or one line that names the file."""
    cell = "conv_lstm" if name == "frames" else "gru"
    for more in ([], ["--standardize"]):
        argv = ["main", f"--cell={cell}", f"--data={path}", *FLAGS[name], *more]
        settled = answered(lambda argv=argv: plan.settle(main.parse(argv)))
        if settled is None:
            continue
        data = settled.dataset
        for split in (data.train, data.valid, data.test):
            assert np.isfinite(split.x).all() and np.isfinite(split.y).all()


@pytest.mark.parametrize("name", FLAGS)
def test_the_good_files_are_read(contents, tmp_path, name):
    _lay(tmp_path, name, contents[name], contents[name])
    argv = [f"--cell={'conv_lstm' if name == 'frames' else 'gru'}", f"--data={tmp_path / name}"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        settled = plan.settle(main.parse(["main", *argv, *FLAGS[name]]))
    assert settled.dataset.n_classes == 2
