"""From what the command line names to a checked `Dataset`: one file or two, and their parts."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

import numpy as np

from tf1_rnn.errors import RunError, printable
from tf1_rnn.trainer import checking, data_files, dividing, targets
from tf1_rnn.trainer.readers import formats
from tf1_rnn.trainer.readers.source import Source
from tf1_rnn.trainer.streaming import loading as streaming
from tf1_rnn.trainer.streaming import shards
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    from tf1_rnn.trainer.datasets import Dataset

# Of a file that does not say what is for training and what for the test. Neither changes with a
# run's own seed: two runs are compared on one test set.
TEST_FRACTION, TEST_SEED = 0.2, 0


@dataclasses.dataclass(frozen=True)
class Trained:
    """What a trained model knows of its data.

    Attributes:
        target, classes, features: as of the `Dataset` that it was trained on.
        fingerprint: of that `Dataset`. Where a file does not say what is for training, and is the
            one of the training, only the part that was held out from it is tested.
        n_classes: how many classes it tells apart.
    """

    target: str | None = None
    classes: tuple | None = None
    features: tuple | None = None
    fingerprint: str | None = None
    n_classes: int | None = None


def load(
    source: Source | str,
    parts: tuple[str, ...] = ("train", "test"),
    labels: bool = True,
    trained: Trained | None = None,
    folder: str | None = None,
) -> Dataset:
    """Return the user's own data.

    Args:
        source: a `Source`, or the path of a file that needs no more words.
        parts: ("train", "test") to train, ("test",) for a trained model.
        labels: False where only predictions are wanted.
        trained: what the model knows that the data are for, a `Trained`; None to train.
        folder: path of the model_dir, which may keep what is known of these data, or None.

    Raises:
        RunError: whatever is wrong with the file, in one line that begins with its name.
    """
    source = source if isinstance(source, Source) else Source(str(source))
    trained = trained or Trained()
    if trained.features is not None and source.features is None:
        source = _remembering(source, trained.features)
    with formats.saying(source.path):
        if shards.are_streamed(source):
            test = TEST_FRACTION, TEST_SEED
            data = streaming.load(source, parts, labels, trained, test, folder)
        else:
            data = _loaded(source, parts, labels, trained)
    return dataclasses.replace(data, notes=tuple(map(printable, data.notes)))


def describe(path: str) -> list[str]:
    """Return lines that say what a file holds; of shards, how many there are and what one holds.

    Raises:
        RunError: it cannot be read, in one line that begins with its name.
    """
    with formats.saying(path):
        if shards.are_named_by(path):
            return list(map(printable, shards.describe(path)))
    return formats.describe(path)


def _remembering(source, features):
    """Return a source whose features are those of other data than its own."""
    remembered = (*source.remembered, "features")
    return dataclasses.replace(source, features=tuple(features), remembered=remembered)


def _loaded(source, parts, labels, trained):
    """Return the data, of a trained model's own file the part that was held out from training."""
    formats.require_honoured(formats.format_of(source.path), source)
    data = _dataset(source, parts, labels, trained)
    if trained.fingerprint and labels and parts == ("test",) and _divides_itself(source):
        data = _held_out_again(source, data, trained)
    return data


def _content(source, parts, labels):
    """Return the `Content` of the parts that are needed, from one file or two."""
    paths = _paths(source, parts)
    name = formats.format_of(paths[0][1])
    if name in formats.NAMED:
        return _named(paths)
    samples = _read(name, source, paths[0][1], labels)
    is_whole = samples.parts is None and len(paths) == 1 and parts == ("test",)
    if len(paths) > 1:
        if samples.features and name != "ts" and source.features is None:
            source = _remembering(source, samples.features)
        samples.parts = [paths[0][0]] * len(samples)
        for part, path in paths[1:]:
            with formats.saying(path):
                other = _read(formats.format_of(path), source, path, labels)
            samples = samples.joined(other, (paths[0][0], part))
        samples.notes.append("; ".join(f"{part} set: {path}" for part, path in paths))
    elif samples.parts is None:
        samples.parts = _divided(samples, parts)
    elif "test" not in samples.parts and parts == ("test",):
        raise RunError("has no test sequences")
    return dataclasses.replace(samples.content(), is_whole=is_whole)


def _read(name, source, path, labels):
    if name in formats.NAMED:
        raise RunError(f"{formats.READERS[name]}; expected the format of the other file")
    reader = formats.reader(name)
    samples = reader.read(path, source, labels)
    if not len(samples):
        raise RunError("holds no sequences")
    return samples


def _named(paths):
    """Return the arrays of one file, and the test set of another."""
    content = _read_named(paths[0][1])
    for _, path in paths[1:]:
        with formats.saying(path):
            other = _read_named(path)
        content.arrays.update({k: v for k, v in other.arrays.items() if k.endswith("_test")})
    return content


def _read_named(path):
    name = formats.format_of(path)
    if name not in formats.NAMED:
        raise RunError(f"{formats.READERS[name]}; expected arrays by name, as the other file has")
    return formats.reader(name).read(path)


def _paths(source, parts):
    """Return `(part, path)` of each file to read."""
    if source.test_path is not None:
        test = ("test", source.test_path)
        return [("train", source.path), test] if "train" in parts else [test]
    partners = data_files.partners(source.path)
    if not partners:
        return [("test", source.path)] if parts == ("test",) else [("train", source.path)]
    wanted = [part for part in ("train", "test", "valid") if part in partners]
    if parts == ("test",):
        wanted = ["test"]
    return [(part, partners[part]) for part in wanted]


def _divides_itself(source):
    """Return whether a file says nothing of parts, so that training held its own test set out."""
    return (
        source.test_path is None
        and not data_files.partners(source.path)
        and formats.format_of(source.path) not in formats.NAMED
    )


def _held_out_again(source, data, trained):
    """Return the part that training held out, if these are the data that it was given."""
    whole = _dataset(source, ("train", "test"), True, trained)
    if whole.fingerprint() != trained.fingerprint:
        return data
    note = "the training data: evaluated on the part that was held out"
    return dataclasses.replace(
        whole, train=None, valid=None, notes=(*data.notes, note), is_whole=False
    )


def _divided(samples, parts):
    """Return the part of each sequence of a file that says nothing of parts."""
    if parts == ("test",):
        return ["test"] * len(samples)
    if len(samples) < 2:
        raise RunError("holds one sequence; expected more, or a test set: --test_data=FILE")
    y, lengths = _codes(samples)
    chosen = set(dividing.held_out(y, lengths, TEST_FRACTION, TEST_SEED).tolist())
    if not chosen:
        raise RunError(
            f"holds {counted(len(samples), 'sequence')}, too few to hold some out for the test "
            "without losing a class; give --test_data=FILE, or a column split of train and test"
        )
    samples.notes.append(
        f"{len(chosen):,} of {len(samples):,} sequences held out as the test set, the same in "
        "every run; --test_data=FILE or a column split choose others"
    )
    return ["test" if i in chosen else "train" for i in range(len(samples))]


def _codes(samples):
    """Return labels in a form that `dividing` takes, and lengths."""
    if samples.labels is None:
        return np.zeros(len(samples)), None
    lengths = [len(values) for values in samples.values]
    if not samples.by_step:
        y = np.array(samples.labels)
        is_number = y.dtype.kind == "f" and not np.array_equal(y, np.floor(y))
        if is_number:
            return y.astype(float), None
        return np.unique(y, axis=0, return_inverse=True)[1].reshape(len(y)), None
    _, codes = np.unique(np.concatenate(samples.labels), return_inverse=True)
    y = np.zeros([len(samples), max(lengths)], int)
    ends = np.cumsum(lengths)
    for row, end, length in zip(y, ends, lengths, strict=True):
        row[:length] = codes[end - length : end]
    return y, lengths


def _dataset(source, parts, labels, trained):
    """Return the checked data of the parts that are needed."""
    return checking.dataset(
        _content(source, parts, labels),
        os.path.basename(os.path.normpath(source.path)),
        parts,
        labels,
        targets.BY_FLAG[source.target] if source.target else trained.target,
        trained.classes and tuple(trained.classes),
    )
