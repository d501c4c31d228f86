"""Times a cluster's exchange of variables and gradients, and whole steps, on this machine.

    python benchmarks/cluster.py                    the exchange of each graph's variables
    python benchmarks/cluster.py --delay=20         the same through proxies that hold it for 20 ms
    python benchmarks/cluster.py --steps=lstm       whole steps: one process, then two workers; and
                                                    what each process does in one of them

The exchange is done in three ways: variables on a parameter server, variables on the chief, and
variables on every worker with TensorFlow's all-reduce. Processes are servers on loopback; --delay
puts a proxy in front of each of them, which holds what passes for so many milliseconds each way.
Publish medians of one run on a machine that does nothing else, with the command.
"""

import argparse
import asyncio
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
STEPS = 30


def main():
    """Measure what the command line asks for, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--delay", type=float, default=0, help="milliseconds each way")
    parser.add_argument("--steps", metavar="CELL", help="whole steps of this graph")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--proxy", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        cluster, job, index = json.loads(arguments.serve)
        _server(cluster, job, index).join()
    elif arguments.proxy:
        asyncio.run(_proxy(json.loads(arguments.proxy), arguments.delay / 1000))
    else:
        _measure(arguments)


def _measure(arguments):
    jobs = {"chief": 1, "worker": arguments.workers - 1, "ps": 1}
    tasks = [(job, index) for job, count in jobs.items() for index in range(count)]
    ports = dict(zip(tasks, _free_ports(len(tasks)), strict=True))
    seen = dict(zip(tasks, _free_ports(len(tasks)), strict=True)) if arguments.delay else ports
    children = []
    try:
        if arguments.delay:
            pairs = [[seen[task], ports[task]] for task in tasks]
            children.append(_start("--proxy", json.dumps(pairs), f"--delay={arguments.delay}"))
        for task in tasks[1:]:
            cluster = _cluster(jobs, {**seen, task: ports[task]})
            children.append(_start("--serve", json.dumps([cluster, *task])))
        cluster = _cluster(jobs, {**seen, tasks[0]: ports[tasks[0]]})
        target = _server(cluster, "chief", 0).target
        if arguments.steps:
            _steps(arguments.steps, cluster, target)
        else:
            _exchanges(arguments.workers, target)
    finally:
        for child in children:
            child.kill()
            child.wait()


def _exchanges(workers, target):
    """Print how long each graph's variables and gradients take to be exchanged."""
    import tensorflow.compat.v1 as tf

    print("| graph | bytes | parameter server | chief | all-reduce |")
    print("| --- | ---: | ---: | ---: | ---: |")
    devices = ["/job:chief/task:0", *(f"/job:worker/task:{i}" for i in range(workers - 1))]
    for key, (cell, parameters) in enumerate(_parameters().items(), 1):
        times = []
        for way in ("/job:ps/task:0", devices[0], None):
            tf.Session.reset(target)
            with tf.Graph().as_default():
                step = (
                    _held(tf, devices, way, parameters)
                    if way
                    else _all_reduced(tf, devices, key, parameters)
                )
                times.append(f"{_median(tf, target, step):.1f} ms")
        print(f"| {cell} | {4 * parameters:,} | {' | '.join(times)} |", flush=True)


def _held(tf, devices, holder, parameters):
    """Return a step whose variables lie in one place: sent to each worker, gradients added."""
    with tf.device(holder):
        variable = tf.Variable(tf.zeros([parameters]), use_resource=False)
    gradients = []
    for device in devices:
        with tf.device(device):
            gradients.append(variable * 0.5 + 1.0)
    with tf.device(holder):
        return variable.assign_sub(tf.add_n(gradients) * 0.1).op


def _all_reduced(tf, devices, key, parameters):
    """Return a step whose variables lie on every worker."""
    steps = []
    for device in devices:
        with tf.device(f"{device}/device:CPU:0"):
            variable = tf.Variable(tf.zeros([parameters]), use_resource=False)
            total = tf.raw_ops.CollectiveReduce(
                input=variable * 0.5 + 1.0,
                group_size=len(devices),
                group_key=1,
                instance_key=key,
                merge_op="Add",
                final_op="Id",
                subdiv_offsets=[0],
            )
            steps.append(variable.assign_sub(total * 0.1).op)
    return tf.group(*steps)


def _median(tf, target, step):
    """Return the median milliseconds of a step."""
    with tf.Session(target, config=_config()) as session:
        session.run(tf.global_variables_initializer())
        times = []
        for _ in range(STEPS + 3):
            started = time.monotonic()
            session.run(step, options=tf.RunOptions(timeout_in_ms=120_000))
            times.append(time.monotonic() - started)
    return 1000 * statistics.median(times[3:])


def _steps(cell, cluster, target):
    """Print the median time of a training step of one process, of one worker, and of all."""
    import numpy as np
    import tensorflow.compat.v1 as tf

    from tf1_rnn.trainer.classifier import Specification
    from tf1_rnn.trainer.cluster.configuration import Task
    from tf1_rnn.trainer.machines import Machines, ThisProcess

    plan = _plan(cell)
    batch = np.arange(plan.configuration["batch_size"])
    x, y = plan.dataset.train.x[batch], np.eye(plan.n_classes)[plan.dataset.train.y[batch]]
    few = {job: cluster[job] for job in ("chief", "ps")}
    ways = {
        "one process": ThisProcess(),
        "one worker, 1 ps": Machines(Task(few, "chief", 0), target, 600),
        "all workers, 1 ps": Machines(Task(cluster, "chief", 0), target, 600),
        "all workers": Machines(
            Task({job: each for job, each in cluster.items() if job != "ps"}, "chief", 0),
            target,
            600,
        ),
    }
    for name, machines in ways.items():
        tf.Session.reset(target)
        with tf.Graph().as_default(), machines.placing():
            model = machines.classifier(Specification.of(plan), tf.nn)
            with machines.session() as session:
                session.run(tf.global_variables_initializer())
                train = session.make_callable([model.train_op, model.loss], [model.x, model.y])
                times = []
                for _ in range(STEPS + 3):
                    started = time.monotonic()
                    train(x, y)
                    times.append(time.monotonic() - started)
                metadata = tf.RunMetadata()
                options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
                session.run(model.train_op, {model.x: x, model.y: y}, options, metadata)
        print(f"{cell}, {name}: {1000 * statistics.median(times[3:]):.1f} ms a step", flush=True)
        for line in _split(metadata.step_stats):
            print(f"    {line}", flush=True)


def _split(stats):
    """Yield a line for each process: what it does in a traced step, which takes longer than others.

    Computing is the time in which any of its operations runs, receiving that in which a tensor of
    another process is on its way and none runs, and waiting is the rest of the step.
    """
    spans, moved = {}, {}
    for device in stats.dev_stats:
        process = device.device.split("/device")[0].replace("/replica:0", "")
        computing, receiving = spans.setdefault(process, ([], []))
        for node in device.node_stats:
            end = node.all_start_micros + max(1, node.all_end_rel_micros)
            if node.node_name == "RecvTensor":
                receiving.append((node.all_start_micros, end))
                size = re.match(r"\[([\d.]+)(B|KB|MB)\]", node.timeline_label)
                if size:
                    factor = {"B": 1, "KB": 1e3, "MB": 1e6}[size.group(2)]
                    moved[process] = moved.get(process, 0) + factor * float(size.group(1))
            elif "_Recv" not in node.timeline_label:
                computing.append((node.all_start_micros, end))
    every = [span for parts in spans.values() for part in parts for span in part]
    whole = max(end for _, end in every) - min(begin for begin, _ in every)
    for process, (computing, receiving) in sorted(spans.items()):
        own, both = _covered(computing), _covered(computing + receiving)
        yield (
            f"{process[1:]}: computing {own / whole:.0%}, receiving {(both - own) / whole:.0%}, "
            f"waiting {1 - both / whole:.0%} of {whole / 1000:.1f} ms; "
            f"{moved.get(process, 0) / 1000:,.0f} kB received"
        )


def _covered(spans):
    """Return how much time lies in any of some spans."""
    total, reached = 0, 0
    for begin, end in sorted(spans):
        total += max(0, end - max(begin, reached))
        reached = max(reached, end)
    return total


def _parameters():
    """Return how many parameters each graph has at its default size."""
    import tensorflow.compat.v1 as tf

    from tf1_rnn.graphs import GRAPHS
    from tf1_rnn.trainer.classifier import Classifier, Specification, parameters

    found = {}
    for cell in GRAPHS:
        with tf.Graph().as_default():
            Classifier(Specification.of(_plan(cell)))
            found[cell] = parameters()
    return found


def _plan(cell):
    from tf1_rnn.trainer import plan
    from tf1_rnn.trainer.settings import Settings

    return plan.settle(Settings(cell=cell))


def _server(cluster, job, index):
    import tensorflow.compat.v1 as tf

    return tf.train.Server(cluster, job_name=job, task_index=index, config=_config())


def _config():
    from tf1_rnn.trainer.cluster import servers

    config = servers.configuration()
    config.experimental.collective_group_leader = "/job:chief/replica:0/task:0"
    return config


def _cluster(jobs, ports):
    return {
        job: [f"127.0.0.1:{ports[job, index]}" for index in range(count)]
        for job, count in jobs.items()
        if count
    }


def _start(*arguments):
    command = [sys.executable, __file__, *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


async def _proxy(pairs, delay):
    """Hold what passes between each pair of ports, each way."""

    async def serve(port, reader, writer):
        there = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_hold(reader, there[1], delay), _hold(there[0], writer, delay))

    for front, port in pairs:
        await asyncio.start_server(lambda r, w, port=port: serve(port, r, w), "127.0.0.1", front)
    await asyncio.Event().wait()


async def _hold(reader, writer, delay):
    loop = asyncio.get_running_loop()
    while data := await reader.read(1 << 16):
        # Timers of equal delay fire in the order they were set.
        loop.call_later(delay, writer.write, data)
    loop.call_later(delay, writer.close)


if __name__ == "__main__":
    sys.exit(main())
