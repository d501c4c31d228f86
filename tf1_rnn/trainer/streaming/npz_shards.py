"""Shards that are `.npz` files: `x`, `y` and `lengths`, or the names of a single file of data.

Uncompressed arrays are read row by row where they lie in the file; compressed ones as a whole, so
that they must be small.
"""

import dataclasses
import functools
import itertools
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np

from tf1_rnn import npz
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.readers.source import PARTS
from tf1_rnn.trainer.streaming.blocks import LARGEST_WHOLE, Block, batches_of, opened, stamp

KEYS = ("x", "y", "lengths")
SMALL_ROW = 2**12  # bytes; rows between those that are wanted are read too, and dropped
_LOCAL_HEADER = 30  # bytes of a zip member's own header, before its name and extra field


@dataclasses.dataclass(frozen=True)
class Member:
    """An array in a file.

    Attributes:
        name: of the member.
        dtype, shape: of the array.
        offset: where its numbers begin in the file; None where they are compressed or lie column
            by column, so that it is read as a whole.
        header: checksum of what lies before the numbers.
        checksum: of all of the member, as the archive has it.
    """

    name: str
    dtype: np.dtype
    shape: tuple
    offset: int | None
    header: int
    checksum: int

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return self.dtype.itemsize * int(np.prod(self.shape[1:], dtype=np.int64))


class Section:
    """The sequences of one part in one file.

    Attributes:
        path: the file.
        part: "train", "test", "valid", or None where the file does not tell.
        is_whole: whether it is read as a whole, whatever is wanted of it.
        row_bytes: bytes that a sequence takes in memory.
    """

    def __init__(self, path: str, part: str | None, members: dict, known: tuple[int, int]):
        """Read nothing yet.

        Args:
            path: as above.
            part: as above.
            members: a `Member` for each of `KEYS` that there is.
            known: the `blocks.stamp` of the file when these were found.
        """
        self.path, self.part, self._members, self._stamp = path, part, members, known
        x = members.get("x")
        if x is None:
            raise RunError(f"{_suffixed('x', part)} is missing; found {', '.join(members)}")
        for key, member in members.items():
            if len(member.shape) < 1 or member.shape[0] != x.shape[0]:
                raise RunError(
                    f"{key} has shape {member.shape}, x {x.shape}; expected one for each sequence"
                )
        if x.dtype.kind not in "biuf":
            raise RunError(f"x holds {x.dtype}; expected numbers")
        if len(x.shape) not in (2, 3, 4, 5) or 0 in x.shape[1:]:
            raise RunError(
                f"x has shape {x.shape}; expected [n, time_steps, length] or "
                "frames [n, time_steps, height, width, channels]"
            )
        self.is_whole = any(member.offset is None for member in members.values())
        self.row_bytes = sum(member.row_bytes for member in members.values())
        if self.is_whole and self.row_bytes * len(self) > LARGEST_WHOLE:
            raise RunError(
                f"is compressed and larger than {LARGEST_WHOLE // 2**20} MB; expected numpy.savez, "
                "which does not compress, or smaller shards"
            )

    def __len__(self):
        return self._members["x"].shape[0]

    @property
    def dtype(self) -> np.dtype:
        """The type of x."""
        return self._members["x"].dtype

    @property
    def time_steps(self) -> int:
        """Time steps of x, padding included."""
        return self._members["x"].shape[1]

    def blocks(self) -> Iterator[Block]:
        """Yield all sequences, a `Block` after the other.

        Raises:
            RunError: at the end, where an array is not the one that the file's checksum is of.
        """
        sums = {key: member.header for key, member in self._members.items()}
        for rows in batches_of(len(self), self.row_bytes):
            found = {key: self._read(key, rows) for key in self._members}
            for key, array in found.items():
                sums[key] = zlib.crc32(array.reshape(-1).view(np.uint8).data, sums[key])
            x = found["x"]
            x = x[..., np.newaxis] if x.ndim in (2, 4) else x
            yield Block(x, found.get("lengths"), found.get("y"))
        for key, member in self._members.items():
            if member.offset is not None and sums[key] != member.checksum:
                raise RunError(f"damaged .npz file (Bad CRC-32 for file {member.name!r})")

    def fill(self, x: np.ndarray, rows: np.ndarray) -> None:
        """Read the steps of sequences into an array.

        Args:
            x: uint8 or float32 `[k, time_steps, ...]`, of at least as many steps as x has here;
                those beyond become zeros.
            rows: numbers of the sequences, ascending, `[k]`.
        """
        member = self._members["x"]
        if member.dtype == x.dtype and self.time_steps == x.shape[1]:
            self._fill(member, x, rows)
            return
        found = self._read("x", rows)
        x[:, : found.shape[1]] = found.reshape(*found.shape[:2], *x.shape[2:])
        x[:, found.shape[1] :] = 0

    def labels(self, rows: np.ndarray) -> np.ndarray:
        """Return the labels of sequences as the file has them."""
        return self._read("y", rows)

    def _read(self, key, rows):
        member = self._members[key]
        found = np.empty([len(rows), *member.shape[1:]], member.dtype)
        self._fill(member, found, rows)
        return found

    def _fill(self, member, out, rows):
        """Read rows of an array to where they belong, in as few pieces as they lie in."""
        if member.offset is None:
            whole = _unpacked(self.path, member.name, self._stamp)
            out[:] = whole[rows].reshape(out.shape)
            return
        with opened(self.path, self._stamp) as file:
            if member.row_bytes < SMALL_ROW:
                first, end = int(rows[0]), int(rows[-1]) + 1
                span = np.empty([end - first, *out.shape[1:]], out.dtype)
                _read_into(file, member, first, span)
                out[:] = span[rows - first]
                return
            cuts = np.flatnonzero(np.diff(rows) != 1) + 1
            for begin, end in itertools.pairwise([0, *cuts.tolist(), len(rows)]):
                _read_into(file, member, int(rows[begin]), out[begin:end])


def sections(path: str, part: str | None) -> list[Section]:
    """Return the `Section`s of a file.

    Args:
        path: the file.
        part: "train", "test" or "valid", as its name tells, or None. Arrays may tell it too:
            `x_test` and `y_test` are of the test set.

    Raises:
        RunError: the file holds no such arrays.
    """
    known, found = stamp(path), []
    members = _members(path)
    for own in (None, *PARTS):
        chosen = {
            key: member for key in KEYS if (member := members.get(_suffixed(key, own))) is not None
        }
        if chosen:
            found.append(Section(path, own or part, chosen, known))
    if not found:
        raise RunError(
            f"no x in it; found {', '.join(members) or 'nothing'}; expected x, y and, for "
            "sequences of different lengths, lengths"
        )
    return found


def _suffixed(key, part):
    return key if part is None else f"{key}_{part}"


def _members(path):
    """Return the arrays of a file by name, each a `Member`."""
    try:
        with zipfile.ZipFile(path) as archive, open(path, "rb") as file:
            found = {}
            for entry in archive.infolist():
                if entry.filename.endswith(".npy"):
                    found[entry.filename[:-4]] = _member(archive, file, entry)
            return found
    except RunError:
        raise
    except Exception as error:  # a damaged archive raises nearly anything
        raise RunError(f"damaged .npz file ({npz.first_line(error)})") from None


def _member(archive, file, entry):
    with archive.open(entry) as member:
        major, minor = np.lib.format.read_magic(member)
        shape, by_column, dtype = npz.HEADERS[major, minor](member)
        header = member.tell()
    if dtype.hasobject:
        raise RunError(f"{entry.filename[:-4]} is pickled, which is never loaded; expected numbers")
    size = dtype.itemsize * int(np.prod(shape, dtype=np.int64))
    if size != entry.file_size - header:
        raise RunError(f"damaged .npz file ({entry.filename} is not as long as its header says)")
    offset, checksum = None, 0
    if entry.compress_type == zipfile.ZIP_STORED and not (by_column and len(shape) > 1):
        file.seek(entry.header_offset)
        local = file.read(_LOCAL_HEADER)
        name, extra = (int.from_bytes(local[i : i + 2], "little") for i in (26, 28))
        begin = entry.header_offset + _LOCAL_HEADER + name + extra
        file.seek(begin)
        offset, checksum = begin + header, zlib.crc32(file.read(header))
    return Member(entry.filename, dtype, shape, offset, checksum, entry.CRC)


def _read_into(file, member, first, rows):
    """Read consecutive rows, from the `first` on, into an array of them."""
    file.seek(member.offset + first * member.row_bytes)
    if file.readinto(rows.reshape(-1).view(np.uint8)) != rows.nbytes:
        raise RunError(
            "was cut short while this run was reading it: restore the file, and run the same "
            "command again"
        )


@functools.lru_cache(maxsize=len(KEYS))  # the arrays of the file that was read last
def _unpacked(path, name, known):
    try:
        with (
            opened(path, known) as file,
            zipfile.ZipFile(file) as archive,
            archive.open(name) as member,
        ):
            array = np.lib.format.read_array(member, allow_pickle=False)
            member.read(1)  # to the end, where the checksum is checked
            return array
    except RunError:
        raise
    except Exception as error:  # a damaged archive raises nearly anything
        raise RunError(f"damaged .npz file ({npz.first_line(error)})") from None
