"""`tf.contrib.testing` of TensorFlow 1.x: what a test asks about summaries."""

import glob as _glob
import os as _os

import numpy as _np
import tensorflow.compat.v1 as _tf

from .. import _lazy


def to_summary_proto(summary_str):
    """Return the `tf.Summary` of a serialised one."""
    return _tf.Summary.FromString(summary_str)


def assert_summary(expected_tags, expected_simple_values, summary_proto):
    """Assert what a summary holds.

    Args:
        expected_tags: all tags.
        expected_simple_values: dict from tags to numbers, compared to two decimals.
        summary_proto: the `tf.Summary`.

    Raises:
        ValueError: the tags are others.
        AssertionError: a number is another.
    """
    expected, actual = set(expected_tags), {value.tag for value in summary_proto.value}
    if expected != actual:
        raise ValueError(f"Expected tags {expected}, got {actual}.")
    for value in summary_proto.value:
        if value.tag in expected_simple_values:
            wanted = expected_simple_values[value.tag]
            _np.testing.assert_almost_equal(value.simple_value, wanted, 2, value.tag)


def latest_event_file(base_dir):
    """Return the last file of events of a folder by name, which has the time, or None."""
    paths = _glob.glob(_os.path.join(base_dir, "events.*"))
    return max(paths, default=None)


def latest_events(base_dir):
    """Return the events of a folder's newest file, a list that is empty without one."""
    path = latest_event_file(base_dir)
    return list(_tf.train.summary_iterator(path)) if path else []


def latest_summaries(base_dir):
    """Return the events of a folder's newest file that have a summary."""
    return [event for event in latest_events(base_dir) if event.HasField("summary")]


def simple_values_from_events(events, tags):
    """Return the last number of each tag in a list of events, a dict.

    Args:
        events: the `tf.Event`s.
        tags: which tags.
    """
    return {
        value.tag: value.simple_value
        for event in events
        if event.HasField("summary")
        for value in event.summary.value
        if value.tag in tags
    }


class FakeSummaryWriter:
    """Keeps what it is given in place of writing it; see `tf.summary.FileWriter`.

    Args:
        logdir: a folder, which is not written to.
        graph: the graph that a real writer would write.
    """

    _real = None

    @classmethod
    def install(cls):
        """Let `tf.summary.FileWriterCache` return such writers.

        Raises:
            ValueError: it already does.
        """
        if cls._real is not None:
            raise ValueError("FakeSummaryWriter already installed.")
        cls._real, made = _tf.summary.FileWriterCache.get, {}

        def get(logdir):
            return made.setdefault(logdir, cls(logdir, _tf.get_default_graph()))

        _tf.summary.FileWriterCache.get = staticmethod(get)

    @classmethod
    def uninstall(cls):
        """Let it return real ones again.

        Raises:
            ValueError: it does.
        """
        if cls._real is None:
            raise ValueError("FakeSummaryWriter not installed.")
        _tf.summary.FileWriterCache.get, cls._real = staticmethod(cls._real), None

    def __init__(self, logdir, graph=None):
        self._logdir, self._graph = logdir, graph
        self._summaries = {}
        self._graphs, self._meta_graphs, self._session_logs = [], [], []

    @property
    def summaries(self):
        """A dict from steps to lists of summaries."""
        return self._summaries

    def add_summary(self, summ, current_global_step):
        """Keep a summary.

        Args:
            summ: a `tf.Summary`, or a serialised one.
            current_global_step: the step.
        """
        if isinstance(summ, bytes):
            summ = to_summary_proto(summ)
        self._summaries.setdefault(current_global_step, []).append(summ)

    def add_graph(self, graph, global_step=None, graph_def=None):
        """Keep a graph.

        Args:
            graph: the graph.
            global_step: not used.
            graph_def: None.

        Raises:
            ValueError: a `graph_def` is given.
        """
        if graph_def is not None:
            raise ValueError(f"Unexpected graph_def {graph_def}.")
        self._graphs.append(graph)

    def add_meta_graph(self, meta_graph_def, global_step=None):
        """Keep a `MetaGraphDef`.

        Args:
            meta_graph_def: the proto.
            global_step: not used.
        """
        self._meta_graphs.append(meta_graph_def)

    def add_session_log(self, session_log, global_step=None):
        """Keep a `tf.SessionLog`.

        Args:
            session_log: the proto.
            global_step: not used.
        """
        self._session_logs.append(session_log)

    def add_run_metadata(self, run_metadata, tag, global_step=None):
        """Do nothing.

        Args:
            run_metadata: not used.
            tag: not used.
            global_step: not used.
        """

    def assert_summaries(
        self,
        test_case,
        expected_logdir=None,
        expected_graph=None,
        expected_summaries=None,
        expected_added_graphs=None,
        expected_added_meta_graphs=None,
        expected_session_logs=None,
    ):
        """Assert what has been kept; what is None is not compared.

        Args:
            test_case: the `unittest.TestCase` that compares.
            expected_logdir: the folder.
            expected_graph: the graph of the writer.
            expected_summaries: a dict from steps to dicts from tags to numbers.
            expected_added_graphs: a list of graphs.
            expected_added_meta_graphs: a list of `MetaGraphDef`s.
            expected_session_logs: a list of `tf.SessionLog`s.
        """
        for expected, kept in (
            (expected_logdir, self._logdir),
            (expected_graph, self._graph),
            (expected_added_graphs, self._graphs),
            (expected_added_meta_graphs, self._meta_graphs),
            (expected_session_logs, self._session_logs),
        ):
            if expected is not None:
                test_case.assertEqual(expected, kept)
        for step, expected in (expected_summaries or {}).items():
            steps = self._summaries.keys()
            test_case.assertTrue(step in steps, f"Missing step {step} from {steps}.")
            kept = {}
            for summary in self._summaries[step]:
                for value in summary.value:
                    test_case.assertNotIn(value.tag, kept)
                    kept[value.tag] = value.simple_value
            test_case.assertEqual(expected, kept)

    def flush(self):
        """Do nothing."""

    def reopen(self):
        """Do nothing."""

    def close(self):
        """Do nothing."""


_lazy.forward(__name__)
