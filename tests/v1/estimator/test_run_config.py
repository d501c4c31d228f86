"""`RunConfig`: its options, and its place in the cluster that `TF_CONFIG` describes."""

import json

import pytest

import tf1_rnn.v1 as tf

Config = tf.estimator.RunConfig
CLUSTER = {"chief": ["a:1"], "worker": ["a:2", "a:3"], "ps": ["a:4"], "evaluator": ["a:5"]}


@pytest.fixture
def placed(monkeypatch):
    """Return a function that makes a configuration in a cluster."""

    def place(config, **options):
        monkeypatch.setenv("TF_CONFIG", json.dumps(config))
        return Config(**options)

    yield place


@pytest.mark.parametrize(
    "given, steps, secs",
    [
        ({}, None, 600),
        ({"save_checkpoints_steps": 5}, 5, None),
        ({"save_checkpoints_secs": 5}, None, 5),
        ({"save_checkpoints_steps": None, "save_checkpoints_secs": None}, None, None),
        ({"save_checkpoints_steps": None}, None, None),
    ],
)
def test_when_checkpoints_are_saved(given, steps, secs):
    config = Config(**given)
    assert (config.save_checkpoints_steps, config.save_checkpoints_secs) == (steps, secs)


@pytest.mark.parametrize(
    "change, steps, secs",
    [
        ({"save_checkpoints_steps": 7}, 7, None),
        ({"save_checkpoints_secs": 7}, None, 7),
        ({"keep_checkpoint_max": 0}, None, 600),
    ],
)
def test_a_copy_with_other_options(change, steps, secs):
    config = Config()
    copy = config.replace(**change)
    assert (copy.save_checkpoints_steps, copy.save_checkpoints_secs) == (steps, secs)
    assert config.save_checkpoints_secs == 600 and config.keep_checkpoint_max == 5
    with pytest.raises(ValueError, match="Replacing task_type is not supported"):
        config.replace(task_type="ps")


@pytest.mark.parametrize(
    "option, bad, words",
    [
        ("model_dir", "", "should be non-empty"),
        ("save_summary_steps", -1, "should be >= 0"),
        ("keep_checkpoint_every_n_hours", 0, "should be > 0"),
        ("log_step_count_steps", 0, "should be > 0"),
        ("tf_random_seed", 1.5, "must be integer"),
        ("session_config", {}, "must be instance of ConfigProto"),
        ("device_fn", lambda node: None, "exactly one argument"),
        ("protocol", "http", "should be grpc"),
        ("train_distribute", object(), "is not supported: leave it out"),
    ],
)
def test_options_are_checked_here_and_in_a_copy(option, bad, words):
    for make in (Config, Config().replace):
        with pytest.raises(ValueError, match=words):
            make(**{option: bad})


def test_both_intervals_at_once():
    with pytest.raises(ValueError, match="cannot be both set"):
        Config(save_checkpoints_steps=1, save_checkpoints_secs=1)


@pytest.mark.parametrize(
    "task, number, is_chief, master",
    [
        ({"type": "chief", "index": 0}, 0, True, "grpc://a:1"),
        ({"type": "worker", "index": 1}, 2, False, "grpc://a:3"),
        ({"type": "ps", "index": 0}, 4, False, "grpc://a:4"),
    ],
)
def test_a_place_in_a_cluster(placed, task, number, is_chief, master):
    config = placed({"cluster": CLUSTER, "task": task})
    assert (config.task_type, config.task_id) == (task["type"], task["index"])
    assert config.global_id_in_cluster == number and config.is_chief is is_chief
    assert config.master == master
    assert (config.num_ps_replicas, config.num_worker_replicas) == (1, 3)


def test_an_evaluator_is_outside(placed):
    config = placed({"cluster": CLUSTER, "task": {"type": "evaluator", "index": 0}})
    assert config.num_worker_replicas == 0 and not config.is_chief
    assert config.global_id_in_cluster is None and config.cluster_spec.jobs == []


def test_alone_it_is_the_chief(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    config = Config()
    assert config.is_chief and config.master == "" and config.num_worker_replicas == 1
    assert config.session_config is None and config.task_type == "worker"


@pytest.mark.parametrize(
    "config, words",
    [
        (
            {"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 0}},
            'one "chief" node',
        ),
        ({"cluster": {"chief": ["a:1", "a:2"]}}, 'only one "chief" node'),
        ({"cluster": CLUSTER}, "task type must be set"),
        ({"cluster": CLUSTER, "task": {"type": "worker"}}, "task index must be set"),
        ({"cluster": CLUSTER, "task": {"type": "worker", "index": -1}}, "non-negative"),
        ({"cluster": CLUSTER, "task": {"type": "worker", "index": 2}}, "not a valid task_id"),
        ({"cluster": CLUSTER, "task": {"type": "cook", "index": 0}}, "not a valid task_type"),
        ({"task": {"type": "ps"}}, "task type must be WORKER"),
        ({"task": {"index": 1}}, "task index must be 0"),
        ({"model_dir": ""}, "should be non-empty"),
    ],
)
def test_a_wrong_cluster(placed, config, words):
    with pytest.raises(ValueError, match=words):
        placed(config)


def test_the_folder_may_come_from_the_environment(placed):
    assert placed({"model_dir": "runs/a"}).model_dir == "runs/a"
    assert placed({"model_dir": "runs/a"}, model_dir="runs/a").model_dir == "runs/a"
    with pytest.raises(ValueError, match="must have the same value"):
        placed({"model_dir": "runs/a"}, model_dir="runs/b")


def test_a_session_of_a_cluster_sees_what_its_task_needs(placed):
    config = placed({"cluster": CLUSTER, "task": {"type": "worker", "index": 1}})
    assert list(config.session_config.device_filters) == ["/job:ps", "/job:worker/task:1"]
    mine = tf.ConfigProto()
    assert Config(session_config=mine).session_config is mine
