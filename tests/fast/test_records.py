"""What a loop keeps: the same tensors from either kind of record, and how few loop variables."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.fast import records

STEPS = 4
VALUE = np.arange(STEPS * 2 * 3, dtype="float64").reshape(STEPS, 2, 3)


@pytest.fixture(params=["arrays", "lists"])
def kind(request):
    """Control flow of TensorFlow 1, then v2; the autouse fixture brings back the one before."""
    if request.param == "lists":
        tf.enable_control_flow_v2()
    return request.param


def keep(steps, groups):
    """Keep each tensor once for each group, times 1, 2, ...; return the records and sequences."""
    made = records.new_records(tf.float64, steps, groups)
    value = tf.constant(VALUE)

    def body(now, flows):
        tensors = [value[now] * (k + 1.0) for k in range(len(groups))]
        return now + 1, made.write(now, tensors, flows)

    _, flows = tf.while_loop(lambda now, _: now < steps, body, (tf.constant(0), made.flows))
    return made, made.sequences(flows)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("groups", [[0], [0, 0], [0, 1, 0]])
def test_what_was_written_is_read(kind, known, groups):
    with tf.Graph().as_default(), tf.Session() as session:
        steps = STEPS if known else tf.placeholder_with_default(STEPS, [])
        made, sequences = keep(steps, groups)
        assert len(sequences) == len(groups)
        # Those of one group share a loop variable; lists cannot.
        assert len(made.flows) == (len(set(groups)) if kind == "arrays" else len(groups))
        for k, sequence in enumerate(sequences):
            stacked, second = session.run([sequence.stack(), sequence.read(2)])
            np.testing.assert_array_equal(stacked, VALUE * (k + 1))
            np.testing.assert_array_equal(second, VALUE[2] * (k + 1))


@pytest.mark.parametrize("known", [True, False])
def test_a_tensor_becomes_a_sequence(kind, known):
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder_with_default(VALUE, [STEPS if known else None, 2, 3])
        sequence = records.sequence_of(x)
        first, stacked = sequence.read(0), sequence.stack()
        assert first.shape.as_list() == [2, 3]
        np.testing.assert_array_equal(session.run(first), VALUE[0])
        np.testing.assert_array_equal(session.run(stacked), VALUE)


def test_lists_are_used_inside_functions_whatever_the_control_flow():
    assert not records.has_lists()
    found = []

    @tf.function
    def inside():
        found.append(records.has_lists())
        return tf.constant(0)

    with tf.Graph().as_default():
        inside()
    assert found == [True]
