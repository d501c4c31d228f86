"""Workers that read their own shards have the numbers of one process. Servers are in this one."""

import re

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tests.trainer.clusters import numbers, start
from tests.trainer.streaming import cases
from tf1_rnn.errors import RunError
from tf1_rnn.trainer.cluster.configuration import device_of
from tf1_rnn.trainer.cluster.reading import Reader
from tf1_rnn.trainer.cluster.sharded import Sharded
from tf1_rnn.trainer.settings import Settings

CHOICES = {
    "epochs": 2, "batch_size": 7, "validation": 0.2, "learning_rate": 0.01, "stream": True,
    "num_units": 4,
}  # fmt: skip


def train(folder, data, workers=None, theirs=None, **more):
    """Train on shards in one process or by workers of which each reads its own.

    Args:
        folder: the model_dir.
        data: the shards.
        workers: how many, the chief included; None for one process without a cluster.
        theirs: the shards that the others read, by default the same.
        more: other flags.
    """
    flags = {**CHOICES, **more}
    settings = Settings(cell="gru", data=str(data), model_dir=str(folder), **flags)
    if not workers:
        return numbers(settings)
    task, targets = start(workers, 1)
    of_others = Settings(**{**vars(settings), "data": str(theirs or data)})
    readers = [
        Reader(target, device_of(*worker), settings if target == targets[0] else of_others)
        for worker, target in zip(task.workers(), targets, strict=False)
    ]
    machines = Sharded(task, targets[0], 120, lambda worker, order: readers[worker].read(order))
    try:
        return numbers(settings, machines)
    finally:
        for reader in readers:
            reader.stop()


@pytest.mark.parametrize(
    "save, flags",
    [
        (cases.save_npz, {}),
        (cases.save_npz, {"standardize": True, "rnn": "static", "clip_norm": 0.1}),
        (cases.save_records, {"label": "tag", "target": "steps"}),
    ],
)
def test_the_numbers_are_those_of_one_process(save, flags, tmp_path):
    save(tmp_path / "data")
    losses, variables = train(tmp_path / "alone", tmp_path / "data", **flags)
    shared_losses, shared = train(tmp_path / "shared", tmp_path / "data", 3, **flags)
    np.testing.assert_allclose(shared_losses, losses, rtol=0, atol=1e-5)
    assert shared.keys() == variables.keys()
    for name, value in variables.items():
        np.testing.assert_allclose(shared[name], value, rtol=0, atol=1e-5, err_msg=name)


def test_a_worker_without_the_shards_is_named(tmp_path):
    cases.save_npz(tmp_path / "data")
    cases.save_npz(tmp_path / "other", sizes=(40, 21, 29))
    said = f"--data={tmp_path / 'other'} holds other shards than the chief has"
    with pytest.raises(RunError, match=f"worker [01] cannot read its shards: {re.escape(said)}"):
        train(tmp_path / "run", tmp_path / "data", 3, theirs=tmp_path / "other")
    tf.reset_default_graph()
