"""What a layer records besides its variables: losses, updates, metrics, and its input spec.

All layers of TensorFlow 1.x had these. A user's cell adds to them in its `call`; the cells of
this package have none.
"""

import contextlib
import contextvars
from collections.abc import Collection
from typing import Any

import tensorflow.compat.v1 as tf

from .hints import Activation, DTypeLike, ShapeLike

_inputs_of_call = contextvars.ContextVar("inputs_of_call", default=None)


class InputSpec:
    """What a layer expects of an input; None stands for anything.

    Args:
        dtype: type.
        shape: sizes, None for any; it says the rank, too.
        ndim: rank.
        max_ndim: largest rank.
        min_ndim: smallest rank.
        axes: dict from an axis, which may be negative, to its size.
    """

    def __init__(
        self,
        dtype: DTypeLike | None = None,
        shape: ShapeLike | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
    ) -> None:
        self.dtype = None if dtype is None else tf.as_dtype(dtype).name
        self.shape = None if shape is None else tuple(tf.TensorShape(shape).as_list())
        self.ndim = ndim if self.shape is None else len(self.shape)
        self.max_ndim, self.min_ndim = max_ndim, min_ndim
        self.axes = {int(axis): size for axis, size in (axes or {}).items()}

    def __repr__(self) -> str:
        names = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        said = [f"{name}={getattr(self, name)}" for name in names if getattr(self, name)]
        return f"InputSpec({', '.join(said)})"


def check_inputs(name: str, specs: Any, inputs: Any) -> None:
    """Raise ValueError unless inputs are as a layer expects them.

    Args:
        name: of the layer.
        specs: an InputSpec, or a list with one for each input; Keras's will do.
        inputs: a tensor, or a nested structure of them.
    """
    specs, tensors = tf.nest.flatten(specs), tf.nest.flatten(inputs)
    if len(specs) != len(tensors):
        raise ValueError(
            f"Layer {name} expects {len(specs)} inputs, but it received {len(tensors)} input "
            f"tensors. Inputs received: {tensors}"
        )
    for index, (spec, tensor) in enumerate(zip(specs, tensors, strict=True)):
        wrong = None if spec is None else _mismatch(spec, tf.convert_to_tensor(tensor))
        if wrong:
            raise ValueError(f"Input {index} of layer {name} is incompatible with it: {wrong}.")


def _mismatch(spec, tensor):
    """Return what is wrong with an input, in words; None where nothing is."""
    rank, wants = tensor.shape.rank, (spec.ndim, spec.min_ndim, spec.max_ndim)
    if rank is None:
        return None if wants == (None, None, None) else "its rank is unknown"
    full = f"Full shape received: {tensor.shape}"
    if spec.ndim is not None and rank != spec.ndim:
        return f"expected ndim={spec.ndim}, found ndim={rank}. {full}"
    if spec.max_ndim is not None and rank > spec.max_ndim:
        return f"expected max_ndim={spec.max_ndim}, found ndim={rank}. {full}"
    if spec.min_ndim is not None and rank < spec.min_ndim:
        return f"expected min_ndim={spec.min_ndim}, found ndim={rank}. {full}"
    if spec.dtype is not None and tf.as_dtype(spec.dtype) != tensor.dtype:
        return f"expected dtype={spec.dtype}, found dtype={tensor.dtype.name}"
    sizes = tensor.shape.as_list()
    expected = dict(spec.axes or {})
    expected.update(enumerate(spec.shape or ()))
    for axis, size in expected.items():
        size = getattr(size, "value", size)
        if size is not None and sizes[axis] not in (size, None):
            return f"expected axis {axis} to have size {size}. {full}"
    return None


class Mean:
    """A running mean of a value, `add_metric`'s; `updates` are the operations that add to it.

    Args:
        name: as given to `add_metric`.
        dtype: of the mean and its two variables, which are in no collection.
    """

    def __init__(self, name: str, dtype: DTypeLike = tf.float32) -> None:
        self.name, self.dtype, self.updates = name, tf.as_dtype(dtype).name, []
        self.variables = [
            tf.Variable(
                lambda: tf.zeros([], dtype),
                trainable=False,
                collections=[],
                name=part,
                use_resource=True,
            )
            for part in ("total", "count")
        ]

    weights = property(lambda self: self.variables)

    def update_state(self, values: tf.Tensor) -> tf.Operation:
        """Return the operation that adds values of any shape."""
        total, count = self.variables
        values = tf.cast(values, self.dtype)
        size = tf.cast(tf.size(values), self.dtype)
        return tf.group(total.assign_add(tf.reduce_sum(values)), count.assign_add(size))

    def result(self) -> tf.Tensor:
        """Return the mean of all values added, 0 for none."""
        total, count = self.variables
        return tf.math.divide_no_nan(total.read_value(), count.read_value())

    def reset_states(self) -> None:
        """Reset the mean, in the session that is open."""
        for variable in self.variables:
            variable.load(0, tf.get_default_session())


def _not_in_a_model(what):
    def get(self):
        raise AttributeError(f"Layer {self.name} is in no Keras model and has no {what}.")

    return property(get, doc=f"AttributeError: a cell is in no Keras model and has no {what}.")


def _at_no_node(what):
    def get(self, node_index):
        """Raise RuntimeError: a cell is in no Keras model."""
        raise RuntimeError(f"Layer {self.name} is in no Keras model and has no {what}.")

    return get


class LayerRecords(tf.Module):
    """The part of a layer that keeps losses, updates, metrics and expectations of inputs."""

    input_ndim = None  # the rank that the inputs must have, where a layer is strict about it
    floating_only = False  # whether variables must be floating-point
    dynamic = stateful = supports_masking = False
    _input_spec = None

    def _start_records(self, activity_regularizer=None, dynamic=False):
        self.dynamic, self._activity_regularizer = dynamic, activity_regularizer
        self._losses, self._callable_losses, self._updates, self._metrics = [], [], [], []

    @contextlib.contextmanager
    def _calling(self, inputs):
        """Let `add_update` know what the layer is called with."""
        token = _inputs_of_call.set(tf.nest.flatten(inputs))
        try:
            yield
        finally:
            _inputs_of_call.reset(token)

    # Losses.

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Add losses, also to the graph's collection of regularization losses.

        Args:
            losses: a scalar tensor, a number, a function without arguments that
                computes the loss whenever `losses` is read, or a list of them; None adds nothing.
            inputs: the tensors that the losses depend on; None for unconditional ones.
        """
        given = losses if isinstance(losses, (list, tuple)) else [losses]
        functions = [loss for loss in given if callable(loss)]
        tensors = [
            tf.convert_to_tensor(loss)
            for loss in [f() for f in functions] + [g for g in given if not callable(g)]
            if loss is not None
        ]
        for loss in tensors[len(functions) :]:
            self._losses.append((loss, inputs is None))
        self._callable_losses += functions
        for loss in tensors:
            tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, loss)

    @property
    def losses(self) -> list[tf.Tensor]:
        """The losses added, then those of regularizers; a scope's regularizer has the graph's."""
        return [loss for loss, _ in self._losses] + [loss() for loss in self._callable_losses]

    def get_losses_for(self, inputs: Any) -> list[tf.Tensor]:
        """Return the losses that depend on inputs, or, for None, on none."""
        if inputs is None:
            unconditional = [loss for loss, always in self._losses if always]
            return unconditional + [loss() for loss in self._callable_losses]
        return _reached(inputs, [loss for loss, always in self._losses if not always])

    def _regularized_by(self, regularizer, name, variable):
        def loss():
            with tf.name_scope(name + "/Regularizer"):
                return regularizer(variable)

        self._callable_losses.append(loss)

    @property
    def activity_regularizer(self) -> Activation | None:
        """Function of an output to a loss, which each call adds, divided by the batch; or None."""
        return self._activity_regularizer

    @activity_regularizer.setter
    def activity_regularizer(self, value: Activation | None) -> None:
        self._activity_regularizer = value

    def _regularize_activity(self, inputs, outputs):
        if self._activity_regularizer is None:
            return
        with tf.name_scope("ActivityRegularizer"):
            for output in tf.nest.flatten(outputs):
                batch = tf.cast(tf.shape(output)[0], output.dtype)
                self.add_loss(self._activity_regularizer(output) / batch, inputs=inputs)

    # Updates.

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Add operations to run with a training step.

        Args:
            updates: an operation, a tensor, a function that makes one, or a list of them.
            inputs: not used, as in TensorFlow 1.15: within a call, the call's inputs are used.
        """
        for update in updates if isinstance(updates, (list, tuple)) else [updates]:
            update = update() if callable(update) else update
            if not isinstance(update, tf.Operation):
                update = tf.convert_to_tensor(update).op
            reached = _reached(_inputs_of_call.get() or [], [update])
            self._updates.append((update, not reached))

    @property
    def updates(self) -> list[tf.Operation]:
        """The updates added; none while the layer is not trained."""
        return [update for update, _ in self._updates] if self.trainable or self.stateful else []

    def get_updates_for(self, inputs: Any) -> list[tf.Operation]:
        """Return the updates that depend on inputs, or, for None, on none."""
        known = self._updates if self.updates else []
        if inputs is None:
            return [update for update, always in known if always]
        return _reached(inputs, [update for update, always in known if not always])

    # Metrics.

    def add_metric(
        self, value: tf.Tensor, aggregation: str | None = None, name: str | None = None
    ) -> None:
        """Add the running mean of a value, which `metrics` then holds.

        Args:
            value: tensor.
            aggregation: "mean".
            name: of the metric; a second value of the same name goes into the same mean.

        Raises:
            ValueError: no name, or another aggregation.
        """
        if name is None:
            raise ValueError(
                "Please provide a name for your metric, as in add_metric(value, "
                "name='mean_activation', aggregation='mean')."
            )
        if aggregation != "mean":
            raise ValueError(f"add_metric takes aggregation='mean' only, but got {aggregation!r}.")
        known = next((metric for metric in self._metrics if metric.name == name), None)
        if known is None:
            known = Mean(name)
            self._metrics.append(known)
        known.updates.append(known.update_state(value))

    @property
    def metrics(self) -> list[Mean]:
        """The metrics added, each with `result()` and `variables`."""
        return list(self._metrics)

    # Input and output specifications.

    @property
    def input_spec(self) -> Any:
        """An InputSpec, a list of them, or None; may be set before a call."""
        if self._input_spec is None and self.input_ndim is not None:
            return InputSpec(ndim=self.input_ndim)
        return self._input_spec

    @input_spec.setter
    def input_spec(self, value: InputSpec | list[InputSpec] | None) -> None:
        self._input_spec = value
        self.input_ndim = None

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Return None: no cell has a mask; TypeError for one that is given."""
        if not self.supports_masking and any(m is not None for m in tf.nest.flatten(mask)):
            raise TypeError(
                f"Layer {self.name} does not support masking, but was passed an input_mask: {mask}"
            )
        return mask

    def compute_output_shape(self, input_shape: ShapeLike) -> tf.TensorShape:
        """Return the shape for one of inputs: what a subclass may write."""
        raise NotImplementedError(f"{type(self).__name__} has no compute_output_shape.")

    def compute_output_signature(self, input_signature: Any) -> Any:
        """Return a `tf.TensorSpec` by `compute_output_shape`, for one or more of inputs."""
        shapes = tf.nest.map_structure(lambda spec: spec.shape, input_signature)
        dtype = self.dtype or tf.nest.flatten(input_signature)[0].dtype
        return tf.nest.map_structure(
            lambda shape: tf.TensorSpec(shape, dtype), self.compute_output_shape(shapes)
        )

    # A place in a Keras model, which no cell has: it is called by the layer around it.

    inbound_nodes = property(lambda self: [], doc="Always empty: a cell is no node of a model.")
    outbound_nodes = property(lambda self: [], doc="Always empty: a cell is no node of a model.")

    @property
    def graph(self) -> None:
        """Always None, as in TensorFlow 1.15; RuntimeError when executing eagerly."""
        if tf.executing_eagerly():
            raise RuntimeError("Layer.graph not supported when executing eagerly.")

    input, output = _not_in_a_model("input"), _not_in_a_model("output")
    input_mask, output_mask = _not_in_a_model("input mask"), _not_in_a_model("output mask")
    input_shape, output_shape = _not_in_a_model("input shape"), _not_in_a_model("output shape")
    get_input_at, get_output_at = _at_no_node("input"), _at_no_node("output")
    get_input_mask_at, get_output_mask_at = _at_no_node("input mask"), _at_no_node("output mask")
    get_input_shape_at = _at_no_node("input shape")
    get_output_shape_at = _at_no_node("output shape")


def _reached(inputs, targets):
    """Return those of some tensors or operations that depend on inputs, in a graph."""
    if tf.executing_eagerly():
        return list(targets)
    starts = {tensor.op for tensor in tf.nest.flatten(inputs) if hasattr(tensor, "op")}
    return [target for target in targets if depends_on(getattr(target, "op", target), starts)]


def depends_on(operation: tf.Operation, starts: Collection[tf.Operation]) -> bool:
    """Return whether an operation is, or depends on, one of a set of operations."""
    seen, waiting = set(), [operation]
    while waiting:
        operation = waiting.pop()
        if operation in starts:
            return True
        if operation not in seen:
            seen.add(operation)
            waiting += [tensor.op for tensor in operation.inputs]
    return False
