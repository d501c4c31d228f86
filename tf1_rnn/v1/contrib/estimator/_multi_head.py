"""`multi_head`: several heads as one, whose losses are summed."""

import tensorflow.compat.v1 as tf

from ...estimator._spec import EstimatorSpec, ModeKeys
from ...estimator.export import PredictOutput
from . import _heads


class MultiHead:
    """Several heads as one; see `multi_head`."""

    def __init__(self, heads, weights):
        self._heads, self._weights = heads, weights

    @property
    def name(self):
        """The names of the heads, joined."""
        return "_".join(head.name for head in self._heads)

    @property
    def logits_dimension(self):
        """The sizes of the heads' logits, summed."""
        return sum(head.logits_dimension for head in self._heads)

    def create_loss(self, features, mode, logits, labels):
        """Return a `LossSpec` whose parts are dicts by the heads' names, but for the loss.

        Args:
            features: a dict of tensors, with the weights if there are any.
            mode: one of `ModeKeys`.
            logits: a tensor with those of all heads side by side, or a dict by the heads' names.
            labels: a dict by the heads' names.
        """
        made = self._losses(features, mode, self._split(logits), labels)
        scales = {head.name: weight for head, weight in zip(self._heads, self._scales, strict=True)}
        return _heads.LossSpec(
            self._total({name: each.training_loss for name, each in made.items()}),
            {name: scales[name] * each.unreduced_loss for name, each in made.items()},
            {name: scales[name] * each.weights for name, each in made.items()},
            {name: each.processed_labels for name, each in made.items()},
        )

    @property
    def _scales(self):
        return self._weights or [1.0] * len(self._heads)

    def _losses(self, features, mode, logits, labels):
        return {
            head.name: head.create_loss(features, mode, logits[head.name], labels[head.name])
            for head in self._heads
        }

    def _total(self, losses):
        """Return the sum of the heads' losses, by the heads' weights."""
        weighted = [
            losses[head.name] if weight == 1.0 else losses[head.name] * weight
            for head, weight in zip(self._heads, self._scales, strict=True)
        ]
        with tf.name_scope("merge_losses"):
            return tf.add_n(weighted)

    def _split(self, logits):
        """Return the logits by the heads' names."""
        if isinstance(logits, dict):
            return logits
        logits = tf.convert_to_tensor(logits)
        dimensions = [head.logits_dimension for head in self._heads]
        found = tf.dimension_value(logits.shape[-1])
        if found not in (None, sum(dimensions)):
            raise ValueError(
                f"Could not split logits of shape {logits.shape.as_list()} among the heads with "
                f"individual logits dimensions: {dimensions}. The last dimension of the logits "
                f"tensor should equal {found} but is {sum(dimensions)}."
            )
        parts = tf.split(logits, dimensions, axis=-1)
        return {head.name: part for head, part in zip(self._heads, parts, strict=True)}

    def create_estimator_spec(
        self, features, mode, logits, labels=None, optimizer=None, train_op_fn=None
    ):
        """Return the `EstimatorSpec` of a model with these logits.

        Args:
            features: a dict of tensors, with the weights if there are any.
            mode: one of `ModeKeys`.
            logits: a tensor with those of all heads side by side, or a dict by the heads' names.
            labels: a dict by the heads' names.
            optimizer: a `tf.train.Optimizer` that minimises the loss; or
            train_op_fn: a function from the loss to the training step.
        """
        logits = self._split(logits)
        specs = {
            head.name: head.create_estimator_spec(
                features,
                mode,
                logits[head.name],
                labels[head.name] if labels else None,
                train_op_fn=lambda loss: tf.no_op(),
            )
            for head in self._heads
        }
        predictions = {
            (name, key): value
            for name, spec in specs.items()
            for key, value in spec.predictions.items()
        }
        if mode == ModeKeys.PREDICT:
            outputs = self._outputs(specs, predictions)
            return EstimatorSpec(mode, predictions=predictions, export_outputs=outputs)
        loss = self._total({name: spec.loss for name, spec in specs.items()})
        if mode == ModeKeys.EVAL:
            metrics = {f"loss/{name}": tf.metrics.mean(spec.loss) for name, spec in specs.items()}
            for spec in specs.values():
                metrics.update(spec.eval_metric_ops)
            return EstimatorSpec(mode, predictions, loss, eval_metric_ops=metrics)
        with tf.name_scope(""):
            tf.summary.scalar("loss", loss)
        train_op = _heads.make_train_op(loss, optimizer, train_op_fn)
        return EstimatorSpec(mode, predictions, loss, train_op)

    def _outputs(self, specs, predictions):
        """Return the outputs of all heads by their names; the first head's are the default."""
        default = tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
        outputs = {default: specs[self._heads[0].name].export_outputs[default]}
        for name, spec in specs.items():
            for key, output in spec.export_outputs.items():
                outputs[name if key == default else f"{name}/{key}"] = output
        flat = {f"{name}/{key}": value for (name, key), value in predictions.items()}
        outputs["predict"] = PredictOutput(flat)
        return outputs


def multi_head(heads, head_weights=None):
    """Return a head that is made of several, whose losses are summed.

    The names of its metrics and outputs end, or begin, with the name of the head, and its
    predictions are named by pairs, `("my_head", "probabilities")`.

    Args:
        heads: list of heads, each with a name.
        head_weights: list of numbers, the weight of each head's loss; by default 1.

    Raises:
        ValueError: no heads, one without a name, or as many weights as there are not heads.
    """
    if not heads:
        raise ValueError(f"Must specify heads. Given: {heads}")
    if head_weights and len(head_weights) != len(heads):
        raise ValueError(
            "heads and head_weights must have the same size. Given len(heads): "
            f"{len(heads)}. Given len(head_weights): {len(head_weights)}."
        )
    for head in heads:
        if not head.name:
            raise ValueError(f"All given heads must have name specified. Given: {head}")
    return MultiHead(tuple(heads), tuple(head_weights or ()))
