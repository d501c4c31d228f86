"""The lines of a run, from a plan and its numbers."""

import dataclasses
import types

import numpy as np
import pytest

from tf1_rnn.trainer import messages
from tf1_rnn.trainer.datasets import Dataset, Split
from tf1_rnn.trainer.settings import Settings

X, Y = np.zeros([1200, 5, 2], np.float32), np.zeros(1200, int)
METRICS = {
    "test_loss": 0.5,
    "test_accuracy": 0.75,
    "chosen_epoch": 3,
    "chosen_by": "valid_loss",
    "epochs": 9,
    "steps": 1234,
}


def planned(dataset=None, checkpoint=None, **flags):
    settings = Settings(**{"cell": "lstm", **flags})
    return types.SimpleNamespace(
        settings=settings,
        configuration=settings.configuration({"cell": "lstm"}),
        dataset=dataset or Dataset("digits", Split(X, Y), Split(X[:7], Y[:7]), 2),
        cell="lstm",
        n_classes=2,
        checkpoint=checkpoint,
    )


def test_a_training_run_from_the_start():
    assert messages.start(planned(fast=True), "CPU, TensorFlow 2", 71818, []) == [
        "data    digits: 1,200 training and 7 test sequences of 5 steps of 2; 2 classes",
        "graph   lstm: num_units=128, use_peepholes=True, rnn=dynamic, fast; 71,818 parameters",
        "device  CPU, TensorFlow 2",
        "train   Adam, learning rate 0.003, batches of 32, 40 epochs, seed 0",
        "        no validation set: the last epoch is kept",
    ]


def test_one_of_a_kind_is_in_the_singular():
    one = Split(X[:1, :1], Y[:1])
    plan = planned(Dataset("d", one, one, 1, valid=one), epochs=1, patience=1)
    plan.n_classes = 1
    assert messages.data(plan)[0] == (
        "data    d: 1 training, 1 validation and 1 test sequence of 1 step of 2; 1 class"
    )
    assert messages.train(plan)[0].endswith("batches of 32, 1 epoch, seed 0")
    assert messages.train(plan)[1].endswith("training stops after 1 epoch without a lower one")
    assert "; 1 step, 2.0 s" in messages.trained({**METRICS, "steps": 1}, 2.0)
    assert messages.predicted(1, "out.csv") == "result  predictions for 1 sequence in out.csv"


def test_sequences_to_predict_are_those_of_a_test_only_where_the_file_says_so():
    data = Dataset("d", None, Split(X[:7], None), None)
    predicting = {"mode": "predict", "model_dir": "x"}
    assert "d: 7 test sequences of 5 steps" in messages.data(planned(data, **predicting))[0]
    whole = dataclasses.replace(data, is_whole=True)
    assert "d: 7 sequences of 5 steps" in messages.data(planned(whole, **predicting))[0]
    assert "d: 7 test sequences" in messages.data(planned(whole, mode="eval", model_dir="x"))[0]


def test_a_training_run_with_everything():
    split = Split(X[:8], Y[:8])
    dataset = Dataset("digits", split, split, 2, valid=split)
    how = {"dropout": 0.2, "clip_norm": 5.0, "decay": 0.9, "class_weights": "balanced"}
    plan = planned(dataset, patience=4, **how)
    assert messages.data(plan)[0].startswith("data    digits: 8 training, 8 validation and 8 test")
    assert messages.train(plan) == [
        "train   Adam, learning rate 0.003, batches of 32, 40 epochs, seed 0, dropout 0.2, "
        "gradients clipped to 5.0, decay 0.9, class weights balanced",
        "        the epoch with the lowest validation loss is kept; training stops after 4 "
        "epochs without a lower one",
    ]


def test_a_graph_that_takes_long_to_build_says_so():
    steps = np.zeros([2, 3000, 1], np.float32)
    dataset = Dataset("long", Split(steps, Y[:2]), Split(steps, Y[:2]), 2)
    assert messages.slow_to_build(planned(dataset, rnn="static")) == (
        "graph   unrolled over 3,000 time steps, building it takes about 150 s; "
        "--rnn=dynamic or --fast avoids this"
    )
    assert messages.slow_to_build(planned(dataset, rnn="static", fast=True)) is None
    assert messages.slow_to_build(planned(dataset)) is None
    assert messages.slow_to_build(planned(rnn="static")) is None


def test_a_trained_model_tells_where_it_comes_from():
    lines = messages.start(
        planned(mode="eval", checkpoint="run/model.ckpt-3"), "CPU", 1, ["a note", "another"]
    )
    assert lines[-3:] == ["model   run/model.ckpt-3", "        a note", "        another"]
    assert not any(line.startswith("train") for line in lines)


def test_data_of_the_user():
    test = Split(X[:7], Y[:7], np.arange(7, dtype=np.int32))
    dataset = Dataset("a.npz", None, test, None, ("one", "two"), out_of_scale=True)
    assert messages.data(planned(dataset, data="in/a.npz")) == [
        "data    in/a.npz: 7 test sequences of up to 5 steps of 2; 2 classes",
        "        one",
        "        two",
        "        features are badly scaled for training; --standardize may help",
    ]


@pytest.mark.parametrize(
    "by, said", [("valid_loss", "chosen by validation loss"), (None, "the last")]
)
def test_results(by, said):
    assert messages.trained({**METRICS, "chosen_by": by}, 1.26) == (
        f"result  test accuracy 0.7500, test loss 0.5000; epoch 3 of 9, {said}; 1,234 steps, 1.3 s"
    )
    assert messages.evaluated(METRICS) == "result  test accuracy 0.750000, test loss 0.500000"
    assert messages.predicted(7, "out.csv") == "result  predictions for 7 sequences in out.csv"


def test_what_was_kept(tmp_path):
    folder = types.SimpleNamespace(path="runs/a", join=lambda name: str(tmp_path / name))
    assert messages.kept(folder) == "kept    in runs/a: metrics.json, history.csv, checkpoints"
    (tmp_path / "report.html").write_text("")
    assert messages.kept(folder).startswith("kept    in runs/a: report.html, metrics.json")
    assert messages.kept(None).startswith("kept    nothing; --model_dir=FOLDER")
