"""From a graph of the tutorial to a classifier: placeholders, head, loss, train op."""

from __future__ import annotations

import contextlib
import dataclasses
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import tensorflow.compat.v1 as tf

from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer.dropout import with_dropout
from tf1_rnn.trainer.sizes import POOL

if TYPE_CHECKING:
    from tf1_rnn.trainer.plan import Plan


@dataclasses.dataclass(frozen=True)
class Specification:
    """What a classifier is to be.

    Attributes:
        cell: a name in `GRAPHS`.
        time_steps: time steps of `x`, padding included; None where they differ from batch to
            batch.
        step_shape: `(length,)`, or `(height, width, channels)` for conv_lstm.
        n_classes: number of classes, or of numbers to learn.
        learning_rate: Adam's.
        options: the arguments of that graph that are not its defaults, by name.
        lengths: whether sequences differ in length.
        seed: of the initial values.
        target: what is to be learned: "class", one a sequence, "step classes" or "number".
        trains: whether it has an optimizer; a graph that is evaluated or exported has none.
        dropout: fraction of the loop's outputs that training drops.
        clip_norm: the global norm that gradients are clipped to, or None.
        decay: factor of the learning rate after `steps_per_epoch` steps.
        steps_per_epoch: training steps in an epoch.
        class_weights: what each class weighs in the training loss, or None for 1 each.
    """

    cell: str
    time_steps: int | None
    step_shape: tuple
    n_classes: int
    learning_rate: float
    options: dict = dataclasses.field(default_factory=dict)
    lengths: bool = False
    seed: int = 0
    target: str = "class"
    trains: bool = True
    dropout: float = 0.0
    clip_norm: float | None = None
    decay: float = 1.0
    steps_per_epoch: int = 1
    class_weights: tuple | None = None

    def without_training(self) -> Specification:
        """Return the specification of the same classifier without an optimizer."""
        return dataclasses.replace(self, trains=False)

    @classmethod
    def of(cls, plan: Plan) -> Specification:
        """Return the specification of a plan's classifier; without training, only of its graph."""
        configuration, dataset, training = plan.configuration, plan.dataset, {}
        if plan.settings.training:
            training = {name: configuration[name] for name in ("dropout", "clip_norm", "decay")}
            training["steps_per_epoch"] = plan.steps_per_epoch
            training["class_weights"] = plan.class_weights
        return cls(
            cell=plan.cell,
            time_steps=dataset.fed_time_steps,
            step_shape=tuple(dataset.step_shape),
            n_classes=plan.n_classes,
            learning_rate=configuration["learning_rate"],
            options={name: configuration[name] for name in GRAPHS[plan.cell].arguments},
            lengths=dataset.test.lengths is not None,
            seed=configuration["seed"],
            target=dataset.target,
            trains=plan.settings.training,
            **training,
        )


class Share(NamedTuple):
    """The part of a batch that one worker computes.

    Attributes:
        x, sequence_length: as of a `Classifier`, of one sequence at least: of none, convolutions
            fail.
        y: the labels of the sequences that count.
        count: how many those are, the first of `x`; None for all.
        place: returns a context that chooses the worker for what is built in it.
    """

    x: tf.Tensor
    sequence_length: tf.Tensor | None
    y: tf.Tensor
    count: tf.Tensor | None = None
    place: Callable[[], contextlib.AbstractContextManager] = contextlib.nullcontext


class Classifier:
    """One of the six graphs with a softmax head on its last relevant output.

    The tutorial's placeholders feed it: `x` `[batch, time_steps, length]` (frames for conv_lstm:
    `[batch, time_steps, height, width, channels]`) and one-hot `y` `[batch, n_classes]`; with
    `lengths`, also `sequence_length` `[batch]`.

    The head reads each sequence's last valid step; of bilstm the forward half there and the
    backward half at step 0, where the backward direction ends. A sequence of length 0 is read as
    zeros, which is what the loops return after a sequence's end.

    With "step classes" the head reads every step instead, `y` is one-hot `[batch, time_steps,
    n_classes]`, and steps after a sequence's end do not count. With "number" there is no
    softmax, `y` is `[batch, n_classes]` numbers, and the loss is the squared error.

    Variables are those of the tutorial's graph under TensorFlow 1's names, the head's
    `softmax/weights` and `softmax/biases`, `global_step`, and Adam's. Nothing else, so that a
    checkpoint of the same graph written by TensorFlow 1 fits.

    Attributes:
        x, y, sequence_length: the placeholders; `sequence_length` is None without `lengths`.
        inputs: those of them that are no labels: `[x]` or `[x, sequence_length]`.
        predictions: probabilities or numbers, in the shape of `y`.
        losses: `[batch]`, or of steps `[batch, time_steps]`: cross entropy, or squared error.
        answers: what is measured: whether each class was found, in the shape of `losses`, or the
            numbers themselves.
        loss: the mean of `losses`, over the steps that count, each weighed by its class.
        keep_prob: the probability to keep an output of the loop, 1 unless it is fed; None without
            dropout.
        learning_rate, gradient_norm: of the step that is next, the norm before it is clipped; None
            as `train_op`.
        global_step: the steps done.
        gradients: of the loss, a tensor for each trainable variable; None as `train_op`.
        train_op: one step of Adam, or None unless the specification asks for it.
    """

    def __init__(
        self,
        specification: Specification,
        nn: Any = tf.nn,
        share_out: Callable[..., Sequence[Share]] | None = None,
    ) -> None:
        """Build the classifier in the default graph.

        Args:
            specification: a `Specification`.
            nn: supplies the loops, `tf.nn` or `tf1_rnn.fast`.
            share_out: called with `x`, `sequence_length` and `y`; returns a `Share` for each of
                several workers. Only their losses and gradients meet where the graph is built.
        """
        time_steps, step_shape = specification.time_steps, specification.step_shape
        n_classes, lengths = specification.n_classes, specification.lengths
        by_step = specification.target == "step classes"
        self.x = tf.placeholder("float", [None, time_steps, *step_shape], name="x")
        y_shape = [None, time_steps, n_classes] if by_step else [None, n_classes]
        self.y = tf.placeholder("float", y_shape, name="y")
        self.sequence_length = tf.placeholder("int32", [None], "lengths") if lengths else None
        self.inputs = [self.x, self.sequence_length] if lengths else [self.x]

        self.keep_prob = None
        if specification.dropout:
            self.keep_prob = tf.placeholder_with_default(1.0, [], name="keep_prob")
            nn = with_dropout(nn, self.keep_prob, specification.seed)

        batch = self.x, self.sequence_length, self.y
        shares = share_out(*batch) if share_out else [Share(*batch)]
        parts = [_results(specification, nn, share) for share in shares]
        self.predictions = _joined([part.predictions for part in parts])
        self.losses = _joined([part.losses for part in parts])
        self.answers = _joined([part.answers for part in parts])
        totals = [part.total for part in parts]
        count = tf.maximum(_sum([_count(specification, share) for share in shares]), 1)
        self.loss = _sum(totals) / count
        self.global_step = tf.train.get_or_create_global_step()
        self.train_op = self.learning_rate = self.gradient_norm = self.gradients = None
        if specification.trains:
            self._minimize(specification, [share.place for share in shares], totals, count)

    def _computed(self, optimizer, places, totals, count):
        """Return the gradients of the loss, each worker having computed those of its total."""
        if len(totals) == 1:
            return optimizer.compute_gradients(self.loss, colocate_gradients_with_ops=True)
        each = []
        for place, total in zip(places, totals, strict=True):
            with place():
                each.append(optimizer.compute_gradients(total, colocate_gradients_with_ops=True))
        computed = []
        for own in zip(*each, strict=True):
            gradients, (variable, *_) = zip(*own, strict=True)
            # Added in the order of the workers, where the variable lies.
            with tf.device(variable.device):
                computed.append((tf.add_n(gradients) / count, variable))
        return computed

    def _minimize(self, specification, places, totals, count):
        """Add one step of Adam on the loss."""
        self.learning_rate = tf.train.exponential_decay(
            specification.learning_rate,
            self.global_step,
            specification.steps_per_epoch,
            specification.decay,
            staircase=True,
        )
        optimizer = tf.train.AdamOptimizer(self.learning_rate)
        computed = self._computed(optimizer, places, totals, count)
        gradients, variables = zip(*computed, strict=True)
        self.gradients = list(gradients)
        self.gradient_norm = tf.global_norm(gradients)
        if specification.clip_norm is not None:
            gradients, _ = tf.clip_by_global_norm(
                gradients, specification.clip_norm, self.gradient_norm
            )
        self.train_op = optimizer.apply_gradients(
            zip(gradients, variables, strict=True), global_step=self.global_step
        )


def parameters() -> int:
    """Return how many trainable numbers the default graph holds."""
    return sum(variable.shape.num_elements() for variable in tf.trainable_variables())


class _Results(NamedTuple):
    """What a share comes to: as of a `Classifier`, and the sum of the losses that count."""

    predictions: tf.Tensor
    losses: tf.Tensor
    answers: tf.Tensor
    total: tf.Tensor


def _results(specification, nn, share):
    """Compute a share on its worker."""
    with share.place():
        logits = _logits(specification, nn, share.x, share.sequence_length)
        if share.count is not None:
            logits = logits[: share.count]
        if specification.target == "number":
            predictions = answers = logits
            losses = tf.reduce_mean(tf.squared_difference(logits, share.y), 1)
        else:
            predictions = tf.nn.softmax(logits)
            losses = tf.nn.softmax_cross_entropy_with_logits_v2(labels=share.y, logits=logits)
            answers = tf.equal(tf.argmax(logits, -1), tf.argmax(share.y, -1))
        counted = losses
        if specification.class_weights is not None:
            counted *= tf.reduce_sum(share.y * tf.constant(specification.class_weights), -1)
        if _masks(specification, share):
            counted *= _valid(share)
        return _Results(predictions, losses, answers, tf.reduce_sum(counted))


def _count(specification, share):
    """Return how many losses of a share count, a float, computed where its labels are."""
    with tf.device(share.y.device):
        if _masks(specification, share):
            return tf.reduce_sum(_valid(share))
        return tf.cast(tf.reduce_prod(tf.shape(share.y)[:-1]), tf.float32)


def _masks(specification, share):
    """Return whether steps after a sequence's end have losses that do not count."""
    return specification.target == "step classes" and share.sequence_length is not None


def _valid(share):
    """Return which steps of a share count: 1 or 0, `[batch, time_steps]`."""
    batch, time_steps, _ = tf.unstack(tf.shape(share.y))
    return tf.sequence_mask(share.sequence_length[:batch], time_steps, tf.float32)


def _joined(parts):
    """Return values `[batch, ...]` of shares as those of the whole batch."""
    return parts[0] if len(parts) == 1 else tf.concat(parts, 0)


def _sum(values):
    """Return the sum of values, added in their order."""
    return values[0] if len(values) == 1 else tf.add_n(values)


def _logits(specification, nn, x, sequence_length):
    """Return what a graph and its head say of samples: `[batch, n_classes]`, or of each step."""
    n_classes = specification.n_classes
    graph, seeded = GRAPHS[specification.cell], _initialize_by_name(specification.seed)
    with tf.variable_scope(tf.get_variable_scope(), custom_getter=seeded):
        outputs = graph.function(
            x, tf.shape(x)[0], sequence_length=sequence_length, nn=nn, **specification.options
        )
        if specification.target == "step classes":
            every_step = tf.reshape(outputs, [-1, *outputs.shape[2:]])
            time_steps = specification.time_steps or tf.shape(outputs)[1]
            return tf.reshape(_dense(every_step, n_classes), [-1, time_steps, n_classes])
        two_ways = graph.loop.startswith("bidirectional")
        return _dense(_last_relevant(outputs, sequence_length, two_ways), n_classes)


def _initialize_by_name(seed):
    """Return a getter that draws initial values only from the seed and the variable's name.

    TensorFlow's own draw depends on how many operations were made before: the static and the
    dynamic loop, or the fast path, would start from different weights under one seed.
    """

    def seeded(getter, name, *args, initializer=None, **kwargs):
        # Cells name the default initializer themselves, as in TensorFlow 1.
        if initializer is None or isinstance(initializer, tf.glorot_uniform_initializer):
            own_seed = zlib.crc32(f"{seed}/{name}".encode()) & 0x7FFFFFFF
            initializer = tf.glorot_uniform_initializer(seed=own_seed)
        return getter(name, *args, initializer=initializer, **kwargs)

    return seeded


def _last_relevant(outputs, sequence_length, two_ways):
    """Return the output a classifier should read, `[batch, ...]`, of `[batch, time, ...]`."""
    if sequence_length is None:
        last = outputs[:, -1]
    else:
        step = tf.maximum(sequence_length - 1, 0)
        last = tf.gather_nd(outputs, tf.stack([tf.range(tf.shape(step)[0]), step], 1))
    if not two_ways:
        return last
    forward, _ = tf.split(last, 2, axis=-1)
    _, backward = tf.split(outputs[:, 0], 2, axis=-1)
    return tf.concat([forward, backward], -1)


def _dense(features, n_classes):
    """Return logits `[batch, n_classes]` of features `[batch, size]` or a map of them."""
    if features.shape.ndims == 4:
        # A map is pooled first: with all its 28 x 28 places in the head, eight times the weights
        # of the graph itself learned the training frames by heart.
        features = tf.nn.max_pool2d(features, POOL, POOL, "SAME")
    size = features.shape[1:].num_elements()
    with tf.variable_scope("softmax"):
        weights = tf.get_variable("weights", [size, n_classes])
        biases = tf.get_variable("biases", [n_classes], initializer=tf.zeros_initializer())
    return tf.nn.xw_plus_b(tf.reshape(features, [-1, size]), weights, biases)
