"""Convert a recurrent graph to ONNX, LiteRT or SavedModel: `tf1-rnn export GRAPH --output=PATH`.

The graph is one of TensorFlow 1 or of current TensorFlow: a `.meta` with its checkpoint, the folder
of a SavedModel, or a frozen `.pb`. The file is run once, and compared, before the command ends.
"""

import os
import sys

from tf1_rnn import command_line
from tf1_rnn.errors import RunError
from tf1_rnn.exporting import formats

COMMAND = "export"


def main(argv=None):
    """Run the command; return its exit code: 0, 1 for a failure, 2 for usage."""
    return command_line.carry_out(
        COMMAND,
        lambda: _arguments(argv),
        _export,
        stopped=lambda _: "no partial file was left",
        failures=(ValueError, OSError),
    )


def _parser():
    parser = command_line.Parser(
        prog="tf1-rnn export",
        description="Convert a graph to ONNX (recurrent layers become LSTM, GRU and RNN nodes), "
        "LiteRT or SavedModel, then run the result and compare it with TensorFlow's.",
    )
    parser.add_argument(
        "graph", metavar="GRAPH", help="a .meta file, the folder of a SavedModel, or a frozen .pb"
    )
    parser.add_argument(
        "--output",
        metavar="PATH",
        required=True,
        help="an .onnx or .tflite file, or a new folder for a SavedModel",
    )
    parser.add_argument(
        "--inputs",
        metavar="TENSORS",
        help="names of the inputs, separated by commas (default: the placeholders)",
    )
    parser.add_argument(
        "--outputs",
        metavar="TENSORS",
        help="names of the outputs (default: the tensors that nothing in the graph uses)",
    )
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        help="values that tensors of one number always have, separated by commas, such as "
        "keep_prob=1.0,is_training=false",
    )
    parser.add_argument(
        "--checkpoint",
        metavar="PREFIX",
        help="the checkpoint of a .meta file (default: the one of the same name)",
    )
    parser.add_argument(
        "--batch_size", type=int, metavar="N", help="fixed batch size (default: any)"
    )
    parser.add_argument(
        "--time_steps",
        type=int,
        metavar="N",
        help="fixed number of time steps, where inputs [batch, time, ...] leave it open, as "
        ".tflite needs it (default: any)",
    )
    parser.add_argument("--quantize", choices=("float16", "int8"), help=".tflite: smaller weights")
    parser.add_argument(
        "--samples", metavar="FILE.npz", help="inputs for the comparison, by name (default: random)"
    )
    return parser


def _arguments(argv):
    """Read the command line, and refuse flags that do not fit together."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    settings = _listed(arguments.set) or []
    for part in settings:
        if not all(part.partition("=")):
            parser.error(f"--set={part}; expected NAME=VALUE")
    arguments.set = dict(part.split("=", 1) for part in settings)
    for flag in ("batch_size", "time_steps"):
        number = getattr(arguments, flag)
        if number is not None and number < 1:
            parser.error(f"--{flag}={number}; expected a positive number")
    if os.path.exists(arguments.output) and os.path.exists(arguments.graph):
        if os.path.samefile(arguments.output, arguments.graph):
            parser.error(f"--output={arguments.output} is the graph itself; give another path")
    if formats.has_other_ending(arguments.output):
        parser.error(f"--output={arguments.output} {formats.OTHER_ENDING}")
    if arguments.quantize and formats.format_of(arguments.output) != "LiteRT":
        parser.error(f"--quantize={arguments.quantize} is for LiteRT; give --output=FILE.tflite")
    if arguments.quantize == "int8" and not arguments.samples:
        parser.error("--quantize=int8 needs --samples=FILE.npz, to measure ranges of values")
    return arguments


def _export(arguments):
    """Write the graph, and print what was written."""
    from tf1_rnn.console import silenced
    from tf1_rnn.startup import without_keras

    if formats.is_occupied(arguments.output):
        raise RunError(f"--output={arguments.output} {formats.OCCUPIED}")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with silenced(getattr(arguments, "verbose", False)), without_keras():
        try:
            model, written = _written(arguments)
        except ValueError as error:  # its line is enough; TensorFlow's is not
            raise RunError(str(error)) from None
        except OSError as error:
            raise RunError(formats.unwritable(arguments.output, error)) from None
    on = arguments.samples or "random inputs"
    print(f"{written.format} in {arguments.output}: {_names(model)}")
    for note in written.notes:
        print(f"  {note}")
    print(f"largest difference on {on}: {written.difference:.2g}", flush=True)


def _written(arguments):
    """Load the graph, write it, and compare."""
    from tf1_rnn.exporting import contents, frozen_model, loading, writing

    names = _listed(arguments.inputs), _listed(arguments.outputs)
    model = loading.load(arguments.graph, *names, arguments.checkpoint, arguments.set)
    contents.check(model.graph_def, formats.format_of(arguments.output))
    feed = _samples(arguments.samples, model.inputs) if arguments.samples else None
    sizes = {"batch_size": arguments.batch_size, "time_steps": arguments.time_steps}
    if feed or any(sizes.values()):
        model = frozen_model.with_inputs(model, **sizes, samples=feed)
    if feed is None:
        feed = loading.random_feed(model, arguments.batch_size)
    samples = _one_by_one(feed)
    return model, writing.write(arguments.output, model, [feed], arguments.quantize, samples)


def _listed(names):
    return names.split(",") if names else None


def _names(model):
    return f"{', '.join(model.inputs)} to {', '.join(model.outputs)}"


def _samples(path, names):
    from tf1_rnn import npz

    try:
        arrays, _ = npz.read(path)
    except npz.Unreadable as error:
        raise ValueError(f"--samples={path}: {error}") from None
    missing = [name for name in names if name not in arrays]
    if missing:
        raise ValueError(f"--samples={path} has no {', '.join(missing)}; expected every input")
    return {name: arrays[name] for name in names}


def _one_by_one(feed):
    """Batches of one, where every input but single numbers has as many."""
    counts = {len(array) for array in feed.values() if array.ndim}
    if len(counts) != 1:
        return [feed]
    return [
        {k: a[i : i + 1] if a.ndim else a for k, a in feed.items()} for i in range(counts.pop())
    ]


if __name__ == "__main__":
    sys.exit(main())
