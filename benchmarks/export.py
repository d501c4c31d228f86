"""ONNX Runtime on an exported recurrent node, and on what tf2onnx makes of the graph without it.

    python benchmarks/export.py [--rounds=N]

Both files are run in turn on the same batch, and must give the same numbers. What is printed are
the medians, and the ratio of each round's two times: the median of these, and their quartiles.
The sizes are those of a small model, and of the tutorial: 28 steps of 28 values, 128 units.
"""

import argparse
import collections
import os
import statistics
import time

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import onnxruntime
import tf2onnx.convert

import tf1_rnn.v1 as tf
from tf1_rnn.exporting import frozen_model, onnx_builder, onnx_graph
from tf1_rnn.v1.nn import rnn_cell

SIZES = {"small": (1, 10, 8, 16), "tutorial": (128, 28, 28, 128)}  # batch, steps, inputs, units
CELLS = {
    "lstm": rnn_cell.BasicLSTMCell,
    "lstm, peepholes": lambda units: rnn_cell.LSTMCell(units, use_peepholes=True),
    "gru": rnn_cell.GRUCell,
    "lstm, both ways": rnn_cell.BasicLSTMCell,
}
SHORTEST = 0.02  # seconds of a measurement; short runs are repeated
NODES = ("LSTM", "GRU", "RNN", "Scan", "Loop")


def frozen(name, sizes):
    """Return a graph with drawn weights, and a batch for it."""
    batch, steps, inputs, units = sizes
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(0)
        x = tf.placeholder("float", [None, steps, inputs], name="x")
        n = tf.placeholder("int32", [None], name="n")
        if "both ways" in name:
            cells = CELLS[name](units), CELLS[name](units)
            outputs, _ = tf.nn.bidirectional_dynamic_rnn(*cells, x, n, dtype="float32")
            y = tf.concat(outputs, 2)
        else:
            y, _ = tf.nn.dynamic_rnn(CELLS[name](units), x, n, dtype="float32")
        session.run(tf.global_variables_initializer())
        model = frozen_model.freeze(session, {"x": x, "n": n}, {"y": y})
    random = np.random.RandomState(0)
    n = random.randint(steps // 2, steps + 1, batch).astype("int32")
    n[0] = steps  # without a sequence of all steps tf2onnx's outputs are shorter
    feed = {"x": random.randn(batch, steps, inputs).astype("float32"), "n": n}
    return frozen_model.with_inputs(model), feed


def runners(model, feed):
    """Return functions that run our file and that of tf2onnx once, and the nodes of each."""
    ours = onnx_graph.convert(model.graph_def, model.inputs, model.outputs).model
    theirs, _ = tf2onnx.convert.from_graph_def(
        model.graph_def,
        input_names=list(model.inputs.values()),
        output_names=list(model.outputs.values()),
        opset=onnx_builder.OPSET,
    )
    found = []
    for proto in (ours, theirs):
        session = onnxruntime.InferenceSession(
            proto.SerializeToString(), providers=["CPUExecutionProvider"]
        )
        named = {i.name: feed[i.name.split(":")[0]] for i in session.get_inputs()}
        counts = collections.Counter(n.op_type for n in proto.graph.node if n.op_type in NODES)
        nodes = " and ".join(f"{count} {op}" for op, count in sorted(counts.items()))
        found.append((lambda run=session.run, named=named: run(None, named)[0], nodes))
    return found


def seconds(run, repeats):
    """Return how long a run takes on average."""
    started = time.perf_counter()
    for _ in range(repeats):
        run()
    return (time.perf_counter() - started) / repeats


def measured(runs, rounds):
    """Return the times of each of two functions, in turn, and turn about who is first."""
    repeats = [max(1, round(SHORTEST / seconds(run, 3))) for run in runs]
    times = [[], []]
    for number in range(rounds):
        for which in (0, 1) if number % 2 else (1, 0):
            times[which].append(seconds(runs[which], repeats[which]))
    return times


def main():
    """Print a row for each cell and size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21)
    rounds = parser.parse_args().rounds
    print("| cell | size | here | ms | tf2onnx | ms | tf2onnx takes |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in CELLS:
        for size, sizes in SIZES.items():
            model, feed = frozen(name, sizes)
            (ours, our_nodes), (theirs, their_nodes) = runners(model, feed)
            np.testing.assert_allclose(ours(), theirs(), atol=1e-5)
            times = measured((ours, theirs), rounds)
            ratios = [there / here for here, there in zip(*times, strict=True)]
            low, middle, high = np.percentile(ratios, [25, 50, 75])
            here, there = (f"{1e3 * statistics.median(each):.3g}" for each in times)
            print(
                f"| {name} | {size} | {our_nodes} | {here} | {their_nodes} | {there} | "
                f"{middle:.2f}x ({low:.2f}-{high:.2f}) |",
                flush=True,
            )


if __name__ == "__main__":
    main()
