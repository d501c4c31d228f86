"""Runs an experiment; what is no experiment is said."""

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib.learn import learn_runner

learn = tf.contrib.learn


class Trial(learn.Experiment):
    """An experiment that notes what is asked of it."""

    def __init__(self, *made_with):
        self.made_with = made_with

    def train_and_evaluate(self):
        return ("train_and_evaluate", *self.made_with)

    def train(self):
        return ("train", *self.made_with)


def test_a_folder_or_a_configuration():
    assert learn_runner.run(Trial, "runs/a") == ("train_and_evaluate", "runs/a")
    config = learn.RunConfig(model_dir="runs/a")
    made = learn_runner.run(Trial, run_config=config, hparams="h", schedule="train")
    assert made == ("train", config, "h")


CONFIG = {"run_config": learn.RunConfig(model_dir="runs/a")}


@pytest.mark.parametrize(
    "function, given, error, words",
    [
        (Trial, {}, ValueError, "Must set value for `output_dir` or `run_config`"),
        (Trial, {"output_dir": "a", **CONFIG}, ValueError, "Cannot provide both"),
        ("text", {"output_dir": "a"}, TypeError, '"text" is not callable'),
        (lambda folder: 7, {"output_dir": "a"}, TypeError, "is not callable"),
        (Trial, {"run_config": learn.RunConfig()}, ValueError, "Must specify a model directory"),
        (Trial, {"output_dir": "a", "schedule": "no"}, ValueError, "non-existent task no"),
        (Trial, {"output_dir": "a", "schedule": "made_with"}, ValueError, "non-existent task"),
    ],
)
def test_misuse(function, given, error, words):
    with pytest.raises(error, match=words):
        learn_runner.run(function, **given)
