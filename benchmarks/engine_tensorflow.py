"""The graphs in TensorFlow 1 style: this project's, plain and fast, and TensorFlow 1.15.5's.

Also runs under Python 3.7, with TensorFlow 1.15.5. Started by `run.py`, as
`python engine_tensorflow.py {plain|fast|loops|1.15.5|floor}`; see `worker.py`.
"""

import os
import sys

import numpy as np
import worker

ENGINE = sys.argv[1]
if ENGINE == "1.15.5":
    import tensorflow as tf

    cells, nn = tf.nn.rnn_cell, tf.nn
    ConvLSTMCell = tf.contrib.rnn.ConvLSTMCell
    tf.logging.set_verbosity(tf.logging.ERROR)
else:
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    if ENGINE != "floor":
        from tf1_rnn import cells, fast

        ConvLSTMCell = cells.ConvLSTMCell
        nn = tf.nn if ENGINE == "plain" else fast
        if ENGINE == "loops":
            from tf1_rnn.fast import cudnn

            cudnn.is_supported = lambda what: False
    if worker.ON_GPU:
        tf.config.experimental.enable_tensor_float_32_execution(False)


def outputs_of(variant, x, units, rnn):
    """Return the outputs `[batch, time, ...]` of one of the six graphs."""
    if variant == "bilstm":
        pair = [cells.LSTMCell(units, use_peepholes=True) for _ in range(2)]
        return tf.concat(nn.bidirectional_dynamic_rnn(*pair, inputs=x, dtype=tf.float32)[0], 2)
    if variant == "conv_lstm":
        cell = ConvLSTMCell(2, x.shape.as_list()[2:], units, [3, 3])
    else:
        cell = {
            "basic_lstm": lambda: cells.BasicLSTMCell(units),
            "lstm": lambda: cells.LSTMCell(units, use_peepholes=True),
            "gru": lambda: cells.GRUCell(units),
            "multi_lstm": lambda: cells.MultiRNNCell(
                [cells.LSTMCell(units), cells.LSTMCell(units // 2)]
            ),
        }[variant]()
    if rnn == "static":
        steps = tf.unstack(x, x.shape.as_list()[1], 1)
        return tf.stack(nn.static_rnn(cell, steps, dtype=tf.float32)[0], 1)
    return nn.dynamic_rnn(cell, x, dtype=tf.float32)[0]


def build(case):
    """Return the function that runs one step of a case: forward, or forward, backward, update."""
    tf.reset_default_graph()
    shape = worker.input_shape(case)
    if ENGINE == "floor":
        fetch, feeds, value = floor(case), [], []
    else:
        data = np.random.RandomState(0).randn(*shape).astype("f")
        if worker.ON_GPU:  # where the data are, as in the other engines
            x = tf.placeholder_with_default(tf.Variable(data, trainable=False), [None] + shape[1:])
        else:
            x = tf.placeholder(tf.float32, [None] + shape[1:])
        static = case["variant"] == "basic_lstm"
        outputs = outputs_of(
            case["variant"], x, case["units"], case.get("rnn", "static" if static else "dynamic")
        )
        if case["mode"] == "forward":
            fetch = outputs.op  # not a group: Grappler drops what only waits for a tensor
        else:
            loss = tf.reduce_mean(tf.square(outputs))
            fetch = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
        feeds, value = ([], []) if worker.ON_GPU else ([x], [data])
    session = tf.Session(config=configuration())
    session.run(tf.global_variables_initializer())
    run = session.make_callable(fetch, feed_list=feeds)
    return lambda: run(*value)


def configuration():
    """Return the `ConfigProto`: that of the trainer and the v1 API, or TensorFlow's as it is."""
    threads = 0 if worker.ON_GPU else worker.THREADS
    config = tf.ConfigProto(
        intra_op_parallelism_threads=threads, inter_op_parallelism_threads=threads
    )
    if ENGINE in ("plain", "fast", "loops") and "ALL_REWRITES" not in os.environ:
        from tf1_rnn import grappler

        config = grappler.safe_config(config)
    return config


def floor(case):
    """Return an op that makes all the products of a step, as independent of one another."""
    times = 1 if case["mode"] == "forward" else 3
    ends = []
    for left, right in worker.products(case):
        kernel, bias = tf.Variable(tf.zeros(right)), tf.Variable(tf.zeros(right[-1:]))
        for _ in range(case["steps"] * times):
            x = tf.Variable(tf.zeros(left))
            made = (
                tf.matmul(x, kernel)
                if len(left) == 2
                else tf.nn.conv2d(x, kernel, [1, 1, 1, 1], "SAME")
            )
            ends.append(tf.reshape(tf.nn.bias_add(made, bias), [-1])[0])
    return tf.add_n(ends)


worker.serve(build)
