"""`contrib.layers`: the lookups of embeddings that tf-slim left out. Numbers: `test_neighbours`."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

pytest.importorskip("tf_slim")
from tf1_rnn.v1.contrib import layers

TABLE = np.cos(np.arange(12.0)).reshape(4, 3)
IDS = [[1, 2, 0], [3, 3, 0]]


def run(build):
    with tf.Graph().as_default(), tf.Session() as session:
        result = build()
        session.run(tf.global_variables_initializer())
        return [variable.op.name for variable in tf.global_variables()], session.run(result)


@pytest.mark.parametrize("ids", [IDS, IDS[0], 2])
def test_unique_lookups_are_plain_ones(ids):
    def build():
        table = tf.constant(TABLE)
        found = layers.embedding_lookup_unique(table, ids)
        assert found.shape.as_list() == [*np.shape(ids), 3]
        gradient = tf.gradients(tf.reduce_sum(found * found), table)[0]
        return found, tf.convert_to_tensor(gradient)

    _, (found, gradient) = run(build)
    np.testing.assert_array_equal(found, TABLE[np.array(ids)])
    counts = np.bincount(np.ravel(ids), minlength=4)
    np.testing.assert_allclose(gradient, 2 * TABLE * counts[:, None], rtol=1e-12)


@pytest.mark.parametrize(
    "combiner, expected", [(None, TABLE[[1, 3]].mean(0)), ("sum", TABLE[[1, 3]].sum(0))]
)
def test_rows_of_sparse_ids_are_combined_and_empty_ones_are_zero(combiner, expected):
    def build():
        ids = tf.SparseTensor([[0, 0], [0, 1]], tf.constant([1, 3], tf.int64), [2, 2])
        return layers.safe_embedding_lookup_sparse([tf.constant(TABLE)], ids, combiner=combiner)

    _, found = run(build)
    np.testing.assert_allclose(found, [expected, np.zeros(3)], rtol=1e-12)


def test_embeddings_are_shared_by_scope():
    def build():
        made = tf.constant_initializer(TABLE)
        first = layers.embed_sequence(IDS, 4, 3, initializer=made, scope="words")
        return first, layers.embed_sequence(IDS, scope="words", reuse=True)

    names, (first, second) = run(build)
    assert names == ["words/embeddings"]
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(first, TABLE[np.array(IDS)], rtol=1e-6)


@pytest.mark.parametrize("sizes", [{}, {"vocab_size": 4}, {"embed_dim": 3}])
def test_sizes_must_be_given_for_new_embeddings(sizes):
    with tf.Graph().as_default(), pytest.raises(ValueError, match="Must specify vocab size and"):
        layers.embed_sequence(IDS, **sizes)


@pytest.mark.parametrize("sparse_lookup", [True, False])
def test_ids_of_zero_count_only_in_a_dense_lookup(sparse_lookup):
    made = tf.constant_initializer(TABLE)
    names, found = run(
        lambda: layers.bow_encoder(IDS, 4, 3, sparse_lookup=sparse_lookup, initializer=made)
    )
    rows = [[1, 2], [3, 3]] if sparse_lookup else IDS
    np.testing.assert_allclose(found, [TABLE[row].mean(0) for row in rows], rtol=1e-5)
    assert names == ["BowEncoder/embeddings"]


def test_a_sparse_tensor_needs_the_sparse_lookup():
    with tf.Graph().as_default():
        ids = tf.SparseTensor([[0, 0]], tf.constant([1], tf.int64), [1, 2])
        with pytest.raises(TypeError, match="expected to be dense"):
            layers.bow_encoder(ids, 4, 3, sparse_lookup=False)


def test_a_regularizer_makes_a_loss():
    with tf.Graph().as_default():
        layers.embed_sequence(IDS, 4, 3, regularizer=layers.l2_regularizer(0.1))
        assert len(tf.losses.get_regularization_losses()) == 1
