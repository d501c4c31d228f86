"""One call of `Estimator.train`: the graph, its hooks and its session."""

import contextlib

import tensorflow.compat.v1 as tf

from .. import _seeds
from ._spec import ModeKeys
from ._warm_start import warm_start

_READING_THE_STEP = 11  # nodes, by which 1.15.5 read the global step before it called an input_fn


def train(estimator, input_fn, hooks, listeners):
    """Train; return the last loss, or None if there was no step.

    Args:
        estimator: the `Estimator`.
        input_fn: function that returns features and labels.
        hooks: `tf.train.SessionRunHook`s.
        listeners: `CheckpointSaverListener`s.
    """
    config = estimator.config
    with tf.Graph().as_default() as graph, graph.device(_device_fn(config)):
        tf.set_random_seed(config.tf_random_seed)
        step = tf.train.create_global_step()
        _seeds.leave_out(_READING_THE_STEP)
        features, labels, input_hooks = estimator._call_input_fn(input_fn, ModeKeys.TRAIN)
        spec = estimator._call_model_fn(features, labels, ModeKeys.TRAIN, config)
        if step is not tf.train.get_global_step():
            raise ValueError("The model function must not make another global step.")
        if estimator._warm_start_settings:
            warm_start(estimator._warm_start_settings)
        hooks = [*input_hooks, *hooks, *_own_hooks(config, spec, step), *spec.training_hooks]
        _collect_loss(spec.loss)
        _ensure_saver(config)
        chief_hooks = _chief_hooks(config, spec, hooks, listeners)
        return _run(estimator, spec, hooks, chief_hooks)


def _run(estimator, spec, hooks, chief_hooks):
    """Run steps until a hook stops, and return the last loss."""
    config, loss, any_step = estimator.config, None, False
    with (
        _log_of_tensorflow_1(),
        tf.train.MonitoredTrainingSession(
            master=config.master,
            is_chief=config.is_chief,
            checkpoint_dir=estimator.model_dir,
            scaffold=spec.scaffold,
            hooks=hooks,
            chief_only_hooks=chief_hooks,
            save_checkpoint_secs=0,  # the hook that saves is among the chief's
            save_summaries_steps=config.save_summary_steps,
            config=estimator._session_config(),
            max_wait_secs=config.session_creation_timeout_secs,
            log_step_count_steps=config.log_step_count_steps,
        ) as session,
    ):
        while not session.should_stop():
            _, loss = session.run([spec.train_op, spec.loss])
            any_step = True
    if not any_step:
        tf.logging.warn(
            "Training with estimator made no steps. Perhaps input is empty or misspecified."
        )
    return loss


@contextlib.contextmanager
def _log_of_tensorflow_1():
    """Keep messages about every checkpoint, which 1.15.5's hooks did not print, out of the log."""

    def is_old(record):
        return not str(record.msg).startswith("Calling checkpoint listeners")

    logger = tf.get_logger()
    logger.addFilter(is_old)
    try:
        yield
    finally:
        logger.removeFilter(is_old)


def _own_hooks(config, spec, step):
    """Return the hooks that every training has: it stops at NaN, and logs loss and step."""
    hooks = [tf.train.NanTensorHook(spec.loss)]
    if config.log_step_count_steps is not None:
        logged = {"loss": spec.loss, "step": step}
        hooks.append(tf.train.LoggingTensorHook(logged, every_n_iter=config.log_step_count_steps))
    return hooks


def _collect_loss(loss):
    """Add the loss to its collection, and to the summaries where no other has its name."""
    if loss not in tf.losses.get_losses():
        tf.add_to_collection(tf.GraphKeys.LOSSES, loss)
    if all(summary.op.name != "loss" for summary in tf.get_collection(tf.GraphKeys.SUMMARIES)):
        tf.summary.scalar("loss", loss)


def _ensure_saver(config):
    """Add the saver that the configuration requires, if the model has none."""
    if not tf.get_collection(tf.GraphKeys.SAVERS):
        saver = tf.train.Saver(
            sharded=True,
            max_to_keep=config.keep_checkpoint_max,
            keep_checkpoint_every_n_hours=config.keep_checkpoint_every_n_hours,
            defer_build=True,
            save_relative_paths=True,
        )
        tf.add_to_collection(tf.GraphKeys.SAVERS, saver)


def _chief_hooks(config, spec, hooks, listeners):
    """Return the chief's hooks: the model's, and one that saves where there is none."""
    chief_hooks = list(spec.training_chief_hooks)
    saving = [
        hook for hook in [*hooks, *chief_hooks] if isinstance(hook, tf.train.CheckpointSaverHook)
    ]
    if not saving and (config.save_checkpoints_secs or config.save_checkpoints_steps):
        saving = [
            tf.train.CheckpointSaverHook(
                config.model_dir,
                save_secs=config.save_checkpoints_secs,
                save_steps=config.save_checkpoints_steps,
                scaffold=spec.scaffold,
            )
        ]
        chief_hooks += saving
    if listeners and not saving:
        raise ValueError(
            "There should be a CheckpointSaverHook to use saving_listeners. Please set one of the "
            "RunConfig.save_checkpoints_steps or RunConfig.save_checkpoints_secs."
        )
    if listeners:
        saving[0]._listeners.extend(listeners)  # as its constructor does
    return chief_hooks


def checked_listeners(listeners):
    """Return the listeners as a list; TypeError where one is none."""
    listeners = list(listeners or [])
    for listener in listeners:
        if not isinstance(listener, tf.train.CheckpointSaverListener):
            raise TypeError(
                f"saving_listeners must be a list of CheckpointSaverListener, given: {listener}"
            )
    return listeners


def _device_fn(config):
    """Return the device function: the configuration's, or a cluster's setter."""
    if config.device_fn or not config.num_ps_replicas:
        return config.device_fn
    return tf.train.replica_device_setter(
        ps_tasks=config.num_ps_replicas,
        worker_device=f"/job:{config.task_type}/task:{config.task_id}",
        merge_devices=True,
        cluster=config.cluster_spec,
    )
