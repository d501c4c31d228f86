"""A graph as a SavedModel: what TensorFlow Serving, and TensorFlow without this package, run."""

import json
import os

import tensorflow.compat.v1 as tf

from tf1_rnn.grappler import safe_config

SIGNATURE = "serving_default"
METADATA = os.path.join("assets.extra", "metadata.json")


def write(path, model):
    """Write a `FrozenModel` to a folder that does not exist yet.

    Its one signature is `serving_default`, for the tag `serve`. Its weights are constants of the
    graph. Metadata are in `assets.extra/metadata.json`, which TensorFlow Serving ignores.
    """
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.import_graph_def(model.graph_def, name="")
        tensors = [
            {
                name: tf.saved_model.build_tensor_info(graph.get_tensor_by_name(tensor))
                for name, tensor in names.items()
            }
            for names in (model.inputs, model.outputs)
        ]
        signature = tf.saved_model.build_signature_def(
            *tensors, tf.saved_model.signature_constants.PREDICT_METHOD_NAME
        )
        builder = tf.saved_model.Builder(path)
        builder.add_meta_graph_and_variables(
            session, [tf.saved_model.tag_constants.SERVING], {SIGNATURE: signature}
        )
        builder.save()
    if model.metadata:
        os.makedirs(os.path.join(path, "assets.extra"), exist_ok=True)
        with open(os.path.join(path, METADATA), "w", encoding="utf-8") as file:
            json.dump(model.metadata, file, ensure_ascii=False, indent=1)


def run(path, feed):
    """Return the outputs by name of a SavedModel, for inputs by name."""
    with tf.Graph().as_default(), tf.Session(config=safe_config()) as session:
        loaded = tf.saved_model.load(session, [tf.saved_model.tag_constants.SERVING], path)
        signature = loaded.signature_def[SIGNATURE]
        outputs = {name: info.name for name, info in signature.outputs.items()}
        tensors = {signature.inputs[name].name: array for name, array in feed.items()}
        found = session.run(list(outputs.values()), tensors)
        return dict(zip(outputs, found, strict=True))
