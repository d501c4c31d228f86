"""Wrappers that are cells around a cell: dropout, a residual connection, a device.

None of them opens a variable scope or owns a variable: those of the wrapped cell keep the names
they would have without it; `wrapper.cell.variables` lists them.
"""

import base64
import contextlib
import contextvars
import hashlib
import itertools
import marshal
import numbers
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import tensorflow.compat.v1 as tf

from . import recurrences
from .dropout import dropout, uniform
from .hints import DTypeLike, Scope, Size, State
from .layer_records import depends_on
from .lstm import LSTMStateTuple
from .rnn_cell import RNNCell


def check_cell(cell: Any) -> None:
    """Raise TypeError unless `cell` has what TensorFlow's loops need."""
    missing = [
        f"no {attribute}"
        for attribute in ("output_size", "state_size")
        if not hasattr(cell, attribute)
    ]
    if not (hasattr(cell, "zero_state") or hasattr(cell, "get_initial_state")):
        missing.append("no zero_state or get_initial_state")
    if not callable(cell):
        missing.append("not callable")
    if missing:
        raise TypeError(
            f"The argument 'cell' ({cell}) is not an RNNCell: {', '.join(missing)}. "
            "Give a cell, such as GRUCell(num_units)."
        )


def check_same_shapes(inputs: Any, outputs: Any) -> None:
    """Raise unless two structures are alike, with compatible static shapes leaf by leaf."""
    tf.nest.assert_same_structure(inputs, outputs)
    tf.nest.map_structure(lambda i, o: i.shape.assert_is_compatible_with(o.shape), inputs, outputs)


# Code and module of the functions that configs of this process hold. They run here anyway, so
# making them again needs no consent.
_written_here: set[tuple[str, str]] = set()


def _function_to_config(function):
    """Return what `from_config` needs of a function: its code, or the name of a callable."""
    if isinstance(function, types.FunctionType):
        code = base64.encodebytes(marshal.dumps(function.__code__)).decode("ascii")
        _written_here.add((code, function.__module__))
        cells = function.__closure__
        closure = None if cells is None else tuple(cell.cell_contents for cell in cells)
        return (code, function.__defaults__, closure), "lambda", function.__module__
    if callable(function):
        # NumPy's own functions name no module before NumPy 2.
        return function.__name__, "function", getattr(function, "__module__", None)
    raise ValueError(f"{function!r} is not a function, so no config can be made of it.")


def _function_from_config(value, kind, module, custom_objects, safe_mode):
    if kind == "function":
        if value not in (custom_objects or {}):
            raise ValueError(f"Unknown function {value!r}. Give it in custom_objects.")
        return custom_objects[value]
    code, defaults, closure = value
    if safe_mode and (code, module) not in _written_here:
        raise ValueError(
            "The config holds the code of a function, which may do anything when it is run. If you "
            "trust where the config comes from, give safe_mode=False to from_config."
        )
    try:
        code = marshal.loads(base64.decodebytes(code.encode("ascii")))
    except (EOFError, TypeError, ValueError):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise ValueError(
            "The config holds a function that another version of Python wrote, which Python "
            f"{version} cannot read. Make the wrapper again, with the function itself."
        ) from None
    names = vars(sys.modules.get(module, sys.modules[__name__]))
    cells = None if closure is None else tuple(types.CellType(held) for held in closure)
    return types.FunctionType(
        code, names, code.co_name, None if defaults is None else tuple(defaults), cells
    )


_draws_of_sequence: contextvars.ContextVar[tuple[int | str | None, Iterator[int] | None]] = (
    contextvars.ContextVar("draws_of_sequence", default=(None, None))
)


@contextlib.contextmanager
def draws_of_sequence(seed: int | str | None) -> Iterator[None]:
    """Let dropout inside be drawn for whole sequences, each time by a seed of its own.

    Args:
        seed: what wrappers without a seed draw by, in place of the graph; None for the graph.
    """
    token = _draws_of_sequence.set((seed, itertools.count()))
    try:
        yield
    finally:
        _draws_of_sequence.reset(token)


def derived_seed(seed: int | None, salt: str, index: int) -> int | None:
    """Return the seed of one random operation of a layer, as TensorFlow 1.x derived it.

    Args:
        seed: the layer's own, or None.
        salt: what is drawn, in a word.
        index: of it among its like.

    Returns:
        An int, or None for the graph's. For whole sequences each operation has one of its own.
    """
    for_sequences, numbers = _draws_of_sequence.get()
    own = for_sequences if seed is None else seed
    if own is None:
        return None
    number = "" if numbers is None else next(numbers)
    return (
        int(hashlib.md5(f"{own}{salt}_{index}{number}".encode()).hexdigest()[:8], 16) & 0x7FFFFFFF
    )


class Wrapper(RNNCell):
    """A cell that takes its sizes and its zero state from the one it wraps, `_cell`."""

    @property
    def state_size(self) -> Size:
        """That of the wrapped cell."""
        return self._cell.state_size

    @property
    def output_size(self) -> Size:
        """That of the wrapped cell."""
        return self._cell.output_size

    def zero_state(self, batch_size: int | tf.Tensor, dtype: DTypeLike) -> State:
        """Return the zero state of the wrapped cell."""
        with tf.name_scope(type(self).__name__ + "ZeroState"):
            return self._cell.zero_state(batch_size, dtype)


_Self = TypeVar("_Self", bound="_CellWrapper")


class _CellWrapper(Wrapper):
    """A wrapper without a scope of its own, which can be made again from its config."""

    # (argument, config keys of its value, kind and module)
    _function_keys: tuple[tuple[str, tuple[str, str, str]], ...] = ()

    def __init__(self, cell: RNNCell, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_cell(cell)
        self._found_as("cell", cell)

    @property
    def _cell(self):
        return self.cell

    def _children(self):
        return []  # as in TensorFlow 1.x: `variables` of these wrappers is always empty

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor; `cell` as class name and config."""
        cell = {"class_name": type(self.cell).__name__, "config": self.cell.get_config()}
        return {**super().get_config(), "cell": cell}

    def _config_of(self, function, argument):
        keys = dict(self._function_keys)[argument]
        return dict(zip(keys, _function_to_config(function), strict=True))

    @classmethod
    def from_config(
        cls: type[_Self],
        config: dict[str, Any],
        custom_objects: dict[str, Callable] | None = None,
        safe_mode: bool = True,
    ) -> _Self:
        """Return a new wrapper from what `get_config` returned.

        Args:
            config: dict, in which `cell` was replaced by a cell (made with its own
                `from_config`).
            custom_objects: dict from names to callables, for those that are no plain function.
            safe_mode: whether to refuse plain functions and lambdas, which a config holds as
                code, unless `get_config` wrote them in this process. False makes all of them
                again: only for configs that you trust.

        Raises:
            ValueError: no cell, an unknown callable, code in safe mode, or code of another Python.
        """
        config = dict(config)
        for argument, keys in cls._function_keys:
            if keys[0] in config:
                value = [config.pop(key) for key in keys]
                config[argument] = _function_from_config(
                    *value, custom_objects=custom_objects, safe_mode=safe_mode
                )
        cell = config.pop("cell")
        try:
            check_cell(cell)
        except TypeError:
            raise ValueError(
                f"from_config of {cls.__name__} cannot make the wrapped cell from {cell!r}. "
                "Put a cell into config['cell']."
            ) from None
        return cls(cell, **config)


def variational_dropout(
    value: tf.Tensor, noise: tf.Tensor, keep_prob: float | tf.Tensor
) -> tf.Tensor:
    """Return `value / keep_prob` where `noise + keep_prob` reaches 1, and 0 elsewhere.

    Args:
        value: tensor `[batch, ...]`.
        noise: uniform on [0, 1), `[1, ...]`: one mask for the whole batch and all steps.
        keep_prob: scalar.
    """
    mask = tf.floor(keep_prob + noise)
    dropped = tf.realdiv(value, keep_prob, name="div") * mask
    dropped.set_shape(value.shape)
    return dropped


def _drops_all_but_lstm_memory(state):
    if isinstance(state, LSTMStateTuple):
        return LSTMStateTuple(c=False, h=True)
    return not isinstance(state, tf.TensorArray)


def _branches(structure):
    return (
        [structure[key] for key in sorted(structure)]
        if isinstance(structure, dict)
        else list(structure)
    )


def _drop_groups(visitor, state):
    """Yield `(number of tensors, whether to drop them)` for the parts of a nested state."""
    answer = visitor(state)
    if not tf.nest.is_nested(state):
        if not isinstance(answer, bool):
            raise TypeError(
                f"dropout_state_filter_visitor returned {answer!r} for {state}. "
                "Return True or False for a tensor."
            )
        yield 1, answer
        return
    if answer is False:
        yield len(tf.nest.flatten(state)), False
        return
    branches = _branches(state)
    if answer is True:
        flags = [True] * len(branches)
    else:
        flags = _checked_flags(answer, state)
    for flag, branch in zip(flags, branches, strict=True):
        if flag:
            yield from _drop_groups(visitor, branch)
        else:
            yield len(tf.nest.flatten(branch)), False


def _checked_flags(answer, state):
    wanted = "Return a bool, or bools in the structure of this level of the state."
    both_tuples = isinstance(answer, tuple) and isinstance(state, tuple)
    if not tf.nest.is_nested(answer) or not (both_tuples or type(answer) is type(state)):
        raise TypeError(
            f"dropout_state_filter_visitor returned {answer!r} for the state {state}. {wanted}"
        )
    flags = _branches(answer)
    if len(flags) != len(_branches(state)):
        raise ValueError(
            f"dropout_state_filter_visitor returned {len(flags)} flags for a state "
            f"of {len(_branches(state))} parts. {wanted}"
        )
    if not all(isinstance(flag, bool) for flag in flags):
        raise TypeError(
            f"dropout_state_filter_visitor returned {answer!r} for the state {state}. {wanted}"
        )
    return flags


class DropoutWrapper(_CellWrapper):
    """Dropout on the inputs, the state and the output of a cell.

    A value is kept with its probability p, divided by p, or else becomes 0: new at each step,
    or, with `variational_recurrent`, by one mask for all steps and all of the batch (Gal and
    Ghahramani, 2016, https://arxiv.org/abs/1512.05287). The memory `c` of an LSTMStateTuple is
    never dropped, unless a visitor says so.

    Args:
        cell: the cell.
        input_keep_prob: float or scalar tensor in [0, 1]; 1 adds no operation.
        output_keep_prob: the same for the output.
        state_keep_prob: the same for the state that goes to the next step.
        variational_recurrent: whether one mask serves all steps; needs `dtype`.
        input_size: for variational dropout of inputs, their depth: an int, a TensorShape
            without the batch, or a nested tuple of them.
        dtype: type of inputs, state and output, for the variational masks.
        seed: int; the random operations get seeds derived from it, as TensorFlow 1.x did, so
            that the masks are the same.
        dropout_state_filter_visitor: function of a (nested) state that returns True to drop
            it, False not to, or bools in the structure of its first level.
        **kwargs: `name` and `trainable`, as in RNNCell.

    Raises:
        TypeError: `cell` is not a cell, or the visitor not callable.
        ValueError: a probability outside [0, 1], or no `dtype` or `input_size` where needed.

    Example:
        >>> import tf1_rnn.v1 as tf
        >>> cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(4), output_keep_prob=0.5)
        >>> outputs, state = tf.nn.dynamic_rnn(cell, tf.ones([2, 5, 3]), dtype=tf.float32)
        >>> outputs.shape.as_list()
        [2, 5, 4]
    """

    _function_keys = (
        ("dropout_state_filter_visitor", ("dropout_fn", "dropout_fn_type", "dropout_fn_module")),
    )

    def __init__(
        self,
        cell: RNNCell,
        input_keep_prob: float | tf.Tensor = 1.0,
        output_keep_prob: float | tf.Tensor = 1.0,
        state_keep_prob: float | tf.Tensor = 1.0,
        variational_recurrent: bool = False,
        input_size: Size = None,
        dtype: DTypeLike | None = None,
        seed: int | None = None,
        dropout_state_filter_visitor: Callable[[State], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cell, dtype=dtype, **kwargs)
        visitor = dropout_state_filter_visitor
        if visitor is not None and not callable(visitor):
            raise TypeError(f"dropout_state_filter_visitor must be callable, got {visitor!r}.")
        self._dropout_state_filter = visitor or _drops_all_but_lstm_memory
        with tf.name_scope("DropoutWrapperInit"):
            self._input_keep_prob = _probability("input_keep_prob", input_keep_prob)
            self._state_keep_prob = _probability("state_keep_prob", state_keep_prob)
            self._output_keep_prob = _probability("output_keep_prob", output_keep_prob)
        self._variational_recurrent = variational_recurrent
        self._seed = seed
        self._input_size = input_size
        self._recurrent_input_noise = None
        self._recurrent_state_noise = None
        self._recurrent_output_noise = None
        if variational_recurrent:
            self.__dict__.update(self._noises(dtype))

    def _noises(self, dtype):
        if dtype is None:
            raise ValueError(
                "variational_recurrent=True needs a dtype, got None. Give that of "
                "the inputs, such as tf.float32."
            )
        noises = {}
        if _may_drop(self._input_keep_prob):
            if self._input_size is None:
                raise ValueError(
                    "variational_recurrent=True and an input_keep_prob that is, or "
                    "may be, below 1 need an input_size, got None. Give the depth "
                    "of the inputs."
                )
            noises["_recurrent_input_noise"] = self._noise("input", self._input_size, dtype)
        noises["_recurrent_state_noise"] = self._noise("state", self.cell.state_size, dtype)
        noises["_recurrent_output_noise"] = self._noise("output", self.cell.output_size, dtype)
        return noises

    def _noise(self, salt, sizes, dtype):
        def drawn(index, size):
            rest = tf.TensorShape(size).as_list()
            if None in rest:
                raise TypeError(
                    f"Variational dropout needs a known {salt} size, got {size}. Give an int."
                )
            return uniform(tf.concat([[1], rest], 0), dtype, self._gen_seed(salt, index))

        noise = [drawn(*item) for item in enumerate(tf.nest.flatten(sizes))]
        return tf.nest.pack_sequence_as(sizes, noise)

    def _gen_seed(self, salt, index):
        return derived_seed(self._seed, salt, index)

    @property
    def wrapped_cell(self) -> RNNCell:
        """The cell inside."""
        return self.cell

    def __call__(self, inputs: Any, state: State, scope: Scope | None = None) -> tuple[Any, State]:
        """Run one time step of the wrapped cell, with dropout around it; see RNNCell."""
        if _may_drop(self._input_keep_prob):
            inputs = self._drop(inputs, "input", self._recurrent_input_noise, self._input_keep_prob)
        output, new_state = self.cell(inputs, state, scope=scope)
        if _may_drop(self._state_keep_prob):
            new_state = self._drop(
                new_state,
                "state",
                self._recurrent_state_noise,
                self._state_keep_prob,
                self._dropout_state_filter,
            )
        if _may_drop(self._output_keep_prob):
            output = self._drop(
                output, "output", self._recurrent_output_noise, self._output_keep_prob
            )
        return output, new_state

    def _recurrence(self, made):
        def drop(values, what, keep_prob):
            return self._drop(values, what, getattr(self, f"_recurrent_{what}_noise"), keep_prob)

        keep_inputs, keep_outputs = self._input_keep_prob, self._output_keep_prob
        drops_state = _may_drop(self._state_keep_prob)
        return recurrences.Wrapped(
            self.cell,
            (lambda x: drop(x, "input", keep_inputs)) if _may_drop(keep_inputs) else None,
            (lambda x, y: drop(y, "output", keep_outputs)) if _may_drop(keep_outputs) else None,
            self._state_masks if drops_state else None,
            but="its state_keep_prob is trained" if is_trained(self._state_keep_prob) else "",
        )

    def _state_masks(self, state, steps, batch):
        def ones(part):
            sizes = part.shape.as_list()[1:]
            before = [1] if self._variational_recurrent else [steps, batch]
            return tf.ones(tf.stack(before + sizes), part.dtype)

        whole = tf.nest.map_structure(ones, state)
        masks = self._drop(
            whole,
            "state",
            self._recurrent_state_noise,
            self._state_keep_prob,
            self._dropout_state_filter,
        )
        pairs = zip(tf.nest.flatten(masks), tf.nest.flatten(whole), strict=True)
        return [None if mask is one else mask for mask, one in pairs]

    def _drop(self, values, salt, noise, keep_prob, visitor=lambda part: True):
        flat = tf.nest.flatten(values)
        noises = tf.nest.flatten(noise) if self._variational_recurrent else [None] * len(flat)
        start = 0
        for index, (count, drop) in enumerate(_drop_groups(visitor, values)):
            if drop and self._variational_recurrent:
                flat[start] = variational_dropout(flat[start], noises[start], keep_prob)
            elif drop:
                flat[start] = dropout(
                    flat[start], 1.0 - keep_prob, seed=self._gen_seed(salt, index)
                )
            start += count
        return tf.nest.pack_sequence_as(values, flat)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        config = {
            "input_keep_prob": self._input_keep_prob,
            "output_keep_prob": self._output_keep_prob,
            "state_keep_prob": self._state_keep_prob,
            "variational_recurrent": self._variational_recurrent,
            "input_size": self._input_size,
            "seed": self._seed,
        }
        if self._dropout_state_filter is not _drops_all_but_lstm_memory:
            config.update(
                self._config_of(self._dropout_state_filter, "dropout_state_filter_visitor")
            )
        return {**super().get_config(), **config}


def _probability(name, value):
    """Return a float where the value is known now, else the tensor."""
    tensor = tf.convert_to_tensor(value)
    known = tf.get_static_value(tensor)
    if known is None:
        return tensor
    if known < 0 or known > 1:
        raise ValueError(f"{name} must be between 0 and 1, got {known}.")
    return float(known)


def is_trained(keep_prob: Any) -> bool:
    """Return whether training changes a probability, which then needs a gradient."""
    if not tf.is_tensor(keep_prob):
        return False
    return depends_on(keep_prob.op, {variable.op for variable in tf.trainable_variables()})


def _may_drop(keep_prob):
    return not isinstance(keep_prob, numbers.Real) or keep_prob < 1


class ResidualWrapper(_CellWrapper):
    """Adds the inputs of a cell to its output (Wu et al., 2016, https://arxiv.org/abs/1609.08144).

        output = inputs + cell output

    Args:
        cell: the cell; without `residual_fn`, its output has the structure and shapes of its
            inputs, else ValueError or TypeError when called.
        residual_fn: function of (inputs, output) that returns the output in place of the sum.
        **kwargs: `name`, `trainable` and `dtype`, as in RNNCell.
    """

    _function_keys = (
        (
            "residual_fn",
            # The missing letter is TensorFlow 1.x's.
            ("residual_fn", "residual_fn_type", "residule_fn_module"),
        ),
    )

    def __init__(
        self, cell: RNNCell, residual_fn: Callable[[Any, Any], Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(cell, **kwargs)
        self._residual_fn = residual_fn

    def _recurrence(self, made):
        but = "it has a residual_fn" if self._residual_fn else ""
        return recurrences.Wrapped(self.cell, outputs=_add, but=but)

    def __call__(self, inputs: Any, state: State, scope: Scope | None = None) -> tuple[Any, State]:
        """Run one time step of the wrapped cell and add the inputs; see RNNCell."""
        output, new_state = self.cell(inputs, state, scope=scope)
        return (self._residual_fn or _add)(inputs, output), new_state

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        config = super().get_config()
        if self._residual_fn is not None:
            config.update(self._config_of(self._residual_fn, "residual_fn"))
        return config


def _add(inputs, output):
    check_same_shapes(inputs, output)
    return tf.nest.map_structure(lambda i, o: i + o, inputs, output)


class DeviceWrapper(_CellWrapper):
    """Places the operations of a cell on a device.

    Args:
        cell: the cell.
        device: as for `tf.device`, such as `"/gpu:0"`; None does not change the placement.
        **kwargs: `name`, `trainable` and `dtype`, as in RNNCell.
    """

    def __init__(self, cell: RNNCell, device: str | Callable | None, **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._device = device

    def zero_state(self, batch_size: int | tf.Tensor, dtype: DTypeLike) -> State:
        """Return the zero state of the wrapped cell, made on the device."""
        with tf.device(self._device):
            return super().zero_state(batch_size, dtype)

    def _recurrence(self, made):
        return recurrences.Wrapped(self.cell, device=self._device)

    def __call__(self, inputs: Any, state: State, scope: Scope | None = None) -> tuple[Any, State]:
        """Run one time step of the wrapped cell on the device; see RNNCell."""
        with tf.device(self._device):
            return self.cell(inputs, state, scope=scope)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {**super().get_config(), "device": self._device}
