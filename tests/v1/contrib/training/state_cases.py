"""Segments of sequences with states, read to their end here and under TensorFlow 1.15.5.

    .oracle/bin/python tests/v1/contrib/training/state_cases.py      # records state_recorded.npz

Runs under Python 3.7 too. One thread takes the examples in, so that their order is the same.
"""

import os
import sys

import numpy as np

RECORDED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "state_recorded.npz")
LENGTHS = [7, 2, 4, 3, 9, 1, 6]
UNITS, DEPTH, UNROLL, BATCH = 3, 2, 3, 2
# name: (the cell's class, options of batch_sequences_with_states)
CASES = {
    "gru": ("GRUCell", {}),
    "lstm": ("BasicLSTMCell", {}),
    "whole_batches": ("GRUCell", {"allow_small_batch": False, "capacity": 100}),
    "padded": ("GRUCell", {"pad": False}),
    "given_length": ("GRUCell", {"given": True}),
    "sparse": ("GRUCell", {"sparse": True}),
    "unique_keys": ("GRUCell", {"make_keys_unique": True, "make_keys_unique_seed": 3}),
}


def _example(tf, pad):
    """Returns the number of an example and its steps, one example after the other."""
    numbers = tf.train.range_input_producer(len(LENGTHS), 1, shuffle=False).dequeue()
    values = np.random.RandomState(0).randn(len(LENGTHS), 9, DEPTH).astype(np.float32)
    length = tf.constant(LENGTHS)[numbers]
    steps = (length + UNROLL - 1) // UNROLL * UNROLL if pad else length
    return numbers, length, tf.constant(values)[numbers, :steps]


def _positive(tf, steps):
    """Returns the positive values of steps as a sparse tensor."""
    where = tf.where(steps > 0)
    return tf.SparseTensor(where, tf.gather_nd(steps, where), tf.shape(steps, out_type=tf.int64))


def run(tf, name):
    """Returns {label: array} of all batches, one below the other."""
    cell_class, options = CASES[name]
    options = dict(options)
    given, sparse = options.pop("given", False), options.pop("sparse", False)
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        number, length, steps = _example(tf, not options.get("pad", True))
        cell = getattr(tf.nn.rnn_cell, cell_class)(UNITS)
        names = ["c", "h"] if cell_class == "BasicLSTMCell" else ["state"]
        sequences = {"x": steps, "words": tf.as_string(steps[:, 0])}
        context = {"number": number, "pair": tf.stack([number, 2 * number])}
        if sparse:
            sequences["sparse"] = _positive(tf, steps)
            context["sparse"] = _positive(tf, tf.one_hot(number, len(LENGTHS)))
        batch = tf.contrib.training.batch_sequences_with_states(
            tf.as_string(number),
            sequences,
            context,
            length - 1 if given else length if "pad" in options else None,
            {each: tf.fill([UNITS], 0.5) for each in names},
            UNROLL,
            BATCH,
            num_threads=1,
            **options,
        )
        inputs = tf.unstack(batch.sequences["x"], axis=1)
        with tf.variable_scope("all", initializer=tf.constant_initializer(0.3)):
            outputs, state = tf.nn.static_state_saving_rnn(
                cell, inputs, batch, names if len(names) > 1 else names[0], batch.length
            )
        fetched = {
            "key": batch.key,
            "next_key": batch.next_key,
            "length": batch.length,
            "total_length": batch.total_length,
            "sequence": batch.sequence,
            "sequence_count": batch.sequence_count,
            "batch_size": tf.reshape(batch.batch_size, [1]),
            "number": batch.context["number"],
            "pair": batch.context["pair"],
            "words": batch.sequences["words"],
            "first": batch.state(names[0]),
            "outputs": tf.stack(outputs, 1),
            "state": state[0] if len(names) > 1 else state,
        }
        if sparse:
            values = batch.sequences["sparse"]
            fetched["sparse"] = tf.sparse.to_dense(values)
            fetched["sparse_indices"] = values.indices
            fetched["sparse_shape"] = values.dense_shape[tf.newaxis]
            fetched["sparse_context"] = tf.sparse.to_dense(batch.context["sparse"])
        return _all_batches(tf, fetched)


def _all_batches(tf, fetched):
    """Returns what all whole batches hold.

    A closed barrier may lose its last element in TensorFlow's kernel, which waits for it or ends.
    """
    found, left = [], sum(-(-length // UNROLL) for length in LENGTHS)
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        coordinator = tf.train.Coordinator()
        tf.train.start_queue_runners(session, coordinator)
        while left >= BATCH:
            found.append(session.run(fetched))
            left -= len(found[-1]["key"])
        coordinator.request_stop()
    arrays = {name: np.concatenate([each[name] for each in found]) for name in fetched}
    return {
        name: array.astype(str) if array.dtype == object else array
        for name, array in arrays.items()
    }


if __name__ == "__main__":
    import tensorflow

    recorded = {}
    for name in CASES:
        for label, array in run(tensorflow, name).items():
            recorded[name + "/" + label] = array
    np.savez_compressed(sys.argv[1] if len(sys.argv) > 1 else RECORDED, **recorded)
    os._exit(0)  # without waiting for threads that a session left behind
