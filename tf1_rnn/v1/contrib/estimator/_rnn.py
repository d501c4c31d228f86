"""`RNNEstimator` and `RNNClassifier`: a recurrent network over feature columns of sequences."""

import tensorflow.compat.v1 as tf

from .... import cells
from ...estimator import Estimator, RunConfig
from ..feature_column import sequence_input_layer
from . import _heads

_UNSET = object()
_CELLS = {
    "basic_rnn": cells.BasicRNNCell,
    "lstm": cells.BasicLSTMCell,
    "gru": cells.GRUCell,
}
LEARNING_RATE = 0.05
_OPTIMIZERS = {
    "Adagrad": tf.train.AdagradOptimizer,
    "Adam": tf.train.AdamOptimizer,
    "Ftrl": tf.train.FtrlOptimizer,
    "RMSProp": tf.train.RMSPropOptimizer,
    "SGD": tf.train.GradientDescentOptimizer,
}


class RNNEstimator(Estimator):
    """A recurrent network over columns of sequences, with a head of your choice.

    The variables are those of 1.15.5's: `rnn/rnn/...` of the cells, `rnn/logits/dense/kernel` and
    `bias`, and `rnn/sequence_input_layer/...` of the columns.

    Args:
        head: of `contrib.estimator`, such as `regression_head()`.
        sequence_feature_columns: columns of sequences; see
            `contrib.feature_column.sequence_input_layer`.
        context_feature_columns: columns of what is not a sequence, added to every step.
        num_units: a list of the units of each layer.
        cell_type: "basic_rnn" (the default), "lstm", "gru" or a class of cells.
        rnn_cell_fn: a function from the mode to a cell, in place of the two before.
        return_sequences: give the head the outputs of all steps, not only the last.
        model_dir: the folder of checkpoints and summaries.
        config: a `RunConfig`.
        optimizer: a `tf.train.Optimizer`, or the name of one, whose learning rate is then 0.05.
        input_layer_partitioner: divides the variables of the columns among parameter servers.

    Raises:
        ValueError: a cell function together with what it takes the place of.
    """

    def __init__(
        self,
        head,
        sequence_feature_columns,
        context_feature_columns=None,
        num_units=None,
        cell_type=_UNSET,
        rnn_cell_fn=None,
        return_sequences=False,
        model_dir=None,
        optimizer="Adagrad",
        input_layer_partitioner=None,
        config=None,
    ):
        if rnn_cell_fn and (num_units or cell_type is not _UNSET):
            raise ValueError("num_units and cell_type must not be specified when using rnn_cell_fn")
        if not rnn_cell_fn:
            kind = "basic_rnn" if cell_type is _UNSET else cell_type

            def rnn_cell_fn(mode):
                return _cell(num_units, kind)

        def model_fn(features, labels, mode, config):
            network = _Network(
                head.logits_dimension,
                rnn_cell_fn,
                sequence_feature_columns,
                context_feature_columns,
                return_sequences,
                input_layer_partitioner,
            )
            parts = max(1, config.num_ps_replicas)
            partitioner = tf.min_max_variable_partitioner(max_partitions=parts)
            values = tuple(features.values())
            # The optimiser's variables too are made in this scope, from which they have their
            # odd names in checkpoints: `rnn/logits/dense/kernel/t_0/Adagrad`.
            with tf.variable_scope("rnn", values=values, partitioner=partitioner):
                logits = network(features, mode, parts)
                return head.create_estimator_spec(
                    features, mode, logits, labels=labels, optimizer=_optimizer(optimizer)
                )

        super().__init__(model_fn, model_dir=model_dir, config=config or RunConfig())


class RNNClassifier(RNNEstimator):
    """A recurrent network over columns of sequences that classifies.

    Args:
        n_classes: the number of classes.
        weight_column: the name of the feature with the examples' weights, or a numeric column.
        label_vocabulary: the names of the classes, where the labels are text.
        loss_reduction: a `tf.losses.Reduction`.

    For the other arguments, see `RNNEstimator`.
    """

    def __init__(
        self,
        sequence_feature_columns,
        context_feature_columns=None,
        num_units=None,
        cell_type=_UNSET,
        rnn_cell_fn=None,
        model_dir=None,
        n_classes=2,
        weight_column=None,
        label_vocabulary=None,
        optimizer="Adagrad",
        loss_reduction=tf.losses.Reduction.SUM_OVER_BATCH_SIZE,
        input_layer_partitioner=None,
        config=None,
    ):
        options = {
            "weight_column": weight_column,
            "label_vocabulary": label_vocabulary,
            "loss_reduction": loss_reduction,
        }
        if n_classes == 2:
            head = _heads.binary_classification_head(**options)
        else:
            head = _heads.multi_class_head(n_classes, **options)
        super().__init__(
            head,
            sequence_feature_columns,
            context_feature_columns,
            num_units,
            cell_type,
            rnn_cell_fn,
            model_dir=model_dir,
            optimizer=optimizer,
            input_layer_partitioner=input_layer_partitioner,
            config=config,
        )


class _Network:
    """The network: columns, cells, logits."""

    def __init__(self, dimension, rnn_cell_fn, sequences, context, return_sequences, partitioner):
        self._dimension, self._rnn_cell_fn = dimension, rnn_cell_fn
        self._sequences, self._context = sequences, context
        self._return_sequences, self._partitioner = return_sequences, partitioner

    def __call__(self, features, mode, parts):
        """Return the logits, `[batch, dimension]`, or of all steps, `[batch, time, dimension]`."""
        inputs, lengths = self._inputs(features, parts)
        outputs, _ = tf.nn.dynamic_rnn(self._rnn_cell_fn(mode), inputs, lengths, dtype=tf.float32)
        if not self._return_sequences:
            outputs = _last_outputs(outputs, lengths)
        with tf.variable_scope("logits"):
            return self._logits(outputs)

    def _inputs(self, features, parts):
        """Return the inputs of the cells, `[batch, time, depth]`, and the lengths."""
        partitioner = self._partitioner or tf.min_max_variable_partitioner(
            max_partitions=parts, min_slice_size=64 << 20
        )
        values = tuple(features.values())
        with tf.variable_scope("sequence_input_layer", values=values, partitioner=partitioner):
            inputs, lengths = sequence_input_layer(features, self._sequences)
            if self._context:
                context = tf.feature_column.input_layer(features, self._context)
                steps = tf.shape(inputs)[1]
                context = tf.tile(context[:, tf.newaxis], [1, steps, 1])
                inputs = tf.concat([inputs, context], 2)
            tf.summary.histogram("sequence_length", lengths)
        return inputs, lengths

    def _logits(self, outputs):
        """Return a layer of the outputs, with the names that `tf.layers.dense` gave."""
        with tf.variable_scope("dense"):
            shape = [outputs.shape[-1].value, self._dimension]
            kernel = tf.get_variable("kernel", shape, initializer=tf.glorot_uniform_initializer())
            bias = tf.get_variable("bias", shape[1:], initializer=tf.zeros_initializer())
            return tf.tensordot(outputs, tf.convert_to_tensor(kernel), 1) + bias


def _last_outputs(outputs, lengths):
    """Return the outputs `[batch, depth]` of each sequence's last step.

    It makes the nodes that 1.15.5 made, so that what is seeded after them starts as it did.
    """
    with tf.name_scope("select_last_activations"):
        shape = tf.shape(outputs)
        batch, steps, depth = shape[0], shape[1], shape[2]
        first_rows = tf.cast(tf.range(batch) * steps, tf.int64)
        rows = first_rows + lengths - 1
        return tf.gather(tf.reshape(outputs, [batch * steps, depth]), rows)


def _cell(num_units, kind):
    """Return the cell of some layers."""
    if isinstance(kind, str):
        if kind not in _CELLS:
            raise ValueError(
                f"The cell_type {kind!r} is not supported; expected one of {list(_CELLS)}, or a "
                "class of cells."
            )
        kind = _CELLS[kind]
    layers = [kind(num_units=units) for units in num_units]
    return layers[0] if len(layers) == 1 else cells.MultiRNNCell(layers)


def _optimizer(optimizer):
    """Return an optimiser, made by its name."""
    if not isinstance(optimizer, str):
        return optimizer() if callable(optimizer) else optimizer
    if optimizer not in _OPTIMIZERS:
        raise ValueError(
            f"Unsupported optimizer name: {optimizer}. Supported names are: "
            f"{tuple(sorted(_OPTIMIZERS))}"
        )
    return _OPTIMIZERS[optimizer](learning_rate=LEARNING_RATE)
