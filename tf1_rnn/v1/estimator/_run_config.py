"""`RunConfig`: how an estimator runs, and its place in a cluster that `TF_CONFIG` describes."""

import copy
import inspect
import json
import os

import numpy as np
import tensorflow.compat.v1 as tf

_UNSET = object()
_OPTIONS = """model_dir tf_random_seed save_summary_steps save_checkpoints_steps
save_checkpoints_secs session_config keep_checkpoint_max keep_checkpoint_every_n_hours
log_step_count_steps train_distribute device_fn protocol eval_distribute experimental_distribute
experimental_max_worker_delay_secs session_creation_timeout_secs""".split()
SECONDS_BETWEEN_CHECKPOINTS = 600


class TaskType:
    """The jobs of a cluster."""

    MASTER = "master"
    PS = "ps"
    WORKER = "worker"
    CHIEF = "chief"
    EVALUATOR = "evaluator"


def of_environment():
    """Return what TF_CONFIG says, a dict that is empty without it."""
    return json.loads(os.environ.get("TF_CONFIG", "{}"))


class RunConfig:
    """How an estimator runs.

    Args:
        model_dir: the folder of checkpoints and summaries.
        tf_random_seed: the graph-level seed, set before a model is built; None leaves it unset.
        save_summary_steps: steps between summaries.
        save_checkpoints_steps: steps between checkpoints.
        save_checkpoints_secs: seconds between checkpoints, by default 600 without steps. With None
            for both only the end of the training is saved.
        session_config: a `ConfigProto`.
        keep_checkpoint_max: checkpoints kept; 0 keeps all.
        keep_checkpoint_every_n_hours: keep one of so many hours for good.
        log_step_count_steps: steps between lines of log; None for no such lines.
        device_fn: a function from operations to devices, by default `replica_device_setter` in a
            cluster.
        protocol: "grpc", "grpc+verbs" or None.
        train_distribute: None; nothing else is supported.
        eval_distribute: None; nothing else is supported.
        experimental_distribute: None; nothing else is supported.
        experimental_max_worker_delay_secs: the longest that a worker waits before it starts.
        session_creation_timeout_secs: how long a worker waits for a session.

    Attributes:
        task_type, task_id, is_chief, cluster_spec, master, evaluation_master, num_ps_replicas,
        num_worker_replicas, global_id_in_cluster: the place in the cluster of the environment
            variable `TF_CONFIG`, of one process by default.

    Raises:
        ValueError: an option has another type or is out of range, or TF_CONFIG is wrong.
    """

    def __init__(
        self,
        model_dir=None,
        tf_random_seed=None,
        save_summary_steps=100,
        save_checkpoints_steps=_UNSET,
        save_checkpoints_secs=_UNSET,
        session_config=None,
        keep_checkpoint_max=5,
        keep_checkpoint_every_n_hours=10000,
        log_step_count_steps=100,
        train_distribute=None,
        device_fn=None,
        protocol=None,
        eval_distribute=None,
        experimental_distribute=None,
        experimental_max_worker_delay_secs=None,
        session_creation_timeout_secs=7200,
    ):
        arguments = locals()
        given = {name: arguments[name] for name in _OPTIONS}
        if given["save_checkpoints_steps"] is _UNSET and given["save_checkpoints_secs"] is _UNSET:
            given.update(
                save_checkpoints_steps=None, save_checkpoints_secs=SECONDS_BETWEEN_CHECKPOINTS
            )
        else:
            given = {name: None if value is _UNSET else value for name, value in given.items()}
        tf_config = of_environment()
        if tf_config:
            tf.logging.info("TF_CONFIG environment variable: %s", tf_config)
        given["model_dir"] = _model_dir(given["model_dir"], tf_config)
        self._take(given)
        self._join_cluster(tf_config)

    def _take(self, options):
        """Set the options, after checking them together."""
        if options["save_checkpoints_steps"] is not None and (
            options["save_checkpoints_secs"] is not None
        ):
            raise ValueError(
                "`save_checkpoints_steps` and `save_checkpoints_secs` cannot be both set."
            )
        for name, value in options.items():
            if value is not None and name in _CHECKS:
                holds, message = _CHECKS[name]
                if not holds(value):
                    raise ValueError(message)
            setattr(self, f"_{name}", value)

    def _join_cluster(self, tf_config):
        """Set what TF_CONFIG says of the cluster and of this task."""
        self._service = tf_config.get("service")
        cluster = tf.train.ClusterSpec(tf_config.get("cluster", {}))
        task = tf_config.get("task", {})
        if cluster.jobs and task.get("type") != TaskType.EVALUATOR:
            self._task_type, self._task_id = _task_in(cluster, task)
            self._cluster_spec = cluster
            self._master = tf_config.get("session_master", _address(cluster, task, self._protocol))
            self._evaluation_master = ""
            counts = {job: cluster.num_tasks(job) for job in cluster.jobs}
            self._num_ps_replicas = counts.get(TaskType.PS, 0)
            self._num_worker_replicas = sum(
                counts.get(job, 0) for job in (TaskType.WORKER, TaskType.CHIEF, TaskType.MASTER)
            )
            self._global_id_in_cluster = _global_id(cluster, self._task_type, self._task_id)
            self._is_chief = self._task_type in (TaskType.CHIEF, TaskType.MASTER)
            if self._session_config is None:
                self._session_config = default_session_config(self._task_type, self._task_id)
            return
        self._cluster_spec = tf.train.ClusterSpec({})
        self._task_type = task.get("type", TaskType.WORKER)
        self._task_id = int(task.get("index", 0))
        self._num_ps_replicas = 0
        self._evaluation_master = tf_config.get("eval_session_master", "")
        self._master = tf_config.get("session_master", "")
        if self._task_type == TaskType.EVALUATOR:
            self._num_worker_replicas, self._global_id_in_cluster = 0, None
            self._is_chief = False
            return
        if self._task_type != TaskType.WORKER:
            raise ValueError('If "cluster" is not set in TF_CONFIG, task type must be WORKER.')
        if self._task_id != 0:
            raise ValueError('If "cluster" is not set in TF_CONFIG, task index must be 0.')
        self._num_worker_replicas, self._global_id_in_cluster = 1, 0
        self._is_chief = True

    def replace(self, **kwargs):
        """Return a copy with other options.

        Raises:
            ValueError: an option that cannot be replaced, or both kinds of checkpoints.
        """
        allowed = _OPTIONS
        for name in kwargs:
            if name not in allowed:
                raise ValueError(
                    f"Replacing {name} is not supported. Allowed properties are {allowed}."
                )
        if kwargs.get("save_checkpoints_steps") is not None:
            kwargs.setdefault("save_checkpoints_secs", None)
        elif kwargs.get("save_checkpoints_secs") is not None:
            kwargs.setdefault("save_checkpoints_steps", None)
        new = copy.copy(self)
        options = {name: getattr(self, f"_{name}") for name in allowed}
        new._take({**options, **kwargs})
        return new


def default_session_config(task_type=None, task_id=None):
    """Return the `ConfigProto` of a session, which in a cluster sees only what its task needs."""
    config = tf.ConfigProto(allow_soft_placement=True)
    rewrites = config.graph_options.rewrite_options
    rewrites.meta_optimizer_iterations = rewrites.ONE
    seen = {
        None: [],
        TaskType.CHIEF: ["/job:ps", "/job:chief"],
        TaskType.MASTER: ["/job:ps", "/job:master"],
        TaskType.WORKER: ["/job:ps", f"/job:worker/task:{task_id}"],
        TaskType.PS: ["/job:ps", "/job:worker", "/job:chief", "/job:master"],
    }
    config.device_filters.extend(seen.get(task_type, []))
    return config


def _task_in(cluster, task):
    """Return the type and the index of this task, checked against the cluster."""
    chiefs = [job for job in cluster.jobs if job in (TaskType.CHIEF, TaskType.MASTER)]
    if not chiefs:
        raise ValueError('If "cluster" is set in TF_CONFIG, it must have one "chief" node.')
    if cluster.num_tasks(chiefs[0]) > 1:
        raise ValueError('The "cluster" in TF_CONFIG must have only one "chief" node.')
    if not task.get("type"):
        raise ValueError('If "cluster" is set in TF_CONFIG, task type must be set.')
    if task.get("index") is None:
        raise ValueError('If "cluster" is set in TF_CONFIG, task index must be set.')
    kind, index = task["type"], int(task["index"])
    if index < 0:
        raise ValueError("Task index must be non-negative number.")
    where = (
        f"in the cluster_spec:\n{cluster}\n\nNote that these values may be coming from the "
        "TF_CONFIG environment variable."
    )
    if kind not in cluster.jobs:
        raise ValueError(f"{kind} is not a valid task_type {where}")
    if index not in cluster.task_indices(kind):
        raise ValueError(f"{index} is not a valid task_id for task_type {kind} {where}")
    return kind, index


def _address(cluster, task, protocol):
    """Return the address of this task's server, nothing where it is the only one."""
    if cluster.jobs == [task["type"]] and cluster.num_tasks(task["type"]) == 1:
        return ""
    host = cluster.task_address(task["type"], int(task["index"]))
    return f"{protocol or 'grpc'}://{host}"


def _global_id(cluster, task_type, task_id):
    """Return the number of a task among all: chiefs, workers, others, parameter servers."""
    first = [TaskType.CHIEF, TaskType.MASTER, TaskType.WORKER]
    others = sorted(set(cluster.jobs) - {*first, TaskType.PS})
    order = [job for job in [*first, *others, TaskType.PS] if job in cluster.jobs]
    before = order[: order.index(task_type)]
    return sum(cluster.num_tasks(job) for job in before) + task_id


def _model_dir(given, tf_config):
    """Return the folder, from the argument or from TF_CONFIG."""
    from_environment = tf_config.get("model_dir")
    if given and from_environment and given != from_environment:
        raise ValueError(
            "`model_dir` provided in RunConfig construct, if set, must have the same value as the "
            f"model_dir in TF_CONFIG. model_dir: {given}\nTF_CONFIG['model_dir']: "
            f"{from_environment}.\n"
        )
    if from_environment == "":
        raise ValueError("model_dir in TF_CONFIG should be non-empty.")
    return given if given is not None else from_environment


def _takes_one_argument(function):
    return callable(function) and list(inspect.signature(function).parameters) == ["op"]


def _at_least_zero(name):
    return lambda value: value >= 0, f"{name} should be >= 0"


def _above_zero(name):
    return lambda value: value > 0, f"{name} should be > 0"


_CHECKS = {
    "model_dir": (bool, "model_dir should be non-empty."),
    "save_summary_steps": _at_least_zero("save_summary_steps"),
    "save_checkpoints_steps": _at_least_zero("save_checkpoints_steps"),
    "save_checkpoints_secs": _at_least_zero("save_checkpoints_secs"),
    "session_config": (
        lambda value: isinstance(value, tf.ConfigProto),
        "session_config must be instance of ConfigProto",
    ),
    "keep_checkpoint_max": _at_least_zero("keep_checkpoint_max"),
    "keep_checkpoint_every_n_hours": _above_zero("keep_checkpoint_every_n_hours"),
    "log_step_count_steps": _above_zero("log_step_count_steps"),
    "tf_random_seed": (
        lambda value: isinstance(value, int | np.integer),
        "tf_random_seed must be integer.",
    ),
    "device_fn": (
        _takes_one_argument,
        'device_fn must be callable with exactly one argument "op".',
    ),
    "protocol": (
        lambda value: value in ("grpc", "grpc+verbs"),
        "protocol should be grpc or grpc+verbs",
    ),
    **{
        name: (lambda value: False, f"{name} is not supported: leave it out.")
        for name in ("train_distribute", "eval_distribute", "experimental_distribute")
    },
}


def _property(name):
    return property(lambda self: getattr(self, f"_{name}"), doc=f"The option {name}.")


_PLACE = """cluster_spec evaluation_master global_id_in_cluster is_chief master num_ps_replicas
num_worker_replicas service task_id task_type""".split()
for _name in {*_OPTIONS, *_PLACE} - {"experimental_distribute"}:
    setattr(RunConfig, _name, _property(_name))
