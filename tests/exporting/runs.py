"""Runs programs that `tf1-rnn checkpoint --to` printed: python runs.py FOLDER.

For each FOLDER/NAME.py the layers it makes are run on NAME.in.npz, and NAME.out.npz is written. It
is a process of its own: Keras needs TensorFlow 2's ways, which `tf1_rnn.v1` turns off. Layers are
called in their order, each on the outputs of the one before; those of only a backward direction
form a chain of their own. Dense layers are called on ones.
"""

import glob
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))

from tf1_rnn.exporting import keras3


def keras_call(layer, x, state):
    from tensorflow import convert_to_tensor  # Keras 2 takes no arrays as states

    state = [convert_to_tensor(each) for each in state[::-1]]  # Keras' order is h, c
    return np.asarray(layer(x, initial_state=state or None))


def torch_call(layer, x, state):
    import torch

    # [c], [h] or none, with a leading axis for layers and directions; PyTorch's order is h, c.
    state = [torch.from_numpy(each[None]) for each in state[::-1]]
    with torch.no_grad():
        outputs, _ = layer(torch.from_numpy(x.copy()), *(state[:1] if len(state) < 2 else [state]))
    return outputs.numpy()


def is_dense(layer):
    return type(layer).__name__ in ("Dense", "Linear")


def dense_call(call, layer):
    """What a dense layer makes of ones."""
    if call is keras_call:
        return np.asarray(layer(np.ones([1, layer.kernel.shape[0]], "float32")))
    import torch

    with torch.no_grad():
        return layer(torch.ones(1, layer.in_features)).numpy()


def run(call, layers, given):
    def chain(names, x):
        for name in names:
            state = [given[key] for key in given if key.startswith(f"state/{names.index(name)}/")]
            x = call(layers[name], x, state)
        return x

    layers = {name: layer for name, layer in layers.items() if not is_dense(layer)}
    backward = [name for name in layers if "/bw/" in name]
    forward = chain([name for name in layers if name not in backward], given["x"])
    if not backward:
        return forward
    return np.concatenate([forward, chain(backward, given["x"][:, ::-1])[:, ::-1]], -1)


def main(folder):
    for file in glob.glob(os.path.join(glob.escape(folder), "*.py")):
        given = dict(np.load(file[:-3] + ".in.npz"))
        sizes = given["x"].shape[2:-1]
        names = dict(zip(keras3.AXES.get(len(sizes), ()), sizes, strict=True))
        with open(file, encoding="utf-8") as program:
            exec(program.read(), names)
        call = keras_call if "keras" in names else torch_call
        heads = {
            name: dense_call(call, layer)
            for name, layer in names["layers"].items()
            if is_dense(layer)
        }
        outputs = run(call, names["layers"], given)
        np.savez(file[:-3] + ".out.npz", outputs=outputs, **heads)


if __name__ == "__main__":
    main(sys.argv[1])
