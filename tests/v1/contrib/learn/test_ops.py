"""`contrib.learn`'s `ops` and `models` against what 1.15.5 gave, value by value."""

import tf1_rnn.v1 as tf
from tests.v1 import replay
from tests.v1.contrib.learn import learn_cases as cases

(
    recorded,
    test_every_case_is_recorded,
    test_variables_values_and_gradients_are_those_of_1_15_5,
    test_the_recording_is_what_1_15_5_gives_live,
) = replay.tests_of(cases)


def test_a_target_starts_and_ends_with_the_sentinel_that_is_given():
    with tf.Graph().as_default():
        y, sentinel = tf.zeros([2, 3, 4]), tf.ones([2, 4])
        sources, inputs, targets = tf.contrib.learn.ops.seq2seq_inputs(y, y, 3, 3, sentinel)
    assert len(sources) == 3 and len(inputs) == len(targets) == 4
    assert inputs[0] is targets[-1] is sentinel
    assert inputs[1:] == targets[:-1]


def test_embeddings_of_ids_of_any_shape():
    with tf.Graph().as_default(), tf.Session() as session:
        ids = tf.placeholder(tf.int64, [None, None])
        rows = tf.contrib.learn.ops.embedding_lookup(tf.eye(3), ids)
        assert session.run(rows, {ids: [[2, 1]]}).tolist() == [[[0, 0, 1], [0, 1, 0]]]
