"""What TensorBoard is given: both losses under one tag, and every point once after a resumption."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.trainer.test_session import data as data  # the fixture
from tests.trainer.test_session import run
from tf1_rnn.trainer import keeper


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
    (image,) = [
        value.image
        for event in events(folder / "test")
        for value in event.summary.value
        if value.HasField("image")
    ]
    assert (image.width, image.height) == (16, 16)  # two classes
