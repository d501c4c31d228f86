"""The model of the best epoch: held in memory, and kept in the folder `best` of the model_dir.

An epoch that is the best so far is soon followed by a better one, so that it is only written with
the next checkpoint of the run. Written before that checkpoint, and the former best deleted after
it, the best of every history that can be resumed is there, whenever a run is killed.
"""

from __future__ import annotations

import os

import numpy as np
import tensorflow.compat.v1 as tf

from tf1_rnn.checkpoints import folder as checkpoint_folder
from tf1_rnn.checkpoints import restoring
from tf1_rnn.errors import RunError


class Best:
    """The trainable variables of the best epoch, and its step."""

    def __init__(self, session: tf.Session) -> None:
        """Hold nothing yet.

        Args:
            session: the session that trains the default graph.
        """
        self._session = session
        self._variables = [*tf.trainable_variables(), tf.train.get_global_step()]
        self._take = session.make_callable(self._variables)
        self._values: list[np.ndarray] = []
        self._is_written = True
        self._prefix = tf.placeholder(tf.string, [], name="best/prefix")
        self._fed = [
            tf.placeholder(v.dtype.base_dtype, v.shape, name="best/value") for v in self._variables
        ]
        self._save = tf.raw_ops.SaveV2(
            prefix=self._prefix,
            tensor_names=[variable.op.name for variable in self._variables],
            shape_and_slices=[""] * len(self._variables),
            tensors=self._fed,
        )

    def take(self) -> None:
        """Hold the variables as they are now."""
        self._values, self._is_written = self._take(), False

    def read(self, folder: str, step: int) -> None:
        """Hold the variables that the folder has of a step, and name it as the best there.

        Raises:
            RunError: it has none, or they are damaged.
        """
        prefix = _prefix(folder, step)
        if not os.path.exists(prefix + ".index"):
            raise RunError(
                f"{prefix}, the best model so far, is missing: restore it, or give another "
                "--model_dir"
            )
        try:
            checkpoint_folder.require_regular(prefix)
            reader = tf.train.load_checkpoint(prefix)
            self._values = [reader.get_tensor(variable.op.name) for variable in self._variables]
        except restoring.ERRORS as error:
            raise restoring.damaged(prefix, error) from None
        self._is_written = True

    def put_back(self) -> None:
        """Give the variables of the session the values that are held."""
        assignments = [variable.initializer for variable in self._variables]
        given = [assignment.inputs[1] for assignment in assignments]
        self._session.run(assignments, dict(zip(given, self._values, strict=True)))

    def write(self, folder: str) -> None:
        """Write what is held as a checkpoint, unless it is written already.

        Args:
            folder: path of the folder `best`, which need not be there.
        """
        if self._is_written:
            return
        os.makedirs(folder, exist_ok=True)
        prefix = _prefix(folder, int(self._values[-1]))
        feed = dict(zip(self._fed, self._values, strict=True))
        self._session.run(self._save, {**feed, self._prefix: prefix})
        self.name(folder, int(self._values[-1]))
        self._is_written = True

    @staticmethod
    def name(folder: str, step: int) -> None:
        """Name a step as the best in the folder's file `checkpoint`."""
        checkpoint_folder.name(folder, _prefix(folder, step))


def _prefix(folder, step):
    return os.path.join(folder, f"model.ckpt-{step}")
