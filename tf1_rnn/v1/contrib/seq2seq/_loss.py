"""The weighted cross-entropy of sequences."""

import tensorflow.compat.v1 as tf


def sequence_loss(
    logits,
    targets,
    weights,
    average_across_timesteps=True,
    average_across_batch=True,
    sum_over_timesteps=False,
    sum_over_batch=False,
    softmax_loss_function=None,
    name=None,
):
    """Return the weighted cross entropy of sequences of logits.

    Args:
        logits: `[batch, time, symbols]`.
        targets: integers `[batch, time]`.
        weights: floats `[batch, time]`; 0 leaves a step out.
        average_across_timesteps: whether to divide by the sum of the weights over the steps.
        average_across_batch: whether to divide by the sum of the weights over the batch.
        sum_over_timesteps: whether to divide by the number of steps whose weight is not 0.
        sum_over_batch: whether to divide by the number of examples whose weight is not 0.
        softmax_loss_function: function of `labels` and `logits` to losses, by default the softmax
            cross entropy.
        name: name of the operations.

    Returns:
        A scalar with both averages or both sums, `[time]` or `[batch]` with one of them, `[batch,
        time]` with none.
    """
    for tensor, rank, what in (
        (logits, 3, "Logits must be a [batch_size x sequence_length x logits] tensor"),
        (targets, 2, "Targets must be a [batch_size x sequence_length] tensor"),
        (weights, 2, "Weights must be a [batch_size x sequence_length] tensor"),
    ):
        if len(tensor.get_shape()) != rank:
            raise ValueError(f"{what}, got the shape {tensor.get_shape()}")
    if average_across_timesteps and sum_over_timesteps:
        raise ValueError("average_across_timesteps and sum_over_timesteps exclude each other")
    if average_across_batch and sum_over_batch:
        raise ValueError("average_across_batch and sum_over_batch exclude each other")
    with tf.name_scope(name, "sequence_loss", [logits, targets, weights]):
        flat = tf.reshape(logits, [-1, tf.shape(logits)[2]])
        labels = tf.reshape(targets, [-1])
        loss_of = softmax_loss_function or tf.nn.sparse_softmax_cross_entropy_with_logits
        loss = loss_of(labels=labels, logits=flat)
        loss *= tf.reshape(weights, [-1])
        averages = average_across_batch or average_across_timesteps
        over_batch, over_time = (
            (average_across_batch, average_across_timesteps)
            if averages  # an average takes no notice of a sum over the other axis
            else (sum_over_batch, sum_over_timesteps)
        )
        if over_batch and over_time:
            axis = None
        else:
            axis = 0 if over_batch else 1
            loss = tf.reshape(loss, tf.shape(logits)[:2])
        if not (over_batch or over_time):
            loss.set_shape(logits.get_shape()[:2])
            return loss
        loss = tf.reduce_sum(loss, axis)
        if averages:
            total = tf.reduce_sum(weights, axis)
        else:
            total = tf.cast(tf.count_nonzero(weights, axis=axis), loss.dtype)
        return tf.div_no_nan(loss, total)


class SequenceLoss:
    """`sequence_loss` as an object, called in the order of Keras's losses; sums by default.

    It was private in TensorFlow 1.15.5. For the arguments see `sequence_loss`.
    """

    reduction = "auto"  # what Keras's losses have; not used

    def __init__(
        self,
        average_across_timesteps=False,
        average_across_batch=False,
        sum_over_timesteps=True,
        sum_over_batch=True,
        softmax_loss_function=None,
        name=None,
    ):
        self.average_across_timesteps = average_across_timesteps
        self.average_across_batch = average_across_batch
        self.sum_over_timesteps = sum_over_timesteps
        self.sum_over_batch = sum_over_batch
        self.softmax_loss_function = softmax_loss_function
        self.name = name

    def __call__(self, y_true, y_pred, sample_weight=None):
        """Return the loss, as `sequence_loss` does.

        Args:
            y_true: integers `[batch, time]`.
            y_pred: logits `[batch, time, symbols]`.
            sample_weight: floats `[batch, time]`.

        Raises:
            ValueError: there is no `sample_weight`.
        """
        if sample_weight is None:
            raise ValueError("SequenceLoss needs a sample_weight, [batch, time]: ones for a mean.")
        return sequence_loss(
            y_pred,
            y_true,
            sample_weight,
            average_across_timesteps=self.average_across_timesteps,
            average_across_batch=self.average_across_batch,
            sum_over_timesteps=self.sum_over_timesteps,
            sum_over_batch=self.sum_over_batch,
            softmax_loss_function=self.softmax_loss_function,
            name=self.name,
        )

    def call(self, y_true, y_pred):
        """Return None, as in TensorFlow 1.15.5: the loss is that of `__call__`."""

    def get_config(self):
        """Return what Keras's losses keep of themselves: not the arguments, as in 1.15.5."""
        return {"reduction": self.reduction, "name": self.name}
