"""Columns of sequences become the inputs of a recurrent network."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

columns = tf.contrib.feature_column
AT = [[0, 0], [0, 1], [1, 0]]


def sparse(values, at=AT, shape=(2, 2)):
    return tf.SparseTensor(at, values, shape)


def test_sequence_input_layer():
    weights = np.arange(12, dtype=np.float32).reshape(4, 3)
    words = columns.sequence_categorical_column_with_vocabulary_list(
        "words", ["a", "b", "c"], num_oov_buckets=1
    )
    with tf.Graph().as_default(), tf.Session() as session:
        features = {
            "words": sparse(["a", "c", "zz"]),
            "price": sparse([1.0, 2.0, 3.0]),
            "id": sparse(tf.constant([0, 2, 1], tf.int64)),
        }
        inputs, lengths = columns.sequence_input_layer(
            features,
            [
                tf.feature_column.embedding_column(
                    words, 3, initializer=tf.constant_initializer(weights)
                ),
                columns.sequence_numeric_column("price"),
                tf.feature_column.indicator_column(
                    columns.sequence_categorical_column_with_identity("id", 3)
                ),
            ],
        )
        (variable,) = tf.trainable_variables()
        session.run([variable.initializer, tf.tables_initializer()])
        inputs, lengths = session.run([inputs, lengths])
    assert variable.op.name == "sequence_input_layer/words_embedding/embedding_weights"
    assert lengths.tolist() == [2, 1]
    # In the order of the columns' names: id_indicator, price, words_embedding.
    assert inputs[0].tolist() == [[1, 0, 0, 1, 0, 1, 2], [0, 0, 1, 2, 6, 7, 8]]
    assert inputs[1].tolist() == [[0, 1, 0, 3, 9, 10, 11], [0] * 7]


def test_what_is_no_column_of_sequences():
    words = columns.sequence_categorical_column_with_identity("words", 3)
    price = columns.sequence_numeric_column("price")
    for given, message in (
        ([tf.feature_column.numeric_column("price")], "wrap a sequence_categorical_column"),
        ([words], "wrap a sequence_categorical_column"),
        ([], "must not be empty"),
        ([price, price], "Duplicate feature column name"),
    ):
        with tf.Graph().as_default(), pytest.raises(ValueError, match=message):
            columns.sequence_input_layer({"price": sparse([1.0, 2.0, 3.0])}, given)


def test_sequences_of_other_lengths_are_refused():
    with tf.Graph().as_default(), tf.Session() as session:
        features = {"a": sparse([1.0, 2.0, 3.0]), "b": sparse([1.0, 2.0], [[0, 0], [1, 0]])}
        layer = columns.sequence_input_layer(
            features, [columns.sequence_numeric_column(name) for name in "ab"]
        )
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(layer)


def test_sequences_in_vectors_of_unknown_rank():
    with tf.Graph().as_default(), tf.Session() as session:
        prices = tf.sparse_placeholder(tf.float32)
        inputs, lengths = columns.sequence_input_layer(
            {"price": prices}, [columns.sequence_numeric_column("price")]
        )
        for at, shape in (([[0], [1]], [2]), ([[0, 0], [1, 0]], [2, 1])):
            found = session.run([inputs, lengths], {prices: (at, [4.0, 5.0], shape)})
            assert [each.tolist() for each in found] == [[[[4.0]], [[5.0]]], [1, 1]]


def test_integers_of_sequences_out_of_range_are_an_error():
    column = columns.sequence_categorical_column_with_identity("id", 3)
    with tf.Graph().as_default(), tf.Session() as session:
        ids = tf.placeholder(tf.int64, [3])
        inputs, _ = columns.sequence_input_layer(
            {"id": sparse(ids)}, tf.feature_column.indicator_column(column)
        )
        with pytest.raises(tf.errors.InvalidArgumentError, match="not below its num_buckets"):
            session.run(inputs, {ids: [0, 3, 1]})
