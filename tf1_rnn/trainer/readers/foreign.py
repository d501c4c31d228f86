"""Files of other kinds: what each looks like, and the line of Python that converts it."""

from __future__ import annotations

import zipfile

from tf1_rnn.trainer.readers import csv_file

SAVE = "np.savez('data.npz', x_train=..., y_train=..., x_test=..., y_test=...)"

UTF_16 = "pandas.read_csv({path}, encoding='utf-16').to_csv('data.csv', index=False)"

# How a file begins, what that is, and what converts it.
BEGINNINGS = (
    (b"\x93NUMPY", "a single array (.npy)", "x = np.load({path})"),
    (b"MATLAB 5.0", "a MATLAB file", "m = scipy.io.loadmat({path})"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file", "pandas.read_excel({path}).to_csv('data.csv')"),
    (b"version https://git-lfs", "a Git LFS pointer, not the data", None),
    (b"SQLite format 3", "an SQLite database", "pandas.read_sql(...).to_csv('data.csv')"),
    (b"ARROW1", "a Feather file", "pandas.read_feather({path}).to_parquet('data.parquet')"),
    (b"%PDF", "a PDF", None),
    (b"\x89PNG", "a single image", None),
    (b"\xff\xd8\xff", "a single image", None),
    (b"GIF8", "a single image", None),
    (b"RIFF", "a sound or film", "rate, x = scipy.io.wavfile.read({path})"),
    (b"\xff\xfe", "text in UTF-16", UTF_16),
    (b"\xfe\xff", "text in UTF-16", UTF_16),
    (b"BZh", "compressed by bzip2", "unpack it: bunzip2"),
    (b"\xfd7zXZ", "compressed by xz", "unpack it: unxz"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"(\xb5/\xfd", "compressed by zstd", "unpack it: unzstd"),
)
# Loading one can run any code; whoever made the file may trust it, this program does not.
PICKLE = "d = pickle.load(open({path}, 'rb'))"
READABLE = (
    ".npz, .h5, .csv, .tsv, .parquet, .ts, .arff, TFRecords, or a folder of TFRecords or frames"
)


def explain(path: str, head: bytes) -> str:
    """Return one line on a file that no reader takes: what it looks like, and what to do.

    Args:
        path: the file.
        head: its first bytes, unpacked where gzip packed them.
    """
    what, how = _recognised(path, head)
    if how is None:
        return f"looks like {what}; expected {READABLE}"
    how = how.format(path=repr(str(path)))
    if how.startswith("unpack") or ".to_" in how:
        return f"looks like {what}, which is not read; convert it: {how}"
    return f"looks like {what}, which is not read; convert it: {how}; {SAVE}"


def _recognised(path, head):
    if not head.strip():
        return "an empty file", None
    for beginning, what, how in BEGINNINGS:
        if head.startswith(beginning):
            return what, how
    if head[257:262] == b"ustar":
        return "a tar archive", "unpack it: tar xf"
    if head[:2] == b"PK":
        return _of_zip(path)
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return "a Python pickle", PICKLE
    if head[:3] == b"\0\0\x08" and head[3:4] in (b"\1", b"\2", b"\3", b"\4"):
        return _of_idx(head)
    return _of_text(path, head)


def _of_zip(path):
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except Exception:  # a damaged archive raises nearly anything
        return "a damaged zip archive", None
    if any(name.startswith("xl/") for name in names):
        return "an Excel file", "pandas.read_excel({path}).to_csv('data.csv', index=False)"
    return "a zip archive of other files", "unpack it: unzip"


def _of_idx(head):
    ranks = {1: "labels", 3: "images"}
    kind = ranks.get(head[3], "arrays")
    offset = 4 + 4 * head[3]
    return f"idx-ubyte {kind} (MNIST's format)", (
        f"x = np.frombuffer(open({{path}}, 'rb').read(), np.uint8, offset={offset})"
        ".reshape("
        + ", ".join(str(int.from_bytes(head[4 + 4 * i : 8 + 4 * i], "big")) for i in range(head[3]))
        + ")"
    )


def _of_text(path, head):
    begin = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if begin[:1] == b"<" and (
        b"<!doctype html" in begin[:200].lower() or b"<html" in begin.lower()
    ):
        return "a web page, not the file that it links to", None
    if begin[:1] in (b"{", b"["):
        return "JSON", "d = json.load(open({path}))"
    try:
        # A character may be cut where the head ends.
        text = head[:-4].decode() if len(head) > 8 else head.decode()
    except UnicodeDecodeError:
        return "a binary file of an unknown kind", None
    if "\0" in text:
        return "a binary file of an unknown kind", None
    lines = [line for line in text.splitlines() if line.strip()] or [""]
    if csv_file.begins_with_numbers(head) or any(mark in lines[0] for mark in ",;\t"):
        return "a table; give it a name that ends in .csv", None
    if len(lines) > 1 and len(lines[0].split()) == len(lines[1].split()) > 1:
        return (
            "a table with spaces between its columns",
            "pandas.read_csv({path}, sep=r'\\s+').to_csv('data.csv', index=False)",
        )
    return "text other than a table", None
