"""Which checkpoint of a folder is the last."""

import os

import pytest

from tf1_rnn.checkpoints import folder


@pytest.fixture
def saved(tmp_path):
    """A folder with step 10, the older step 9, and two without a number, `older` the oldest."""
    for age, name in enumerate(("model-10", "model-9", "model", "older")):
        file = tmp_path / f"{name}.index"
        file.write_bytes(b"")
        os.utime(file, (100 - age, 100 - age))
    return tmp_path


def names(path):
    return [os.path.basename(prefix) for prefix in folder.prefixes(path)]


def test_the_highest_step_is_last_then_the_newest(saved):
    assert names(saved) == ["older", "model", "model-9", "model-10"]
    assert folder.prefixes(f"{saved}/")[-1] == os.path.join(f"{saved}/", "model-10")


def test_what_the_file_checkpoint_names_is_last(saved):
    (saved / "checkpoint").write_text('model_checkpoint_path: "/elsewhere/model-9"\n')
    assert names(saved) == ["older", "model", "model-10", "model-9"]
    assert folder.named(saved) == str(saved / "model-9")


@pytest.mark.parametrize("text", ["", "nothing", 'model_checkpoint_path: ""'])
def test_a_damaged_file_checkpoint(saved, text):
    (saved / "checkpoint").write_text(text)
    with pytest.raises(ValueError, match="names no checkpoint"):
        folder.named(saved)
    assert names(saved)[-1] == "model-10"


def test_a_checkpoint_that_is_named_and_missing(saved):
    (saved / "checkpoint").write_text('model_checkpoint_path: "model-99"\n')
    assert folder.named(saved) == str(saved / "model-99")
    assert names(saved)[-1] == "model-10"


def test_an_empty_folder(tmp_path):
    assert folder.prefixes(tmp_path) == []
    assert folder.named(tmp_path) is None
