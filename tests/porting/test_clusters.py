"""TensorFlow 1 scripts that are one process of a cluster, run as they are in every role."""

import os
import pathlib
import re
import socket
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
SECONDS = 200  # four processes start TensorFlow at once

# As TensorFlow 1's guide to distributed training had it, with both ways to keep a session.
SCRIPT = """\
from __future__ import print_function

import os
import sys

import numpy as np
import tensorflow as tf

flags = tf.app.flags
flags.DEFINE_string("ps_hosts", "", "hosts of the parameter servers, between commas")
flags.DEFINE_string("worker_hosts", "", "hosts of the workers, between commas")
flags.DEFINE_string("job_name", "", "ps or worker")
flags.DEFINE_integer("task_index", 0, "index in the job")
flags.DEFINE_string("logdir", "", "where the chief keeps checkpoints")
flags.DEFINE_boolean("supervisor", False, "use tf.train.Supervisor, as before MonitoredSession")
flags.DEFINE_boolean("sync_replicas", False, "let workers wait for each other, by a supervisor")
FLAGS = flags.FLAGS


def build(cluster):
    device = "/job:worker/task:%d" % FLAGS.task_index
    with tf.device(tf.train.replica_device_setter(worker_device=device, cluster=cluster)):
        global_step = tf.train.get_or_create_global_step()
        x = tf.placeholder(tf.float32, [None, 4, 3])
        y = tf.placeholder(tf.int32, [None])
        cell = tf.contrib.rnn.LSTMCell(5, use_peepholes=True)
        outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
        logits = tf.nn.xw_plus_b(
            outputs[:, -1], tf.get_variable("w", [5, 2]), tf.get_variable("b", [2]))
        loss = tf.losses.sparse_softmax_cross_entropy(y, logits)
        optimizer = tf.train.AdamOptimizer(0.01)
        if FLAGS.sync_replicas:
            optimizer = tf.train.SyncReplicasOptimizer(
                optimizer, replicas_to_aggregate=2, total_num_replicas=2)
        train = optimizer.minimize(loss, global_step=global_step)
        return x, y, loss, train, global_step, optimizer


def train_in_step(server, config, chief, train, loss, global_step, optimizer, fed):
    # The chief's queue runner adds the gradients; the other worker goes on until it is ended.
    runner, tokens = optimizer.get_chief_queue_runner(), optimizer.get_init_tokens_op()
    supervisor = tf.train.Supervisor(
        is_chief=chief, logdir=FLAGS.logdir or None, global_step=global_step,
        init_op=tf.global_variables_initializer(), recovery_wait_secs=1,
        local_init_op=optimizer.chief_init_op if chief else optimizer.local_step_init_op,
        ready_for_local_init_op=optimizer.ready_for_local_init_op)
    losses, step = [], 0
    session = supervisor.prepare_or_wait_for_session(server.target, config=config)
    if chief:
        session.run(tokens)
        supervisor.start_queue_runners(session, [runner])
    while step < 20 or not chief:
        _, now, step = session.run([train, loss, global_step], fed)
        losses.append(now)
    learned = min(losses[1:] or losses) < losses[0]
    print("in step, worker", FLAGS.task_index, len(losses), "steps, learned", learned)


def main(_):
    ps, workers = FLAGS.ps_hosts.split(","), FLAGS.worker_hosts.split(",")
    cluster = tf.train.ClusterSpec({"ps": ps, "worker": workers})
    server = tf.train.Server(cluster, job_name=FLAGS.job_name, task_index=FLAGS.task_index)
    if FLAGS.job_name == "ps":
        server.join()
    chief = FLAGS.task_index == 0
    x, y, loss, train, global_step, optimizer = build(cluster)
    random = np.random.RandomState(FLAGS.task_index)
    labels = random.randint(0, 2, 16)
    fed = {x: random.randn(16, 4, 3) + labels[:, None, None], y: labels}
    # A worker waits only for the parameter server, not for another that may have ended.
    config = tf.ConfigProto(
        device_filters=["/job:ps", "/job:worker/task:%d" % FLAGS.task_index])
    if FLAGS.sync_replicas:
        train_in_step(server, config, chief, train, loss, global_step, optimizer, fed)
        sys.stdout.flush()
        os._exit(0)  # the queue runner waits for gradients for ever
    losses = []
    if FLAGS.supervisor:
        supervisor = tf.train.Supervisor(
            is_chief=chief, logdir=FLAGS.logdir or None, global_step=global_step)
        with supervisor.managed_session(server.target, config=config) as session:
            step = 0
            while not supervisor.should_stop() and step < 40:
                _, now, step = session.run([train, loss, global_step], fed)
                losses.append(now)
        learned = min(losses[1:] or losses) < losses[0]
        print("supervisor of", FLAGS.task_index, len(losses), "steps, learned", learned)
        return
    hooks = [tf.train.StopAtStepHook(last_step=40)]
    with tf.train.MonitoredTrainingSession(
            master=server.target, is_chief=chief, hooks=hooks, config=config,
            checkpoint_dir=FLAGS.logdir or None) as session:
        while not session.should_stop():
            losses.append(session.run([train, loss], fed)[1])
    learned = min(losses[1:] or losses) < losses[0]
    print("worker", FLAGS.task_index, len(losses), "steps, learned", learned)


if __name__ == "__main__":
    tf.app.run()
"""


def start(script, *flags):
    return subprocess.Popen(
        [sys.executable, "-m", "tf1_rnn.run", script, *flags],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("way", ["--nosupervisor", "--supervisor", "--sync_replicas"])
def test_an_old_script_trains_by_servers(way, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    sockets = [socket.socket() for _ in range(3)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ps, *workers = (f"127.0.0.1:{each.getsockname()[1]}" for each in sockets)
    for each in sockets:
        each.close()
    flags = [f"--ps_hosts={ps}", f"--worker_hosts={','.join(workers)}", way]
    processes = [
        start(script, *flags, "--job_name=ps"),
        start(script, *flags, "--job_name=worker", f"--logdir={tmp_path / 'logs'}"),
        start(script, *flags, "--job_name=worker", "--task_index=1"),
    ]
    # In step with the chief, the other worker waits for the chief that has ended.
    ending = processes[1:2] if way == "--sync_replicas" else processes[1:]
    try:
        most, learned = 0, ""
        for index, worker in enumerate(ending):
            said, errors = worker.communicate(timeout=SECONDS)
            assert worker.returncode == 0, errors
            steps, result = re.search(rf"{index} (\d+) steps, learned (\w+)\n", said).groups()
            most, learned = max((most, learned), (int(steps), result))
        # Who comes to the last of all steps has learned nothing.
        assert learned == "True" or (most < 5 and way == "--sync_replicas")
        assert (tmp_path / "logs" / "checkpoint").exists()
        assert processes[0].poll() is None  # a parameter server joins, and never ends by itself
    finally:
        for process in processes:
            process.kill()
            process.communicate()
