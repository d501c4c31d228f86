"""One call of `Estimator.export_saved_model`: a checkpoint as a SavedModel."""

import os
import shutil
import time

import tensorflow.compat.v1 as tf

from ._spec import ModeKeys
from .export import ClassificationOutput, PredictOutput, RegressionOutput

_TAGS = {
    ModeKeys.PREDICT: [tf.saved_model.tag_constants.SERVING],
    ModeKeys.TRAIN: [tf.saved_model.tag_constants.TRAINING],
    ModeKeys.EVAL: ["eval"],
}
_DEFAULT = tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
_ORDER = (ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT)
_KINDS = {
    "Classify": ClassificationOutput,
    "Regress": RegressionOutput,
    "Predict": PredictOutput,
}


def export(estimator, base, receivers, assets_extra, as_text, path, strip_default_attrs):
    """Write a SavedModel of one or more modes; see `Estimator.export_saved_model`.

    Args:
        estimator: the `Estimator`.
        base: the folder of the new folder.
        receivers: a dict from modes to functions that make receivers.
        assets_extra: a dict from paths within `assets.extra` to files that are copied there.
        as_text: write the graph as text.
        path: the checkpoint, by default the folder's last one.
        strip_default_attrs: leave out attributes of nodes that have their default.

    Returns:
        The folder, as bytes.
    """
    path = path or estimator.latest_checkpoint()
    if not path:
        raise ValueError(f"Couldn't find trained model at {estimator.model_dir}.")
    folder = folder_named_by_time(base)
    unfinished = os.path.join(os.path.dirname(folder), f"temp-{os.path.basename(folder)}")
    builder = tf.saved_model.Builder(unfinished)
    modes = [mode for mode in _ORDER if mode in receivers]
    if not modes:
        raise ValueError(f"No valid modes for exporting found. Got {list(receivers)}.")
    for number, mode in enumerate(modes):
        _add(estimator, builder, mode, receivers[mode], path, number > 0, strip_default_attrs)
    builder.save(as_text)
    _copy_assets(unfinished, assets_extra)
    os.rename(unfinished, folder)
    return tf.compat.as_bytes(folder)


def folder_named_by_time(base):
    """Return the path of a new folder in `base`, whose name is the time in seconds."""
    base = tf.compat.as_str_any(base)
    seconds = int(time.time())
    while os.path.exists(os.path.join(base, str(seconds))):
        seconds += 1  # as the clock would in the end
    return os.path.join(base, str(seconds))


def _add(estimator, builder, mode, make_receiver, path, variables_saved, strip):
    """Build the model in a mode, restore the checkpoint and add both to the SavedModel."""
    with tf.Graph().as_default():
        tf.train.create_global_step()
        tf.set_random_seed(estimator.config.tf_random_seed)
        receiver = make_receiver()
        spec = estimator._call_model_fn(
            receiver.features, getattr(receiver, "labels", None), mode, estimator.config
        )
        signatures = _signatures(spec, receiver, mode)
        with tf.Session(config=estimator._session_config()) as session:
            local = spec.scaffold.local_init_op or tf.train.Scaffold.default_local_init_op()
            saver = spec.scaffold.saver or tf.train.Saver(sharded=True)
            saver.restore(session, path)
            arguments = {
                "tags": _TAGS[mode],
                "signature_def_map": signatures,
                "assets_collection": tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS),
                "main_op": local,
                "saver": saver,
                "strip_default_attrs": strip,
            }
            if variables_saved:
                builder.add_meta_graph(**arguments)
            else:
                builder.add_meta_graph_and_variables(session, **arguments)


def _signatures(spec, receiver, mode):
    """Return the signatures of a model, by name, and log which fit and which do not."""
    if mode != ModeKeys.PREDICT:
        return _supervised_signature(spec, receiver, mode)
    fitting, excluded = {}, {}
    inputs = {"": receiver.receiver_tensors, **(receiver.receiver_tensors_alternatives or {})}
    for prefix, tensors in inputs.items():
        for name, output in spec.export_outputs.items():
            name = name or _DEFAULT
            key = f"{prefix}:{name}" if prefix else name
            try:
                fitting[key] = output, output.as_signature_def(tensors)
            except ValueError as error:
                excluded[key] = str(error)
    kinds = {key: _kind_of(output) for key, (output, _) in fitting.items()}
    _log_signatures(kinds, excluded)
    return {key: signature for key, (_, signature) in fitting.items()}


def _kind_of(output):
    return next((kind for kind, of_kind in _KINDS.items() if isinstance(output, of_kind)), None)


def _log_signatures(kinds, excluded=None):
    """Log which signatures are written, by their kinds, and which are not.

    Args:
        kinds: dict from the written ones' names to their kinds.
        excluded: dict from the other ones' names to why.
    """
    for kind in (*_KINDS, "Train", "Eval"):
        keys = [key for key, of_key in kinds.items() if of_key == kind]
        tf.logging.info("Signatures INCLUDED in export for %s: %s", kind, keys or None)
    if excluded:
        tf.logging.info(
            "Signatures EXCLUDED from export because they cannot be be served via TensorFlow "
            "Serving APIs:"
        )
        for key, reason in excluded.items():
            tf.logging.info("'%s' : %s", key, reason)
    if not kinds:
        tf.logging.warn("Export includes no signatures!")
    elif _DEFAULT not in kinds:
        tf.logging.warn("Export includes no default signature!")


def _supervised_signature(spec, receiver, mode):
    """Return the one signature of a training or an evaluation graph."""
    outputs = {"loss": spec.loss} if spec.loss is not None else {}
    predictions = spec.predictions
    if not isinstance(predictions, dict):
        predictions = {"output": predictions}
    outputs.update({f"predictions/{name}": each for name, each in predictions.items()})
    for name, (value, update) in (spec.eval_metric_ops or {}).items():
        outputs[f"metrics/{name}/value"] = value
        outputs[f"metrics/{name}/update_op"] = tf.convert_to_tensor(update)
    signature = tf.saved_model.signature_def_utils.build_signature_def(
        *(
            {name: tf.saved_model.utils.build_tensor_info(each) for name, each in tensors.items()}
            for tensors in (receiver.receiver_tensors, outputs)
        ),
        method_name={
            ModeKeys.TRAIN: "tensorflow/supervised/training",
            ModeKeys.EVAL: "tensorflow/supervised/eval",
        }[mode],
    )
    _log_signatures({mode: {ModeKeys.TRAIN: "Train", ModeKeys.EVAL: "Eval"}[mode]})
    return {mode: signature}


def _copy_assets(folder, assets_extra):
    for name, source in (assets_extra or {}).items():
        target = os.path.join(folder, "assets.extra", name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(source, target)
