"""List the recurrent layers in a TensorFlow checkpoint: `tf1-rnn checkpoint FILE`.

With `--to=keras` or `--to=torch` the layers' weights are written in that framework's layout, with
`--to=onnx` the layers themselves. It needs TensorFlow only to read the file.
"""

import math
import sys

from tf1_rnn import command_line
from tf1_rnn.exporting import TARGETS


def main(argv=None):
    """Run the command; return its exit code: 0, 1 for a bad file, 2 for usage."""
    return command_line.carry_out(
        "checkpoint",
        lambda: _arguments(argv),
        _print,
        stopped=lambda _: "no partial file was left",
        failures=(ValueError, OSError),
    )


def _print(arguments):
    """Print what a checkpoint holds, or write it for another framework."""
    from tf1_rnn.checkpoints import describing, reading, recognising

    if arguments.to:
        lines = _export(arguments)
    else:
        lines = describing.describe(recognising.contents(reading.read_shapes(arguments.file)))
    print("\n".join(lines), flush=True)


def _arguments(argv):
    parser = command_line.Parser(
        prog="tf1-rnn checkpoint",
        description="List the recurrent layers in a TensorFlow checkpoint. With --to, write their "
        "weights for another framework, and print the Python code that loads them.",
    )
    parser.add_argument("file", metavar="FILE", help="its prefix, .index file or folder")
    parser.add_argument("--to", choices=sorted(TARGETS), help="the framework (keras: Keras 3)")
    parser.add_argument("--output", metavar="FILE", help="with --to: the file to write")
    parser.add_argument(
        "--forget_bias",
        type=float,
        metavar="B",
        help="with --to: the LSTM cells' forget_bias, which no checkpoint contains (default 1.0)",
    )
    arguments = parser.parse_args(argv)
    if not arguments.to and (arguments.output or arguments.forget_bias is not None):
        parser.error(f"--output and --forget_bias need --to={'|'.join(TARGETS)}")
    if arguments.to and not (arguments.output or "").endswith(TARGETS[arguments.to].ending):
        ending = TARGETS[arguments.to].ending
        parser.error(f"--to={arguments.to} needs --output=FILE{ending}, the file to write")
    if arguments.forget_bias is None:
        arguments.forget_bias = 1.0  # the default of every LSTM of TensorFlow 1
    if not math.isfinite(arguments.forget_bias):
        parser.error(f"--forget_bias={arguments.forget_bias} is not a finite number")
    return arguments


def _export(arguments):
    """Write the layers; return the lines that load them."""
    from tf1_rnn.checkpoints import reading
    from tf1_rnn.exporting import layers

    exported = layers.export(*reading.read(arguments.file), arguments.to, arguments.forget_bias)
    try:
        layers.write(arguments.output, exported)
    except OSError as error:
        raise ValueError(
            f"--output={arguments.output} cannot be written: {error.strerror or error}: "
            "give another file"
        ) from None
    return layers.program(exported, arguments.output)


if __name__ == "__main__":
    sys.exit(main())
