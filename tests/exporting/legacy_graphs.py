"""Graphs as a script of TensorFlow 1.15.5 writes them: python legacy_graphs.py FOLDER

Each is FOLDER/NAME.pb, frozen; FOLDER/NAME.npz has what was fed, and what it gave. Some are there
as FOLDER/NAME.meta with a checkpoint and as a SavedModel, FOLDER/NAME, too. It runs under Python
3.7, without this package.
"""

import os
import sys

import numpy as np

STEPS, DEPTH, UNITS = 6, 3, 4
# The graphs: a cell in `dynamic_rnn` each, whose final state is given; others.
CELLS = (
    *("rnn", "lstm", "gru", "projected", "clipped", "layer_norm", "partitioned", "dropout"),
    *("residual", "block"),
)
LOOPS = (
    *("static", "static_both", "time_major", "stacked_both", "convolution", "fused", "double"),
    "tagger",
)
# The recurrent nodes that ONNX has for a graph.
LAYERS = {
    "rnn": ["RNN, 4 units"],
    "lstm": ["LSTM, 4 units"],
    "gru": ["GRU, 4 units"],
    "partitioned": ["LSTM, 4 units"],
    "dropout": ["LSTM, 4 units", "LSTM, 3 units"],
    "residual": ["GRU, 3 units"],
    "block": ["LSTM, 4 units"],
    "static": ["LSTM, 4 units"],
    "static_both": ["GRU, 4 units, both directions"],
    "time_major": ["LSTM, 4 units"],
    "stacked_both": ["LSTM, 4 units, both directions"] * 2,
    "fused": ["LSTM, 4 units"],
    "tagger": ["LSTM, 4 units"],
}


def cells(tf):
    rnn, nn = tf.contrib.rnn, tf.nn.rnn_cell
    return {
        "rnn": lambda: nn.BasicRNNCell(UNITS),
        "lstm": lambda: nn.LSTMCell(UNITS, use_peepholes=True),
        "gru": lambda: nn.GRUCell(UNITS),
        "projected": lambda: nn.LSTMCell(UNITS, num_proj=2),
        "clipped": lambda: nn.LSTMCell(UNITS, cell_clip=0.05),
        "layer_norm": lambda: rnn.LayerNormBasicLSTMCell(UNITS),
        "partitioned": lambda: nn.LSTMCell(UNITS, num_unit_shards=2),
        "dropout": lambda: nn.MultiRNNCell(
            [nn.DropoutWrapper(nn.LSTMCell(units), output_keep_prob=1.0) for units in (4, 3)]
        ),
        "residual": lambda: nn.ResidualWrapper(nn.GRUCell(DEPTH)),
        "block": lambda: rnn.LSTMBlockCell(UNITS),
    }


def dynamic(tf, x, n, cell, dtype="float32"):
    return tf.nn.dynamic_rnn(cells(tf)[cell](), x, n, dtype=dtype)


def graphs(tf):
    """What each graph gives for x `[batch, time, D]` and the lengths n."""
    cell = cells(tf)

    def static(x, n):
        outputs, _ = tf.nn.static_rnn(cell["lstm"](), tf.unstack(x, axis=1), dtype="float32")
        return outputs[-1]

    def static_both(x, n):
        both = [cell["gru"](), cell["gru"]()]
        outputs, _, _ = tf.nn.static_bidirectional_rnn(
            *both, tf.unstack(x, axis=1), dtype="float32"
        )
        return tf.stack(outputs, 1)

    def time_major(x, n):
        outputs, _ = tf.nn.dynamic_rnn(
            cell["lstm"](), tf.transpose(x, [1, 0, 2]), n, dtype="float32", time_major=True
        )
        return outputs

    def stacked_both(x, n):
        two = [[cell["lstm"](), cell["lstm"]()] for _ in range(2)]
        return tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
            *two, x, dtype="float32", sequence_length=n
        )[0]

    def convolution(x, n):
        frames = tf.reshape(x, [-1, STEPS, DEPTH, 1, 1])
        conv = tf.contrib.rnn.ConvLSTMCell(2, [DEPTH, 1, 1], 2, [3, 1])
        return tf.nn.dynamic_rnn(conv, frames, dtype="float32")[0]

    def fused(x, n):
        inputs = tf.transpose(x, [1, 0, 2])
        outputs, state = tf.contrib.rnn.LSTMBlockFusedCell(UNITS)(inputs, dtype="float32")
        return tf.concat([outputs[-1], state[0], state[1]], 1)

    def double(x, n):
        return dynamic(tf, tf.cast(x, "float64"), n, "lstm", "float64")[0]

    def tagger(x, n):
        ids = tf.cast(tf.abs(x[:, :, 0]) * 3, "int32") % 7
        words = tf.nn.embedding_lookup(tf.get_variable("table", [7, DEPTH]), ids)
        unary = tf.layers.dense(dynamic(tf, words, n, "lstm")[0], 3)
        score = tf.get_variable("transitions", [3, 3])
        likelihood, _ = tf.contrib.crf.crf_log_likelihood(unary, ids % 3, n, score)
        tf.train.AdamOptimizer().minimize(-tf.reduce_mean(likelihood))  # not part of y
        return unary

    made = {
        name: (lambda x, n, name=name: tf.concat(tf.contrib.framework.nest.flatten(
            dynamic(tf, x, n, name)[1]), 1)) for name in cell
    }  # fmt: skip
    return dict(
        made,
        static=static,
        static_both=static_both,
        time_major=time_major,
        stacked_both=stacked_both,
        convolution=convolution,
        fused=fused,
        double=double,
        tagger=tagger,
    )


def main(folder):
    import tensorflow as tf

    random = np.random.RandomState(0)
    feed = {
        "x": random.randn(4, STEPS, DEPTH).astype("float32"),
        "n": np.array([STEPS, 0, 2, 3], "int32"),
    }
    for name, build in graphs(tf).items():
        path = os.path.join(folder, name)
        with tf.Graph().as_default() as graph, tf.Session() as session:
            x = tf.placeholder("float32", [None, STEPS, DEPTH], name="x")
            n = tf.placeholder("int32", [None], name="n")
            tf.set_random_seed(1)
            y = tf.identity(build(x, n), name="y")
            session.run(tf.global_variables_initializer())
            np.savez(path + ".npz", y=session.run(y, {x: feed["x"], n: feed["n"]}), **feed)
            tf.train.Saver().save(session, path)
            inputs = {"x": x, "n": n}
            tf.saved_model.simple_save(session, path, inputs, {"y": y})
            frozen = tf.graph_util.convert_variables_to_constants(
                session, graph.as_graph_def(), ["y"]
            )
        with open(path + ".pb", "wb") as file:
            file.write(frozen.SerializeToString())


if __name__ == "__main__":
    main(sys.argv[1])
