"""The pictures of graphs: what they say is what the graph holds."""

import xml.etree.ElementTree as ElementTree

import pytest
import tensorflow.compat.v1 as tf

import tf1_rnn.v1  # noqa: F401  (graphs as TensorFlow 1 built them)
from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import loops, picture
from tools import draw_graphs

# As in 1.15.5, LSTMCell opens the output gate before it squashes the memory, BasicLSTMCell after.
LSTM = ["ConcatV2", "MatMul", "BiasAdd", "Split", "AddV2", "Sigmoid", "Mul", "Sigmoid", "Tanh"]
LSTM += ["Mul", "AddV2", "Sigmoid", "Tanh", "Mul"]
BASIC_LSTM = [*LSTM[:-3], "Tanh", "Sigmoid", "Mul"]


def loops_of(cell, nn=tf.nn, **options):
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 5, 3])
        outputs = GRAPHS[cell].function(x, tf.shape(x)[0], nn=nn, **options)
        loss = tf.reduce_sum(outputs)
        tf.train.AdamOptimizer().minimize(loss)  # a training graph's picture is no other
        return picture.loops_of(graph)


def test_an_unrolled_loop_says_its_steps():
    (loop,) = loops_of("basic_lstm", num_units=2)
    assert loop.title == "unrolled, 5 time steps"
    (cell,) = loop.cells
    assert cell.name == "rnn/basic_lstm_cell"
    assert cell.operations == BASIC_LSTM
    assert cell.variables == ["kernel [5, 8]", "bias [8]"]


def test_a_while_loop():
    (loop,) = loops_of("lstm", num_units=2, use_peepholes=False)
    assert loop.title == "while loop over time"
    assert loop.cells[0].operations == BASIC_LSTM


def test_peepholes_are_seen():
    (loop,) = loops_of("lstm", num_units=2)
    assert loop.cells[0].variables[2:] == ["w_f_diag [2]", "w_i_diag [2]", "w_o_diag [2]"]
    assert loop.cells[0].operations.count("Mul") == LSTM.count("Mul") + 3


def test_a_stack_has_its_lowest_layer_first():
    (loop,) = loops_of("multi_lstm", multi_units=(4, 2))
    assert [cell.name.split("/")[-2] for cell in loop.cells] == ["cell_0", "cell_1"]
    assert [cell.variables[0] for cell in loop.cells] == ["kernel [7, 16]", "kernel [6, 8]"]


def test_both_directions_are_loops_of_their_own():
    forward, backward = loops_of("bilstm", num_units=2)
    assert forward.title == "forward while loop over time"
    assert backward.title == "backward while loop over time"


def test_an_unrolled_stack():
    (loop,) = loops_of("multi_lstm", nn=loops.as_static(tf.nn), multi_units=(4, 2))
    assert loop.title == "unrolled, 5 time steps"
    assert [cell.operations for cell in loop.cells] == [LSTM, LSTM]


@pytest.mark.parametrize("cell", GRAPHS)
def test_every_picture_is_svg(cell):
    svg = draw_graphs.drawn(cell)
    texts = [
        each.text for each in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]
    assert texts[0] == "input"
    assert "outputs" in texts


def test_the_pictures_in_the_documentation_are_of_todays_graphs():
    assert draw_graphs.main(["--check"]) == 0
