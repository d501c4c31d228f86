"""`tf.contrib.learn.preprocessing` of TensorFlow 1.x: texts to arrays of word numbers."""

import io
import pickle
import re

import numpy as np
import tensorflow.compat.v1 as _tf

from ... import _lazy

# Runs of capitals, words that begin with one, words with ' and digits, and marks.
TOKENIZER_RE = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+(?=[A-Z])|[\'\w\-]+", re.UNICODE)


def tokenizer(iterator):
    """Yield the words of each text."""
    for value in iterator:
        yield TOKENIZER_RE.findall(value)


class ByteProcessor:
    """Texts to the bytes of their UTF-8 form, padded with zeros to `max_document_length`."""

    def __init__(self, max_document_length):
        self.max_document_length = max_document_length

    def fit(self, x):
        """Learn nothing; returns the processor."""
        return self

    def fit_transform(self, x):
        """Yield what `transform` yields."""
        return self.transform(x)

    def transform(self, x):
        """Yield for each text an array [max_document_length] of bytes."""
        for document in x:
            if isinstance(document, str):
                document = document.encode("utf-8")
            array = np.frombuffer(document[: self.max_document_length], np.uint8)
            yield np.pad(array, (0, self.max_document_length - len(array)), "constant")

    def reverse(self, x):
        """Yield the text of each array of bytes."""
        for data in x:
            document = np.trim_zeros(np.asarray(data).astype(np.int8), trim="b").tobytes()
            yield document.decode("utf-8", errors="replace")


class CategoricalVocabulary:
    """Words to numbers: 0 is the unknown one, the others count from 1 as they come."""

    def __init__(self, unknown_token="<UNK>", support_reverse=True):
        self._unknown_token = unknown_token
        self._mapping = {unknown_token: 0}
        self._support_reverse = support_reverse
        if support_reverse:
            self._reverse_mapping = [unknown_token]
        self._freq = {}
        self._freeze = False

    def __len__(self):
        return len(self._mapping)

    def freeze(self, freeze=True):
        """Take no more words; `freeze(False)` takes them again."""
        self._freeze = freeze

    def get(self, category):
        """Return the word's number; a new word gets the next one, or 0 when frozen."""
        if category not in self._mapping:
            if self._freeze:
                return 0
            self._mapping[category] = len(self._mapping)
            if self._support_reverse:
                self._reverse_mapping.append(category)
        return self._mapping[category]

    def add(self, category, count=1):
        """Count the word `count` times more; a frozen vocabulary knows no new ones."""
        number = self.get(category)
        if number > 0:
            self._freq[category] = self._freq.get(category, 0) + count

    def trim(self, min_frequency, max_frequency=-1):
        """Keep words seen more than `min_frequency` times, numbered by how often, then by name."""
        by_name = sorted(self._freq.items(), key=lambda item: (isinstance(item[0], str), item[0]))
        kept = [
            (category, count)
            for category, count in sorted(by_name, key=lambda item: item[1], reverse=True)
            if count > min_frequency and (max_frequency <= 0 or count < max_frequency)
        ]
        self._mapping = {self._unknown_token: 0}
        self._mapping.update((each, i) for i, (each, _) in enumerate(kept, 1))
        if self._support_reverse:
            self._reverse_mapping = list(self._mapping)
        self._freq = dict(kept)

    def reverse(self, class_id):
        """Return the word of a number."""
        if not self._support_reverse:
            raise ValueError(
                "This vocabulary wasn't initialized with support_reverse to support "
                "reverse() function."
            )
        return self._reverse_mapping[class_id]


class VocabularyProcessor:
    """Texts to arrays [max_document_length] of word numbers: cut, or padded with zeros.

    `tokenizer_fn` takes an iterator of texts and yields lists of words.
    """

    def __init__(self, max_document_length, min_frequency=0, vocabulary=None, tokenizer_fn=None):
        self.max_document_length = max_document_length
        self.min_frequency = min_frequency
        self.vocabulary_ = CategoricalVocabulary() if vocabulary is None else vocabulary
        self._tokenizer = tokenizer_fn or tokenizer

    def fit(self, raw_documents, unused_y=None):
        """Learn the words of the texts, then freeze the vocabulary; returns the processor."""
        for tokens in self._tokenizer(raw_documents):
            for token in tokens:
                self.vocabulary_.add(token)
        if self.min_frequency > 0:
            self.vocabulary_.trim(self.min_frequency)
        self.vocabulary_.freeze()
        return self

    def fit_transform(self, raw_documents, unused_y=None):
        """Learn the words of the texts, and yield their numbers."""
        self.fit(raw_documents)
        return self.transform(raw_documents)

    def transform(self, raw_documents):
        """Yield for each text an int64 array [max_document_length] of word numbers."""
        for tokens in self._tokenizer(raw_documents):
            word_ids = np.zeros(self.max_document_length, np.int64)
            for i, token in enumerate(tokens[: self.max_document_length]):
                word_ids[i] = self.vocabulary_.get(token)
            yield word_ids

    def reverse(self, documents):
        """Yield the words of each array of numbers, joined by spaces."""
        for item in documents:
            yield " ".join(self.vocabulary_.reverse(class_id) for class_id in item)

    def save(self, filename):
        """Write the processor to a file, for `restore`."""
        with _tf.gfile.Open(filename, "wb") as file:
            file.write(pickle.dumps(self))

    @classmethod
    def restore(cls, filename):
        """Read a processor that `save` wrote."""
        with _tf.gfile.Open(filename, "rb") as file:
            return _Unpickler(io.BytesIO(file.read())).load()


class _Unpickler(pickle.Unpickler):
    """Finds here what TensorFlow 1 wrote under its own names."""

    def find_class(self, module, name):
        if module.startswith("tensorflow.contrib.learn."):
            return globals()[name]
        return super().find_class(module, name)


_lazy.forward(__name__)
