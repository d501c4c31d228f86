"""A safe reader of `.npz` files: nothing is unpickled, nothing larger than memory is read.

Runs under Python 3.7 too, without TensorFlow.
"""

import os
import zipfile

import numpy as np

from tf1_rnn import memory
from tf1_rnn.inputs import Unreadable, require_regular

HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read(file):
    """Return the arrays of an `.npz` file, and its other members.

    Nothing is unpickled, and nothing is read before its declared size was found to fit in memory.

    Args:
        file: a path, or an open binary file.

    Returns:
        A dict of the arrays by name, and a dict of what was left out by name, with the reason.

    Raises:
        Unreadable: there is no such file, it cannot be read, is damaged, too large, or no `.npz`.
    """
    try:
        if isinstance(file, (str, os.PathLike)):
            require_regular(file)
        with zipfile.ZipFile(file) as archive:
            return _members(archive)
    except Unreadable:
        raise
    except zipfile.BadZipFile as error:
        raise Unreadable("damaged or not an .npz file (%s)" % first_line(error)) from None
    except OSError as error:
        raise Unreadable("cannot be read: %s" % (error.strerror or first_line(error))) from None
    except MemoryError:
        raise Unreadable("larger than the memory") from None
    except Exception as error:  # a damaged archive raises nearly anything
        raise Unreadable("damaged .npz file (%s)" % first_line(error)) from None


def first_line(error):
    """Return the first line of an error's text, or what kind of error it is."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]


def _members(archive):
    """Return the arrays of an open archive and what was left out."""
    names, left_out, total = {}, {}, 0
    for entry in archive.infolist():
        name = entry.filename[:-4] if entry.filename.endswith(".npy") else entry.filename
        if name in names or name in left_out:
            raise Unreadable("holds %s twice" % name)
        reason, size = _header(archive, entry)
        if reason:
            left_out[name] = reason
        else:
            names[name], total = entry, total + size
    # The caller keeps a converted copy of the arrays as well.
    shortage = memory.shortage(2 * total)
    if shortage:
        raise Unreadable("too large: reading it %s" % shortage)
    arrays = {}
    for name, entry in names.items():
        with archive.open(entry) as member:
            arrays[name] = np.lib.format.read_array(member, allow_pickle=False)
    return arrays, left_out


def _header(archive, entry):
    """Return why a member is no plain array, or None, and the bytes that it declares."""
    if not entry.filename.endswith(".npy"):
        return "not an array", 0
    with archive.open(entry) as member:
        if member.read(6) != b"\x93NUMPY":
            return "not an array", 0
        version = tuple(member.read(2))
        if version not in HEADERS:
            return "of an unknown version of NumPy's format", 0
        shape, _, dtype = HEADERS[version](member)
        declared = entry.file_size - member.tell()
    if dtype.hasobject:
        return "pickled Python objects, which are never loaded", 0
    if not dtype.itemsize:
        return "an array of nothing", 0
    size = dtype.itemsize
    for length in shape:
        size *= length
    if size != declared or min(shape, default=0) < 0:
        raise Unreadable(
            "damaged .npz file (%s declares shape %s of %s, its data are %d bytes)"
            % (entry.filename, shape, dtype, declared)
        )
    return None, size
