"""The evaluator's watch over a folder, with runs that are made up."""

import io
import types

import pytest

from tf1_rnn.console import Console
from tf1_rnn.errors import RunError, UsageError
from tf1_rnn.trainer.cluster import evaluator
from tf1_rnn.trainer.settings import Settings


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """Return a function that watches a folder in which something happens at each look."""

    def watch(*events, timeout=600, fails=()):
        events, tested, clock = iter(events), [], iter(range(10_000))
        state = {"best": None}

        class Run:
            def __init__(self, plan, console):
                self.plan = plan

            def carry_out(self):
                name = self.plan.checkpoint.rpartition("/")[2]
                if name in fails:
                    raise RunError(f"{name} is damaged")
                tested.append(name)

        def settle(settings):
            assert settings.mode == "eval"
            return types.SimpleNamespace(checkpoint=state["best"])

        def happen(_=None):
            event = next(events, None)
            if event == "end":
                (tmp_path / "metrics.json").write_text('{"test_loss": 1}')
            elif event:
                last, best, *gone = event
                (tmp_path / f"model.ckpt-{last}.index").write_text("")
                state["best"] = str(tmp_path / f"best-{best}")
                if not gone:
                    (tmp_path / f"best-{best}.index").write_text("")

        monkeypatch.setattr(evaluator, "Run", Run)
        monkeypatch.setattr(evaluator.plans, "settle", settle)
        monkeypatch.setattr(evaluator.time, "sleep", happen)
        monkeypatch.setattr(evaluator.time, "monotonic", lambda: next(clock))
        settings = Settings(cell="gru", model_dir=str(tmp_path), timeout=timeout)
        evaluator.watch(settings, Console(io.StringIO()))
        return tested

    return watch


def test_the_best_of_each_new_checkpoint_is_tested_once(watched):
    assert watched((1, 1), None, (2, 1), (3, 3), "end") == ["best-1", "best-3"]


def test_a_training_that_has_ended_is_tested_all_the_same(watched, tmp_path):
    (tmp_path / "metrics.json").write_text('{"test_loss": 1}')
    assert watched() == []


@pytest.mark.parametrize("text", ["", "{}", '{"valid_loss": 1}'])
def test_numbers_of_an_epoch_are_no_end(watched, tmp_path, text):
    (tmp_path / "metrics.json").write_text(text)
    assert watched((1, 1), "end") == ["best-1"]


def test_a_best_that_is_replaced_while_it_is_tested_is_left_out(watched):
    assert watched((1, 1, "gone"), (2, 2), "end", fails=["best-1"]) == ["best-2"]


def test_one_that_is_damaged_is_not(watched):
    with pytest.raises(RunError, match="best-1 is damaged"):
        watched((1, 1), "end", fails=["best-1"])


def test_a_folder_in_which_nothing_happens(watched):
    with pytest.raises(RunError, match="has had no new checkpoint for --timeout=5 seconds: check"):
        watched(timeout=5)


def test_without_a_folder():
    with pytest.raises(UsageError, match="expected --model_dir=FOLDER"):
        evaluator.watch(Settings(cell="gru"), Console(io.StringIO()))
