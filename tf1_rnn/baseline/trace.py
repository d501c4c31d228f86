"""What a trace is: a case's numbers by name, its description, and how two are compared.

A trace is an `.npz` file of plain arrays (no pickles) and one JSON text, `meta`. README.md next to
this file explains every name. Runs under Python 3.7 too, without TensorFlow.
"""

from __future__ import annotations

import json
import os
import zipfile
from typing import Any, BinaryIO, Dict, Iterable

import numpy as np

from tf1_rnn import npz

Arrays = Dict[str, np.ndarray]  # by name
Meta = Dict[str, Any]  # what a trace is, in the types of JSON

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "traces")
KEPT_WHOLE = 8192  # of a longer array of the training part, only a part of the elements is kept

# The largest relative error allowed, by dtype: one evaluation, and after 100 training steps.
# Of the two short types, which no trace has, the differential draws ask.
VALUES = {"float64": 1e-12, "float32": 2e-6, "float16": 1e-2, "bfloat16": 8e-2}
TRAINING = {"float64": 1e-9, "float32": 1e-4}


def path(name: str, folder: str = FOLDER) -> str:
    """Return the file that holds the trace of a case."""
    return os.path.join(folder, name + ".npz")


def save(file: str | BinaryIO, arrays: Arrays, meta: Meta) -> None:
    """Write a trace; the same trace always gives the same bytes."""
    entries = dict(arrays, meta=np.array(json.dumps(meta, sort_keys=True)))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in entries.items():
            entry = zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as out:
                np.lib.format.write_array(out, np.asarray(array), allow_pickle=False)


def load(file: str | BinaryIO) -> tuple[Arrays, Meta]:
    """Read a trace or a port's file: `(arrays, meta)`; `meta` is empty where there is none.

    Raises:
        ValueError: in one line, for whatever is not an `.npz` of plain arrays.
    """
    try:
        arrays, left_out = npz.read(file)
        for name, reason in left_out.items():
            raise npz.Unreadable("%s is %s" % (name, reason))
    except npz.Unreadable as error:
        raise ValueError(
            "%s is not a readable .npz file of plain arrays (%s); write it with "
            "numpy.savez." % (file, error)
        ) from None
    meta = arrays.pop("meta", None)
    return arrays, json.loads(str(meta)) if meta is not None else {}


def subsample(name: str, array: np.ndarray) -> np.ndarray:
    """Return what a trace keeps of a training array: every element, or each 16th of many."""
    trained = name.startswith(("gd/", "adam/"))
    return array.ravel()[::16] if trained and array.size > KEPT_WHOLE else array


def is_training(name: str) -> bool:
    """Tell whether an array is a result of the 100 training steps."""
    return name.startswith(("gd/", "adam/"))


def is_given(name: str) -> bool:
    """Tell whether an array is given to a port, rather than computed by it."""
    return name.split("/")[0] in ("input", "initial_state", "variable")


def bound(name: str, dtype: str) -> float:
    """Return the largest relative error allowed for an array of a case of `dtype`."""
    return 0.0 if is_given(name) else (TRAINING if is_training(name) else VALUES)[dtype]


LEAST_SCALE = {"float64": 0.01, "float32": 0.1, "float16": 0.1}


def least_scale(array: np.ndarray) -> float:
    """Return the least number that an error in an array is divided by."""
    return LEAST_SCALE.get(str(array.dtype), 0.01)


def errors(got: np.ndarray, want: np.ndarray) -> tuple[float, float]:
    """Return the largest absolute and relative error of an array against one of its shape.

    The relative error is the largest absolute error over the largest magnitude in `want`, but
    at least over `LEAST_SCALE`: what ought to be all but zero is not held to its own noise, nor,
    in float32, what was clipped to a twentieth to less than the rounding of the gates before it.
    The same infinity, or NaN, in the same place is no error; in only one it is an infinite error.
    """
    if want.size == 0:
        return 0.0, 0.0
    least = least_scale(want)
    got, want = np.asarray(got, np.float64), np.asarray(want, np.float64)
    with np.errstate(invalid="ignore"):
        difference = np.abs(got - want)
    same = (got == want) | (np.isnan(got) & np.isnan(want))
    difference = np.where(same, 0.0, np.where(np.isfinite(difference), difference, np.inf))
    finite = np.abs(want[np.isfinite(want)])
    scale = max(least, finite.max() if finite.size else 0.0)
    return float(difference.max()), float(difference.max() / scale)


def breaches(
    got: Arrays, want: Arrays, dtype: str, names: Iterable[str] | None = None
) -> list[tuple[str, str]]:
    """Return where `got` differs from `want`: `[(name, what is wrong)]`, empty if nowhere."""
    found = []
    for name in want if names is None else names:
        if name not in got:
            found.append((name, "missing"))
        elif got[name].shape != want[name].shape:
            found.append((name, "shape %s, expected %s" % (got[name].shape, want[name].shape)))
        elif got[name].dtype != want[name].dtype:
            found.append((name, "dtype %s, expected %s" % (got[name].dtype, want[name].dtype)))
        else:
            relative = errors(got[name], want[name])[1]
            if not relative <= bound(name, dtype):
                found.append(
                    (
                        name,
                        "relative error %.1e, at most %.0e allowed"
                        % (relative, bound(name, dtype)),
                    )
                )
    if names is None:
        found += [(name, "not expected") for name in got if name not in want]
    return found


def differences(got: Meta, want: Meta) -> list[tuple[str, str]]:
    """Return where two descriptions (`meta`) of one case differ: `[(what, line)]`."""
    found = []
    for key in ("variables", "trainable", "state_size", "output_size", "outputs", "final_state"):
        if got.get(key) != want.get(key):
            found.append((key, "%s, expected %s" % (got.get(key), want.get(key))))
    return found
