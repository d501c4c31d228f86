"""A trained model as one file or folder that runs without this package: `--mode=export`.

The whole model: standardization, the graph, its head, and probabilities. Inputs are `x`
`[batch, time_steps, ...]` as the data have it and, where sequences differ in length,
`sequence_length` `[batch]`; the output is `probabilities`, or `numbers`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from tf1_rnn.errors import RunError
from tf1_rnn.exporting import formats, frozen_model, writing
from tf1_rnn.wording import counted

if TYPE_CHECKING:
    import tensorflow.compat.v1 as tf

    from tf1_rnn.trainer.classifier import Classifier
    from tf1_rnn.trainer.plan import Plan

SAMPLES = 512  # of the test set, that the file is run on
RANGES = 128  # samples of the training set that int8 takes ranges from


def write(plan: Plan, session: tf.Session, model: Classifier) -> list[str]:
    """Write a restored model to `--output`, and run the file on samples of the test set.

    Args:
        plan: the `Plan`.
        session: a session with the model's variables restored.
        model: the `Classifier`, built with loops in the graph, which every format takes.

    Returns:
        Lines on what was written.

    Raises:
        RunError: in one line, if the format cannot hold the model, or the file differs.
    """
    settings, dataset = plan.settings, plan.dataset
    names = ("x", "sequence_length")
    output = "numbers" if dataset.target == "number" else "probabilities"
    frozen = frozen_model.freeze(
        session,
        dict(zip(names, model.inputs, strict=False)),
        {output: model.predictions},
        _metadata(plan),
    )
    scaling = {"x": plan.statistics} if plan.statistics else None
    frozen = frozen_model.with_inputs(frozen, settings.batch_size, scaling)
    feeds = _feeds(plan, dataset.test, SAMPLES, settings.batch_size or SAMPLES)
    samples = None
    if settings.quantize == "int8":
        samples = _feeds(plan, dataset.train, RANGES, settings.batch_size or 1)
    try:
        written = writing.write(settings.output, frozen, feeds, settings.quantize, samples)
    except ValueError as error:
        raise RunError(f"--output={settings.output}: {error}") from None
    except OSError as error:
        raise RunError(formats.unwritable(settings.output, error)) from None
    labels = dataset.test.y if dataset.target == "class" else None
    return _lines(written, settings.output, output, labels)


def _metadata(plan):
    """Return what an exported file says of itself, names and values."""
    metadata = {"graph": plan.cell}
    if plan.dataset.target != "number":
        classes = plan.dataset.classes or range(plan.n_classes)
        metadata["classes"] = json.dumps([str(name) for name in classes], ensure_ascii=False)
    return metadata


def _feeds(plan, split, count, batch_size):
    """Return batches of a split's first samples as the file takes them, before standardization."""
    first = next(split.in_order(count))
    x = first.x
    if plan.statistics:
        mean, deviation = (np.asarray(values, np.float32) for values in plan.statistics)
        x = x * deviation + mean
    arrays: dict[str, np.ndarray] = {"x": np.asarray(x, np.float32)}
    if first.lengths is not None:
        arrays["sequence_length"] = np.asarray(first.lengths, np.int32)
    count = len(first)
    whole = count - count % batch_size if count >= batch_size else count
    if plan.settings.batch_size and count < batch_size:
        raise RunError(
            f"--batch_size={batch_size} is more than there are to test with: "
            + counted(count, "sample")
        )
    starts = range(0, whole, batch_size)
    return [{k: array[i : i + batch_size] for k, array in arrays.items()} for i in starts]


def _lines(written, path, output, labels):
    lines = [f"kept    {written.format} in {path}"]
    lines += [f"        {note}" for note in written.notes]
    expected, found = written.expected[output], written.found[output]
    compared = f"result  {len(found)} samples: largest difference {written.difference:.2g}"
    if output == "probabilities":
        same = np.mean(expected.argmax(-1) == found.argmax(-1))
        compared += f", same class for {same:.1%}"
        if labels is not None:
            accuracy = [
                np.mean(each.argmax(-1) == labels[: len(each)]) for each in (found, expected)
            ]
            compared += ", accuracy {:.4f} (TensorFlow {:.4f})".format(*accuracy)
    return [*lines, compared]
