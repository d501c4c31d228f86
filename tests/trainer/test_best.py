"""The best epoch's variables: held, put back, written once, read again."""

import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.errors import RunError
from tf1_rnn.trainer.best import Best


@pytest.fixture
def session():
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("model", [2], initializer=tf.zeros_initializer())
        tf.get_variable("slot", [2], trainable=False)
        tf.train.get_or_create_global_step()
        session.run(tf.global_variables_initializer())
        yield session


def at(session, value, step):
    """Give the model a value at a step."""
    tf.trainable_variables()[0].load(np.full(2, value), session)
    tf.train.get_global_step().load(step, session)


def values(session):
    return session.run([tf.trainable_variables()[0], tf.train.get_global_step()])


def test_what_is_held_comes_back(session):
    best = Best(session)
    at(session, 1.0, 5)
    best.take()
    at(session, 2.0, 9)
    best.put_back()
    model, step = values(session)
    assert model.tolist() == [1, 1] and step == 5


def test_what_is_held_is_written_once_and_named(session, tmp_path):
    best, folder = Best(session), tmp_path / "best"
    at(session, 1.0, 5)
    best.take()
    best.write(str(folder))
    assert tf.train.latest_checkpoint(str(folder)) == str(folder / "model.ckpt-5")
    # The optimiser's variables are no part of a best model.
    shapes = tf.train.load_checkpoint(str(folder)).get_variable_to_shape_map()
    assert set(shapes) == {"model", "global_step"}
    for path in folder.iterdir():
        path.unlink()
    best.write(str(folder))
    assert os.listdir(folder) == []


def test_it_is_read_by_another_run(session, tmp_path):
    best = Best(session)
    at(session, 1.0, 5)
    best.take()
    best.write(str(tmp_path))
    at(session, 2.0, 9)
    other = Best(session)
    other.read(str(tmp_path), 5)
    other.write(str(tmp_path / "elsewhere"))  # it is where it came from
    assert not (tmp_path / "elsewhere").exists()
    other.put_back()
    assert values(session)[0].tolist() == [1, 1]


def test_one_that_is_not_there_or_damaged(session, tmp_path):
    best = Best(session)
    with pytest.raises(RunError, match="model.ckpt-5, the best model so far, is missing"):
        best.read(str(tmp_path), 5)
    (tmp_path / "model.ckpt-5.index").write_bytes(b"no index")
    with pytest.raises(RunError, match="model.ckpt-5 is damaged"):
        best.read(str(tmp_path), 5)


def test_a_best_model_whose_data_end_too_early_is_damaged(session, tmp_path):
    best, folder = Best(session), tmp_path / "best"
    at(session, 1.0, 5)
    best.take()
    best.write(str(folder))
    os.truncate(folder / "model.ckpt-5.data-00000-of-00001", 3)
    with pytest.raises(RunError, match="model.ckpt-5 is damaged"):
        Best(session).read(str(folder), 5)
