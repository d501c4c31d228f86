"""What cells answer as layers, against what 1.15.5 answered; see layer_cases.py."""

import json
import os
import subprocess

import pytest
import tensorflow.compat.v1 as tf

from tests.cells import layer_cases
from tf1_rnn.cells import GRUCell, layer_records
from tools import oracle


def recorded():
    with open(layer_cases.ANSWERS) as file:
        return json.load(file)


def test_cells_answer_as_those_of_1_15_5():
    answers, expected = layer_cases.answer("tf1_rnn.v1"), recorded()
    assert {k: v for k, v in answers.items() if expected.get(k) != v} == {}
    assert answers.keys() == expected.keys()
    assert len(expected) > 700


@pytest.mark.oracle
@pytest.mark.skipif(oracle.python() is None, reason="no TensorFlow 1.15.5 here")
def test_the_recording_is_what_1_15_5_answers(tmp_path):
    # A copy writes its answers beside itself.
    copy = tmp_path / "layer_cases.py"
    copy.write_text(open(layer_cases.__file__).read())
    command = [oracle.python(), "-W", "ignore", str(copy), "tensorflow"]
    subprocess.run(command, check=True, capture_output=True, timeout=300, env=oracle.environment())
    assert json.loads((tmp_path / os.path.basename(layer_cases.ANSWERS)).read_text()) == recorded()


def test_a_metric_is_the_mean_of_all_that_went_in():
    with tf.Graph().as_default(), tf.Session() as session:
        mean, x = layer_records.Mean("m"), tf.placeholder(tf.float64, [None])
        update, result = mean.update_state(x), mean.result()
        session.run([variable.initializer for variable in mean.variables])
        assert session.run(result) == 0
        for values in ([1.0, 2.0], [6.0]):
            session.run(update, {x: values})
        assert session.run(result) == 3
        mean.reset_states()
        assert session.run(result) == 0


def test_an_activity_regularizer_counts_by_the_batch():
    with tf.Graph().as_default(), tf.Session() as session:
        cell = GRUCell(3, activity_regularizer=tf.reduce_sum)
        output, state = cell(tf.ones([2, 3]), tf.ones([2, 3]))
        session.run(tf.global_variables_initializer())
        losses, *sums = session.run([cell.losses, tf.reduce_sum(output), tf.reduce_sum(state)])
    assert losses == [total / 2 for total in sums]
