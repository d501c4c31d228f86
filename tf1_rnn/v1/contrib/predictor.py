"""`tf.contrib.predictor` of TensorFlow 1.x: a model as a function of arrays."""

import tensorflow.compat.v1 as _tf

from .. import _lazy


class Predictor:
    """A function from a dict of arrays to a dict of arrays.

    Args:
        graph: the graph of the tensors.
        session: the session to run them in.
        feed_tensors: dict from names to the tensors to feed.
        fetch_tensors: dict from names to the tensors to return.
    """

    def __init__(self, graph, session, feed_tensors, fetch_tensors):
        self.graph, self.session = graph, session
        self.feed_tensors, self.fetch_tensors = feed_tensors, fetch_tensors

    def __repr__(self):
        return (
            f"{type(self).__name__} with feed tensors {self.feed_tensors} and fetch_tensors "
            f"{self.fetch_tensors}"
        )

    def __call__(self, input_dict):
        """Return the outputs for the inputs; ValueError where an input has another name."""
        unexpected = set(input_dict) - set(self.feed_tensors)
        if unexpected:
            raise ValueError(
                f"Got unexpected keys in input_dict: {unexpected}\n"
                f"expected: {set(self.feed_tensors)}"
            )
        feeds = {self.feed_tensors[name]: value for name, value in input_dict.items()}
        return self.session.run(self.fetch_tensors, feeds)


def from_saved_model(
    export_dir,
    signature_def_key=None,
    signature_def=None,
    input_names=None,
    output_names=None,
    tags=None,
    graph=None,
    config=None,
):
    """Return a `Predictor` of a SavedModel.

    Args:
        export_dir: the folder.
        signature_def_key: key of the signature whose inputs and outputs it has, by default
            "serving_default".
        signature_def: that signature itself.
        input_names: dict from names of inputs to names of tensors, in place of a signature.
        output_names: dict from names of outputs to names of tensors, in place of a signature.
        tags: of the graph in the SavedModel, separated by commas, by default "serve".
        graph: where to load it, by default a new one.
        config: ConfigProto of the session.

    Raises:
        ValueError: more than one of key, signature and names, only one of the two names, or a
            key that is not in the SavedModel.
    """
    if (input_names is None) != (output_names is None):
        raise ValueError(
            "input_names and output_names must both be specified or both be unspecified."
        )
    if sum(given is not None for given in (signature_def_key, signature_def, input_names)) > 1:
        raise ValueError(
            "You must specify at most one of signature_def_key OR signature_def OR"
            "(input_names AND output_names)."
        )
    graph = graph or _tf.Graph()
    with graph.as_default():
        session = _tf.Session(config=config)
        tags = (tags or _tf.saved_model.tag_constants.SERVING).split(",")
        loaded = _tf.saved_model.loader.load(session, tags, export_dir)
    if input_names is None:
        signature = signature_def or _signature(loaded, signature_def_key)
        input_names, output_names = (
            {name: info.name for name, info in infos.items()}
            for infos in (signature.inputs, signature.outputs)
        )
    feeds, fetches = (
        {name: graph.get_tensor_by_name(tensor) for name, tensor in names.items()}
        for names in (input_names, output_names)
    )
    return Predictor(graph, session, feeds, fetches)


def from_estimator(estimator, serving_input_receiver_fn, output_key=None, graph=None, config=None):
    """Return a `Predictor` of an estimator's last checkpoint, without a SavedModel.

    Args:
        estimator: a `tf.estimator.Estimator`.
        serving_input_receiver_fn: makes the receiver, whose tensors are fed.
        output_key: which of the model's `export_outputs` is fetched, by default "serving_default".
        graph: where to build the model, by default a new one.
        config: ConfigProto of the session.

    Raises:
        TypeError: an estimator of `tf.contrib.learn`.
        KeyError: the model has no such output.
    """
    from ..contrib.learn import Estimator as _Older
    from ..estimator import ModeKeys

    if isinstance(estimator, _Older):
        raise TypeError(
            "Expected estimator to be of type tf.python.estimator.Estimator, but got type "
            "tf.contrib.learn.Estimator. You likely want to call from_contrib_estimator."
        )
    graph = graph or _tf.Graph()
    with graph.as_default():
        _tf.train.create_global_step()
        receiver = serving_input_receiver_fn()
        spec = estimator._call_model_fn(receiver.features, None, ModeKeys.PREDICT, estimator.config)
        signature = _output(spec, output_key).as_signature_def(receiver.receiver_tensors)
        creator = _tf.train.ChiefSessionCreator(
            scaffold=spec.scaffold,
            config=config,
            checkpoint_filename_with_path=estimator.latest_checkpoint(),
        )
        session = _tf.train.MonitoredSession(creator)
    feeds, fetches = (
        {name: graph.get_tensor_by_name(info.name) for name, info in infos.items()}
        for infos in (signature.inputs, signature.outputs)
    )
    return Predictor(graph, session, feeds, fetches)


def _output(spec, key):
    key = key or _tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
    if key not in spec.export_outputs:
        raise KeyError(f"output_key must be one of {spec.export_outputs.keys()}; got {key}")
    return spec.export_outputs[key]


def _signature(loaded, key):
    key = key or _tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
    if key not in loaded.signature_def:
        raise ValueError(
            f"Got signature_def_key {key!r}, but the SavedModel has {sorted(loaded.signature_def)}."
        )
    return loaded.signature_def[key]


_lazy.forward(__name__)
