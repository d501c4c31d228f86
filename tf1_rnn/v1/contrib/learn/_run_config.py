"""`contrib.learn.RunConfig`: the older configuration, with options of the session."""

import tensorflow.compat.v1 as tf

from ...estimator import _run_config
from ...estimator._run_config import TaskType  # noqa: F401

_UNSET = 0  # what 1.15.5 takes for "not given" in save_checkpoints_secs


class RunConfig(_run_config.RunConfig):
    """How an estimator runs; `tf.estimator.RunConfig` with older options.

    Args:
        master: the address of the session; by default that of TF_CONFIG.
        num_cores: threads of a session; 0 for all cores.
        log_device_placement: log where operations are placed.
        gpu_memory_fraction: the part of a GPU's memory that a session takes.
        evaluation_master: the address of the session that evaluates.
        save_checkpoints_secs: by default 600, unless steps are given.

    For the other arguments, see `tf.estimator.RunConfig`.
    """

    def __init__(
        self,
        master=None,
        num_cores=0,
        log_device_placement=False,
        gpu_memory_fraction=1,
        tf_random_seed=None,
        save_summary_steps=100,
        save_checkpoints_secs=_UNSET,
        save_checkpoints_steps=None,
        keep_checkpoint_max=5,
        keep_checkpoint_every_n_hours=10000,
        log_step_count_steps=100,
        protocol=None,
        evaluation_master="",
        model_dir=None,
        session_config=None,
        session_creation_timeout_secs=7200,
    ):
        if save_checkpoints_secs == _UNSET:
            by_time = save_checkpoints_steps is None
            save_checkpoints_secs = _run_config.SECONDS_BETWEEN_CHECKPOINTS if by_time else None
        super().__init__(
            model_dir=model_dir,
            tf_random_seed=tf_random_seed,
            save_summary_steps=save_summary_steps,
            save_checkpoints_steps=save_checkpoints_steps,
            save_checkpoints_secs=save_checkpoints_secs,
            session_config=session_config,
            keep_checkpoint_max=keep_checkpoint_max,
            keep_checkpoint_every_n_hours=keep_checkpoint_every_n_hours,
            log_step_count_steps=log_step_count_steps,
            protocol=protocol,
            session_creation_timeout_secs=session_creation_timeout_secs,
        )
        self._master = master if master is not None else self._master
        self._evaluation_master = evaluation_master or self._evaluation_master
        self._tf_config = tf.ConfigProto(
            log_device_placement=log_device_placement,
            inter_op_parallelism_threads=num_cores,
            intra_op_parallelism_threads=num_cores,
            gpu_options=tf.GPUOptions(per_process_gpu_memory_fraction=gpu_memory_fraction),
        )
        if not self.cluster_spec.jobs:
            self._task_type = None
            self._num_worker_replicas = 0

    @staticmethod
    def get_task_id():
        """Return the index of this task in TF_CONFIG, 0 without one."""
        task = _run_config.of_environment().get("task", {})
        return int(task.get("index") or 0)

    @property
    def environment(self):
        """Where the program runs."""
        return "local"

    @property
    def tf_config(self):
        """The `ConfigProto` of the options of a session."""
        return self._tf_config
