"""`python -m tf1_rnn.checkpoint FILE`: which recurrent layers a TensorFlow checkpoint holds.

With `--to=keras` or `--to=torch` the layers' weights are written in that framework's layout. It
needs TensorFlow only to read the file.
"""

import argparse
import math
import os
import re
import sys

import numpy as np

from tf1_rnn import exporting
from tf1_rnn.checkpoints.recognising import contents
from tf1_rnn.console import silenced


def prefix_of(path):
    """The prefix of the checkpoint that a user means: a prefix, its index file, or a folder.

    Raises:
        ValueError: in one line, if there is no checkpoint.
    """
    if os.path.isdir(path):
        indices = [file for file in os.listdir(path) if file.endswith(".index")]
        named = _named_in_state(path)
        if named and os.path.exists(named + ".index"):
            return named
        if not indices:
            raise ValueError(f"{path} holds no checkpoint (no file *.index)")
        newest = max(indices, key=lambda file: os.path.getmtime(os.path.join(path, file)))
        return os.path.join(path, newest[: -len(".index")])
    prefix = re.sub(r"\.(index|meta|data-\d{5}-of-\d{5})$", "", path)
    if not os.path.exists(prefix + ".index") and not os.path.exists(prefix):
        raise ValueError(
            f"there is no checkpoint {path}; expected a prefix such as "
            "model.ckpt-100, its .index file, or a folder with one"
        )
    return prefix


def _named_in_state(folder):
    """The newest checkpoint by the folder's own file `checkpoint`, None if that says nothing."""
    try:
        with open(os.path.join(folder, "checkpoint"), encoding="utf-8") as file:
            named = re.search(r'^model_checkpoint_path: "(.*)"$', file.read(), re.MULTILINE)
    except (OSError, UnicodeDecodeError):
        return None
    return os.path.join(folder, os.path.basename(named.group(1))) if named else None


def read_shapes(path):
    """Name to shape of every variable of a checkpoint; `ValueError`, in one line, if it is bad."""
    return _read(path, _shapes)


def read(path):
    """What a checkpoint holds, and the arrays of its model.

    Returns:
        `Contents`, and a dict of name to array for the variables that it names in a layer or as
        unrecognised.

    Raises:
        ValueError: in one line, if the checkpoint is bad.
    """

    def contents_and_arrays(reader):
        found = contents(_shapes(reader))
        names = [name for layer in found.layers for name in layer.variables] + found.unrecognised

        def get(name):
            return reader.get_tensor(found.names[name])

        return found, {name: whole(get, name, found.names) for name in names}

    return _read(path, contents_and_arrays)


def _shapes(reader):
    return dict(sorted(reader.get_variable_to_shape_map().items()))


def whole(get, name, names):
    """The array of a variable, by `get` of its name or of its shards' names, which are joined."""
    if name in names:
        return np.asarray(get(name))
    shards = [shard for shard in names if re.fullmatch(re.escape(name) + r"/part_\d+", shard)]
    shards.sort(key=lambda shard: int(shard.rpartition("_")[2]))  # part_2 comes before part_10
    return np.concatenate([get(shard) for shard in shards])


def _read(path, what):
    """What a function makes of a checkpoint's reader."""
    prefix = prefix_of(path)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with silenced():
        import tensorflow.compat.v1 as tf

    try:
        return what(tf.train.NewCheckpointReader(prefix))
    except (tf.errors.OpError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{prefix} is not a readable checkpoint: {reason}") from None


def describe(found):
    """Lines that tell a person what was found."""
    lines = []
    for layer in found.layers:
        where = [layer.direction] if layer.direction else []
        where += [] if layer.depth is None else [f"layer {layer.depth} of its stack"]
        sizes = [f"{name} {size}" for name, size in layer.sizes.items()]
        lines.append("{}: {}".format(layer.scope or "(top)", layer.kind))
        lines.append("    " + ", ".join(where + sizes))
    if not found.layers:
        lines.append("no recurrent layer")
    for slot, count in found.slots.items():
        lines.append(f"optimiser slots: {slot} of {count} variables")
    if found.optimiser:
        lines.append("counters: " + ", ".join(found.optimiser))
    if found.unrecognised:
        lines.append("not recognised: " + ", ".join(found.unrecognised))
    old = [name for new, name in found.names.items() if name != new]
    if old:
        lines.append(
            f"{len(old)} variables have names of before TensorFlow 1.2, such as {old[0]}; they are "
            "taken by those of today, which contrib.rnn.python.tools.checkpoint_convert writes"
        )
    return lines


def main(argv=None):
    """Run the command; return its exit code: 0, 1 for a bad file, 130 for Ctrl-C."""
    arguments = _arguments(argv)
    try:
        if arguments.to:
            lines = _export(arguments)
        else:
            lines = describe(contents(read_shapes(arguments.file)))
        print("\n".join(lines), flush=True)
        return 0
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ValueError, OSError) as error:
        print(f"tf1_rnn.checkpoint: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("tf1_rnn.checkpoint: stopped by Ctrl-C; nothing is half written", file=sys.stderr)
        return 130


def _arguments(argv):
    parser = argparse.ArgumentParser(
        prog="python -m tf1_rnn.checkpoint",
        description="Tell which recurrent layers a TensorFlow checkpoint holds; with --to, write "
        "their weights for another framework, and print the Python that loads them.",
    )
    parser.add_argument("file", metavar="FILE", help="its prefix, .index file, or folder")
    parser.add_argument("--to", choices=sorted(exporting.TARGETS), help="the framework (Keras 3)")
    parser.add_argument("--output", metavar="FILE.npz", help="--to: the file to write")
    parser.add_argument(
        "--forget_bias",
        type=float,
        metavar="B",
        help="--to: what the graph's LSTMs were made with; no checkpoint has it (default 1.0)",
    )
    arguments = parser.parse_args(argv)
    if not arguments.to and (arguments.output or arguments.forget_bias is not None):
        parser.error("--output and --forget_bias need --to=keras or --to=torch")
    if arguments.to and not (arguments.output or "").endswith(".npz"):
        parser.error(f"--to={arguments.to} needs --output=FILE.npz, the file to write")
    if arguments.forget_bias is None:
        arguments.forget_bias = 1.0  # the default of every LSTM of TensorFlow 1
    if not math.isfinite(arguments.forget_bias):
        parser.error(f"--forget_bias={arguments.forget_bias} is not a finite number")
    return arguments


def _export(arguments):
    """Write the weights; return the lines that load them."""
    exported = exporting.export(*read(arguments.file), arguments.to, arguments.forget_bias)
    try:
        exporting.write(arguments.output, exported.arrays)
    except OSError as error:
        raise ValueError(
            f"--output={arguments.output} cannot be written: {error.strerror or error}: "
            "give another file"
        ) from None
    return exporting.program(exported, arguments.output)


if __name__ == "__main__":
    sys.exit(main())
