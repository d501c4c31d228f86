"""Where the modules of TensorFlow 1.x are now: a table of old and new paths.

Each row is an old path, without `tensorflow.`, and what answers for it: with a dot in front a
module of the v1 API, without one any module, or several, of which the first that can be imported
answers. An old path that ends in `.**` stands for the module and for all of TensorFlow 1.15.5's
beneath it; where the new one ends so too, what is beneath keeps its name. The longest row holds.
"""

import re

MOVED = {
    # The cells and the loops, from 0.5 to 1.15.
    "models": "._moved.models",
    "models.rnn": "._moved.models_rnn",
    "models.rnn.rnn": "._moved.rnn",
    "models.rnn.rnn_cell": "._moved.rnn_cell_impl",
    "models.rnn.seq2seq": ".contrib.legacy_seq2seq",
    "python.ops.rnn": "._moved.rnn",
    "python.ops.rnn_cell": "._moved.rnn_cell_impl",
    "python.ops.rnn_cell_impl": "._moved.rnn_cell_impl",
    "python.ops.seq2seq": ".contrib.legacy_seq2seq",
    "contrib.rnn.python.ops.core_rnn": "._moved.rnn",
    "contrib.rnn.python.ops.core_rnn_cell": "._moved.rnn_cell_impl",
    "contrib.rnn.python.ops.core_rnn_cell_impl": "._moved.rnn_cell_impl",
    "contrib.rnn.python.ops.**": "._moved.contrib_rnn_ops",
    "contrib.rnn.python.tools.checkpoint_convert": "._moved.checkpoint_convert",
    # contrib, whose packages kept everything below `python`.
    "contrib.crf.**": ".contrib.crf",
    "contrib.cudnn_rnn.**": ".contrib.cudnn_rnn",
    "contrib.data.**": ".contrib.data",
    "contrib.distributions.**": ".contrib.distributions",
    "contrib.distributions.python.ops.bijectors.**": ".contrib.distributions.bijectors",
    "contrib.estimator.**": ".contrib.estimator",
    "contrib.estimator.python.estimator.early_stopping": ".estimator._early_stopping",
    "contrib.feature_column.**": ".contrib.feature_column",
    "contrib.framework.**": ".contrib.framework",
    "contrib.framework.python.ops.audio_ops": "tensorflow.python.ops.gen_audio_ops",
    "contrib.grid_rnn.**": ".contrib.grid_rnn",
    "contrib.layers.**": ".contrib.layers",
    "contrib.layers.python.layers.**": (".contrib.layers.**", ".contrib.layers"),
    "contrib.layers.python.ops.sparse_ops": "._moved.sparse_ops",
    "contrib.learn.**": ".contrib.learn",
    "contrib.learn.python.learn.datasets.**": ".contrib.learn.datasets.**",
    "contrib.learn.python.learn.estimators.run_config": ".contrib.learn._run_config",
    "contrib.learn.python.learn.export_strategy": ".contrib.learn.utils",
    "contrib.learn.python.learn.learn_io.**": ".contrib.learn.io",
    "contrib.learn.python.learn.learn_runner": ".contrib.learn.learn_runner",
    "contrib.learn.python.learn.models": ".contrib.learn.models",
    "contrib.learn.python.learn.monitors": ".contrib.learn.monitors",
    "contrib.learn.python.learn.ops.**": ".contrib.learn.ops",
    "contrib.learn.python.learn.preprocessing.**": ".contrib.learn.preprocessing",
    "contrib.learn.python.learn.utils.**": ".contrib.learn.utils",
    "contrib.legacy_seq2seq.**": ".contrib.legacy_seq2seq",
    "contrib.lookup.**": ".contrib.lookup",
    "contrib.losses.**": ".contrib.losses",
    "contrib.metrics.**": ".contrib.metrics",
    "contrib.metrics.python.ops.**": (".contrib.metrics.**", ".contrib.metrics"),
    "contrib.opt.**": ".contrib.opt",
    "contrib.predictor.**": ".contrib.predictor",
    "contrib.recurrent.**": ".contrib.recurrent",
    "contrib.rnn.**": ".contrib.rnn",
    "contrib.seq2seq.**": ".contrib.seq2seq",
    "contrib.seq2seq.python.ops.attention_wrapper": "._moved.attention_wrapper",
    "contrib.seq2seq.python.ops.basic_decoder": ".contrib.seq2seq._decoder",
    "contrib.seq2seq.python.ops.beam_search_decoder": ".contrib.seq2seq._beam_search",
    "contrib.seq2seq.python.ops.beam_search_ops": ".contrib.seq2seq._beam_search",
    "contrib.seq2seq.python.ops.decoder": ".contrib.seq2seq._decoder",
    "contrib.seq2seq.python.ops.dynamic_attention_wrapper": "._moved.attention_wrapper",
    "contrib.seq2seq.python.ops.helper": "._moved.seq2seq_helper",
    "contrib.seq2seq.python.ops.loss": ".contrib.seq2seq._loss",
    "contrib.seq2seq.python.ops.sampler": ".contrib.seq2seq._samplers",
    "contrib.signal.**": ".signal",
    "contrib.slim.**": ".contrib.slim",
    "contrib.slim.python.slim.**": (".contrib.slim.**", ".contrib.slim"),
    "contrib.slim.python.slim.nets.**": ".contrib.slim.nets.**",
    "contrib.tensorboard.**": ".contrib.tensorboard",
    "contrib.tensorboard.plugins.projector.**": ".contrib.tensorboard.plugins.projector",
    "contrib.testing.**": ".contrib.testing",
    "contrib.testing.python.framework.util_test": ".contrib.testing",
    "contrib.training.**": ".contrib.training",
    "contrib.training.python.training.hparam": ".contrib.training._hparams",
    "contrib.training.python.training.hparam_pb2": "._moved.hparam_pb2",
    "contrib.util.**": ".contrib.util",
    # Layers, Keras, estimators.
    "python.layers.base": "._moved.layers_base",
    # One set of layers, which number their names together; TensorFlow keeps a copy for itself.
    "python.layers.convolutional": (".layers", "tensorflow.python.layers.convolutional"),
    "python.layers.core": (".layers", "tensorflow.python.layers.core"),
    "python.layers.layers": (".layers", "tensorflow.python.layers.layers"),
    "python.layers.normalization": ".layers",
    "python.layers.pooling": (".layers", "tensorflow.python.layers.pooling"),
    "contrib.keras.**": ".keras.**",
    "contrib.keras.api.**": ".keras.**",
    "contrib.keras.api.keras.**": ".keras.**",
    "contrib.keras.python.**": ".keras.**",
    "contrib.keras.python.keras.**": ".keras.**",
    "python.keras.**": (".keras.**", "tensorflow.python.keras.**"),
    "python.keras.engine.network": "._moved.keras_network",
    "python.estimator.**": ".estimator",
    "python.estimator.early_stopping": ".estimator._early_stopping",
    "python.estimator.export.**": ".estimator.export",
    "python.estimator.inputs.**": ".estimator.inputs",
    "python.estimator.run_config": ".estimator._run_config",
    "python.estimator.util": "._moved.estimator_util",
    # What TensorFlow has changed or renamed itself.
    "python.framework.tensor_shape": "._moved.tensor_shape",
    "python.util.nest": "._moved.nest",
    "python.training.checkpointable.**": "tensorflow.python.trackable.**",
    "python.training.checkpointable.util": "tensorflow.python.checkpoint.checkpoint",
    "python.training.tracking.**": "tensorflow.python.trackable.**",
    "python.training.tracking.util": "tensorflow.python.checkpoint.checkpoint",
    "pywrap_tensorflow": "tensorflow.python.pywrap_tensorflow",
}
_added = set()  # rows of users, whose paths 1.15.5 may not have had


def add_row(old, new):
    """Make a path of TensorFlow 1.x lead to a module: `add_row("contrib.x", "my_package.x")`.

    Args:
        old: the path without `tensorflow.`; one that ends in `.**` stands for all beneath it.
        new: the name of a module, from a dot on if it is one of the v1 API, or a tuple of names.

    Raises:
        ValueError: one of the two is no path.
    """
    for path in (old, *(new if isinstance(new, tuple) else (new,))):
        if not re.fullmatch(r"\.?\w+(\.\w+)*(\.\*\*)?", path):
            raise ValueError(f"{path!r} is no path of a module, such as contrib.rnn.python.ops.**.")
    MOVED[old] = new
    _added.add(old)


def new_paths(old, is_module=lambda path: True):
    """Return what answers for an old path, a tuple that is empty where no row holds.

    Args:
        old: the path without `tensorflow.`.
        is_module: says of a path beneath a row's own whether there was such a module.
    """
    row, kept, above = old, "", old
    while row not in MOVED and above:
        row = f"{above}.**"
        if row not in MOVED:
            above, _, last = above.rpartition(".")
            kept = f".{last}{kept}"
    new = MOVED.get(row)
    news = new if isinstance(new, tuple) else (new,) if new else ()
    return tuple(
        each.replace(".**", kept)
        for each in news
        if each.endswith(".**") or not kept or row in _added or is_module(old)
    )
