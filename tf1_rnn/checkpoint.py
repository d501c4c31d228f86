"""`python -m tf1_rnn.checkpoint FILE`: which recurrent layers a TensorFlow checkpoint holds.

With `--to=keras` or `--to=torch` the layers' weights are written in that framework's layout. It
needs TensorFlow only to read the file.
"""

import argparse
import math
import os
import sys

from tf1_rnn import exporting
from tf1_rnn.checkpoints.describing import describe
from tf1_rnn.checkpoints.reading import read, read_shapes
from tf1_rnn.checkpoints.recognising import contents


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
