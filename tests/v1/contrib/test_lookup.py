"""`contrib.lookup` gives the numbers and words that 1.15.5 gives."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

WORDS = ["emerson", "lake", "palmer"]


def build(tf, file):
    """Return what the tables of `contrib.lookup` say, by name."""
    lookup = tf.contrib.lookup
    keys = tf.constant([["lake", "and"], ["palmer", "him"]])
    ids = tf.constant([[0, 2], [3, -1]], tf.int64)
    sparse = tf.SparseTensor([[0, 1], [1, 0]], tf.constant(["palmer", "x"]), [2, 2])
    words = tf.constant(WORDS)
    strong = lookup.StrongHashSpec([3, 5])
    pairs = lookup.KeyValueTensorInitializer(["a", "b"], [1.5, 2.5])
    table = lookup.HashTable(pairs, -1.0)
    buckets = lookup.index_table_from_tensor(words, num_oov_buckets=4)
    mutable = lookup.MutableHashTable(tf.string, tf.int64, -7)
    with tf.control_dependencies([mutable.insert(tf.constant(["x"]), tf.constant([9], tf.int64))]):
        inserted = mutable.lookup(tf.constant(["x", "y"]))
    return {
        "from_file": lookup.index_table_from_file(file).lookup(keys),
        "default": lookup.index_table_from_file(file, default_value=7).lookup(keys),
        "cut": lookup.index_table_from_file(file, vocab_size=2).lookup(keys),
        "buckets": lookup.index_table_from_file(file, num_oov_buckets=5).lookup(keys),
        "strong": lookup.index_table_from_tensor(words, 50, hasher_spec=strong).lookup(keys),
        "integers": lookup.index_table_from_tensor([5, 6, 9], dtype=tf.int32).lookup(ids + 6),
        "integer_buckets": lookup.index_table_from_tensor([5, 6], 3, dtype=tf.int64).lookup(ids),
        "sparse": buckets.lookup(sparse).values,
        "size": buckets.size(),
        "to_words": lookup.index_to_string_table_from_file(file, default_value="?").lookup(ids),
        "places": lookup.index_to_string_table_from_tensor(words).lookup(ids),
        "old": lookup.string_to_index_table_from_tensor(words).lookup(keys),
        "hash": table.lookup(tf.constant(["b", "z"])),
        "mutable": inserted,
    }


# What `build` gives under TensorFlow 1.15.5.
EXPECTED = {
    "buckets": [[1, 5], [2, 7]],
    "cut": [[1, -1], [-1, -1]],
    "default": [[1, 7], [2, 7]],
    "from_file": [[1, -1], [2, -1]],
    "hash": [2.5, -1.0],
    "integer_buckets": [[3, 3], [2, 2]],
    "integers": [[1, -1], [2, 0]],
    "mutable": [9, -7],
    "old": [[1, -1], [2, -1]],
    "places": [[b"emerson", b"palmer"], [b"UNK", b"UNK"]],
    "size": 7,
    "sparse": [2, 5],
    "strong": [[1, 45], [2, 9]],
    "to_words": [[b"emerson", b"palmer"], [b"?", b"?"]],
}


def test_tables_answer_as_1_15_5s(tmp_path):
    file = tmp_path / "words.txt"
    file.write_text("\n".join(WORDS) + "\n")
    with tf.Graph().as_default(), tf.Session() as session:
        tables = build(tf, str(file))
        session.run(tf.tables_initializer())
        for name, result in session.run(tables).items():
            assert np.asarray(result).tolist() == EXPECTED[name], name


def test_a_table_has_its_initializer_by_both_names():
    with tf.Graph().as_default(), tf.Session() as session:
        for buckets in (0, 2):
            table = tf.contrib.lookup.index_table_from_tensor(tf.constant(WORDS), buckets)
            assert table.init is table.initializer
            table.init.run(session=session)
            assert session.run(table.lookup(tf.constant("lake"))) == 1


@pytest.mark.parametrize(
    "error, match, arguments",
    [
        (ValueError, "must be specified and must not be empty", {"vocabulary_file": ""}),
        (ValueError, "num_oov_buckets must be", {"vocabulary_file": "f", "num_oov_buckets": -1}),
        (ValueError, "vocab_size must be", {"vocabulary_file": "f", "vocab_size": 0}),
        (TypeError, "Only integer and string", {"vocabulary_file": "f", "key_dtype": tf.float32}),
    ],
)
def test_what_makes_no_table(error, match, arguments):
    with pytest.raises(error, match=match):
        tf.contrib.lookup.index_table_from_file(**arguments)


@pytest.mark.parametrize("key_dtype", [tf.bool, tf.float64])
def test_only_integers_and_strings_are_hashed(key_dtype):
    with pytest.raises(TypeError, match="Invalid key_dtype"):
        tf.contrib.lookup.IdTableWithHashBuckets(None, 5, key_dtype=key_dtype)


def test_an_unknown_hasher_is_named():
    hasher = tf.contrib.lookup.HasherSpec("own", None)
    table = tf.contrib.lookup.IdTableWithHashBuckets(None, 5, hasher)
    with pytest.raises(ValueError, match="Unknown hasher 'own'"):
        table.lookup(tf.constant(["a"]))


@pytest.mark.parametrize(
    "key, error, match",
    [
        ([1, 2, 3], ValueError, "must have size 2, got 3"),
        (["a", "b"], TypeError, "unsigned integer"),
        ([1, None], TypeError, "unsigned integer"),
        ([1.0, 2], TypeError, "unsigned integer"),
    ],
)
def test_a_strong_hash_needs_two_integers(key, error, match):
    with pytest.raises(error, match=match):
        tf.contrib.lookup.StrongHashSpec(key)


def _new_nodes(make):
    """Return the names of the nodes that looking words up in a table adds."""
    with tf.Graph().as_default() as graph:
        table, words = make(), tf.constant(["a"])
        before = {node.name for node in graph.as_graph_def().node}
        table.lookup(words)
        table.size()
        return [node.name for node in graph.as_graph_def().node if node.name not in before]


def _known():
    pairs = tf.contrib.lookup.KeyValueTensorInitializer(["a"], tf.constant([1], tf.int64))
    return tf.contrib.lookup.HashTable(pairs, -1, name="known")


# The names of 1.15.5.
NODES = {
    "named": (
        lambda: tf.contrib.lookup.IdTableWithHashBuckets(_known(), 3, name="ids"),
        [
            "ids_Lookup/hash_bucket",
            "ids_Lookup/known_Lookup/LookupTableFindV2",
            "ids_Lookup/known_Size/LookupTableSizeV2",
            "ids_Lookup/Add",
            "ids_Lookup/NotEqual",
            "ids_Lookup/SelectV2",
            "ids_Size/known_Size/LookupTableSizeV2",
            "ids_Size/add/y",
            "ids_Size/add",
        ],
    ),
    "all words hashed": (
        lambda: tf.contrib.lookup.IdTableWithHashBuckets(
            None, 3, tf.contrib.lookup.StrongHashSpec([1, 2])
        ),
        [
            "hash_bucket_Lookup/hash_bucket",
            "hash_bucket_Size/Const",
            "hash_bucket_Size/add/y",
            "hash_bucket_Size/add",
        ],
    ),
    "no buckets": (
        lambda: tf.contrib.lookup.IdTableWithHashBuckets(_known(), 0, name="ids"),
        [
            "known_Lookup/LookupTableFindV2",
            "ids_Size/known_Size/LookupTableSizeV2",
            "ids_Size/add/y",
            "ids_Size/add",
        ],
    ),
}


@pytest.mark.parametrize("name", NODES)
def test_nodes_have_the_names_of_1_15_5(name):
    make, names = NODES[name]
    assert _new_nodes(make) == names


_RANGE = ["Const", "Size", "range/start", "range/delta", "range", "Cast"]
_TABLE = ["hash_table/Const", "hash_table/hash_table"]
TABLES = {
    "words": (
        lambda: tf.contrib.lookup.index_table_from_tensor(["a", "b"]),
        "string_to_index",
        [*_RANGE, *_TABLE, "hash_table/table_init/LookupTableImportV2"],
    ),
    "numbers": (
        lambda: tf.contrib.lookup.index_table_from_tensor([5, 7], 2, dtype=tf.int64, name="mine"),
        "mine",
        [*_RANGE, "hash_table/Cast", *_TABLE, "hash_table/table_init/LookupTableImportV2"],
    ),
    "file": (
        lambda: tf.contrib.lookup.index_table_from_file("words.txt"),
        "string_to_index",
        [
            "hash_table/asset_path",
            *_TABLE,
            "hash_table/table_init/InitializeTableFromTextFileV2",
        ],
    ),
    "to words": (
        lambda: tf.contrib.lookup.index_to_string_table_from_tensor(["a", "b"]),
        "index_to_string",
        [*_RANGE, "Const_1", "hash_table", "table_init/LookupTableImportV2"],
    ),
    "file to words": (
        lambda: tf.contrib.lookup.index_to_string_table_from_file("words.txt"),
        "index_to_string",
        ["asset_path", "Const", "hash_table", "table_init/InitializeTableFromTextFileV2"],
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_made_of_the_nodes_of_1_15_5(name):
    make, scope, names = TABLES[name]
    with tf.Graph().as_default() as graph:
        table = make()
        assert [op.name for op in graph.get_operations()] == [f"{scope}/{each}" for each in names]
        assert table.name == "hash_table"
