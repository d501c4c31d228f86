"""The older configuration: its own options, and those of `tf.estimator.RunConfig`."""

import json

import pytest

import tf1_rnn.v1 as tf

learn = tf.contrib.learn


@pytest.mark.parametrize(
    "given, secs, steps",
    [
        ({}, 600, None),
        ({"save_checkpoints_steps": 5}, None, 5),
        ({"save_checkpoints_secs": 30}, 30, None),
        ({"save_checkpoints_secs": None}, None, None),
    ],
)
def test_when_a_checkpoint_is_saved(given, secs, steps):
    config = learn.RunConfig(**given)
    assert (config.save_checkpoints_secs, config.save_checkpoints_steps) == (secs, steps)


def test_options_of_a_session():
    config = learn.RunConfig(num_cores=3, log_device_placement=True, gpu_memory_fraction=0.5)
    made = config.tf_config
    assert made.inter_op_parallelism_threads == made.intra_op_parallelism_threads == 3
    assert made.log_device_placement and config.environment == "local"
    assert made.gpu_options.per_process_gpu_memory_fraction == 0.5


def test_addresses():
    config = learn.RunConfig(master="a:1", evaluation_master="b:2", model_dir="runs/a")
    assert (config.master, config.evaluation_master) == ("a:1", "b:2")
    assert config.model_dir == "runs/a" and isinstance(config, tf.estimator.RunConfig)


def test_alone_it_is_no_replica(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    config = learn.RunConfig()
    assert config.task_type is None and config.num_worker_replicas == 0
    cluster = {"chief": ["a:1"], "worker": ["a:2"], "ps": ["a:3"]}
    task = {"type": "worker", "index": 0}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": task}))
    assert learn.RunConfig().task_type == "worker"
