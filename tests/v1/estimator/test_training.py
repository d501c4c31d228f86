"""One training: its hooks, its checkpoints, and what a model function must not do."""

import os

import pytest

import tf1_rnn.v1 as tf
from tests.v1.estimator import tiny
from tf1_rnn.v1.estimator import _training


class Listener(tf.train.CheckpointSaverListener):
    def __init__(self):
        self.saved = []

    def after_save(self, session, global_step_value):
        self.saved.append(int(global_step_value))


def checkpoints(folder):
    names = [name for name in os.listdir(folder) if name.endswith(".index")]
    return sorted(int(name.split("-")[1].split(".")[0]) for name in names)


@pytest.mark.parametrize(
    "options, kept",
    [
        ({"keep_checkpoint_max": 5}, [0, 2, 4, 5]),
        ({"keep_checkpoint_max": 2}, [4, 5]),
    ],
)
def test_checkpoints_are_saved_and_listened_to(tmp_path, options, kept):
    listener = Listener()
    made = tiny.estimator(tmp_path, **options)
    made.train(tiny.inputs(), steps=5, saving_listeners=[listener])
    assert listener.saved == [0, 2, 4, 5] and checkpoints(tmp_path) == kept


def test_without_checkpoints_there_are_no_listeners(tmp_path):
    config = tf.estimator.RunConfig(save_checkpoints_secs=None, save_checkpoints_steps=None)
    made = tf.estimator.Estimator(tiny.model_fn, str(tmp_path), config)
    made.train(tiny.inputs(), steps=1)
    assert checkpoints(tmp_path) == []
    with pytest.raises(ValueError, match="There should be a CheckpointSaverHook"):
        made.train(tiny.inputs(), steps=1, saving_listeners=[Listener()])


def test_a_saving_hook_of_the_users_is_the_only_one(tmp_path):
    hook = tf.train.CheckpointSaverHook(str(tmp_path / "own"), save_steps=3)
    listener = Listener()
    tiny.estimator(tmp_path / "model").train(
        tiny.inputs(), hooks=[hook], steps=3, saving_listeners=[listener]
    )
    assert checkpoints(tmp_path / "own") == [0, 3] == listener.saved
    assert checkpoints(tmp_path / "model") == []


def test_no_steps_is_said(tmp_path):
    loss = _training.train(tiny.estimator(tmp_path), tiny.inputs(0), [], [])
    assert loss is None


def test_a_saver_of_the_models_own_is_kept():
    with tf.Graph().as_default():
        tf.get_variable("w", [])
        mine = tf.train.Saver()
        tf.add_to_collection(tf.GraphKeys.SAVERS, mine)
        _training._ensure_saver(tf.estimator.RunConfig())
        assert tf.get_collection(tf.GraphKeys.SAVERS) == [mine]


def test_the_loss_is_collected_and_shown_once():
    with tf.Graph().as_default():
        loss = tf.zeros([])
        for _ in range(2):
            _training._collect_loss(loss)
        assert tf.losses.get_losses() == [loss]
        assert [s.op.name for s in tf.get_collection(tf.GraphKeys.SUMMARIES)] == ["loss"]


def test_another_global_step_is_refused(tmp_path):
    def model_fn(features, labels, mode):
        mine = tf.get_variable("mine", [], tf.int64, tf.zeros_initializer(), trainable=False)
        tf.get_default_graph().clear_collection(tf.GraphKeys.GLOBAL_STEP)
        tf.add_to_collection(tf.GraphKeys.GLOBAL_STEP, mine)
        return tiny.model_fn(features, labels, mode)

    made = tf.estimator.Estimator(model_fn, str(tmp_path))
    with pytest.raises(ValueError, match="must not make another global step"):
        made.train(tiny.inputs(), steps=1)


@pytest.mark.parametrize("wrong", [7, "listener", tf.train.StopAtStepHook(1)])
def test_what_is_no_listener(wrong):
    assert _training.checked_listeners(None) == []
    with pytest.raises(TypeError, match="must be a list of CheckpointSaverListener"):
        _training.checked_listeners([wrong])


@pytest.mark.parametrize("device_fn", [None, lambda op: "/cpu:0"])
def test_devices_are_the_configurations(device_fn):
    assert _training._device_fn(tf.estimator.RunConfig(device_fn=device_fn)) is device_fn
