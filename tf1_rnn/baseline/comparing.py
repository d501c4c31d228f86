"""Compare a port with a trace: where the numbers first differ, and if it is known, why."""

from __future__ import annotations

import itertools

import numpy as np

from tf1_rnn.baseline import reference, trace
from tf1_rnn.baseline.trace import Arrays, Meta


def compare(
    arrays: Arrays, meta: Meta, port: Arrays, tolerance: float | None = None
) -> list[tuple[str, float, float, str]]:
    """Compare a port's arrays with a trace's.

    Args:
        arrays: name to array, as `trace.load` returns them.
        meta: the trace's description.
        port: name to array, as many of the trace's as the port computes.
        tolerance: the largest relative error allowed; by default the project's own bound, for
            the coarser of both dtypes.

    Returns:
        A list of rows `(name, absolute, relative, verdict)` in the trace's order; the verdict of
        an array within its bound is "ok".

    Raises:
        ValueError: if the port holds nothing that a trace has computed.
    """
    computed = [name for name in arrays if not trace.is_given(name)]
    if not any(name in port for name in computed):
        raise ValueError(
            "The file holds none of the arrays that a port computes; it has %s, where at least "
            "one of %s is expected." % (_some(port), _some(computed))
        )
    return [
        _row(name, port[name], want, meta, tolerance)
        for name, want in arrays.items()
        if name in port
    ]


def _some(names):
    names = list(names)
    return ", ".join(names[:6]) + (", ..." if len(names) > 6 else "") if names else "no arrays"


def _row(name, got, want, meta, tolerance):
    if got.shape != want.shape:
        return name, np.inf, np.inf, "shape %s, expected %s" % (got.shape, want.shape)
    if not _is_real(got):
        return name, np.inf, np.inf, "dtype %s, expected %s" % (got.dtype, want.dtype)
    coarse = "float64" if {got.dtype, want.dtype} == {np.dtype(np.float64)} else "float32"
    allowed = trace.bound(name, coarse) or trace.VALUES[coarse]
    allowed = allowed if tolerance is None else tolerance
    absolute, relative = trace.errors(got, want)
    verdict = "ok" if relative <= allowed else _first_break(name, got, want, meta, allowed)
    return name, absolute, relative, verdict


def _is_real(array):
    """Say whether an array holds real numbers: a complex one would lose its imaginary part."""
    return array.dtype.kind in "biuf"


def _first_break(name, got, want, meta, allowed):
    """Say where the first element is, in reading order, that differs by more than allowed."""
    magnitudes = np.abs(want[np.isfinite(want)])
    scale = max(trace.least_scale(want), float(magnitudes.max()) if magnitudes.size else 0.0)
    with np.errstate(invalid="ignore"):
        off = ~(np.abs(np.asarray(got, np.float64) - want) <= allowed * scale)
    off &= ~((got == want) | (np.isnan(got) & np.isnan(want)))
    where = [int(index) for index in np.unravel_index(int(np.argmax(off)), off.shape)]
    place = "[%s]" % ", ".join(map(str, where))
    if name.split("/")[0] == "outputs" and len(where) > 2:
        axes = ("step", "batch") if meta["case"]["time_major"] else ("batch", "step")
        place = "%s %d, %s %d, unit %s" % (
            axes[0],
            where[0],
            axes[1],
            where[1],
            ", ".join(map(str, where[2:])),
        )
    elif name.endswith("/loss"):
        place = "step %d" % where[0]
    return "first at %s: %.9g, expected %.9g" % (place, got[tuple(where)], want[tuple(where)])


def hints(arrays: Arrays, meta: Meta, port: Arrays) -> list[str]:
    """Return the known causes that explain a port's outputs and final state, a sentence each.

    Every mistake of `reference.MISTAKES`, and where no one does, every pair of two, is really
    made in NumPy on the trace's inputs; those whose numbers are the port's are given.
    """
    case = meta["case"]
    forward = {
        name: value
        for name, value in port.items()
        if name.split("/")[0] in ("outputs", "final_state") and name in arrays and _is_real(value)
    }
    swapped = _swapped(arrays, forward)
    if swapped:
        return swapped
    forward = {name: value for name, value in forward.items() if value.shape == arrays[name].shape}
    right = reference.run(case, arrays)
    if not forward or right is None or _explains(right, forward):
        return []
    single = [
        mistake
        for mistake in reference.MISTAKES
        if _differs(reference.run(case, arrays, {mistake}), right)
    ]
    for count in (1, 2):
        found = [
            made
            for made in itertools.combinations(single, count)
            if _explains(reference.run(case, arrays, set(made)), forward)
        ]
        if found:
            return [
                "; and ".join(reference.MISTAKES[mistake] for mistake in made) for made in found
            ]
    return []


def _swapped(arrays, forward):
    """Return a hint where the outputs are right but batch and time are exchanged."""
    found = []
    for name, got in forward.items():
        want = arrays[name]
        if (
            name.split("/")[0] == "outputs"
            and got.ndim > 2
            and got.swapaxes(0, 1).shape == want.shape
            and _close(got.swapaxes(0, 1), want)
            and not _close(got, want)
        ):
            found.append(
                "%s is right except for its first two axes: batch and time are exchanged" % name
            )
    return found


def _differs(made, right):
    return any(not _close(made[name], right[name]) for name in right)


def _explains(made, forward):
    return all(_close(value, made[name]) for name, value in forward.items())


def _close(got, want):
    """Tell whether two arrays are as equal as float32 can make them, closer than any mistake."""
    return got.shape == want.shape and trace.errors(got, want)[1] <= 1e-5
