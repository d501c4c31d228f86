"""`tf.contrib.learn.preprocessing` of TensorFlow 1.x: texts to arrays of word numbers."""

import collections
import copyreg
import io
import itertools
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
    """Words to numbers: 0 is the unknown one, the others count from 1 as they come.

    Args:
        unknown_token: what `reverse` gives for 0.
        support_reverse: whether `reverse` can be asked.
    """

    # The attributes are those of the vocabularies that 1.15.5 pickled.

    def __init__(self, unknown_token="<UNK>", support_reverse=True):
        self._unknown_token = unknown_token
        self._support_reverse = support_reverse
        self._freeze = False
        self._count_from([], {})

    def _count_from(self, words, frequencies):
        """Assign numbers to the words in their order, and start from these frequencies."""
        numbered = [self._unknown_token, *words]
        self._mapping = {word: number for number, word in enumerate(numbered)}
        self._freq = frequencies
        if self._support_reverse:
            self._reverse_mapping = numbered

    def __len__(self):
        return len(self._mapping)

    def freeze(self, freeze=True):
        """Stop adding new words; `freeze(False)` allows it again."""
        self._freeze = freeze

    def get(self, category):
        """Return the word's number; a new word gets the next one, or 0 when frozen."""
        known = self._mapping
        if not self._freeze and category not in known:
            known[category] = len(known)
            if self._support_reverse:
                self._reverse_mapping += [category]
        return known.get(category, 0)

    def add(self, category, count=1):
        """Count the word `count` times more; a frozen vocabulary ignores new ones."""
        if self.get(category):
            self._freq[category] = count + self._freq.get(category, 0)

    def trim(self, min_frequency, max_frequency=-1):
        """Keep words seen more than `min_frequency` times, numbered by how often, then by name.

        With a `max_frequency` above 0, words seen that often or more go too.
        """
        seen = self._freq
        most = max_frequency if max_frequency > 0 else float("inf")
        ranked = sorted(seen, key=lambda word: (-seen[word], isinstance(word, str), word))
        kept = [word for word in ranked if min_frequency < seen[word] < most]
        # As in 1.15.5, counts stay with the most frequent words, as many as are kept.
        self._count_from(kept, {word: seen[word] for word in ranked[: len(kept)]})

    def reverse(self, class_id):
        """Return the word of a number; ValueError without `support_reverse`."""
        if self._support_reverse:
            return self._reverse_mapping[class_id]
        raise ValueError(
            "This vocabulary wasn't initialized with support_reverse to support reverse() function."
        )


class VocabularyProcessor:
    """Turns texts into arrays of word numbers `[max_document_length]`, cut or padded with zeros.

    Args:
        max_document_length: number of words that a text is cut or padded to.
        min_frequency: words are kept that occur more often than this in the texts of `fit`.
        vocabulary: a `CategoricalVocabulary`, by default a new one.
        tokenizer_fn: function from an iterator of texts to lists of words, by default `tokenizer`.
    """

    def __init__(self, max_document_length, min_frequency=0, vocabulary=None, tokenizer_fn=None):
        self.max_document_length = max_document_length
        self.min_frequency = min_frequency
        self.vocabulary_ = CategoricalVocabulary() if vocabulary is None else vocabulary
        self._tokenizer = tokenizer_fn or tokenizer

    def fit(self, raw_documents, unused_y=None):
        """Learn the words of the texts, then freeze the vocabulary; returns the processor."""
        vocabulary = self.vocabulary_
        for word in itertools.chain.from_iterable(self._tokenizer(raw_documents)):
            vocabulary.add(word)
        if self.min_frequency > 0:
            vocabulary.trim(self.min_frequency)
        vocabulary.freeze()
        return self

    def fit_transform(self, raw_documents, unused_y=None):
        """Learn the words of the texts, and yield their numbers."""
        return self.fit(raw_documents).transform(raw_documents)

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
    def restore(cls, filename, allow=()):
        """Read a processor that `save` wrote, here or under TensorFlow 1.

        Args:
            filename: path of the file.
            allow: functions and classes of your own that the file may name: the `tokenizer_fn` or
                the class of the `vocabulary` that the processor was made with.

        Raises:
            pickle.UnpicklingError: the file names anything else, which is not loaded.
        """
        with _tf.gfile.Open(filename, "rb") as file:
            return _Unpickler(io.BytesIO(file.read()), filename, allow).load()


class _Unpickler(pickle.Unpickler):
    """Finds the classes of a processor, and what the caller allows, but nothing else."""

    # What else 1.15.5's files name, some by Python 2's names: how an object is made, and a dict
    # of counts.
    _PYTHONS = {
        ("copyreg", "_reconstructor"): copyreg._reconstructor,
        ("copy_reg", "_reconstructor"): copyreg._reconstructor,
        ("builtins", "object"): object,
        ("__builtin__", "object"): object,
        ("builtins", "int"): int,
        ("__builtin__", "int"): int,
        ("collections", "defaultdict"): collections.defaultdict,
    }

    def __init__(self, file, filename, allow):
        super().__init__(file)
        self._filename = filename
        self._allowed = {(each.__module__, each.__qualname__): each for each in allow}

    def find_class(self, module, name):
        """Return a class or a function that the file names."""
        ours = (ByteProcessor, CategoricalVocabulary, VocabularyProcessor, tokenizer)
        if module == __name__ or module.startswith("tensorflow.contrib.learn."):
            for each in ours:
                if each.__name__ == name:
                    return each
        found = {**self._PYTHONS, **self._allowed}.get((module, name))
        if found is None:
            raise pickle.UnpicklingError(
                f"{self._filename} names {module}.{name}, which is not loaded: it is no part of a "
                "VocabularyProcessor. If it is yours, give it to restore(..., allow=[...])."
            )
        return found


_lazy.forward(__name__)
