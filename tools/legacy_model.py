"""The tutorial's six graphs as a TensorFlow 1 user trained them, saved half-way and resumed.

    .oracle/bin/python tools/legacy_model.py save              # the fixtures, with 1.15.5
    python tools/legacy_model.py save|go_on FOLDER [tf1_rnn.v1|tensorflow]

`save` trains each graph 20 steps, saves FOLDER/<variant>/model-20 and writes what the next 50 steps
give to next.npz; `go_on` restores model-20 with a plain Saver and writes what it gets to
went_on.npz. Runs under Python 3.7 too.
"""

import importlib
import logging
import os
import sys
import warnings

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, ROOT)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402

from tf1_rnn.baseline import document, trace  # noqa: E402

FIXTURES = os.path.join(ROOT, "tests", "fixtures", "checkpoints")
BATCH, CLASSES = 4, 10
SIZES = {
    "num_units": 4,
    "multi_units": (4, 3),
    "n_classes": CLASSES,
    "batch_size": BATCH,
    "time_steps": 8,
    "length": 8,
    "time_step": 3,
    "n_input": 28,
    "channel": 1,
}
BEFORE, AFTER = 20, 50


def build(tf, variant):
    """Build a block of the tutorial, with its author's head, loss and Adam after it.

    Returns:
        The placeholders x and y, the loss, the train op.
    """
    block = document.BLOCKS[variant].replace("output_channels=32", "output_channels=1")
    names = document.execute(block, SIZES, tf.__name__)
    outputs = names.get("lstm_out", names.get("outputs"))
    if variant == "bilstm":  # the backward direction ends at the first step
        last = tf.concat([outputs[0][:, -1], outputs[1][:, 0]], 1)
    else:
        last = outputs[-1] if isinstance(outputs, list) else outputs[:, -1]
    if variant == "conv_lstm":
        last = tf.nn.max_pool2d(last, 4, 4, "SAME")
    size = int(np.prod(last.shape.as_list()[1:]))
    with tf.variable_scope("softmax"):
        weights = tf.get_variable("weights", [size, CLASSES])
        biases = tf.get_variable("biases", [CLASSES], initializer=tf.zeros_initializer())
    logits = tf.matmul(tf.reshape(last, [-1, size]), weights) + biases
    loss = tf.reduce_mean(
        tf.nn.softmax_cross_entropy_with_logits_v2(labels=names["y"], logits=logits)
    )
    step = tf.train.get_or_create_global_step()
    return names["x"], names["y"], loss, tf.train.AdamOptimizer(0.01).minimize(loss, step)


def batches(variant, first, count):
    """Yield the batches of the steps from `first`, the same wherever they are made."""
    shape = (BATCH, 3, 28, 28, 1) if variant == "conv_lstm" else (BATCH, 8, 8)
    for step in range(first, first + count):
        random = np.random.RandomState(step)
        labels = random.randint(0, CLASSES, BATCH)
        x = random.uniform(0, 1, shape) + labels.reshape((-1,) + (1,) * (len(shape) - 1)) / 10.0
        yield x.astype(np.float32), np.eye(CLASSES, dtype=np.float32)[labels]


def train(tf, session, model, variant, first, count):
    """Train; return the losses and every variable at the end."""
    x, y, loss, op = model
    losses = [
        session.run([loss, op], {x: xs, y: ys})[0] for xs, ys in batches(variant, first, count)
    ]
    variables = tf.global_variables()
    found = {
        "variable/" + variable.name.split(":")[0]: value
        for variable, value in zip(variables, session.run(variables))
    }
    return dict(found, losses=np.array(losses))


def save(tf, variant, folder):
    """Train, save half-way, train on: model-20 and next.npz."""
    os.makedirs(folder, exist_ok=True)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(1)
        model = build(tf, variant)
        session.run(tf.global_variables_initializer())
        train(tf, session, model, variant, 0, BEFORE)
        saver = tf.train.Saver(save_relative_paths=True)
        saver.save(
            session, os.path.join(folder, "model"), global_step=BEFORE, write_meta_graph=False
        )
        trace.save(
            os.path.join(folder, "next.npz"),
            _small(train(tf, session, model, variant, BEFORE, AFTER)),
            {},
        )


def _small(found):
    """Of the head's large matrices every 16th element is enough to tell."""
    return {
        name: value.ravel()[::16] if value.size > 4096 else value
        for name, value in sorted(found.items())
    }


def go_on(tf, variant, folder):
    """Restore model-20 with a plain Saver, train on: went_on.npz."""
    with tf.Graph().as_default(), tf.Session() as session:
        model = build(tf, variant)
        tf.train.Saver().restore(session, os.path.join(folder, "model-%d" % BEFORE))
        trace.save(
            os.path.join(folder, "went_on.npz"),
            _small(train(tf, session, model, variant, BEFORE, AFTER)),
            {},
        )


def main(command, folder=FIXTURES, package="tensorflow"):
    """Run one command of this script for all six graphs."""
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    tf = importlib.import_module(package)
    for variant in document.BLOCKS:
        {"save": save, "go_on": go_on}[command](tf, variant, os.path.join(folder, variant))


if __name__ == "__main__":
    main(*sys.argv[1:])
