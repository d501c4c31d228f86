"""The document's blocks: which line is in use, and whose package is imported."""

import pytest

from tf1_rnn.baseline import document


def test_the_alternative_exchanges_the_two_cells():
    block = document.alternative(document.BASIC_LSTM)
    assert "\n#lstm_layer=rnn.BasicLSTMCell(num_units,forget_bias=1)\n" in block
    assert "\nlstm_layer=rnn.LSTMCell(num_units,use_peepholes=True,forget_bias=1)\n" in block
    assert document.alternative(block) == document.BASIC_LSTM


def test_a_block_without_an_alternative_says_so():
    with pytest.raises(ValueError, match="no alternative"):
        document.alternative(document.GRU)


def test_only_the_imports_change():
    block = "import json as tf\nname = 'json'\n"
    names = document.execute(block.replace("json", "tensorflow"), {}, "json")
    assert names["tf"].__name__ == "json"
    assert names["name"] == "tensorflow"
