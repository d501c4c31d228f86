"""Shards of both formats that hold the same sequences."""

import numpy as np
import tensorflow.compat.v1 as tf


def sequences(count=90, seed=0, width=2):
    """Return sequences of 0 to 12 steps, each told from all others, and their classes."""
    random = np.random.RandomState(seed)
    x = random.randn(count, 12, width).astype(np.float32)
    return x, random.randint(0, 3, count), random.randint(0, 13, count)


def save_npz(folder, sizes=(40, 20, 30), names="part-{}.npz", compressed=(), y=None, **more):
    """Write sequences to shards of these sizes; return x, y and lengths of all of them."""
    folder.mkdir(exist_ok=True)
    x, classes, lengths = sequences(sum(sizes), **more)
    y = classes if y is None else y(classes)
    for i, (begin, end) in enumerate(_cuts(sizes)):
        # Each shard is padded to its own longest sequence.
        steps = max(1, lengths[begin:end].max())
        save = np.savez_compressed if i in compressed else np.savez
        save(
            folder / names.format(i),
            x=x[begin:end, :steps],
            y=y[begin:end, :steps] if y.ndim > 1 and y.shape[1] == 12 else y[begin:end],
            lengths=lengths[begin:end],
        )
    return x, y, lengths


def save_records(folder, sizes=(40, 20, 30), compressed=(), spoil=None, first=0):
    """Write the same sequences as TFRecords; `spoil(number, example)` may change some."""
    folder.mkdir(exist_ok=True)
    x, y, lengths = sequences(sum(sizes))
    for i, (begin, end) in enumerate(_cuts(sizes)):
        kinds = tf.io.TFRecordCompressionType
        options = tf.io.TFRecordOptions(kinds.GZIP if i in compressed else kinds.NONE)
        path = folder / f"data.tfrecord-{i + first:05d}-of-{len(sizes):05d}"
        with tf.io.TFRecordWriter(str(path), options) as writer:
            for n in range(begin, end):
                example = record(x[n, : lengths[n]], int(y[n]))
                if spoil:
                    spoil(n, example)
                writer.write(example.SerializeToString())
    return x, y, lengths


def record(steps, label):
    """Return a sequence as a SequenceExample, with a class of the sequence and one of each step."""
    example = tf.train.SequenceExample()
    context, lists = example.context.feature, example.feature_lists.feature_list
    context["kind"].bytes_list.value.append(b"abc"[label : label + 1])
    context["size"].float_list.value.append(label + 0.5)
    lists["wave"].SetInParent()
    lists["tag"].SetInParent()
    for step in steps:
        lists["wave"].feature.add().float_list.value.extend(step.tolist())
        lists["tag"].feature.add().bytes_list.value.append(b"up" if step[0] > 0 else b"down")
    return example


def _cuts(sizes):
    ends = np.cumsum(sizes)
    return zip(ends - sizes, ends, strict=True)
