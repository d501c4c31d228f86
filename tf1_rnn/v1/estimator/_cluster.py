"""What each task of a cluster does of `train_and_evaluate`: chief, worker, evaluator, server."""

import time

import tensorflow.compat.v1 as tf

from ._evaluator import EvaluateCheckpoints, Evaluator
from ._run_config import TaskType

# Workers begin one after the other: early steps of many, on one model, do not learn well together.
_DELAY_SECONDS = 5
_MAX_DELAY_SECONDS = 60


def run_task(estimator, train_spec, eval_spec):
    """Do the part of this process's task in a training by many processes.

    A chief and workers train until the global step of `train_spec`; a master also evaluates its
    checkpoints, as a single process does; an evaluator evaluates each new checkpoint that it finds,
    until one is of the last step; a parameter server serves for ever.

    Args:
        estimator: the `Estimator`.
        train_spec: the `TrainSpec`.
        eval_spec: the `EvalSpec`.

    Raises:
        ValueError: the task's type is none of these, or there is a second evaluator.
    """
    config = estimator.config
    kind = config.task_type
    if kind == TaskType.EVALUATOR:
        if config.task_id > 0:
            raise ValueError(
                "For distributed training, there can only be one `evaluator` task (with task id "
                f"0).  Given task id {config.task_id}"
            )
        _keep_evaluating(Evaluator(estimator, eval_spec, train_spec.max_steps), eval_spec)
    elif kind == TaskType.PS:
        _start_server(config).join()
    elif kind in (TaskType.CHIEF, TaskType.WORKER):
        _train(estimator, train_spec)
    elif kind == TaskType.MASTER:
        evaluator = Evaluator(estimator, eval_spec, train_spec.max_steps)
        _train(estimator, train_spec, [EvaluateCheckpoints(evaluator, eval_spec.throttle_secs)])
    else:
        supported = ["chief", "evaluator", "master", "ps", "worker"]
        raise ValueError(f"Task type {kind} is not supported. Supported task types are {supported}")


def _train(estimator, spec, listeners=None):
    """Serve this task's part of the graph, and train; a worker lets those before it begin."""
    config = estimator.config
    _start_server(config)
    if config.task_type == TaskType.WORKER:
        longest = config.experimental_max_worker_delay_secs
        longest = _MAX_DELAY_SECONDS if longest is None else int(longest)
        _wait(
            "Waiting %d secs before starting training.",
            min(longest, (config.task_id + 1) * _DELAY_SECONDS),
        )
    estimator.train(
        spec.input_fn, hooks=spec.hooks, max_steps=spec.max_steps, saving_listeners=listeners
    )


def _start_server(config):
    """Start and return the server of this task; None for a cluster of one trainer."""
    if not config.master:
        tf.logging.info("Skip starting Tensorflow server as there is only one node in the cluster.")
        return None
    tf.logging.info("Start Tensorflow server.")
    options = tf.ConfigProto()
    if config.session_config is not None:
        options.gpu_options.CopyFrom(config.session_config.gpu_options)
    return tf.train.Server(
        config.cluster_spec,
        job_name=config.task_type,
        task_index=config.task_id,
        protocol=config.protocol,
        config=options,
    )


def _keep_evaluating(evaluator, spec):
    """Evaluate each new checkpoint until one is of the training's last step."""
    _wait("Waiting %f secs before starting eval.", spec.start_delay_secs)
    while True:
        start = time.monotonic()
        is_new = evaluator.evaluate()
        if is_new and evaluator.is_final:
            tf.logging.info("Exiting evaluation: the checkpoint is of the training's last step.")
            return
        rest = spec.throttle_secs - (time.monotonic() - start)
        if rest > 0:
            _wait("Waiting %f secs before starting next eval run.", rest)
        elif not is_new and spec.throttle_secs == 0:
            tf.logging.warn(
                "EvalSpec.throttle_secs is set as 0. This might overload the job before finding "
                "(next) new checkpoint. Please consider to increase it."
            )


def _wait(message, seconds):
    if seconds > 0:
        tf.logging.info(message, seconds)
        time.sleep(seconds)
