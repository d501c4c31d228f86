"""One call of `Estimator.evaluate`: the metrics of a checkpoint, and their summary."""

import time

import numpy as np
import tensorflow.compat.v1 as tf

from ._spec import ModeKeys

LOSS = "loss"


def evaluate(estimator, input_fn, steps, hooks, checkpoint_path, name, keep_path=True):
    """Evaluate a checkpoint, write the summaries, and return the metrics.

    Args:
        estimator: the `Estimator`.
        input_fn: function that returns features and labels.
        steps: batches to evaluate, by default until the input ends.
        hooks: `tf.train.SessionRunHook`s.
        checkpoint_path: the checkpoint, by default the folder's last one.
        name: of this evaluation, for its folder.
        keep_path: whether the summaries hold the checkpoint's path.
    """
    path = checkpoint_path or estimator.latest_checkpoint()
    if not path:
        tf.logging.info(
            "Could not find trained model in model_dir: %s, running initialization to evaluate.",
            estimator.model_dir,
        )
    with tf.Graph().as_default():
        spec, update, values, input_hooks = build(estimator, input_fn)
        results = _run(
            estimator,
            spec,
            update,
            values,
            [*input_hooks, *hooks, *spec.evaluation_hooks],
            steps,
            path,
        )
    write_results(estimator.eval_dir(name), results, path if keep_path else None)
    return results


def build(estimator, input_fn):
    """Build the model in the default graph.

    Returns:
        The `EstimatorSpec`, the operation that evaluates a batch, the tensors of the metrics by
        name, the hooks of the input.
    """
    tf.set_random_seed(estimator.config.tf_random_seed)
    step = tf.train.create_global_step()
    features, labels, hooks = estimator._call_input_fn(input_fn, ModeKeys.EVAL)
    spec = estimator._call_model_fn(features, labels, ModeKeys.EVAL, estimator.config)
    if LOSS in spec.eval_metric_ops:
        raise ValueError(
            f'Metric with name "{LOSS}" is not allowed, because Estimator already defines a '
            "default metric with the same name."
        )
    metrics = {**spec.eval_metric_ops, LOSS: tf.metrics.mean(spec.loss)}
    values = {name: value for name, (value, _) in sorted(metrics.items())}
    update = tf.group(*(each for _, each in metrics.values()))
    values[tf.GraphKeys.GLOBAL_STEP] = step
    return spec, update, values, hooks


def _run(estimator, spec, update, values, hooks, steps, path):
    """Run the batches and return the final metrics."""
    final = tf.train.FinalOpsHook(values)
    creator = tf.train.ChiefSessionCreator(
        scaffold=spec.scaffold,
        master=estimator.config.evaluation_master,
        config=estimator._session_config(),
        checkpoint_filename_with_path=path,
    )
    tf.logging.info("Starting evaluation at %s", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
    with tf.train.MonitoredSession(creator, hooks=[*hooks, final]) as session:
        done = 0
        while not session.should_stop() and done != steps:
            session.run(update)
            done += 1
            if steps and (done == steps or done % max(1, steps // 10) == 0):
                tf.logging.info("Evaluation [%d/%d]", done, steps)
    tf.logging.info("Finished evaluation at %s", time.strftime("%Y-%m-%d-%H:%M:%S", time.gmtime()))
    return final.final_ops_values


def write_results(folder, results, checkpoint_path):
    """Write the metrics as summaries of their global step, and log them.

    Numbers become scalars; byte strings are taken as `Summary` protos.

    Args:
        folder: of the summaries.
        results: dict from names to the metrics' values.
        checkpoint_path: written as text.
    """
    step = results[tf.GraphKeys.GLOBAL_STEP]
    said = ", ".join(f"{name} = {_shown(value)}" for name, value in sorted(results.items()))
    tf.logging.info("Saving dict for global step %d: %s", step, said)
    writer = tf.summary.FileWriterCache.get(folder)
    summary = tf.Summary()
    for name, value in results.items():
        if value is not None and name != tf.GraphKeys.GLOBAL_STEP:
            _add(summary, name, value)
    writer.add_summary(summary, step)
    if checkpoint_path:
        tf.logging.info(
            "Saving 'checkpoint_path' summary for global step %d: %s", step, checkpoint_path
        )
        writer.add_summary(_text_summary("checkpoint_path", checkpoint_path), step)
    writer.flush()


def _shown(value):
    return "b'...'" if isinstance(value, bytes) else str(value)


def _add(summary, name, value):
    """Add one value to the summary, as a scalar or what its type requires."""
    if isinstance(value, bytes):
        parsed = tf.Summary.FromString(value)
        for index, each in enumerate(parsed.value):
            each.tag = f"{name}/{index}"
        summary.value.extend(parsed.value)
    elif isinstance(value, np.floating | np.integer | float | int | np.bool_):
        summary.value.add(tag=name, simple_value=float(value))
    elif isinstance(value, np.ndarray):
        summary.value.add(tag=name, tensor=tf.make_tensor_proto(value))
    else:
        tf.logging.warn(
            "Skipping summary for %s, must be a float, np.float32, np.int64, np.int32 or int or "
            "np.ndarray or a serialized string of Summary.",
            name,
        )


def _text_summary(tag, text):
    summary = tf.Summary()
    summary.value.add(tag=tag, tensor=tf.make_tensor_proto(text, dtype=tf.string))
    return summary
