"""What tests ask about summaries: each answer was seen of 1.15.5."""

import unittest

import pytest
from tf1_rnn.v1.contrib.testing.python.framework import util_test

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib import testing


def summary(**values):
    """Return a `tf.Summary` of numbers."""
    made = tf.Summary()
    for tag, value in values.items():
        made.value.add(tag=tag, simple_value=value)
    return made


def test_what_a_folder_has(tmp_path):
    folder = str(tmp_path)
    assert testing.latest_event_file(folder) is None
    assert testing.latest_events(folder) == testing.latest_summaries(folder) == []
    for suffix, steps in ((".b", 3), (".a", 1)):  # the last by name counts, not by time
        writer = tf.summary.FileWriter(folder, filename_suffix=suffix)
        for step in range(steps):
            writer.add_summary(summary(a=step, b=3.0), step)
        writer.close()
    assert testing.latest_event_file(folder).endswith(".b")
    assert len(testing.latest_events(folder)) == 4
    assert [event.step for event in util_test.latest_summaries(folder)] == [0, 1, 2]
    events = testing.latest_events(folder)
    assert testing.simple_values_from_events(events, ["a", "c"]) == {"a": 2.0}


def test_assertions_on_a_summary():
    made = summary(a=1.5, b=2.5)
    assert testing.to_summary_proto(made.SerializeToString()) == made
    testing.assert_summary(["b", "a"], {"a": 1.5000001, "c": 9.0}, made)
    with pytest.raises(ValueError, match=r"Expected tags \{'a'\}, got \{'"):
        testing.assert_summary(["a"], {}, made)
    with pytest.raises(AssertionError, match="not almost equal to 2 decimals"):
        testing.assert_summary(["a", "b"], {"a": 1.6}, made)


@pytest.fixture
def writer(tmp_path):
    """A fake writer that code under test has written to."""
    testing.FakeSummaryWriter.install()
    try:
        with tf.Graph().as_default():
            writer = tf.summary.FileWriterCache.get(str(tmp_path / "not made"))
            assert writer is tf.summary.FileWriterCache.get(str(tmp_path / "not made"))
            writer.add_summary(summary(a=1.5), 3)
            writer.add_summary(summary(c=2.0).SerializeToString(), 3)
            writer.add_graph(tf.get_default_graph())
            writer.add_meta_graph(tf.MetaGraphDef(), 3)
            writer.add_session_log(tf.SessionLog(status=tf.SessionLog.START), 7)
            writer.add_run_metadata(None, "tag")
            for call in (writer.flush, writer.close, writer.reopen):
                call()
            with pytest.raises(ValueError, match="already installed"):
                testing.FakeSummaryWriter.install()
            yield writer
    finally:
        testing.FakeSummaryWriter.uninstall()
    assert not (tmp_path / "not made").exists()
    real = tf.summary.FileWriterCache.get(str(tmp_path))
    assert isinstance(real, tf.summary.FileWriter)
    with pytest.raises(ValueError, match="not installed"):
        testing.FakeSummaryWriter.uninstall()


def test_a_fake_writer_keeps_what_it_is_given(writer, tmp_path):
    case = unittest.TestCase()
    graph = tf.get_default_graph()
    kept = {
        "expected_logdir": str(tmp_path / "not made"),
        "expected_graph": graph,
        "expected_summaries": {3: {"a": 1.5, "c": 2.0}},
        "expected_added_graphs": [graph],
        "expected_added_meta_graphs": [tf.MetaGraphDef()],
        "expected_session_logs": [tf.SessionLog(status=tf.SessionLog.START)],
    }
    writer.assert_summaries(case, **kept)
    assert list(writer.summaries) == [3] and len(writer.summaries[3]) == 2
    for name in kept:
        wrong = {"expected_logdir": "no", "expected_graph": tf.Graph()}.get(name, [])
        wrong = {3: {"a": 1.5}} if name == "expected_summaries" else wrong
        with pytest.raises(AssertionError):
            writer.assert_summaries(case, **{name: wrong})
    with pytest.raises(AssertionError, match="Missing step 4"):
        writer.assert_summaries(case, expected_summaries={4: {}})
    with pytest.raises(ValueError, match="Unexpected graph_def"):
        writer.add_graph(graph, graph_def=tf.GraphDef())
