"""Folders of frame images, for conv_lstm: `FOLDER/train/CLASS/SEQUENCE/*.png`, read by Pillow.

Frames follow each other in natural order (`frame_2` before `frame_10`). Without `train` and
`test` folders, `FOLDER/CLASS/SEQUENCE`; where only predictions are wanted, `FOLDER/SEQUENCE`.
"""

import os
import pathlib
import re

import numpy as np

from tf1_rnn import memory
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.dividing import listed
from tf1_rnn.trainer.readers import library
from tf1_rnn.trainer.readers.source import PARTS, Samples

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".pgm", ".ppm", ".webp")
GREY, COLOUR = ("1", "L", "LA"), ("RGB", "RGBA", "P", "CMYK", "YCbCr")
LAYOUT = "expected FOLDER/train/CLASS/SEQUENCE/*.png, and the same under FOLDER/test"


def read(path, source, labels):
    """Return the folder's sequences of frames as `Samples`; bytes from 0 to 255."""
    found = _sequences(path)
    if labels and any(len(below) != 2 for _, below, _ in found):
        below = next(below for _, below, _ in found if len(below) != 2)
        raise RunError(f"has frames in {'/'.join(below) or 'the folder itself'}; {LAYOUT}")
    frames = _read_frames([images for _, _, images in found])
    has_parts = any(part for part, _, _ in found)
    named = all(len(below) == 2 for _, below, _ in found)
    classes = sorted({below[0] for _, below, _ in found}, key=natural) if named else None
    return Samples(
        frames,
        [below[0] for _, below, _ in found] if named else None,
        parts=[part for part, _, _ in found] if has_parts else None,
        ids=["/".join(below) or "." for _, below, _ in found],
        classes=classes and tuple(classes),
    )


def describe(path):
    """Return lines on the sequences of each part and class."""
    found, counts = _sequences(path), {}
    for part, below, images in found:
        place = "/".join([part] * bool(part) + list(below[:-1])) or "."
        counts.setdefault(place, []).append(len(images))
    return [
        f"{place}: sequences: {len(sizes):,}; frames: {min(sizes)} to {max(sizes)}"
        for place, sizes in counts.items()
    ]


def natural(name):
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
            if images:
                found.append((part, pathlib.Path(folder).relative_to(root).parts, images))
    if not found:
        raise RunError(f"a folder without frames ({', '.join(SUFFIXES[:3])}, ...); {LAYOUT}")
    if parts and "train" not in parts and "test" not in parts:
        raise RunError(f"has {listed(parts)} alone; {LAYOUT}")
    return found


def _raise(error):
    raise RunError(f"cannot be read: {error.filename}: {error.strerror}")


def _read_frames(sequences):
    """Return uint8 frames `[steps, height, width, channels]` of each sequence."""
    image_module = library.load("PIL.Image", "frames", "pillow")
    size = kind = None
    for images in sequences:
        for name in images:
            with library.reading(f"images ({name})"), image_module.open(name) as image:
                own = image.size, 1 if image.mode in GREY else 3 if image.mode in COLOUR else None
            if own[1] is None:
                raise RunError(f"{name} is of mode {image.mode}; expected 8 bits grey or colour")
            size, kind = (size, kind) if size else own
            if (size, kind) != own:
                raise RunError(
                    f"{name} is {_shape(own)}, the first frame {_shape((size, kind))}; expected "
                    "all of one size and kind"
                )
    count = sum(map(len, sequences))
    shortage = memory.shortage(5 * count * size[0] * size[1] * kind)
    if shortage:
        raise RunError(f"too large: reading {count:,} frames of {_shape((size, kind))} {shortage}")
    return [
        np.stack([_pixels(image_module, name, kind) for name in images]) for images in sequences
    ]


def _shape(kind):
    (width, height), channels = kind
    return f"{height} x {width} {'grey' if channels == 1 else 'colour'}"


def _pixels(image_module, name, channels):
    with library.reading(f"images ({name})"), image_module.open(name) as image:
        pixels = np.asarray(image.convert("L" if channels == 1 else "RGB"), np.uint8)
    return pixels.reshape(*pixels.shape[:2], channels)
