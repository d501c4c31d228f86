"""Errors for names of TensorFlow 1.x that are not supported: what to use instead."""

import importlib

EXTRA = "pip install 'tf1_rnn[legacy]'"
_COLUMNS = """bucketized_column check_feature_columns create_feature_spec_for_parsing crossed_column
embedding_column infer_real_valued_columns input_from_feature_columns
joint_weighted_sum_from_feature_columns make_place_holder_tensors_for_base_features one_hot_column
parse_feature_columns_from_examples parse_feature_columns_from_sequence_examples real_valued_column
scattered_embedding_column sequence_input_from_feature_columns shared_embedding_columns
sparse_column_with_hash_bucket sparse_column_with_integerized_feature sparse_column_with_keys
sparse_column_with_vocabulary_file transform_features weighted_sparse_column
weighted_sum_from_feature_columns""".split()
_READERS = """read_batch_examples read_batch_features read_batch_record_features
read_keyed_batch_examples read_keyed_batch_examples_shared_queue read_keyed_batch_features
read_keyed_batch_features_shared_queue""".split()
_PANDAS = "extract_pandas_data extract_pandas_labels extract_pandas_matrix".split()
_HEADS = """multi_class_head multi_head multi_label_head poisson_regression_head
regression_head""".split()

_INSTEAD = {
    **{
        f"estimator.{name}": f"use tf.contrib.estimator.{function}, which makes the same model"
        for name, function in {
            "BinaryClassHead": "binary_classification_head",
            "LogisticRegressionHead": "logistic_regression_head",
            "MultiClassHead": "multi_class_head",
            "MultiHead": "multi_head",
            "MultiLabelHead": "multi_label_head",
            "PoissonRegressionHead": "poisson_regression_head",
            "RegressionHead": "regression_head",
        }.items()
    },
    **{
        f"contrib.layers.{name}": "use the columns of tf.feature_column, and those of "
        "tf.contrib.feature_column for sequences"
        for name in _COLUMNS
    },
    **{
        f"contrib.learn.{name}": "use tf.data.experimental.make_batched_features_dataset"
        for name in _READERS
    },
    **{f"contrib.learn.{name}": "give the frame's to_numpy()" for name in _PANDAS},
    **{f"contrib.learn.{name}": f"use tf.contrib.estimator.{name}" for name in _HEADS},
    "contrib.learn.DynamicRnnEstimator": "use tf.contrib.estimator.RNNClassifier or RNNEstimator",
    "contrib.learn.datasets": "only MNIST is supported; sklearn.datasets has the others",
    "estimator": "tf.estimator supports model functions only: write one for Estimator",
    "contrib.estimator": "only its recurrent estimators are supported",
    "contrib.cudnn_rnn": "its layers needed a GPU: CudnnCompatibleLSTMCell and "
    "CudnnCompatibleGRUCell of the same module read their checkpoints",
    "contrib.data": "use tf.data, which has most of it now",
    "contrib.distributions": "TensorFlow Probability has most of it: pip install "
    "tensorflow-probability; without it only the names of tf.distributions are supported",
    "contrib.eager": "the v1 API is graph mode: use tensorflow itself",
    "contrib.opt": "use tf.train's optimisers, or one of contrib.opt that is supported: Adam's and "
    "those with weight decay",
    "contrib.predictor": "export the model, and use from_saved_model",
    "contrib.framework.fuse_op": "it was of use with TensorFlow 1's own fused kernels only",
    "contrib.recurrent": "only its loops and Recurrent are supported, not their internals",
    "contrib.seq2seq": "it was private in 1.15.5, made for layers; use the classes of "
    "tf.contrib.seq2seq",
    "contrib.training.RandomStrategy": "use tf.contrib.training.GreedyLoadBalancingStrategy",
    "contrib.training.rejection_sample": "use tf.data.Dataset.rejection_resample",
    "contrib.training.stratified_sample": "use tf.data.Dataset.rejection_resample",
    "contrib.training.resample_at_rate": "use tf.data, with tf.data.Dataset.flat_map",
    "contrib.training.weighted_resample": "use tf.data, with tf.data.Dataset.flat_map",
    "contrib.training.python.training.tuner": "it was an interface without an implementation",
    "contrib.summary": "use tf.summary",
    "contrib.tpu": "use tf.tpu",
    "contrib.layers": "use tf.layers, tf.feature_column or another name of tf.contrib.layers",
    "contrib.learn": "only its estimator of a model_fn is supported: contrib.learn.Estimator",
    "python": "it was private to TensorFlow 1.x and is gone; look for a public name of it in tf",
}


class MissingName(AttributeError):
    """A name of TensorFlow 1.x that is not supported. `tensorflow_1_name` is the name."""

    def __init__(self, name, message):
        super().__init__(message)
        self.tensorflow_1_name = name


class MissingModule(ImportError):
    """A module of TensorFlow 1.x that is not supported.

    Args:
        name: of the module in TensorFlow 1.x, kept as `tensorflow_1_name`.
        message: why, and what to use instead.
        asked: name of the module asked for, by which `pydoc.locate` recognises what is no module.
    """

    def __init__(self, name, message, asked=None):
        super().__init__(message, name=asked)
        self.tensorflow_1_name = name


def instead_of(dotted):
    """Return what to use instead of a name, a text, or None where nothing is known."""
    while dotted and dotted not in _INSTEAD:
        dotted = dotted.rpartition(".")[0]
    return _INSTEAD.get(dotted)


def message_for(dotted):
    """Return one line on the name `dotted` (without `tensorflow.`): what it was, what to use."""
    instead = instead_of(dotted)
    return (
        f"tf.{dotted} is not supported"
        f"{': ' + instead if instead else ', and does not exist in tensorflow.compat.v1'}."
    )


class NeedsExtra(MissingModule):
    """A module or a name from a library of the extra, which is not installed."""

    def __init__(self, path, library):
        message = f"tf.{path} requires {library}; install it with: {EXTRA}"
        super().__init__(f"tensorflow.{path}", message)


def from_extra(module, path, library):
    """Return a module of a library of the extra.

    Args:
        module: its path, as `tf_slim`.
        path: what of `tf` needs it, for the message.
        library: its name for pip.

    Raises:
        NeedsExtra: the library is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise
        raise NeedsExtra(path, library) from None


class NotForScripts(FileNotFoundError):
    """Something that a script needs and the user must supply; `tf1_rnn.run` shows one line."""

    tensorflow_1_name = "data"
