"""A layer of TensorFlow 1.x: its name, its scope, its variables, and its properties.

Where the variables of a layer live is TensorFlow 1.x's rule, and checkpoints depend on it: the
first call opens a variable scope named after the layer, inside the scope that is then open, and
every later call comes back to it, from wherever it is made.
"""

import collections
import contextlib
import contextvars
import re
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
import tensorflow.compat.v1 as tf

from .arguments import check_floating_type, get_initializer
from .hints import DTypeLike, Initializer, ShapeLike, State
from .layer_records import LayerRecords, check_inputs

_Self = TypeVar("_Self", bound="Layer")

_names_given = weakref.WeakKeyDictionary()  # graph -> how often each name was requested
_keras_style_for_good = threading.Event()
_keras_style_here = contextvars.ContextVar("keras_style", default=False)
_observers = []  # called with each new variable


def set_keras_style() -> None:
    """Turn on permanently, in all threads, what `keras_style_scope` turns on temporarily."""
    _keras_style_for_good.set()


@contextlib.contextmanager
def keras_style_scope() -> Iterator[None]:
    """Let layers made inside own their variables as Keras's do: by object, not by name.

    Each makes variables of its own, in the name scope of its first call, and neither reuses nor
    takes an initializer from a variable scope.
    """
    token = _keras_style_here.set(True)
    try:
        yield
    finally:
        _keras_style_here.reset(token)


def observe_variables(observer: Callable[[tf.Variable], object]) -> Callable[[], None]:
    """Call a function with each variable that a layer makes from now on, shard by shard.

    Args:
        observer: function of a variable. An observer given twice is called once.

    Returns:
        A function without arguments that removes the observer.
    """
    if observer not in _observers:
        _observers.append(observer)
    return lambda: _observers.remove(observer) if observer in _observers else None


def snake_case(name: str) -> str:
    """Return a class name as TensorFlow 1.x spells it in a scope: `GRUCell` is `gru_cell`."""
    snake = re.sub(r"(?<=.)(?=[A-Z][a-z0-9])|(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return "private" + snake if snake.startswith("_") else snake


def unique_name(base, from_zero=False):
    """Return `base_1`, `base_2`, ... in a graph; from zero, as Keras counts, `base` comes first."""
    counts = _names_given.setdefault(tf.get_default_graph(), collections.Counter())
    counts[base] += 1
    number = counts[base] - from_zero
    return f"{base}_{number}" if number else base


def _default_initializer(dtype):
    """Return what TensorFlow starts a variable of a type with, which custom getters can see."""
    return tf.glorot_uniform_initializer() if dtype.is_floating else tf.zeros_initializer()


class Layer(LayerRecords):
    """A layer, whose subclass makes its variables in `build` or `call`.

    Args:
        trainable: whether the variables go into `tf.trainable_variables()`.
        name: the scope of the variables; by default the class name in snake case.
        dtype: type of the variables; by default that of the first inputs.
        reuse: (as `_reuse`) whether to share existing variables of the same names; only ever
            True or None here, `tf.AUTO_REUSE` included.
        activity_regularizer: function of each output to a loss that a call adds, over the batch.
        dynamic: not used; kept for compatibility.
        weights: arrays that the variables are set to when they are made, in the open session;
            as in 1.15.5 without effect if none is open.
    """

    def __init__(
        self,
        trainable: bool = True,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        **kwargs: Any,
    ) -> None:
        reuse = kwargs.pop("_reuse", None)
        scope = kwargs.pop("_scope", None)
        self._start_records(kwargs.pop("activity_regularizer", None), kwargs.pop("dynamic", False))
        self._given_weights = kwargs.pop("weights", None)
        for unused in ("autocast", "batch_input_shape", "batch_size", "input_shape"):
            kwargs.pop(unused, None)  # of Keras's models; 1.15.5 ignored them too
        if kwargs:
            raise TypeError(f"Keyword argument not understood: {sorted(kwargs)[0]!r}")
        self._base_name = name or snake_case(type(self).__name__)
        self._layer_name = name or unique_name(self._base_name)
        self._reuse = reuse
        self._keras_style = _keras_style_for_good.is_set() or _keras_style_here.get()
        self._trainable = trainable
        self._dtype_name = None
        if dtype is not None:
            self._set_dtype(dtype)
        self._trainable_weights, self._non_trainable_weights = [], []
        self._scope = self._outer_scope = None
        self.built, self._built_for = False, None
        if scope is not None:
            with tf.variable_scope(scope) as self._scope:
                pass

    def _set_dtype(self, dtype):
        """Fix the type of the variables, before an initializer meets one that it cannot fill."""
        if self.floating_only:
            check_floating_type(dtype)
        self._dtype_name = tf.as_dtype(dtype).name

    # What a checkpoint of objects (`tf.train.Checkpoint`) finds in a cell.

    def __setattr__(self, name, value):
        # Past tf.Module's tracking: as in TensorFlow 1.x, no attribute is found by its own name.
        object.__setattr__(self, name, value)

    def _found_as(self, name, value):
        """Let a checkpoint find a variable by its name in the scope, or a cell, as 1.15.5 did."""
        if not hasattr(type(self), name):
            super().__setattr__(name, value)

    # The call, and where its variables live.

    def _call_in_scope(self, scope, inputs, state, *args, **kwargs):
        self._set_scope(scope)
        with self._reopened_scope():
            inputs = self._checked_inputs(inputs)
            if not self.built:
                self._build_for(inputs)
            try:
                with self._calling(inputs):
                    made = _with_autograph(self.call)(inputs, state, *args, **kwargs)
                self._regularize_activity(inputs, made)
                return made
            except ValueError as error:
                clearer = self._explained(inputs)
                if clearer is None:
                    raise
                raise clearer from error

    def _set_scope(self, scope=None):
        """Fix the cell's scope, once: the scope given, or a new one in the open scope."""
        if self._keras_style and scope is not None:
            raise ValueError(
                f"scope argument not allowed when keras style layers are enabled, but saw: {scope}"
            )
        if self._scope is not None or self._keras_style:
            return
        if self._reuse:
            opened = tf.variable_scope(self._base_name if scope is None else scope)
        else:
            opened = tf.variable_scope(scope, default_name=self._base_name)
        with opened as self._scope:
            pass

    @contextlib.contextmanager
    def _reopened_scope(self):
        if self._keras_style:
            with tf.name_scope(self.name):
                yield
            return
        reuse = True if self.built else self._reuse
        scope = tf.variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False)
        with scope as opened, tf.name_scope(opened.original_name_scope):
            yield

    def _checked_inputs(self, inputs):
        if self.input_ndim is None:
            if self._input_spec is not None:
                check_inputs(self.name, self._input_spec, inputs)
            return inputs
        if isinstance(inputs, (list, tuple)):
            raise ValueError(
                f"{self.name} expects one tensor as inputs, but got a "
                f"{type(inputs).__name__} of {len(inputs)}."
            )
        inputs = tf.convert_to_tensor(inputs)
        rank = inputs.shape.rank
        if rank != self.input_ndim:
            saw = "an unknown rank" if rank is None else f"{rank} (shape {inputs.shape})"
            raise ValueError(
                f"{self.name} expects inputs of rank {self.input_ndim}, but saw {saw}. A whole "
                "sequence [batch, time, depth] goes through tf.nn.dynamic_rnn."
            )
        return inputs

    def _build_for(self, inputs):
        tensors = [t for t in tf.nest.flatten(inputs) if hasattr(t, "dtype")]
        if self._dtype_name is None and tensors:
            self._set_dtype(tensors[0].dtype)
        self._built_for = _shapes_of(inputs)
        self.build(self._built_for)
        self.built = True
        if self._given_weights is not None:
            self._take_given_weights()

    def _take_given_weights(self):
        is_open = tf.executing_eagerly() or tf.get_default_session() is not None
        if is_open or len(self._given_weights) != len(self.weights):
            self.set_weights(self._given_weights)  # which says what a wrong number should be

    def _explained(self, inputs):
        """Return why a call failed, if it met inputs of another depth than the first; else None."""
        before, now = (_depths(shapes) for shapes in (self._built_for, _shapes_of(inputs)))
        if before is None or before == now:
            return None
        return ValueError(
            f"{self.name} was first called with inputs of depth {before}, and has its weights for "
            f"that, but now got {now}. An object called twice shares its weights: make one for "
            "each layer."
        )

    def build(self, inputs_shape: ShapeLike) -> None:
        """Make the variables, at the first call, for inputs `[batch, depth]`."""
        return  # AutoGraph converts a user's cells, and fails on a body that is only a docstring

    def call(self, inputs: Any, state: State) -> Any:
        """Run one time step inside the cell's scope: what a subclass writes."""
        raise NotImplementedError(f"{type(self).__name__} has no call(inputs, state).")

    def apply(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Call the cell, as `cell(inputs, ...)` does."""
        return self(inputs, *args, **kwargs)

    # Variables.

    def add_variable(
        self,
        name: str,
        shape: ShapeLike | None = None,
        dtype: DTypeLike | None = None,
        initializer: Initializer | str | None = None,
        regularizer: Callable[[tf.Tensor], tf.Tensor] | None = None,
        trainable: bool | None = None,
        constraint: Callable[[tf.Tensor], tf.Tensor] | None = None,
        use_resource: bool | None = None,
        synchronization: tf.VariableSynchronization = tf.VariableSynchronization.AUTO,
        aggregation: tf.VariableAggregation = tf.VariableAggregation.NONE,
        partitioner: Callable[..., list[int]] | None = None,
        **kwargs: Any,
    ) -> tf.Variable:
        """Make a variable in the layer's scope, or find it if it is shared.

        Args:
            name: of the variable within the layer's scope.
            shape: of the variable.
            dtype: of the variable, by default the layer's.
            initializer: a callable or its name, by default the scope's.
            regularizer: function of the variable to a loss, which `losses` then has.
            trainable: whether it is trained, if the layer is; by default unless it is synchronized
                on reading.
            constraint: function of the variable to its new value, after each training step.
            use_resource: whether it is a resource variable, by default the scope's.
            synchronization: when copies of it are aggregated, where it has several.
            aggregation: how they are.
            partitioner: function that splits it into shards, by default the scope's.
            **kwargs: for `tf.get_variable`.
        """
        on_read = synchronization == tf.VariableSynchronization.ON_READ
        if on_read and trainable:
            raise ValueError(
                f"{name} is synchronized on reading, and cannot be trained: leave trainable out."
            )
        trainable = not on_read if trainable is None else trainable
        dtype = tf.as_dtype(dtype or self.dtype or tf.float32)
        initializer = get_initializer(initializer)
        options = {
            "name": name,
            "trainable": trainable and self.trainable,
            "constraint": constraint,
            "synchronization": synchronization,
            "aggregation": aggregation,
        }
        if self._keras_style:
            initializer = initializer or _default_initializer(dtype)
            variable = tf.Variable(
                lambda: initializer(shape, dtype=dtype), use_resource=True, **options
            )
        else:
            self._set_scope()
            reuse = True if self.built else self._reuse
            with tf.variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False) as scope:
                if initializer is None:
                    initializer = scope.initializer or _default_initializer(dtype)
                variable = tf.get_variable(
                    shape=shape,
                    dtype=dtype,
                    initializer=initializer,
                    regularizer=regularizer,
                    use_resource=use_resource,
                    partitioner=partitioner,
                    **options,
                    **kwargs,
                )
        if regularizer is not None:
            self._regularized_by(regularizer, name, variable)
        self._track(variable)
        if hasattr(variable, "trainable"):  # not one in shards, nor a tensor, as in 1.15.5
            self._found_as(name, variable)
        return variable

    add_weight = add_variable

    def _track(self, variable):
        # A custom getter of the scope may have made it not trainable.
        kept = self._trainable_weights if _is_trainable(variable) else self._non_trainable_weights
        if not any(variable is known for known in kept):
            kept.append(variable)
            for observer in list(_observers):
                for part in _parts(variable):
                    observer(part)

    def _children(self):
        """Return the cells and layers in the attributes of this one, in their order."""
        own = ("_trainable_weights", "_non_trainable_weights")
        values = [value for key, value in vars(self).items() if key not in own]
        return [
            leaf
            for value in values
            if isinstance(value, (tf.Module, list, tuple))
            for leaf in (value if isinstance(value, (list, tuple)) else [value])
            if isinstance(leaf, tf.Module) and hasattr(leaf, "trainable_weights")
        ]

    @property
    def trainable_weights(self) -> list[tf.Variable]:
        """The variables that are trained, in the order they were made."""
        if not self.trainable:
            return []
        return _unique(self._trainable_weights, *[c.trainable_weights for c in self._children()])

    @property
    def non_trainable_weights(self) -> list[tf.Variable]:
        """The variables that are not trained."""
        frozen = _unique(
            self._non_trainable_weights, *[c.non_trainable_weights for c in self._children()]
        )
        if self.trainable:
            return frozen
        trained = _unique(self._trainable_weights, *[c.trainable_weights for c in self._children()])
        return _unique(trained, frozen)

    @property
    def weights(self) -> list[tf.Variable]:
        """All variables: the trained ones, then the others."""
        return self.trainable_weights + self.non_trainable_weights

    @property
    def variables(self) -> list[tf.Variable]:
        """The same as `weights`."""
        return self.weights

    @property
    def trainable_variables(self) -> list[tf.Variable]:
        """The same as `trainable_weights`."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[tf.Variable]:
        """The same as `non_trainable_weights`."""
        return self.non_trainable_weights

    def count_params(self) -> int:
        """Return the number of values in all variables together; ValueError before any call."""
        if not self.built:
            raise ValueError(
                f"count_params of {self.name} has no weights to count: call the cell first."
            )
        return sum(v.shape.num_elements() for v in self.weights)

    def get_weights(self) -> list[np.ndarray]:
        """Return the values of `weights`, a list of arrays, in the session that is open."""
        return self._run(self.weights)

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Set the values of `weights`, in the session that is open.

        Args:
            weights: arrays in the order and of the shapes of `weights`; else ValueError.
        """
        if len(weights) != len(self.weights):
            raise ValueError(
                f"set_weights of {self.name} expects {len(self.weights)} arrays, one for each of "
                f"{[v.name for v in self.weights]}, but got {len(weights)}. A cell has its "
                "weights from its first call on."
            )
        if tf.executing_eagerly():
            for variable, value in zip(self.weights, weights, strict=True):
                variable.assign(value)
        else:
            initializers = [v.initializer for v in self.weights]
            feeds = zip((each.inputs[1] for each in initializers), weights, strict=True)
            self._run(initializers, dict(feeds))

    def _run(self, fetches, feeds=None):
        if tf.executing_eagerly():
            return [each.numpy() for each in fetches]
        session = tf.get_default_session()
        if session is None:
            raise ValueError(
                f"The weights of {self.name} live in a session, and none is open here. "
                "Ask inside `with tf.Session()`."
            )
        return session.run(fetches, feeds)

    # Properties and configuration.

    @property
    def name(self) -> str:
        """The name given, or one made unique in the graph; `scope_name` is where variables are."""
        return self._layer_name

    @property
    def scope_name(self) -> str:
        """Name of the variable scope, known from the first call on."""
        if self._scope is None:
            raise ValueError(f"{self.name} has no scope before its first call.")
        return self._scope.name

    @property
    def dtype(self) -> str | None:
        """Name of the type of the variables, or None before the first call."""
        return self._dtype_name

    @property
    def trainable(self) -> bool:
        """Whether the variables are trained; may be set before the first call."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = value

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that `from_config` makes an equal cell from."""
        return {"name": self.name, "trainable": self.trainable, "dtype": self.dtype}

    @classmethod
    def from_config(cls: type[_Self], config: dict[str, Any]) -> _Self:
        """Return a new cell from what `get_config` returned."""
        return cls(**config)


def _shapes_of(inputs):
    return tf.nest.map_structure(
        lambda t: tf.TensorShape(t.shape) if hasattr(t, "shape") else None, inputs
    )


def _depths(shapes):
    """Return the last sizes of inputs: one, or a list where there are several."""
    flat = [shape for shape in tf.nest.flatten(shapes) if isinstance(shape, tf.TensorShape)]
    depths = [shape.as_list()[-1] if shape.rank else None for shape in flat]
    return depths[0] if len(depths) == 1 else depths


def _parts(variable):
    """Return the variables that make up one: itself, its shards, or none for a getter's tensor."""
    if hasattr(variable, "trainable"):
        return [variable]
    return [] if tf.is_tensor(variable) else list(variable)


def _is_trainable(variable):
    """Return whether a variable is trained; a getter's tensor is not, as in 1.15.5."""
    parts = _parts(variable)
    return bool(parts) and parts[0].trainable


def _unique(*lists):
    return list({id(item): item for items in lists for item in items}.values())


def _with_autograph(call):
    """Convert the `call` of a user's cell, whose Python `if` may test a tensor, as 1.15 did."""
    module = getattr(call, "__module__", None) or ""
    if module.partition(".")[0] == __name__.partition(".")[0] or tf.executing_eagerly():
        return call
    try:
        converted = tf.autograph.to_graph(call.__func__)
    except Exception:  # no source at hand: the call runs as it is written
        return call
    return lambda *args, **kwargs: converted(call.__self__, *args, **kwargs)
