"""`tf.contrib.lookup` of TensorFlow 1.x: tables from words to numbers and back, over `tf.lookup`.

A table is initialised by `tf.tables_initializer()`.
"""

import collections
import numbers

import tensorflow.compat.v1 as tf

from .. import _lazy
from . import _private

KeyValueTensorInitializer = tf.lookup.KeyValueTensorInitializer
MutableDenseHashTable = tf.lookup.experimental.DenseHashTable
MutableHashTable = tf.lookup.experimental.MutableHashTable
TextFileIndex = tf.lookup.TextFileIndex
TextFileInitializer = tf.lookup.TextFileInitializer

HasherSpec = collections.namedtuple("HasherSpec", ["hasher", "key"])
FastHashSpec = HasherSpec("fasthash", None)


class StrongHashSpec(HasherSpec):
    """A hash with a secret key of two integers, which an attacker cannot predict."""

    def __new__(cls, key):
        """Return the specification for a key of two integers."""
        if len(key) != 2:
            raise ValueError(f"key must have size 2, got {len(key)}.")
        if not all(isinstance(each, numbers.Integral) for each in key):
            raise TypeError(f"Invalid key {key!r}. Must be unsigned integer values.")
        return super().__new__(cls, "stronghash", key)


class HashTable(tf.lookup.StaticHashTable):
    """A table that does not change: `lookup(keys)` gives values, or `default_value`.

    Args:
        initializer: a table initializer, such as `KeyValueTensorInitializer`.
        default_value: value of an unknown key.
        shared_name: not used.
        name: name of the operations.
    """

    def __init__(self, initializer, default_value, shared_name=None, name=None):
        super().__init__(initializer, default_value, name=name or "hash_table")

    @property
    def init(self):
        """The operation that fills the table, as TensorFlow called it before 1.13."""
        return self.initializer

    @property
    def table_ref(self):
        """The table's resource, as TensorFlow called it before 1.13."""
        return self.resource_handle


class TextFileIdTableInitializer(TextFileInitializer):
    """Fills a table from the words of a file to the numbers of their lines.

    Args:
        filename: path of a text file.
        key_column_index: column of the keys, or a `TextFileIndex`.
        value_column_index: column of the values, or a `TextFileIndex`.
        vocab_size: number of lines to read, by default all.
        delimiter: what separates columns.
        name: name of the operations.
        key_dtype: type of the keys, strings or integers.
    """

    def __init__(
        self,
        filename,
        key_column_index=TextFileIndex.WHOLE_LINE,
        value_column_index=TextFileIndex.LINE_NUMBER,
        vocab_size=None,
        delimiter="\t",
        name="text_file_id_table_init",
        key_dtype=tf.string,
    ):
        super().__init__(
            filename,
            key_dtype,
            key_column_index,
            tf.int64,
            value_column_index,
            vocab_size,
            delimiter,
            name,
        )


class TextFileStringTableInitializer(TextFileInitializer):
    """Fills a table from the numbers of the lines of a file to their words.

    Args:
        filename: path of a text file.
        key_column_index: column of the keys, or a `TextFileIndex`.
        value_column_index: column of the values, or a `TextFileIndex`.
        vocab_size: number of lines to read, by default all.
        delimiter: what separates columns.
        name: name of the operations.
    """

    def __init__(
        self,
        filename,
        key_column_index=TextFileIndex.LINE_NUMBER,
        value_column_index=TextFileIndex.WHOLE_LINE,
        vocab_size=None,
        delimiter="\t",
        name="text_file_string_table_init",
    ):
        super().__init__(
            filename,
            tf.int64,
            key_column_index,
            tf.string,
            value_column_index,
            vocab_size,
            delimiter,
            name,
        )


class IdTableWithHashBuckets:
    """A table that gives unknown words numbers too: `table.size() + hash % num_oov_buckets`.

    Args:
        table: table from words to int64; None hashes all words.
        num_oov_buckets: how many numbers, after those of the known words, unknown words are hashed
            to.
        hasher_spec: `FastHashSpec` or a `StrongHashSpec`.
        name: name of the operations.
        key_dtype: type of the keys, by default that of `table`.
    """

    def __init__(self, table, num_oov_buckets, hasher_spec=FastHashSpec, name=None, key_dtype=None):
        if not isinstance(hasher_spec, HasherSpec):
            raise TypeError(f"hasher_spec must be of type HasherSpec, got {type(hasher_spec)}")
        self._table = table
        self._num_oov_buckets = num_oov_buckets
        self._hasher_spec = hasher_spec
        self.key_dtype = tf.as_dtype(key_dtype or (table.key_dtype if table else tf.string))
        if self.key_dtype != tf.string and not self.key_dtype.is_integer:
            raise TypeError(
                f"Invalid key_dtype, expected integers or strings but got {self.key_dtype.name}."
            )
        self.value_dtype = tf.int64
        self.name = name or (table.name if table else "hash_bucket")

    @property
    def initializer(self):
        """The operation that fills the table."""
        return self._table.initializer if self._table else tf.no_op()

    init = initializer

    def size(self, name=None):
        """Return the number of ids: known words and buckets."""
        with tf.name_scope(name, f"{self.name}_Size"):
            known = self._table.size() if self._table else tf.constant(0, tf.int64)
            return known + self._num_oov_buckets

    def lookup(self, keys, name=None):
        """Return the int64 ids of a tensor, or of a sparse tensor, of keys."""
        if isinstance(keys, tf.SparseTensor):
            return tf.SparseTensor(keys.indices, self.lookup(keys.values, name), keys.dense_shape)
        keys = tf.convert_to_tensor(keys)
        if keys.dtype != self.key_dtype and not (
            keys.dtype.is_integer and self.key_dtype.is_integer
        ):
            raise TypeError(f"Dtype of table keys is {self.key_dtype}, saw keys of {keys.dtype}")
        if self._num_oov_buckets == 0:
            return self._table.lookup(keys, name)
        with tf.name_scope(name, f"{self.name}_Lookup"):
            buckets = self._hash(keys)
            if self._table is None:
                return buckets
            ids = self._table.lookup(tf.cast(keys, self._table.key_dtype))
            buckets = tf.add(buckets, self._table.size())
            return tf.where_v2(tf.not_equal(ids, self._table.default_value), ids, buckets)

    def _hash(self, keys):
        if keys.dtype != tf.string:
            keys = tf.as_string(keys)
        if self._hasher_spec.hasher == "fasthash":
            return tf.strings.to_hash_bucket_fast(keys, self._num_oov_buckets, "hash_bucket")
        if self._hasher_spec.hasher != "stronghash":
            raise ValueError(
                f"Unknown hasher {self._hasher_spec.hasher!r}. Use FastHashSpec or StrongHashSpec."
            )
        key = list(self._hasher_spec.key)
        return tf.strings.to_hash_bucket_strong(keys, self._num_oov_buckets, key, "hash_bucket")


def _with_buckets(make_initializer, num_oov_buckets, default_value, hasher_spec):
    """Return a table, in the scope `hash_table` within the open one, as 1.15.5 named its nodes."""
    with tf.name_scope("hash_table"):
        table = HashTable(make_initializer(), default_value)
    if not num_oov_buckets:
        return table
    return IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec)


def _indices_of(values):
    """Return 0, 1, 2, ... as int64, as many as there are values."""
    return tf.cast(tf.range(tf.size(values)), tf.int64)


def _check(num_oov_buckets=0, vocab_size=None, key_dtype=tf.string):
    if num_oov_buckets < 0:
        raise ValueError(f"num_oov_buckets must be greater or equal than 0, got {num_oov_buckets}.")
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(f"vocab_size must be greater than 0, got {vocab_size}.")
    if key_dtype != tf.string and not tf.as_dtype(key_dtype).is_integer:
        raise TypeError(f"Only integer and string keys are supported, got {key_dtype}")


def _check_file(vocabulary_file):
    if vocabulary_file is None or (isinstance(vocabulary_file, str) and not vocabulary_file):
        raise ValueError("vocabulary_file must be specified and must not be empty.")


def index_table_from_file(
    vocabulary_file=None,
    num_oov_buckets=0,
    vocab_size=None,
    default_value=-1,
    hasher_spec=FastHashSpec,
    key_dtype=tf.string,
    name=None,
    key_column_index=TextFileIndex.WHOLE_LINE,
    value_column_index=TextFileIndex.LINE_NUMBER,
    delimiter="\t",
):
    """Return a table from the words of a file to the numbers of their lines, from 0.

    Args:
        vocabulary_file: path of a text file with a word on each line.
        num_oov_buckets: how many numbers, after those of the known words, unknown words are hashed
            to.
        vocab_size: number of lines to read, by default all.
        default_value: number of an unknown word without `num_oov_buckets`.
        hasher_spec: `FastHashSpec` or a `StrongHashSpec`.
        key_dtype: type of the keys, strings or integers.
        name: name of the operations.
        key_column_index: column of the keys, or a `TextFileIndex`.
        value_column_index: column of the values, or a `TextFileIndex`.
        delimiter: what separates columns.
    """
    _check_file(vocabulary_file)
    _check(num_oov_buckets, vocab_size, key_dtype)

    def initializer():
        return TextFileIdTableInitializer(
            vocabulary_file,
            key_column_index,
            value_column_index,
            vocab_size,
            delimiter,
            "table_init",
            key_dtype if key_dtype == tf.string else tf.int64,
        )

    with tf.name_scope(name, "string_to_index"):
        return _with_buckets(initializer, num_oov_buckets, default_value, hasher_spec)


def index_table_from_tensor(
    mapping,
    num_oov_buckets=0,
    default_value=-1,
    hasher_spec=FastHashSpec,
    dtype=tf.string,
    name=None,
):
    """Return a table from the words of a 1-D tensor to their indices.

    Args:
        mapping: 1-D tensor of words; a word's number is its index.
        num_oov_buckets: how many numbers, after those of the known words, unknown words are hashed
            to.
        default_value: number of an unknown word without `num_oov_buckets`.
        hasher_spec: `FastHashSpec` or a `StrongHashSpec`.
        dtype: type of the words, strings or integers.
        name: name of the operations.
    """
    if mapping is None:
        raise ValueError("mapping must be specified.")
    _check(num_oov_buckets, key_dtype=dtype)
    with tf.name_scope(name, "string_to_index"):
        keys = tf.convert_to_tensor(mapping)
        if tf.as_dtype(dtype).is_integer != keys.dtype.is_integer:
            raise TypeError(f"Expected {dtype}, got {keys.dtype}.")
        values = _indices_of(keys)

        def initializer():
            known = tf.cast(keys, tf.int64) if keys.dtype.is_integer else keys
            return KeyValueTensorInitializer(known, values, known.dtype, tf.int64, "table_init")

        return _with_buckets(initializer, num_oov_buckets, default_value, hasher_spec)


def index_to_string_table_from_file(
    vocabulary_file,
    vocab_size=None,
    default_value="UNK",
    name=None,
    key_column_index=TextFileIndex.LINE_NUMBER,
    value_column_index=TextFileIndex.WHOLE_LINE,
    delimiter="\t",
):
    """Return a table from numbers of lines, from 0, to the words of a file.

    Args:
        vocabulary_file: path of a text file with a word on each line.
        vocab_size: number of lines to read, by default all.
        default_value: word of an unknown number.
        name: name of the operations.
        key_column_index: column of the keys, or a `TextFileIndex`.
        value_column_index: column of the values, or a `TextFileIndex`.
        delimiter: what separates columns.
    """
    _check_file(vocabulary_file)
    _check(vocab_size=vocab_size)
    with tf.name_scope(name, "index_to_string"):
        initializer = TextFileStringTableInitializer(
            vocabulary_file,
            key_column_index,
            value_column_index,
            vocab_size,
            delimiter,
            "table_init",
        )
        return HashTable(initializer, default_value)


def index_to_string_table_from_tensor(mapping, default_value="UNK", name=None):
    """Return a table from indices of a 1-D tensor of words to the words.

    Args:
        mapping: 1-D tensor of words; a word's number is its index.
        default_value: word of an unknown index.
        name: name of the operations.
    """
    if mapping is None:
        raise ValueError("mapping must be specified.")
    with tf.name_scope(name, "index_to_string"):
        values = tf.convert_to_tensor(mapping, tf.string)
        keys = _indices_of(values)
        initializer = KeyValueTensorInitializer(keys, values, tf.int64, tf.string, "table_init")
        return HashTable(initializer, default_value)


def string_to_index_table_from_file(
    vocabulary_file=None,
    num_oov_buckets=0,
    vocab_size=None,
    default_value=-1,
    hasher_spec=FastHashSpec,
    name=None,
):
    """Return a table of words under the function's first name; see `index_table_from_file`."""
    return index_table_from_file(
        vocabulary_file, num_oov_buckets, vocab_size, default_value, hasher_spec, name=name
    )


def string_to_index_table_from_tensor(
    mapping, num_oov_buckets=0, default_value=-1, hasher_spec=FastHashSpec, name=None
):
    """Return a table of words under the function's first name; see `index_table_from_tensor`."""
    return index_table_from_tensor(mapping, num_oov_buckets, default_value, hasher_spec, name=name)


def string_to_index(tensor, mapping, default_value=-1, name=None):
    """Return the indices in `mapping` of a tensor of words.

    Args:
        tensor: tensor of any shape.
        mapping: 1-D tensor of words; a word's number is its index.
        default_value: index of an unknown word.
        name: name of the operations.
    """
    return index_table_from_tensor(mapping, default_value=default_value, name=name).lookup(tensor)


def index_to_string(tensor, mapping, default_value="UNK", name=None):
    """Return the words of `mapping` at a tensor of indices.

    Args:
        tensor: tensor of any shape.
        mapping: 1-D tensor of words; a word's number is its index.
        default_value: word of an unknown index.
        name: name of the operations.
    """
    return index_to_string_table_from_tensor(mapping, default_value, name).lookup(tensor)


_lazy.forward(
    __name__,
    _private.Home(
        "ops.lookup_ops", "InitializableLookupTableBase", "LookupInterface", "TableInitializerBase"
    ),
)
