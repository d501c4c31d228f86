"""A checkpoint's layers in the layout of Keras 3 or of PyTorch, or as a graph of ONNX.

    exported = export(contents(shapes), arrays, "torch", forget_bias=1.0)
    write("weights.npz", exported)
    print("\\n".join(program(exported, "weights.npz")))

`cells.py` puts one layer's gates in order, `modules.py` tells which layers become one, `keras3.py`,
`pytorch.py` and `onnx_layers.py` know their targets. Neither Keras nor PyTorch is needed to write
for it; the `onnx` package is.
"""

import importlib
import re
import textwrap
from typing import NamedTuple

import numpy as np

from tf1_rnn import files
from tf1_rnn.checkpoints import describing
from tf1_rnn.exporting import EXTRA, TARGETS, cells, modules

CAVEATS = (
    "A checkpoint holds only variables: tanh is taken as activation, and forget_bias as given by "
    "--forget_bias. Check the graph for other activations, clips, dropout, residual or skip "
    "connections, and sequence lengths."
)


class Export(NamedTuple):
    """The export of a checkpoint.

    What belongs to no module is in `arrays` as it was, under its own name.
    """

    target: str  # "keras", "torch" or "onnx"
    modules: list  # of `modules.Module`
    refused: list  # of pairs (layer, why) that the target cannot express
    others: list  # names of the variables that belong to no layer
    left_out: list  # lines on what is not in the file
    arrays: dict  # all that is to be in an .npz, by name; for ONNX only its modules are in the file


def knowing(target):
    """Return the module for a target: keras3, pytorch or onnx_layers.

    Raises:
        ValueError: in one line, if it needs a package that is not installed.
    """
    try:
        return importlib.import_module("tf1_rnn.exporting." + TARGETS[target].module)
    except ModuleNotFoundError as error:
        raise ValueError(f"--to={target} needs {error.name}; install it with: {EXTRA}") from None


def export(found, arrays, target, forget_bias=1.0):
    """Turn a checkpoint's layers into a target's.

    Args:
        found: `recognising.Contents`.
        arrays: name to array of every variable that `found` names in a layer or as unrecognised.
        target: "keras", "torch" or "onnx".
        forget_bias: what the graph's LSTMs added to the forget gate; not stored in a checkpoint.

    Returns:
        `Export`.
    """
    there = knowing(target)
    arrays, left_out = _plain(arrays)
    carried, refused = [], []
    for layer in sorted(found.layers, key=_natural):
        own = cells.own(layer, arrays)
        why = cells.why_not(layer, own, there)
        if why:
            refused.append((layer, why))
        else:
            carried.append(cells.cell(layer, own, forget_bias))
    made = modules.group(carried, found.layers, there)
    others = [name for name in found.unrecognised if name in arrays]
    kept = {}
    as_they_were = [name for layer, _ in refused for name in layer.variables.values()] + others
    as_they_were = [name for name in as_they_were if name in arrays]
    for module in made:
        kept.update(there.arrays(module))
    if there.KEEPS_OTHERS:
        kept.update((name, arrays[name]) for name in as_they_were)
    else:
        left_out += as_they_were
    left_out += describing.slots(found)
    return Export(target, made, refused, others, left_out, kept)


def _natural(layer):
    """Return a sort key that puts cell_2 before cell_10."""
    parts = re.split(r"(\d+)", layer.scope)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _plain(arrays):
    """Return the arrays that plain NumPy can store, and a line of text for each other one."""
    kept, left_out = {}, []
    for name, array in arrays.items():
        if array.dtype.name == "bfloat16":
            kept[name] = array.astype(np.float32)  # exact; NumPy by itself does not know bfloat16
        elif array.dtype.kind in "biufc":
            kept[name] = array
        else:
            left_out.append(f"{name}, which is not an array of numbers")
    return kept, left_out


def program(exported, file):
    """Lines of Python that make the layers and load them from a file; the rest is in comments."""
    there = knowing(exported.target)
    lines = _comment(CAVEATS) + there.header(file)
    for module in exported.modules:
        lines += ["", *_comment(f"{module.name}: {'; '.join(module.notes)}.")]
        lines += there.lines(module)
    for layer, why in exported.refused:
        carried = "as it is" if layer.key in cells.WRAPPERS else "NOT CONVERTED"
        way = f", {layer.direction}" if layer.direction else ""
        names = ", ".join(n for n in layer.variables.values() if n in exported.arrays)
        what = f"{describing.scope(layer)} ({describing.kind(layer)}{way})"
        lines += ["", *_comment(f"{what}, {carried}: {why}.")]
        lines += _comment(f"Its variables are in the file unchanged: {names}.") if names else []
    if not exported.refused and all(m.levels[0][0].family == "dense" for m in exported.modules):
        lines += ["", *_comment("No recurrent layer.")]
    if exported.others and there.KEEPS_OTHERS:
        shapes = [f"{name} {list(exported.arrays[name].shape)}" for name in exported.others]
        lines += ["", *_comment(f"Not part of a layer, unchanged: {', '.join(shapes)}.")]
    if exported.left_out:
        lines += ["", *_comment(f"Not in the file: {'; '.join(exported.left_out)}.")]
    return lines


def _comment(text):
    return textwrap.wrap(
        text,
        100,
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def write(path, exported):
    """Write the exported file as a whole or not at all; OSError if that fails."""
    with files.writing(path, "wb") as file:
        knowing(exported.target).write(file, exported)
