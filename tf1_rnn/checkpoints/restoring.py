"""Match a graph's variables with those of a checkpoint, also one written by another script.

TensorFlow 1 scripts had the graph in a scope of their own, a head under names of their own,
another optimiser or none in their Saver, no global step, or one of another type. Variables are
matched by names and shapes; an ambiguous match is an error, never a guess.
"""

import functools
import re

import tensorflow.compat.v1 as tf

from tf1_rnn.checkpoints import folder
from tf1_rnn.checkpoints.kinds import DENSE
from tf1_rnn.checkpoints.recognising import contents
from tf1_rnn.errors import RunError

HEAD = ("softmax/weights", "softmax/biases")
# What TensorFlow raises over a checkpoint: an IndexError where its data end too early.
ERRORS = (tf.errors.OpError, OSError, ValueError, RuntimeError, IndexError)


class Source:
    """A checkpoint to restore from; its index is read once, on first use.

    Attributes:
        prefix: path of the checkpoint.
    """

    def __init__(self, prefix):
        self.prefix = prefix

    @functools.cached_property
    def _index(self):
        """Its reader, and the shape and the type of each variable by name."""
        try:
            folder.require_regular(self.prefix)
            reader = tf.train.load_checkpoint(self.prefix)
            return reader, reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
        except ERRORS as error:
            raise damaged(self.prefix, error) from None

    @functools.cached_property
    def _contents(self):
        return contents(self._shapes)

    @property
    def _shapes(self):
        return self._index[1]

    def classes(self):
        """Return the number of classes of the head.

        Raises:
            RunError: the checkpoint is damaged, or its head cannot be recognised.
        """
        head = _head(self._contents, self._shapes)
        if head is None:
            raise RunError(f"{self.prefix} does not fit: {self._no_head()}")
        return self._shapes[head[1]][0]

    def restore(self, session, model, others=()):
        """Restore variables.

        Args:
            session: a session of the default graph.
            model: the graph's trainable variables; all of them must be in the checkpoint.
            others: `global_step` and the optimiser's variables; they keep their values, and a
                note says so, where the checkpoint has none for them.

        Returns:
            Lines on what was found under other names or not at all; none for a checkpoint
            of this package.

        Raises:
            RunError: the checkpoint is damaged, or of another graph.
        """
        names, notes = self._fit_model(_shapes(model))
        step = [variable for variable in others if variable.op.name == "global_step"]
        slots = [variable for variable in others if variable.op.name != "global_step"]
        wanted = list(model)
        if slots:
            places = _fit_slots(_shapes(slots), names, self._shapes)
            if places:
                names.update(places)
                wanted += slots
            else:
                notes.append(
                    "it lacks Adam variables for some of the model's: Adam's state is reinitialised"
                )
        _, _, types = self._index
        for variable in wanted:
            kept, expected = types[names[variable.op.name]], variable.dtype.base_dtype
            if kept != expected:
                raise RunError(
                    f"{self.prefix} does not fit: {names[variable.op.name]} is {kept.name} in the "
                    "checkpoint, "
                    f"the graph has {expected.name}; convert it"
                )
        try:
            tf.train.Saver({names[v.op.name]: v for v in wanted}).restore(session, self.prefix)
            for variable in step:
                value, note = self._step()
                variable.load(value, session)
                notes += note
        except ERRORS as error:
            raise damaged(self.prefix, error) from None
        return notes

    def _fit_model(self, wanted):
        """Return the checkpoint's name of each of the model's variables, and notes."""
        try:
            cells = {name: shape for name, shape in wanted.items() if name not in HEAD}
            names, notes = _fit_cells(cells, self._shapes, self._contents)
            head = _head(self._contents, self._shapes)
            if head is None:
                raise RunError(self._no_head())
            for name, place in zip(HEAD, head, strict=True):
                _check(name, wanted[name], place, self._shapes)
                names[name] = place
        except Damaged:  # the index is read here, when it is first asked for
            raise
        except RunError as error:
            raise RunError(f"{self.prefix} does not fit: {error}") from None
        if head != HEAD:
            notes.append(f"{HEAD[0]} and {HEAD[1]} are taken from {head[0]} and {head[1]}")
        return names, notes

    def _no_head(self):
        rest = _beside_cells(self._contents, self._shapes)
        listed = ", ".join(f"{name} {self._shapes[name]}" for name in rest[:6])
        return (
            "its head cannot be recognised; expected, besides the cell's variables, one matrix "
            f"[features, classes] and one vector [classes], found {listed or 'nothing'}"
        )

    def _step(self):
        """Return the checkpoint's step, and a note where it has no variable for it."""
        there = [name for name in self._shapes if ("/" + name).endswith("/global_step")]
        if len(there) == 1:
            return int(self._index[0].get_tensor(there[0])), []
        # Counting on from the file's number, this run writes no file over one that was there.
        step = int((re.findall(r"-(\d+)$", self.prefix) or [0])[0])
        return step, [f"no global_step in it: counting from {step}, the number in its file name"]


class Damaged(RunError):
    """A checkpoint that cannot be read.

    Attributes:
        prefix: its path.
        reason: the error of reading it.
    """

    def __init__(self, prefix, reason):
        super().__init__(f"{prefix} is damaged ({reason}): restore it, or give another --model_dir")
        self.prefix, self.reason = prefix, reason


def damaged(prefix, error):
    """Return the RunError of a checkpoint that cannot be read."""
    return Damaged(prefix, first_line(error))


def first_line(error):
    """Return the message of a TensorFlow error, without the lines about the graph."""
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    # The reason of a failing operation comes before its node, and after the graph's own lines.
    reason = text.split("[[{{node")[0] if "[[{{node" in text else text.strip().split("\n")[0]
    return reason.strip().split("\n")[-1][:200]


def _shapes(variables):
    return {variable.op.name: variable.shape.as_list() for variable in variables}


def _fit_cells(cells, found, layers):
    """Return the checkpoint's name of each variable of the loop, and notes."""
    scope, own_scope = _scope(cells, found), next(iter(cells)).split("/")[0] + "/"
    names = {name: scope + name[len(own_scope) :] for name in cells}
    unused = sorted(set(_of_cells(layers)) - set(names.values()))
    if unused:
        raise RunError(
            f"it also has {unused[0]} {found[unused[0]]}, which the graph does not have; {_ADVICE}"
        )
    return names, [] if scope == own_scope else [f"{own_scope}* is taken from {scope}*"]


def _scope(cells, found):
    """Return the scope in which a checkpoint has the loop's variables, as `model/rnn/`."""
    first = next(iter(cells))
    own, end = first.split("/", 1)
    if first in found:
        scopes = [own + "/"]
    else:
        scopes = [name[: -len(end)] for name in found if ("/" + name).endswith("/" + end)]
    if len(scopes) > 1:
        raise RunError(
            f"it has {' and '.join(sorted(scope + end for scope in scopes))}, the graph one "
            f"{first}; {_ADVICE}"
        )
    scope = scopes[0] if scopes else own + "/"
    for name, shape in cells.items():
        _check(name, shape, scope + name[len(own) + 1 :], found)
    return scope


_ADVICE = (
    "give the --cell and the sizes it was trained with (tf1-rnn checkpoint shows what it holds)"
)


def _check(name, shape, place, found):
    if found.get(place) != shape:
        there = f"it as {found[place]}" if place in found else "none of that name"
        raise RunError(f"the graph has {name} {shape}, the checkpoint {there}; {_ADVICE}")


def _files(found, layers):
    """Return the names in the file of the variables of layers."""
    return [
        file for layer in layers for name in layer.variables.values() for file in found.names[name]
    ]


def _of_cells(found):
    return _files(found, [layer for layer in found.layers if layer.key != DENSE])


def _beside_cells(found, shapes):
    """Return the names in the file that are of no cell, no wrapper and no optimiser; no scalars."""
    names = _files(found, [layer for layer in found.layers if layer.key == DENSE])
    names += [file for name in found.unrecognised for file in found.names[name]]
    return sorted(name for name in names if shapes[name])


def _head(found, shapes):
    """Return the names of the head's weights and biases, or None if they cannot be recognised.

    They are those named as this package names them, or the only dense layer besides the cells.
    """
    dense = [layer for layer in found.layers if layer.key == DENSE and "bias" in layer.variables]
    pairs = [tuple(found.names[layer.variables[leaf]][0] for leaf in ("kernel", "bias"))
             for layer in dense]  # fmt: skip
    named = [pair for pair in pairs if ("/" + pair[0]).endswith("/" + HEAD[0])]
    if len(named) == 1:
        return named[0]
    is_alone = len(pairs) == 1 and _beside_cells(found, shapes) == sorted(pairs[0])
    return pairs[0] if is_alone else None


def _fit_slots(wanted, names, found):
    """Return the checkpoint's name of each of Adam's variables, or None unless it has them all."""
    places = {}
    for name, shape in wanted.items():
        base, _, slot = name.rpartition("/")
        end = f"{names[base]}/{slot}" if base in names else name
        there = [end] if end in found else [n for n in found if n.endswith("/" + end)]
        if len(there) != 1 or found[there[0]] != shape:
            return None
        places[name] = there[0]
    return places
