"""The order of a data set that is shuffled, then repeated: 1.15.5's, in its first epoch.

1.15.5 fused the two into one operation, which shuffled by the seeds themselves. A shuffle draws
seeds for each epoch from them, and no operation of TensorFlow now goes on as the fused one did.
"""

import functools

import tensorflow.compat.v1 as tf

from ._seeds import uncounted


def install():
    """Let data sets of TensorFlow 1.x keep the order, once."""
    dataset = tf.data.Dataset
    if not hasattr(dataset.repeat, "of_tensorflow"):
        dataset.shuffle, dataset.repeat = _shuffle(dataset.shuffle), _repeat(dataset.repeat)


def _shuffle(original):
    @functools.wraps(original)
    def shuffle(self, buffer_size, seed=None, reshuffle_each_iteration=None, name=None):
        shuffled = original(self, buffer_size, seed, reshuffle_each_iteration, name)
        if reshuffle_each_iteration is not False:
            shuffled._by_seed = functools.partial(
                original, self, buffer_size, reshuffle_each_iteration=False
            )
        return shuffled

    return shuffle


def _repeat(original):
    @functools.wraps(original)
    def repeat(self, count=None, name=None):
        repeated = original(self, count, name)  # its nodes count, whether it is taken or not
        times = -1 if count is None else tf.get_static_value(count)
        seed = _seed(self)
        if not seed or times is None or 0 <= times <= 1:
            return repeated
        with uncounted():
            first = self._by_seed(seed=seed)
            return first.concatenate(original(self, times - 1 if times > 0 else -1))

    repeat.of_tensorflow = original
    return repeat


def _seed(dataset):
    """Return the own seed of the shuffle that made a data set; None if none did."""
    if not hasattr(dataset, "_by_seed"):
        return None
    seed = tf.data.experimental.to_variant(dataset).op.inputs[3]
    if seed.op.type == "SelectV2":  # another seed where both would be 0
        seed = seed.op.inputs[2]
    return tf.get_static_value(seed)
