"""Batches of like lengths: the elements that 1.15.5 put together, and what it refused."""

import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.v1.contrib.training import bucket, bucket_by_sequence_length


def all_batches(batch):
    """Run the queues until they are empty; returns the values of all batches."""
    found = []
    with tf.Session() as session:
        session.run(tf.local_variables_initializer())
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        try:
            while True:
                found.append(session.run(batch))
        except tf.errors.OutOfRangeError:
            pass
        coordinator.request_stop()
        coordinator.join(threads)
    return found


def test_batches_are_those_of_1_15_5():
    with tf.Graph().as_default():
        number = tf.train.range_input_producer(17, num_epochs=1, shuffle=False).dequeue()
        sequence = tf.range(number % 7 + 1)
        lengths, batch = bucket_by_sequence_length(
            tf.size(sequence),
            {"sequence": sequence, "number": number},
            batch_size=3,
            bucket_boundaries=[3, 5],
            dynamic_pad=True,
            allow_smaller_final_batch=True,
            keep_input=number % 5 > 0,
        )
        assert lengths.shape.as_list() == [None]
        assert batch["sequence"].shape.as_list() == [None, None]
        found = all_batches([lengths, batch["sequence"], batch["number"]])
    assert sorted([part.tolist() for part in each] for each in found) == [
        [[1], [[0]], [14]],
        [[2, 1, 2], [[0, 1], [0, 0], [0, 1]], [1, 7, 8]],
        [[3], [[0, 1, 2]], [16]],
        [[3, 4, 3], [[0, 1, 2, 0], [0, 1, 2, 3], [0, 1, 2, 0]], [2, 3, 9]],
        [
            [5, 7, 5],
            [[0, 1, 2, 3, 4, 0, 0], [0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 0, 0]],
            [4, 6, 11],
        ],
        [[6, 7], [[0, 1, 2, 3, 4, 5, 0], [0, 1, 2, 3, 4, 5, 6]], [12, 13]],
    ]


def test_a_size_for_each_bucket_and_full_batches_only():
    with tf.Graph().as_default():
        number = tf.train.range_input_producer(10, num_epochs=1, shuffle=False).dequeue()
        batch = bucket([number], number % 2, [2, 3], 2, bucket_capacities=[4, 5])
        assert batch[1].shape.as_list() == [None]
        found = [(int(which), values.tolist()) for which, values in all_batches(batch)]
    assert sorted(found) == [(0, [0, 2]), (0, [4, 6]), (1, [1, 3, 5])]


def test_sparse_tensors_stay_sparse():
    with tf.Graph().as_default():
        number = tf.train.range_input_producer(2, num_epochs=1, shuffle=False).dequeue()
        sparse = tf.SparseTensor([[tf.cast(number, tf.int64)]], [number + 5], [3])
        (_, (found, _)) = all_batches(bucket([sparse, number], 0, 2, 1))[0]
    assert found.indices.tolist() == [[0, 0], [1, 1]]
    assert found.values.tolist() == [5, 6]
    assert found.dense_shape.tolist() == [2, 3]


def test_names_and_summaries_are_those_of_1_15_5():
    with tf.Graph().as_default():
        batch = bucket_by_sequence_length(tf.constant(3), [tf.constant(1.0)], 4, [2])
        scope = "bucket_by_sequence_length/bucket/"
        assert batch[0].name == scope + "dequeue_top:1" and batch[0].shape.as_list() == [4]
        names = [runner.name for runner in tf.get_collection(tf.GraphKeys.QUEUE_RUNNERS)]
        assert names == [scope + "bucket_queue_0", scope + "top_queue"]
        assert [each.op.name for each in tf.get_collection(tf.GraphKeys.SUMMARIES)] == [
            f"{scope}bucket/{scope}{name}"
            for name in (
                "bucket_queue_0/size",
                "bucket_queue_1/size",
                "top_queue/fraction_of_32_full",
            )
        ]


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"bucket_boundaries": []}, ValueError, "must not be empty"),
        ({"bucket_boundaries": 3}, TypeError, "list or tuple"),
        ({"bucket_boundaries": [4, 2]}, ValueError, "4 before 2"),
        ({"bucket_boundaries": [2.5]}, TypeError, "float32"),
        ({"batch_size": [1, 2, 3]}, ValueError, "num_buckets elements"),
        ({"bucket_capacities": [3]}, ValueError, "exactly num_buckets"),
        ({"keep_input": [True]}, ValueError, "one value"),
        ({"dynamic_pad": False}, ValueError, "fully defined"),
    ],
)
def test_misuse(arguments, error, message):
    arguments = {"batch_size": 2, "bucket_boundaries": [2], "dynamic_pad": True, **arguments}
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        unknown = tf.placeholder_with_default([1, 2], [None])
        bucket_by_sequence_length(tf.constant(2), [unknown], **arguments)


def test_tf_slim_carries_on_what_trains():
    with tf.Graph().as_default(), tf.Session() as session:
        loss = (tf.get_variable("v", [], initializer=tf.ones_initializer()) - 3.0) ** 2
        train = tf.contrib.training.create_train_op(
            loss,
            tf.train.GradientDescentOptimizer(0.5),
            tf.train.get_or_create_global_step(),
            transform_grads_fn=tf.contrib.training.clip_gradient_norms_fn(1.0),
        )
        session.run(tf.global_variables_initializer())
        assert [session.run(train) for _ in range(2)] == [4.0, 2.25]
