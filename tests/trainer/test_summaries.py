"""What TensorBoard is given: both losses under one tag, and every point once after a resumption."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.trainer.test_session import data as data  # the fixture
from tests.trainer.test_session import run
from tf1_rnn.trainer import keeper, summaries


@pytest.fixture(autouse=True)
def a_checkpoint_an_epoch(monkeypatch):
    monkeypatch.setattr(keeper, "SECONDS_BETWEEN_CHECKPOINTS", 0)


def events(folder):
    for path in sorted(folder.glob("events.out.*"), key=lambda path: path.stat().st_mtime_ns):
        yield from tf.train.summary_iterator(str(path))


def points(folder, tag):
    """Return the points that TensorBoard shows: a START drops those from its step on."""
    found = {}
    for event in events(folder):
        if event.session_log.status == tf.SessionLog.START:
            found = {step: value for step, value in found.items() if step < event.step}
        for value in event.summary.value:
            if value.tag == tag:
                assert event.step not in found
                found[event.step] = value.simple_value
    return found


def test_a_resumed_run_has_every_point_once(data, tmp_path):
    run(data, tmp_path / "run", training={"epochs": 2})
    run(data, tmp_path / "run", training={"epochs": 5})
    folder = tmp_path / "run" / "tensorboard"
    for part in ("train", "validation"):
        assert sorted(points(folder / part, "loss")) == [4, 8, 12, 16, 20]


def test_tensorboard_itself_shows_every_point(data, tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    run(data, tmp_path / "run", training={"epochs": 2})
    run(data, tmp_path / "run", training={"epochs": 4, "decay": 1.0})
    shown = accumulator.EventAccumulator(str(tmp_path / "run" / "tensorboard" / "train"))
    shown.Reload()
    assert [event.step for event in shown.Scalars("loss")] == [4, 8, 12, 16]
    assert {"learning_rate", "gradient_norm"} <= set(shown.Tags()["scalars"])
    assert len(shown.Tags()["histograms"]) == 6 and shown.Tags()["graph"]


def test_what_is_shown(data, tmp_path):
    run(data, tmp_path / "run", training={"decay": 0.5, "clip_norm": 1.0})
    folder = tmp_path / "run" / "tensorboard"
    rates = points(folder / "train", "learning_rate")
    np.testing.assert_allclose([rates[step] for step in (4, 8, 12)], [0.01, 0.005, 0.0025], 1e-6)
    assert all(norm > 0 for norm in points(folder / "train", "gradient_norm").values())
    tags = {value.tag for event in events(folder / "train") for value in event.summary.value}
    assert any("configuration" in tag for tag in tags)


def images(folder):
    """Return the images of a folder's events as arrays `[height, width]`, by their steps."""
    found = {
        event.step: value.image.encoded_image_string
        for event in events(folder)
        for value in event.summary.value
        if value.HasField("image")
    }
    with tf.Graph().as_default(), tf.Session() as session:
        return {s: session.run(tf.image.decode_png(png))[..., 0] for s, png in found.items()}


def test_the_confusion_of_every_epoch_and_of_the_test(data, tmp_path):
    run(data, tmp_path / "run", training={"epochs": 3})
    folder = tmp_path / "run" / "tensorboard"
    shown, tested = images(folder / "validation"), images(folder / "test")
    assert sorted(shown) == [4, 8, 12] and len(tested) == 1
    for pixels in (*shown.values(), *tested.values()):
        assert pixels.shape == (16, 16)  # two classes
        # Dark is the share of a row's class that was taken for a column's.
        shares = 255 - pixels[::8, ::8].astype(int)
        assert set(shares.sum(1)) <= {254, 255, 256}


def confusion_shown(folder, matrix):
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("v", [])
        made = summaries.Summaries(str(folder), session, {}, 0)
        made.add({"step": 1, "train_loss": 1.0}, {}, matrix)
        made.flush()
    (image,) = images(folder / "validation").values()
    return image


def test_a_row_of_the_confusion_is_the_right_class(tmp_path):
    image = confusion_shown(tmp_path / "two", np.array([[3, 1], [0, 0]]))
    assert image[::8, ::8].tolist() == [[64, 191], [255, 255]]
    assert confusion_shown(tmp_path / "many", np.eye(700)).shape == (700, 700)
