"""Load a graph as a frozen one: a `.meta` with its checkpoint, a SavedModel, a frozen `.pb`."""

import os
import re

import numpy as np
import tensorflow.compat.v1 as tf
from google.protobuf.message import DecodeError

from tf1_rnn import inputs
from tf1_rnn.checkpoints import folder
from tf1_rnn.errors import UsageError
from tf1_rnn.exporting import feeding
from tf1_rnn.exporting.frozen_model import freeze
from tf1_rnn.exporting.functions import CALLS
from tf1_rnn.exporting.saved_model import SIGNATURE

UNKNOWN_SIZE = 4  # of random inputs, where a graph leaves a dimension open


def load(path, inputs=None, outputs=None, checkpoint=None, fixed=None):
    """Return a graph as a `FrozenModel`, under short names for its inputs and outputs.

    Args:
        path: a `.meta` file, the folder of a SavedModel, or a frozen graph.
        inputs: names of tensors; by default the placeholders that the outputs need, but those of
            one number with a default, or the SavedModel's signature.
        outputs: names of tensors; by default the ends of a frozen graph, or the signature's.
        checkpoint: of a `.meta`, the prefix of its checkpoint; by default the one of its name.
        fixed: by the names of tensors of one number, as text, the values that they always have.

    Raises:
        UsageError: in one line, a name that is missing or that the graph does not have.
        ValueError: in one line, what is wrong with the file.
    """
    with tf.Graph().as_default() as graph, tf.Session() as session:
        signed = _import(path, session, checkpoint)
        outputs = _named(graph, outputs) or signed[1] or _ends(path, graph)
        values = {
            tensor.name: feeding.value(tensor, text)
            for name, text in (fixed or {}).items()
            for tensor in _named(graph, [name]).values()
        }
        needed = _placeholders(session, outputs, values)
        inputs = _named(graph, inputs) or _only(signed[0], needed) or needed
        outputs = {name: _beside_calls(tensor) for name, tensor in outputs.items()}
        return _fed(feeding.cut(freeze(session, inputs, outputs), graph, values))


def _beside_calls(tensor):
    """Give what a function of TensorFlow 2 returns an operation that stays when it is inlined."""
    return tf.identity(tensor) if tensor.op.type in CALLS else tensor


def _only(inputs, needed):
    """Those of a signature's inputs that the outputs need."""
    names = {tensor.name for tensor in needed.values()}
    return {name: tensor for name, tensor in inputs.items() if tensor.name in names}


def _fed(model):
    """Check that a model's inputs are all that its outputs need.

    Raises:
        UsageError: in one line, if a placeholder is left.
    """
    given = model.inputs.values()
    nodes = model.graph_def.node
    left = [n.name for n in nodes if n.op == "Placeholder" and n.name + ":0" not in given]
    if left:
        raise UsageError(
            f"the outputs need {', '.join(left)} too; expected --inputs with all that they need, "
            "or --set=NAME=VALUE"
        )
    return model


def _import(path, session, checkpoint):
    """Bring a graph and its variables in; return the inputs and outputs of its signature."""
    if os.path.basename(path) == "saved_model.pb":
        path = os.path.dirname(path) or "."
    try:
        if os.path.exists(os.path.join(path, "saved_model.pb")):
            folder.require_regular(os.path.join(path, "saved_model.pb"))
            folder.require_regular(os.path.join(path, "variables", "variables"))
            return _saved_model(path, session)
        if os.path.isdir(path):
            os.listdir(path)  # says so where that is not allowed
            raise ValueError(f"{path} is not a SavedModel: it has no saved_model.pb")
        if path.endswith(".meta"):
            inputs.require_regular(path, inputs.GRAPH)
            _meta(path, session, checkpoint)
        else:
            content = inputs.read(path, inputs.GRAPH)
            tf.import_graph_def(tf.GraphDef.FromString(content), name="")
    except inputs.Unreadable as error:
        raise ValueError(f"{path}: {error}") from None
    except DecodeError:
        raise ValueError(
            f"{path} is not a graph; expected a .meta, a SavedModel's folder or a frozen .pb"
        ) from None
    except (tf.errors.OpError, OSError, RuntimeError, KeyError, IndexError) as error:
        reason = str(getattr(error, "strerror", None) or error).strip().splitlines()[0]
        unknown = re.match("Op type not registered '([^']*)'", reason)
        if unknown:
            reason = f"current TensorFlow has no operation {unknown[1]}, which it needs"
        raise ValueError(f"{path} cannot be read: {reason}") from None
    return {}, {}


def _saved_model(path, session):
    loaded = tf.saved_model.load(session, [tf.saved_model.tag_constants.SERVING], path)
    signatures = {k: s for k, s in loaded.signature_def.items() if s.outputs}
    if not signatures:
        return {}, {}
    signature = signatures.get(SIGNATURE) or signatures[sorted(signatures)[0]]
    return tuple(
        {name: session.graph.get_tensor_by_name(info.name) for name, info in sorted(each.items())}
        for each in (signature.inputs, signature.outputs)
    )


def _meta(path, session, checkpoint):
    saver = tf.train.import_meta_graph(path, clear_devices=True)
    prefix = checkpoint or path[: -len(".meta")]
    if os.path.isdir(prefix):
        prefix = (folder.prefixes(prefix) or [prefix])[-1]
    if not os.path.exists(prefix + ".index") and not os.path.exists(prefix):
        raise ValueError(f"there is no checkpoint {prefix}; expected --checkpoint=PREFIX")
    folder.require_regular(prefix)
    (saver or tf.train.Saver()).restore(session, prefix)
    session.run(tf.tables_initializer())


def _named(graph, names):
    """Return the tensors with the given names, as a dict by short name."""
    found = {}
    for name in names or []:
        try:
            tensor = graph.get_tensor_by_name(name if ":" in name else name + ":0")
        except (KeyError, ValueError):
            raise UsageError(f"the graph has no tensor {name}{_near(graph, name)}") from None
        found[_short(tensor, found)] = tensor
    return found


def _near(graph, name):
    import difflib

    near = difflib.get_close_matches(name, [node.name for node in graph.get_operations()], 1)
    return f"; did you mean {near[0]}?" if near else ""


def _short(tensor, taken):
    """Return a tensor's name without its scopes, or its full name if that one is taken.

    All outputs of an operation but the first have their place at the end, as `batch_1`.
    """
    full = tensor.op.name + (f"_{tensor.value_index}" if tensor.value_index else "")
    short = full.rpartition("/")[2]
    return full if short in taken else short


def _ends(path, graph):
    """Return the tensors that no other operation uses."""
    if any(node.type in ("VariableV2", "VarHandleOp") for node in graph.get_operations()):
        raise UsageError(
            "a graph with variables has many unused tensors; expected --outputs=TENSOR,..."
        )
    ends = [
        tensor
        for node in graph.get_operations()
        if node.type not in ("NoOp", "Assert", "Const", "Placeholder")
        for tensor in node.outputs
        if not tensor.consumers() and not any(each.consumers() for each in node.outputs)
        if not _is_pivot(node)
    ]
    if not ends:
        raise ValueError(f"{path} computes nothing")
    return _named(graph, [tensor.name for tensor in ends])


def _is_pivot(node):
    """Whether a node tells that a branch of `tf.cond` is taken, and has no value otherwise."""
    if node.type != "Identity" or node.inputs[0].op.type != "Switch":
        return False
    data, predicate = node.inputs[0].op.inputs
    return data is predicate


def _placeholders(session, outputs, fixed):
    nodes = [tensor.op.name for tensor in outputs.values()]
    kept = tf.graph_util.extract_sub_graph(session.graph.as_graph_def(), nodes)
    names = [n.name for n in kept.node if n.op == "Placeholder" or _is_default_of_many(n)]
    return _named(session.graph, [name for name in names if name + ":0" not in fixed])


def _is_default_of_many(node):
    """Whether a node is a placeholder with a default, but no switch such as `keep_prob`."""
    shape = node.attr["shape"].shape if "shape" in node.attr else None
    return node.op == "PlaceholderWithDefault" and (shape.unknown_rank or len(shape.dim) > 0)


def random_feed(model, batch_size=None):
    """Return inputs to try a model on.

    They are normal numbers; for vectors of integers, which are mostly lengths, numbers from one up
    to the steps there are; for other integers, which are mostly ids, zeros and ones. A single
    number, mostly a probability to keep, is 1, an integer the size of the batch, a switch is off.

    Args:
        model: a `FrozenModel`.
        batch_size: the size of the first dimension where the graph leaves it open.

    Raises:
        UsageError: in one line, an input of which not even the rank is known.
    """
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(model.graph_def, name="")
        tensors = {name: graph.get_tensor_by_name(each) for name, each in model.inputs.items()}
    shapes = {name: _shape(name, tensor, batch_size) for name, tensor in tensors.items()}
    steps = min((shape[1] for shape in shapes.values() if len(shape) > 1), default=1)
    rows = next((shape[0] for shape in shapes.values() if shape), 1)
    random = np.random.RandomState(0)
    return {
        name: np.asarray(
            _drawn(random, tensor.dtype, shapes[name], steps, rows), tensor.dtype.as_numpy_dtype
        )
        for name, tensor in tensors.items()
    }


def _drawn(random, dtype, shape, steps, rows):
    if not shape:
        return 1.0 if dtype.is_floating else rows * (dtype != tf.bool)
    if dtype.is_floating:
        return random.randn(*shape)
    if len(shape) > 1 or dtype == tf.bool:
        return random.randint(0, 2, shape)
    array = random.randint(1, max(steps, 1) + 1, shape)
    array[:1] = steps  # one sequence of all steps
    return array


def _shape(name, tensor, batch_size):
    if tensor.dtype == tf.string:
        raise UsageError(f"{name} takes strings; expected --samples=FILE.npz")
    if tensor.shape.rank is None:
        raise UsageError(f"the rank of {name} is unknown; expected --samples=FILE.npz")
    shape = [UNKNOWN_SIZE if size is None else size for size in tensor.shape.as_list()]
    if batch_size and shape and tensor.shape.as_list()[0] is None:
        shape[0] = batch_size
    return shape
