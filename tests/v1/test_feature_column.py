"""Feature columns refuse the integers that 1.15.5's did, and what follows them has its seeds."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.v1 import seed_cases


@pytest.mark.parametrize("name", seed_cases.COLUMNS)
def test_seeds_after_columns_are_those_of_1_15_5(name):
    seed_cases.check(tf, "columns", name)


def indicated(column, values, feature="b"):
    with tf.Graph().as_default(), tf.Session() as session:
        features = {feature: tf.constant(values, tf.int64)}
        return session.run(tf.feature_column.input_layer(features, [column]))


def test_integers_in_range_are_indicated():
    column = tf.feature_column.categorical_column_with_identity("b", 3)
    found = indicated(tf.feature_column.indicator_column(column), [[2], [-1], [0]])
    np.testing.assert_array_equal(found, [[0, 0, 1], [0, 0, 0], [1, 0, 0]])


@pytest.mark.parametrize("value, wrong", [(3, "not below its num_buckets"), (-2, "below 0")])
def test_integers_out_of_range_are_an_error(value, wrong):
    column = tf.feature_column.categorical_column_with_identity("b", 3)
    with pytest.raises(tf.errors.InvalidArgumentError, match=f"Feature b has .*{wrong}"):
        indicated(tf.feature_column.indicator_column(column), [[value]])


def test_a_default_stands_in_for_integers_out_of_range():
    column = tf.feature_column.categorical_column_with_identity("b", 3, default_value=1)
    found = indicated(tf.feature_column.indicator_column(column), [[7], [2]])
    np.testing.assert_array_equal(found, [[0, 1, 0], [0, 0, 1]])


def test_a_linear_model_adds_up_its_columns():
    with tf.Graph().as_default(), tf.Session() as session:
        features = {"a": tf.constant([[2.0]]), "b": tf.constant([[1]], tf.int64)}
        columns = [tf.feature_column.numeric_column("a"), seed_cases.identity(tf.feature_column)]
        model = tf.feature_column.linear_model(features, columns)
        session.run(tf.global_variables_initializer())
        values = {v.op.name: v for v in tf.trainable_variables()}
        values["linear_model/a/weights"].load([[0.5]], session)
        values["linear_model/b/weights"].load([[1], [2], [3], [4], [5]], session)
        assert session.run(model) == [[3.0]]
        assert {v.op.type for v in tf.global_variables()} == {"VarHandleOp"}
