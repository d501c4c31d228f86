"""Layers of `fast` get the lengths of their sequences where nothing past the ends is used."""

import pytest

import tf1_rnn.v1 as tf
from tests.exporting import graphs
from tf1_rnn import fast
from tf1_rnn.exporting import endings, plain, recurrences
from tf1_rnn.exporting.graph_view import GraphView


def ended(build):
    """Return the `Found` of a graph of x `[batch, 5, 3]` and lengths n, before and after."""
    graph_def, ends = graphs.frozen(build)
    wanted = [f"{name}:0" for name in ends]
    view = GraphView(plain.plain(graph_def, wanted))
    found = recurrences.find(view)
    return found, endings.ended(view, found, wanted)


def lengths_in(found):
    return [layer.lengths for each in found for layer in each.layers]


def loop(x, n, cell="lstm", nn=fast):
    return nn.dynamic_rnn(graphs.CELLS[cell](), x, sequence_length=n, dtype="float32")


def test_a_layer_gets_the_lengths_and_its_last_states():
    before, after = ended(loop)
    assert lengths_in(before) == [""] and lengths_in(after) == ["n:0"]
    (found,) = after
    assert set(found.layers[0].final) == {"h", "c"} and all(found.layers[0].final.values())
    assert [output.step for output in found.outputs] == [None]
    # The outputs are those with zeros past the ends, no longer the loop's own.
    assert found.outputs[0].tensor != before[0].outputs[0].tensor


def test_layers_that_read_each_other_become_one():
    before, after = ended(lambda x, n: loop(x, n, "stack"))
    assert len(before) == 2 and len(after) == 1
    below, above = after[0].layers
    assert below.lengths == above.lengths == "n:0"
    assert above.x == recurrences.Sequence("layer", (below.name,))


def test_without_lengths_a_layer_stays():
    before, after = ended(lambda x, n: loop(x, None))
    assert lengths_in(before) == lengths_in(after) == [""]


def test_a_layer_that_has_its_lengths_keeps_them():
    before, after = ended(lambda x, n: loop(x, n, nn=tf.nn))
    assert lengths_in(before) == lengths_in(after) == ["n:0"]


def masked(outputs, lengths):
    """Outputs `[batch, 5, units]` with zeros past their ends."""
    ours = tf.expand_dims(tf.sequence_mask(lengths, graphs.STEPS), 2)
    return tf.where_v2(ours, outputs, tf.zeros_like(outputs))


def gru(x):
    return loop(x, None, "gru", tf.nn)[0]


def test_a_mask_after_a_loop_gives_it_the_lengths():
    before, after = ended(lambda x, n: masked(gru(x), n))
    assert lengths_in(before) == [""] and lengths_in(after) == ["n:0"]


def used_as_well(x, n):
    outputs = gru(x)
    return [outputs, masked(outputs, n)]


def of_two_lengths(x, n):
    outputs = gru(x)
    return [masked(outputs, n), masked(outputs, n - 1)]


def read_by_one_without(x, n):
    outputs = gru(x)
    with tf.variable_scope("above"):
        return [masked(outputs, n), gru(outputs)]


@pytest.mark.parametrize("build", [used_as_well, of_two_lengths, read_by_one_without])
def test_a_layer_whose_steps_past_the_ends_are_used_stays(build):
    before, after = ended(build)
    assert set(lengths_in(before)) == set(lengths_in(after)) == {""}
    assert len(after) == len(before)
