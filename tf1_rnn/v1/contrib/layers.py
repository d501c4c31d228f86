"""`tf.contrib.layers` of TensorFlow 1.x, which tf-slim carries on.

What tf-slim left out and recurrent networks use is written here: `embed_sequence`, `bow_encoder`,
and the two lookups of embeddings.
Its feature columns are in `tf.feature_column`.
"""

import typing as _typing

import tensorflow.compat.v1 as _tf

from .. import _lazy, _slim

_slim.load("contrib.layers")
_layers = _slim.package("layers")
summaries = _slim.package("layers.summaries")


def embedding_lookup_unique(params, ids, partition_strategy="mod", name=None):
    """Return embeddings, with each id that repeats looked up once.

    Args:
        params: the embeddings `[symbols, size]`, or a list of their shards.
        ids: integers of any shape.
        partition_strategy: "mod" or "div", how ids are distributed over shards.
        name: name of the operations.

    Returns:
        `ids.shape + params.shape[1:]`; the gradients are those of a plain lookup.
    """
    with _tf.name_scope(name, "EmbeddingLookupUnique", [params, ids]):
        ids = _tf.convert_to_tensor(ids)
        unique_ids, index = _tf.unique(_tf.reshape(ids, [-1]))
        unique = _tf.nn.embedding_lookup(params, unique_ids, partition_strategy)
        shape = _tf.concat([_tf.shape(ids), _tf.shape(unique)[1:]], 0)
        result = _tf.reshape(_tf.gather(unique, index), shape)
        result.set_shape(ids.shape.concatenate(unique.shape[1:]))
        return result


def safe_embedding_lookup_sparse(
    embedding_weights,
    sparse_ids,
    sparse_weights=None,
    combiner=None,
    default_id=None,
    name=None,
    partition_strategy="div",
    max_norm=None,
):
    """Return `tf.nn.safe_embedding_lookup_sparse`, by default with the mean.

    Args:
        embedding_weights: the embeddings `[symbols, size]`, or a list of their shards.
        sparse_ids: SparseTensor `[batch, ids]` of integers.
        sparse_weights: SparseTensor of the same shape, by default ones.
        combiner: "mean", "sqrtn" or "sum", by default "mean".
        default_id: id of a row without any, by default a result of zeros.
        name: name of the operations.
        partition_strategy: "mod" or "div", how ids are distributed over shards.
        max_norm: bound of an embedding's length, by default none.
    """
    return _tf.nn.safe_embedding_lookup_sparse(
        embedding_weights,
        sparse_ids,
        sparse_weights,
        combiner or "mean",
        default_id,
        name,
        partition_strategy,
        max_norm,
    )


def embed_sequence(
    ids,
    vocab_size=None,
    embed_dim=None,
    unique=False,
    initializer=None,
    regularizer=None,
    trainable=True,
    scope=None,
    reuse=None,
):
    """Return the embeddings of `ids`, `[batch, time, embed_dim]`.

    Variable: `EmbedSequence/embeddings [vocab_size, embed_dim]`.

    Args:
        ids: integers `[batch, time]`.
        vocab_size: number of symbols; may be left out when the variable is reused.
        embed_dim: size of an embedding; may be left out when the variable is reused.
        unique: not used: looking each id up once gives the same numbers.
        initializer: of the embeddings.
        regularizer: of the embeddings.
        trainable: whether the embeddings are trained.
        scope: a name or VariableScope.
        reuse: whether to share the variable that is already in the scope.
    """
    if not reuse and (vocab_size is None or embed_dim is None):
        raise ValueError(
            "Must specify vocab size and embedding dimension when not reusing. Got "
            f"vocab_size={vocab_size} and embed_dim={embed_dim}"
        )
    with _tf.variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        embeddings = _embeddings(vocab_size, embed_dim, initializer, regularizer, trainable)
        return _tf.nn.embedding_lookup(embeddings, ids)


def bow_encoder(
    ids,
    vocab_size,
    embed_dim,
    sparse_lookup=True,
    initializer=None,
    regularizer=None,
    trainable=True,
    scope=None,
    reuse=None,
):
    """Return the mean of each row's embeddings, `[batch, embed_dim]`.

    Args:
        ids: integers `[batch, time]`, dense or sparse.
        vocab_size: number of symbols.
        embed_dim: size of an embedding.
        sparse_lookup: whether ids of 0 are left out, as in a sparse tensor.
        initializer: of the embeddings.
        regularizer: of the embeddings.
        trainable: whether the embeddings are trained.
        scope: a name or VariableScope.
        reuse: whether to share the variable that is already in the scope.
    """
    with _tf.variable_scope(scope, "BowEncoder", [ids], reuse=reuse):
        embeddings = _embeddings(vocab_size, embed_dim, initializer, regularizer, trainable)
        sparse = isinstance(ids, _tf.SparseTensor)
        if not sparse_lookup:
            if sparse:
                raise TypeError("ids are expected to be dense Tensor, got: SparseTensor")
            return _tf.reduce_mean(_tf.nn.embedding_lookup(embeddings, ids), axis=1)
        ids = ids if sparse else _layers.dense_to_sparse(ids)
        return _tf.nn.safe_embedding_lookup_sparse([embeddings], ids, combiner="mean", default_id=0)


def _embeddings(vocab_size, embed_dim, initializer, regularizer, trainable):
    shape = None if vocab_size is None or embed_dim is None else [vocab_size, embed_dim]
    return _slim.package("ops.variables").model_variable(
        "embeddings",
        shape=shape,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
    )


_lazy.forward(__name__, _layers)

if _typing.TYPE_CHECKING:  # for editors; `_lazy` finds these names at run time
    from tf_slim.layers import *  # noqa: F403
