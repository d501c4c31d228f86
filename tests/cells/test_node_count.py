"""Nodes that a cell leaves out are counted by whoever counts nodes, and by no one else."""

import contextlib

import pytest

from tf1_rnn.cells import node_count


@pytest.fixture
def counted(monkeypatch):
    """What one counter was told, registered twice."""
    monkeypatch.setattr(node_count, "_counters", [])
    told = []

    @contextlib.contextmanager
    def counter(nodes):
        told.append(nodes)
        yield
        told.append("end")

    node_count.count_with(counter)
    node_count.count_with(counter)
    return told


def test_a_counter_is_told_once_around_what_it_counts(counted):
    with node_count.counted_as(7):
        counted.append("inside")
    assert counted == [7, "inside", "end"]


def test_nodes_are_left_out_at_one_place(counted):
    node_count.leave_out(-3)
    assert counted == [-3, "end"]


def test_without_a_counter_nothing_is_counted(monkeypatch):
    monkeypatch.setattr(node_count, "_counters", [])
    with node_count.counted_as(7):
        node_count.leave_out(1)
