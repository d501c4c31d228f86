"""`tf.contrib.feature_column` of TensorFlow 1.x: columns of sequences, and their input layer."""

import tensorflow.compat.v1 as tf

from .. import _lazy, feature_column

sequence_categorical_column_with_hash_bucket = (
    tf.feature_column.sequence_categorical_column_with_hash_bucket
)
sequence_categorical_column_with_identity = feature_column.sequence_categorical_column_with_identity
sequence_categorical_column_with_vocabulary_file = (
    tf.feature_column.sequence_categorical_column_with_vocabulary_file
)
sequence_categorical_column_with_vocabulary_list = (
    tf.feature_column.sequence_categorical_column_with_vocabulary_list
)
sequence_numeric_column = tf.feature_column.sequence_numeric_column


def sequence_input_layer(features, feature_columns, weight_collections=None, trainable=True):
    """Return the input of a recurrent network, and its lengths.

    Args:
        features: a dict of tensors by name; sequences are `SparseTensor`s `[batch, time]`.
        feature_columns: a list of columns of sequences, such as `sequence_numeric_column`, or an
            embedding or indicator column of a `sequence_categorical_column_...`.
        weight_collections: names of collections that variables join.
        trainable: whether the variables are.

    Returns:
        A pair of `[batch, time, depth]`, the columns in the order of their names, and the lengths,
        `[batch]`.

    Raises:
        ValueError: there is no column, two of one name, or one that is none of sequences.
    """
    columns = _checked(feature_columns)
    collections = [*(weight_collections or []), tf.GraphKeys.GLOBAL_VARIABLES]
    with tf.variable_scope(None, "sequence_input_layer", features.values()):
        transformed, dense, lengths = _Transformed(features), [], []
        for column in columns:
            with tf.variable_scope(None, column.name):
                variables = _Variables(collections, trainable)
                column.create_state(variables)
                pair = column.get_sequence_dense_tensor(transformed, variables)
                lengths.append(pair.sequence_length)
                shape = tf.shape(pair.dense_tensor)
                depth = column.variable_shape.num_elements()
                dense.append(tf.reshape(pair.dense_tensor, [shape[0], shape[1], depth]))
        lengths = _all_equal(lengths) if len(lengths) > 1 else lengths[0]
        return tf.concat(dense, -1), lengths


def _checked(columns):
    # A column is a tuple itself.
    columns = [columns] if hasattr(columns, "parse_example_spec") else list(columns)
    if not columns:
        raise ValueError("feature_columns must not be empty.")
    for column in columns:
        if not hasattr(column, "get_sequence_dense_tensor"):
            raise ValueError(
                "All feature_columns must be of type _SequenceDenseColumn. You can wrap a "
                "sequence_categorical_column with an embedding_column or indicator_column. Given "
                f"(type {type(column)}): {column}"
            )
    names = [column.name for column in columns]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"Duplicate feature column name found for columns: {sorted(twice)}")
    return sorted(columns, key=lambda column: column.name)


def _all_equal(lengths):
    """Return the first of the lengths, once all have been found equal."""
    with tf.name_scope("assert_all_equal", values=lengths):
        checks = [tf.assert_equal(lengths[0], each) for each in lengths[1:]]
        with tf.control_dependencies(checks):
            return tf.identity(lengths[0])


class _Transformed:
    """Features as columns transform them, each once."""

    def __init__(self, features):
        self._features, self._done = features, {}

    def get(self, key, state_manager, training=None):
        """Return a feature by its name, at least `[batch, 1]`, or what a column makes of it."""
        if key not in self._done:
            if isinstance(key, str):
                self._done[key] = self._raw(key)
            else:
                self._done[key] = key.transform_feature(self, state_manager)
        return self._done[key]

    def _raw(self, name):
        if name not in self._features:
            raise ValueError(f"Feature {name} is not in features dictionary.")
        feature = tf.convert_to_tensor_or_sparse_tensor(self._features[name])
        rank = feature.shape.ndims
        if rank is not None:
            return _with_one_more_axis(feature) if rank == 1 else feature
        known = tf.assert_positive(tf.rank(feature))
        with tf.control_dependencies([known]):
            is_vector = tf.equal(1, tf.rank(feature))
        return tf.cond(is_vector, lambda: _with_one_more_axis(feature), lambda: feature)


def _with_one_more_axis(vector):
    """Return `[batch, 1]`, dense or sparse."""
    if not isinstance(vector, tf.SparseTensor):
        return tf.expand_dims(vector, -1)
    return tf.sparse_reshape(vector, [tf.shape(vector)[0], 1])


class _Variables:
    """The variables and tables of a column, made in the open scope when they are asked for."""

    def __init__(self, collections, trainable):
        self._collections, self._trainable = collections, trainable
        self._wanted, self._made, self._resources = {}, {}, {}

    def create_variable(
        self,
        feature_column,
        name,
        shape,
        dtype=None,
        trainable=True,
        use_resource=True,
        initializer=None,
    ):
        """Note what a variable is to be."""
        self._wanted[feature_column, name] = {
            "name": name,
            "shape": shape,
            "dtype": dtype,
            "initializer": initializer,
            "trainable": trainable and self._trainable,
            "collections": self._collections,
        }

    def get_variable(self, feature_column, name):
        """Make a variable, or return it if it has been made."""
        key = feature_column, name
        if key not in self._made:
            self._made[key] = tf.get_variable(**self._wanted[key])
        return self._made[key]

    def add_resource(self, feature_column, name, resource):
        """Keep a table."""
        self._resources[feature_column, name] = resource

    def has_resource(self, feature_column, name):
        """Say whether a table is kept."""
        return (feature_column, name) in self._resources

    def get_resource(self, feature_column, name):
        """Return a table."""
        return self._resources[feature_column, name]


_lazy.forward(__name__)
