"""Folders of frame images, for conv_lstm: `FOLDER/train/CLASS/SEQUENCE/*.png`, read by Pillow.

Frames follow each other in natural order (`frame_2` before `frame_10`). Without `train` and
`test` folders, `FOLDER/CLASS/SEQUENCE`; where only predictions are wanted, `FOLDER/SEQUENCE`.
"""

from __future__ import annotations

import os
import pathlib
import re
from typing import TYPE_CHECKING

import numpy as np

from tf1_rnn import inputs, memory
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.dividing import listed
from tf1_rnn.trainer.readers import library
from tf1_rnn.trainer.readers.source import PARTS, Samples
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    from tf1_rnn.trainer.readers.source import Source

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".pgm", ".ppm", ".webp")
GREY, COLOUR = ("1", "L", "LA"), ("RGB", "RGBA", "P", "CMYK", "YCbCr")
LAYOUT = "expected FOLDER/train/CLASS/SEQUENCE/*.png, and the same under FOLDER/test"


def read(path: str, source: Source, labels: bool) -> Samples:
    """Return the folder's sequences of frames as `Samples`; bytes from 0 to 255."""
    found = _sequences(path)
    if labels and any(len(below) != 2 for _, below, _ in found):
        below = next(below for _, below, _ in found if len(below) != 2)
        raise RunError(f"has frames in {'/'.join(below) or 'the folder itself'}; {LAYOUT}")
    frames = _read_frames([images for _, _, images in found])
    has_parts = any(part for part, _, _ in found)
    named = all(len(below) == 2 for _, below, _ in found)
    classes = tuple(sorted({below[0] for _, below, _ in found}, key=natural)) if named else None
    return Samples(
        frames,
        [below[0] for _, below, _ in found] if named else None,
        parts=[part for part, _, _ in found] if has_parts else None,
        ids=["/".join(below) or "." for _, below, _ in found],
        classes=classes,
    )


def describe(path: str) -> list[str]:
    """Return lines on the sequences of each part and class."""
    found, counts = _sequences(path), {}
    for part, below, images in found:
        place = "/".join([part] * bool(part) + list(below[:-1])) or "."
        counts.setdefault(place, []).append(len(images))
    return [
        f"{place}: sequences: {len(sizes):,}; frames: {min(sizes)} to {max(sizes)}"
        for place, sizes in counts.items()
    ]


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts names by the numbers in them."""
    return [
        (0, int(part), part) if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", name)
        if part
    ]


def _sequences(path):
    """Return `(part or None, names of the folders below it, images)` of each sequence."""
    path, found = pathlib.Path(path), []
    parts = [part for part in PARTS if (path / part).is_dir()]
    for part in parts or [None]:
        root = path / part if part else path
        for folder, inside, files in os.walk(root, onerror=_raise):
            inside.sort(key=natural)
            images = [
                os.path.join(folder, name)
                for name in sorted(files, key=natural)
                if name.lower().endswith(SUFFIXES) and not name.startswith(".")
            ]
            for name in images:
                _require_regular(name)
            if images:
                found.append((part, pathlib.Path(folder).relative_to(root).parts, images))
    if not found:
        raise RunError(
            "a folder without shards (.npz, TFRecords) and without frames "
            f"({', '.join(SUFFIXES[:3])}, ...); of frames, {LAYOUT}"
        )
    if parts and "train" not in parts and "test" not in parts:
        raise RunError(f"has only {listed(parts)}; {LAYOUT}")
    return found


def _require_regular(name):
    try:
        inputs.require_regular(name)
    except inputs.Unreadable as error:
        raise RunError(f"{name}: {error}") from None


def _raise(error):
    raise RunError(f"cannot be read: {error.filename}: {error.strerror}")


def _read_frames(sequences):
    """Return uint8 frames `[steps, height, width, channels]` of each sequence."""
    image_module = library.load("PIL.Image", "frames", "pillow")
    first = _kind(image_module, sequences[0][0])
    for images in sequences:
        for name in images:
            own = _kind(image_module, name)
            if own != first:
                raise RunError(
                    f"{name} is {_shape(own)}, the first frame {_shape(first)}; expected all of "
                    "one size and kind"
                )
    (width, height), channels = first
    count = sum(map(len, sequences))
    shortage = memory.shortage(5 * count * width * height * channels)
    if shortage:
        raise RunError(
            f"too large: reading {counted(count, 'frame')} of {_shape(first)} {shortage}"
        )
    return [
        np.stack([_pixels(image_module, name, channels) for name in images]) for images in sequences
    ]


def _kind(image_module, name):
    """Return the size of a frame, `(width, height)`, and how many channels it has."""
    with library.reading(f"images ({name})"), image_module.open(name) as image:
        size, mode = image.size, image.mode
    if mode not in (*GREY, *COLOUR):
        raise RunError(f"{name} is of mode {mode}; expected 8 bits grey or colour")
    return size, 1 if mode in GREY else 3


def _shape(kind):
    (width, height), channels = kind
    return f"{height} x {width} {'grey' if channels == 1 else 'colour'}"


def _pixels(image_module, name, channels):
    with library.reading(f"images ({name})"), image_module.open(name) as image:
        pixels = np.asarray(image.convert("L" if channels == 1 else "RGB"), np.uint8)
    return pixels.reshape(*pixels.shape[:2], channels)
