"""Compare results with those of TensorFlow 1.15.5: `tf1-rnn baseline COMMAND`, see `--help`."""

from __future__ import annotations

import argparse
import difflib
import json
import logging
import os
import shutil
import sys
from typing import Sequence

from tf1_rnn import command_line, files
from tf1_rnn.baseline import document
from tf1_rnn.baseline.cases import CASES
from tf1_rnn.console import silenced
from tf1_rnn.errors import RunError
from tf1_rnn.startup import without_keras
from tf1_rnn.wording import counted

ABOUT = """\
The numbers that TensorFlow 1.15.5 gives for %d recurrent graphs: inputs, variables, outputs,
final state, loss, gradients, and 100 training steps each of gradient descent and of Adam.
""" % len(CASES)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0, 1 for a breach or a bad file, 2 for usage."""
    return command_line.carry_out(
        "baseline",
        lambda: _parser().parse_args(argv),
        lambda arguments: arguments.run(arguments),
        failures=(ValueError, OSError),
    )


def _parser():
    parser = command_line.Parser(prog="tf1-rnn baseline", description=ABOUT)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, run, about):
        made = commands.add_parser(name, help=about, description=about)
        made.set_defaults(run=run)
        return made

    command("list", _list, "list the cases")
    show = command("show", _show, "describe a case, and list its arrays with their shapes")
    show.add_argument("case", type=_case, metavar="CASE")
    check = command(
        "check",
        _check,
        "compare this installation with the recorded results; exit code 1 if any differs by more "
        "than its bound",
    )
    check.add_argument("cases", type=_case, nargs="*", metavar="CASE", help="default: all")
    check.add_argument("--fast", action="store_true", help="use the faster loops of tf1_rnn.fast")
    graph = command(
        "graph", _graph, "find the first node in which two graphs differ; exit code 1 if they do"
    )
    graph.add_argument("mine", metavar="MINE.pb|MINE.meta")
    graph.add_argument("other", metavar="OTHER")
    export = command(
        "export",
        _export,
        "copy the recorded results, and a README that explains them, into a folder",
    )
    export.add_argument("folder", metavar="DIR")
    compare = command(
        "compare",
        _compare,
        "compare a port's arrays, saved under the recorded names, with a case; exit code 1 if they "
        "differ",
    )
    compare.add_argument("case", type=_case, metavar="CASE")
    compare.add_argument("file", metavar="FILE.npz")
    compare.add_argument(
        "--tolerance",
        type=_positive,
        metavar="E",
        help="relative error allowed (default: 1e-12 in float64 and 2e-6 in "
        "float32; 1e-9 and 1e-4 after training)",
    )
    return parser


def _case(name):
    if name not in CASES:
        near = [case for case in CASES if name in case]
        near = near or difflib.get_close_matches(name, CASES, 5, 0.4) or list(CASES)
        raise argparse.ArgumentTypeError(
            "no case %r; there are %s%s ('list' shows all)"
            % (name, ", ".join(near[:5]), ", ..." if len(near) > 5 else "")
        )
    return name


def _positive(text):
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError("%r is not a positive number" % text)
    return value


def _about(case):
    """Describe a case's cell and loop briefly."""
    if case.document:
        return "the tutorial's block %s" % case.document
    return "%s in %s" % (_kinds(case.cell), case.loop)


def _kinds(spec):
    if isinstance(spec[0], list):
        return " + ".join(_kinds(one) for one in spec)
    inner = [
        value
        for value in spec[1].values()
        if isinstance(value, list) and value and isinstance(value[0], (str, list))
    ]
    return spec[0] + ("(%s)" % ", ".join(map(_kinds, inner)) if inner else "")


def _list(arguments):
    for name, case in CASES.items():
        print("%-42s %-8s %s" % (name, case.dtype, _about(case)))
    return 0


def _show(arguments):
    from tf1_rnn.baseline import trace

    arrays, meta = trace.load(trace.path(arguments.case))
    print(
        "%s: %s, recorded with TensorFlow %s"
        % (arguments.case, _about(CASES[arguments.case]), meta["tensorflow"])
    )
    for key, value in meta["case"].items():
        said = key == "name" or (key == "loop" and CASES[arguments.case].document)
        if not said and value not in ("", [], False, -1):
            print("  %-12s %s" % (key, json.dumps(value)))
    print("  %-12s %s" % ("final state", meta["final_state"]))
    if CASES[arguments.case].document:
        print("the block:")
        for line in document.block(CASES[arguments.case].document).splitlines():
            print("  | " + line)
    print("variables, in order (all are trainable unless marked):")
    for name, shape, dtype, constant in meta["variables"]:
        print(
            "  %-52s %-18s %s%s%s"
            % (
                name,
                shape,
                dtype,
                "" if constant is None else ", starts at %g" % constant,
                "" if name in meta["trainable"] else ", not trainable",
            )
        )
    print("arrays:")
    for name, array in arrays.items():
        print("  %-52s %-18s %s" % (name, list(array.shape), array.dtype))
    return 0


def _check(arguments):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with silenced(), without_keras():
        import tensorflow

        import tf1_rnn.v1 as tf
        from tf1_rnn.baseline import checking, misuse

        nn = None
        if arguments.fast:
            from tf1_rnn import fast as nn
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    print("TensorFlow %s, compared with the recorded results of 1.15.5" % tensorflow.__version__)
    print("%-42s %9s %9s %9s" % ("case", "values", "gradients", "training"))
    bad = 0
    for name in arguments.cases or CASES:
        worst, problems = checking.check(name, tf, nn)
        print(
            "%-42s %9.1e %9.1e %9.1e  %s" % (name, *worst.values(), "BREACH" if problems else "ok"),
            flush=True,
        )
        bad += _print_problems(problems)
    for name in [] if arguments.cases else misuse.MISUSES:
        bad += _print_problems(checking.check_misuse(name, tf))
    if nn is None:  # the fast loops make graphs of their own
        bad += _check_seeded(tf, arguments.cases)
    cases = counted(len(arguments.cases or CASES), "case")
    print("%s, %s" % (cases, "%d with a breach" % bad if bad else "no breach"))
    return 1 if bad else 0


def _check_seeded(tf, cases):
    """Check nodes and seeded runs, those of the cases or all; return how many differ."""
    from tf1_rnn.baseline import seeded

    print("%-42s %s" % ("seeded run", "nodes, initial values and losses"))
    records, bad = seeded.load(), 0
    for name in cases or records:
        if not seeded.has_old_seeds(name):
            print("%-42s %s" % (name, "starts from other values than 1.15.5"))
            continue
        problems = seeded.problems(seeded.run(tf, name), records[name], seeded.has_old_nodes(name))
        print("%-42s %s" % (name, "BREACH" if problems else "ok"), flush=True)
        bad += _print_problems(problems)
    return bad


def _graph(arguments):
    from tf1_rnn.baseline import nodes

    mine, other = (nodes.read(path) for path in (arguments.mine, arguments.other))
    difference = nodes.first_difference(mine, other)
    print(
        "%s in %s, %d in %s"
        % (counted(len(mine), "node"), arguments.mine, len(other), arguments.other)
    )
    if difference is None:
        print("no difference, except for what TensorFlow has renamed")
        return 0
    print("they differ from node %d on:" % difference.index)
    print("  mine:  %s" % nodes.describe(difference.mine))
    print("  other: %s" % nodes.describe(difference.other))
    return 1


def _print_problems(problems):
    for what, line in problems:
        print("    %s: %s" % (what, line))
    return bool(problems)


def _export(arguments):
    from tf1_rnn.baseline import trace

    if os.path.exists(arguments.folder) and not os.path.isdir(arguments.folder):
        raise RunError("%s is a file; expected a folder" % arguments.folder)
    try:
        os.makedirs(arguments.folder, exist_ok=True)
        for name in sorted(os.listdir(trace.FOLDER)):
            with open(os.path.join(trace.FOLDER, name), "rb") as recorded:
                with files.writing(os.path.join(arguments.folder, name), "wb") as copy:
                    shutil.copyfileobj(recorded, copy)
    except OSError as error:
        raise RunError(
            "%s cannot be written: %s; free space, fix permissions or give another folder"
            % (arguments.folder, error.strerror or error)
        ) from None
    print("%d traces and README.md in %s" % (len(CASES), arguments.folder))
    return 0


def _compare(arguments):
    from tf1_rnn.baseline import comparing, trace

    arrays, meta = trace.load(trace.path(arguments.case))
    port, _ = trace.load(arguments.file)
    rows = comparing.compare(arrays, meta, port, arguments.tolerance)
    print("%-52s %9s %9s" % (arguments.case, "absolute", "relative"))
    for name, absolute, relative, verdict in rows:
        print("%-52s %9.1e %9.1e  %s" % (name, absolute, relative, verdict))
    for name in port:
        if name not in arrays:
            print(
                "%-52s not in the trace, ignored ('show %s' lists its names)"
                % (name, arguments.case)
            )
    wrong = sum(row[-1] != "ok" for row in rows)
    computed = [name for name in arrays if not trace.is_given(name)]
    print(
        "%d of the %d arrays to compute are in the file; %s"
        % (
            sum(name in port for name in computed),
            len(computed),
            "%d differ" % wrong if wrong else "all are equal",
        )
    )
    found = comparing.hints(arrays, meta, port) if wrong else []
    for hint in found:
        print("hint: these are exactly the numbers that result if %s" % hint)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
