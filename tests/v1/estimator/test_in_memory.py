"""Evaluations between the steps of a training, by a file that is deleted at once."""

import os

import pytest

from tests.v1.estimator import tiny
from tests.v1.estimator.test_evaluating import written
from tf1_rnn.v1.estimator import _in_memory


@pytest.mark.parametrize("every, steps", [(2, [0, 2, 4, 5]), (100, [0, 5])])
def test_before_between_and_at_the_end(tmp_path, monkeypatch, every, steps):
    made, seen = tiny.estimator(tmp_path), []
    evaluate = _in_memory._evaluating.evaluate

    def remembering(*arguments, **options):
        seen.append((options["keep_path"], evaluate(*arguments, **options)))

    monkeypatch.setattr(_in_memory._evaluating, "evaluate", remembering)
    hook = _in_memory.InMemoryEvaluatorHook(made, tiny.inputs(1), every_n_iter=every, name="a")
    made.train(tiny.inputs(), hooks=[hook], steps=5)
    assert [result["global_step"] for _, result in seen] == steps
    assert not any(kept for kept, _ in seen)
    losses = [result["loss"] for _, result in seen]
    assert losses == sorted(losses, reverse=True)


def test_checkpoints_and_summaries_know_nothing_of_the_file(tmp_path):
    made = tiny.estimator(tmp_path)
    hook = _in_memory.InMemoryEvaluatorHook(made, tiny.inputs(1), every_n_iter=1)
    made.train(tiny.inputs(), hooks=[hook], steps=4)
    kept = sorted(name for name in os.listdir(tmp_path) if name.endswith(".index"))
    assert kept == ["model.ckpt-0.index", "model.ckpt-2.index", "model.ckpt-4.index"]
    assert not any(tag.startswith("checkpoint_path") for tag in written(made.eval_dir()))


@pytest.mark.parametrize("every", [0, -1, None])
def test_a_number_of_steps(tmp_path, every):
    with pytest.raises(ValueError, match=f"invalid every_n_iter={every}"):
        _in_memory.InMemoryEvaluatorHook(tiny.estimator(tmp_path), None, every_n_iter=every)
