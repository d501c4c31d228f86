"""The checkpoints in a folder, and which of them is the latest."""

import glob
import os
import re

from tf1_rnn import files, inputs

_NOTE = "checkpoint"  # TensorFlow's own file in the folder
_ENDING = ".index"


def named(path):
    """Return the prefix that the folder's file `checkpoint` names as the last; None without one.

    Only the name counts, not the folder it was written in. The files need not be there.

    Raises:
        ValueError: the file cannot be read (`inputs.Unreadable`), or names none.
    """
    note = os.path.join(path, _NOTE)
    if not os.path.lexists(note):
        return None
    text = inputs.read(note).decode("utf-8")
    found = re.search(r'^model_checkpoint_path: "(.+)"$', text, re.MULTILINE)
    if not found:
        raise ValueError(f"{note} names no checkpoint")
    return os.path.join(path, os.path.basename(found.group(1)))


def name(path, prefix):
    """Name a prefix as the last in the folder's file `checkpoint`, without its folder.

    Raises:
        OSError: the file cannot be written.
    """
    with files.writing(os.path.join(path, _NOTE)) as file:
        file.write(f'model_checkpoint_path: "{os.path.basename(prefix)}"\n')


def prefixes(path):
    """Return the prefixes of the complete checkpoints in a folder, the last one last.

    The last is what the file `checkpoint` names; where it is missing, unreadable, or names what
    was left where the folder came from, the highest step, and the newest of those without one.

    Raises:
        OSError: the folder may not be read.
    """
    names = os.listdir(path) if os.path.isdir(path) else ()
    found = [os.path.join(path, name) for name in names if name.endswith(_ENDING)]
    found = [name[: -len(_ENDING)] for name in sorted(found, key=_age)]
    try:
        last = named(path)
    except ValueError:
        last = None
    return sorted(found, key=lambda prefix: prefix == last)  # keeps their order otherwise


def require_regular(prefix):
    """Refuse a checkpoint of which a file is a pipe or device: reading one may never end.

    Raises:
        ValueError: in one line, which file it is.
    """
    for file in [prefix, *glob.glob(glob.escape(os.fspath(prefix)) + ".*")]:
        if os.path.exists(file) and not os.path.isdir(file):
            try:
                inputs.require_regular(file)
            except inputs.Unreadable as error:
                raise ValueError(f"{file}: {error}") from None


def _age(file):
    step = re.search(r"-(\d+)\.index$", file)
    return int(step.group(1)) if step else -1, os.path.getmtime(file)
