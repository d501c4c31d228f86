"""Deterministic runs give the same numbers every time, whatever a script says of seeds."""

import os
import subprocess
import sys

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

UNSEEDED = """\
import numpy as np
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 5, 3])
cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(4), output_keep_prob=0.5)
outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
loss = tf.reduce_mean(tf.square(outputs))
train = tf.train.AdamOptimizer(0.1).minimize(loss)
with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(40):
        value, _ = sess.run([loss, train], {x: np.ones([6, 5, 3])})
    print(float(value).hex())
    config = sess._config
    print(config.allow_soft_placement, config.intra_op_parallelism_threads)
"""


def run(path, *flags):
    """Run the script in a process of its own; what is changed lasts as long as the process."""
    command = [sys.executable, "-m", "tf1_rnn.run", *flags, str(path)]
    environment = dict(os.environ, PYTHONPATH=REPOSITORY)
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_runs_give_the_same_numbers_without_a_seed(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(UNSEEDED)
    runs = [run(script, "--deterministic") for _ in range(2)]
    plain = run(script)
    assert [done.returncode for done in (*runs, plain)] == [0, 0, 0], runs[0].stderr
    assert runs[0].stdout == runs[1].stdout != plain.stdout
    assert runs[0].stdout.splitlines()[1] == "True 1"  # the session's own setting, and one thread
    assert runs[0].stderr == (
        "deterministic: one thread a session; 3 random operations had no seed and got one\n"
    )


def test_a_script_with_a_seed_keeps_it(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(UNSEEDED.replace("x = tf.pl", "tf.set_random_seed(3)\nx = tf.pl"))
    deterministic, plain = run(script, "--deterministic"), run(script)
    assert deterministic.stderr == "deterministic: one thread a session\n"
    numbers = [float.fromhex(done.stdout.split()[0]) for done in (deterministic, plain)]
    assert abs(numbers[0] - numbers[1]) < 1e-4
