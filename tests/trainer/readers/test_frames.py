"""Folders of frame images."""

import numpy as np
import pytest
from PIL import Image

from tf1_rnn.errors import RunError
from tf1_rnn.trainer import loading
from tf1_rnn.trainer.readers import formats, frames


@pytest.fixture
def folder(tmp_path):
    """A folder of two classes; each pixel of frame t of sequence s is 10 s + t."""
    for part, count in (("train", 4), ("test", 2)):
        for s in range(count):
            for t in range(12 if s == 1 else 3):
                place = tmp_path / part / ("run", "walk")[s % 2] / f"seq{s}"
                place.mkdir(parents=True, exist_ok=True)
                image(10 * s + t).save(place / f"frame_{t}.png")
    (tmp_path / "train" / "run" / "notes.txt").write_text("not a frame")
    return tmp_path


def image(value, size=(4, 3), mode="L"):
    return Image.new(mode, size, value)


def test_frames_in_natural_order_with_classes_and_lengths(folder):
    data = loading.load(str(folder))
    assert data.classes == ("run", "walk") and data.step_shape == (3, 4, 1)
    assert data.train.ids == ("run/seq0", "run/seq2", "walk/seq1", "walk/seq3")
    assert data.train.y.tolist() == [0, 0, 1, 1] and data.train.lengths.tolist() == [3, 3, 12, 3]
    seen = data.train.x[2, :, 0, 0, 0] * 255
    np.testing.assert_allclose(seen, np.arange(10, 22), rtol=1e-6)
    assert len(data.test) == 2 and "uint8 divided by 255" in data.notes


def test_without_parts_and_without_classes(folder):
    whole = loading.load(str(folder / "train"))
    assert len(whole.train) == 3 and len(whole.test) == 1
    alone = loading.load(str(folder / "test" / "run"), ("test",), labels=False)
    assert alone.test.ids == ("seq0",) and alone.test.y is None
    assert len(loading.load(str(folder), ("test",), labels=False).test) == 2


def test_colours(tmp_path):
    for s in range(4):
        place = tmp_path / "ab"[s % 2] / str(s)
        place.mkdir(parents=True)
        image((255, 0, s), mode="RGB").save(place / "0.png")
    data = loading.load(str(tmp_path))
    assert data.step_shape == (3, 4, 3) and data.train.x[0, 0, 0, 0, :2].tolist() == [1, 0]


def test_what_is_wrong_names_the_image(folder, tmp_path):
    image(1, (5, 3)).save(folder / "train" / "walk" / "seq3" / "frame_9.png")
    with pytest.raises(RunError, match="frame_9.png is 3 x 5 grey, the first frame 3 x 4 grey"):
        loading.load(str(folder))
    (folder / "train" / "walk" / "seq3" / "frame_9.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(RunError, match="frame_9.png"):
        loading.load(str(folder))
    Image.new("I;16", (4, 3)).save(folder / "train" / "walk" / "seq3" / "frame_9.png")
    with pytest.raises(RunError, match="mode I;16; expected 8 bits"):
        loading.load(str(folder))


def test_folders_that_hold_something_else(folder, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match="a folder without shards .* and without frames"):
        loading.load(str(tmp_path / "empty"))
    with pytest.raises(RunError, match="has frames in seq0; expected FOLDER/train/CLASS"):
        loading.load(str(folder / "train" / "run"))
    monkeypatch.setattr("tf1_rnn.memory.available", lambda: 1000)
    with pytest.raises(RunError, match="reading 36 frames of 3 x 4 grey takes 2.16 kB"):
        loading.load(str(folder))


def test_describe_counts(folder):
    assert formats.describe(str(folder))[1:] == [
        "train/run: sequences: 2; frames: 3 to 3",
        "train/walk: sequences: 2; frames: 3 to 12",
        "test/run: sequences: 1; frames: 3 to 3",
        "test/walk: sequences: 1; frames: 12 to 12",
    ]


def test_natural_order():
    names = ["f10", "f2", "f1a", "10", "9", "a"]
    assert sorted(names, key=frames.natural) == ["9", "10", "a", "f1a", "f2", "f10"]
