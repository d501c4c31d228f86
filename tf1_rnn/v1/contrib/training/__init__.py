"""`tf.contrib.training` of TensorFlow 1.x: `HParams`, and batches of sequences of similar length.

`evaluate_once` is TensorFlow's own, from a private module. The other functions that train and
evaluate are tf-slim's, which is loaded on first use.
"""

from tensorflow.python.training.evaluation import _evaluate_once as evaluate_once  # noqa: F401

from ... import _lazy, _slim
from ...estimator._feeding import FeedingQueueRunner  # noqa: F401
from ._bucketing import bucket, bucket_by_sequence_length  # noqa: F401
from ._device_strategies import GreedyLoadBalancingStrategy, byte_size_load_fn  # noqa: F401
from ._hparams import HParams, parse_values  # noqa: F401
from ._state_saver import (  # noqa: F401
    NextQueuedSequenceBatch,
    SequenceQueueingStateSaver,
    batch_sequences_with_states,
)

_lazy.forward(__name__, _slim.Part("contrib.training", "training.training", "evaluation"))
