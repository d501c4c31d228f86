"""The table of flags: defaults by cell, what help says, and that a row is all a flag needs."""

import pytest

from tf1_rnn import main
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import flags
from tf1_rnn.trainer.flags import FLAGS, Flag


def test_every_option_of_a_graph_has_a_row_and_its_default_from_the_graph():
    for cell, graph in GRAPHS.items():
        for name, default in graph.options.items():
            assert cell in FLAGS[name].cells and FLAGS[name].default_of(cell) == default
            assert FLAGS[name].configured and FLAGS[name].agree == flags.ALWAYS


def test_cells_of_a_flag():
    assert FLAGS["kernel_shape"].cells == ("conv_lstm",)
    assert FLAGS["batch_size"].cells == tuple(GRAPHS)


@pytest.mark.parametrize("cell, epochs", [("gru", 40), ("conv_lstm", 10)])
def test_a_cell_may_have_a_default_of_its_own(cell, epochs):
    assert FLAGS["epochs"].default_of(cell) == epochs


@pytest.mark.parametrize(
    "name, words",
    [
        ("cell", ", ".join(GRAPHS)),
        ("num_units", "basic_lstm, lstm, gru, bilstm: number of units"),
        ("num_units", "(default 128)"),
        ("multi_units", "(default 128,64)"),
        ("rnn", "(default dynamic, basic_lstm static)"),
        ("use_peepholes", "(default yes, basic_lstm no)"),
        ("epochs", "(default 40, conv_lstm 10)"),
        ("epochs", "until at least 1,800 steps run (conv_lstm: 450)"),
        ("standardize", "(default no)"),
        ("model_dir", "folder for checkpoints"),
    ],
)
def test_help_tells_cells_and_defaults(name, words):
    assert words in flags.described(FLAGS[name])


def test_every_flag_is_in_the_help():
    text = main.help_text()
    for row in FLAGS.values():
        assert f"--{'[no]' if row.kind == 'boolean' else ''}{row.name} " in text.replace("\n", " ")


def test_only_what_the_model_dir_keeps_must_agree():
    assert all(row.agree == flags.NEVER for row in FLAGS.values() if not row.configured)


@pytest.mark.parametrize(
    "name, value, text",
    [
        ("cell", "gru", "--cell=gru"),
        ("kernel_shape", [3, 3], "--kernel_shape=3,3"),
        ("multi_units", (5,), "--multi_units=5"),
        ("standardize", True, "--standardize"),
        ("standardize", False, "--nostandardize"),
    ],
)
def test_a_value_as_it_is_given(name, value, text):
    assert flags.assignment(name, value) == text


def test_a_row_is_frozen():
    with pytest.raises(AttributeError):
        FLAGS["cell"].name = "other"
    assert Flag("a", "text", "") == Flag("a", "text", "")
