"""Variables go to the parameter server that has the fewest bytes so far."""

import pytest

import tf1_rnn.v1 as tf

training = tf.contrib.training


@pytest.mark.parametrize("use_resource", [False, True])
def test_variables_are_spread_by_their_sizes(use_resource):
    strategy = training.GreedyLoadBalancingStrategy(2, training.byte_size_load_fn)
    setter = tf.train.replica_device_setter(ps_tasks=2, ps_strategy=strategy)
    with tf.Graph().as_default(), tf.device(setter):
        made = [
            tf.get_variable(str(i), shape, dtype, use_resource=use_resource)
            for i, (shape, dtype) in enumerate(
                [
                    ([10], tf.float32),  # 40 bytes for the first
                    ([2, 2], tf.float64),  # 32 for the second
                    ([], tf.float32),  # 36 for the second
                    ([4], tf.float16),  # 44 for the second
                    ([3], tf.float32),  # 52 for the first
                    ([1], tf.float32),
                ]
            )
        ]
    tasks = [variable.device.rpartition(":")[2] for variable in made]
    assert tasks == ["0", "1", "1", "1", "0", "1"]


def test_what_has_no_size():
    with tf.Graph().as_default():
        unknown = tf.placeholder_with_default([1.0], [None]).op
        with pytest.raises(ValueError, match="not fully defined"):
            training.byte_size_load_fn(unknown)
        with pytest.raises(ValueError, match="must have a single output"):
            training.byte_size_load_fn(tf.split(tf.zeros([4]), 2)[0].op)
