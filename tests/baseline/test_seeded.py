"""Seeded runs: graphs start and train as they did under 1.15.5."""

import copy

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.baseline import nodes, seeded
from tf1_rnn.baseline.cases import CASES

SOME = [
    *["lstm_peepholes", "multi_mixed", "bidirectional_dynamic_lengths", "lstm_static"],
    *["coupled_peepholes", "coupled_shards", "grid_peepholes", "phased_peepholes", "time_freq"],
    *["glstm_one_group", "intersection_projected", "ugrnn"],
]


@pytest.fixture(scope="module")
def records():
    return seeded.load()


def test_every_case_and_kind_is_recorded(records):
    assert sorted(records) == sorted(seeded.names())
    assert len(seeded.KINDS) >= 13
    assert all(len(record["nodes"]) > 10 for record in records.values())


@pytest.mark.parametrize("name", [*seeded.KINDS, *SOME])
def test_a_seeded_graph_has_the_nodes_values_and_losses_of_1_15_5(name, records):
    got = seeded.run(tf, name, steps=20)
    assert seeded.problems(got, records[name], seeded.has_old_nodes(name)) == []


def test_core_cells_are_held_to_their_nodes():
    assert seeded.has_old_nodes("lstm_peepholes") and seeded.has_old_nodes("seeded_gru")
    assert not seeded.has_old_nodes("phased")
    assert sum(map(seeded.has_old_nodes, CASES)) > 90


def test_few_cases_start_elsewhere(records):
    other = [name for name in records if not seeded.has_old_seeds(name)]
    assert len(other) == 12 and all(name in CASES for name in other)


def test_a_difference_of_each_kind_is_found(records):
    want = records["seeded_gru"]
    assert seeded.problems(want, want) == []
    other = copy.deepcopy(want)
    other["loss"][3] += 1e-3
    other["initial"]["weights"][0] += 1e-6
    other["nodes"][5][1] = "Mul"
    found = seeded.problems(other, want)
    assert [what for what, _ in found] == ["nodes", "initial values", "losses"]
    assert "from step 3 on" in found[2][1]
    name = nodes.from_json(want["nodes"])[5].name
    assert name in found[0][1]
