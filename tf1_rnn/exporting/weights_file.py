"""The `.npz` file of weights, and the lines that load it: what Keras and PyTorch have in common."""

import zipfile

import numpy as np

from tf1_rnn.exporting.cells import quoted


def write(file, exported):
    """Write an export's arrays to an open file."""
    # Not numpy.savez: it takes no array that is called "file".
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in exported.arrays.items():
            with archive.open(name + ".npy", "w", force_zip64=True) as out:
                np.lib.format.write_array(out, np.asarray(array), allow_pickle=False)


def header(framework, file):
    """Return the lines that open the file."""
    imports = [f"import {name}" for name in sorted(("numpy as np", framework))]
    return [*imports, "", f"weights = np.load({quoted(file)})", "layers = {}"]


def lines(target, module):
    """Return the lines that make a module of a target and give it its weights."""
    return [
        f"layer = {target.construction(module)}",
        *target.loading(module),
        f"layers[{quoted(module.name)}] = layer",
    ]
