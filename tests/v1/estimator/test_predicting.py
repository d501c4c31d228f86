"""Predictions of a checkpoint, row by row or batch by batch."""

import numpy as np
import pytest

from tests.v1.estimator import tiny
from tf1_rnn.v1.estimator import _predicting


def predicted(folder, keys=None, single=True):
    made = tiny.estimator(folder)
    return list(_predicting.predict(made, tiny.inputs(1, False), keys, [], None, single))


def test_rows_of_a_model_that_was_never_trained(tmp_path):
    rows = predicted(tmp_path)
    assert [row["y"].tolist() for row in rows] == [[1], [2], [3], [4]]
    assert set(rows[0]) == {"x", "y"}


def test_batches_of_chosen_names(tmp_path):
    batches = predicted(tmp_path, ["y"], single=False)
    assert [set(batch) for batch in batches] == [{"y"}] * 2
    np.testing.assert_array_equal(batches[1]["y"], tiny.X[2:])


def test_a_checkpoint_is_read_where_there_is_one(tmp_path):
    made = tiny.estimator(tmp_path)
    made.train(tiny.inputs(), steps=4)
    (row, *_) = made.predict(tiny.inputs(1, False))
    assert row["y"] == pytest.approx(made.get_variable_value("w"))
    (row, *_) = made.predict(tiny.inputs(1, False), checkpoint_path=str(tmp_path / "model.ckpt-2"))
    assert row["y"] < made.get_variable_value("w")


@pytest.mark.parametrize(
    "predictions, keys, words",
    [
        ("a tensor", ["y"], "not valid in case of non-dict predictions"),
        ({"x": 1}, ["y"], r"one output from dict_keys\(\['x'\]\), provided \['y'\]"),
    ],
)
def test_names_that_choose_nothing(predictions, keys, words):
    assert _predicting._chosen(predictions, None) is predictions
    with pytest.raises(ValueError, match=words):
        _predicting._chosen(predictions, keys)


def test_rows_of_several_tensors_belong_together():
    rows = list(_predicting._rows({"a": np.arange(2), "b": np.ones([2, 3])}))
    assert [row["a"] for row in rows] == [0, 1] and rows[0]["b"].shape == (3,)
    assert list(_predicting._rows(np.arange(3))) == [0, 1, 2]
    with pytest.raises(ValueError, match="b has different batch length"):
        list(_predicting._rows({"a": np.arange(2), "b": np.ones([3])}))
