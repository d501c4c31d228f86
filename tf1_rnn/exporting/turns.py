"""Turn loops of two steps a turn, as in `tf1_rnn.fast`, into loops of one step.

After such a loop the last step of an odd number follows, in a loop of its own if the number is
unknown, otherwise by itself. It becomes a step of the loop.
"""

import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.graph_view import GraphView, with_index
from tf1_rnn.exporting.likeness import matched
from tf1_rnn.exporting.loops import after_one, entrances, variables


def single(graph_def):
    """Return a GraphDef whose loops over time take one step at a turn.

    Args:
        graph_def: a frozen GraphDef.
    """
    found = tf.GraphDef()
    found.CopyFrom(graph_def)
    view = GraphView(found)
    turns = [_Turn(view, variables(view, enters)) for enters in entrances(view)]
    changed = {}
    for turn in turns:
        if turn.is_found:
            turn.shorten()
            changed.update(turn.rest(turns))
    for node in found.node:
        for place, name in enumerate(node.input):
            if not name.startswith("^"):
                node.input[place] = changed.get(with_index(name), name)
    return found


class _Turn:
    """A turn of a loop.

    Attributes:
        variables: what the loop carries on.
        is_found: whether the turn is the same step twice.
    """

    def __init__(self, view, carried):
        self._view, self.variables = view, carried
        self._by_inside = {variable.inside: variable for variable in carried}
        self._clock = next(
            (v for v in carried if after_one(view, after_one(view, v.new) or v.new) == v.inside),
            None,
        )
        self._limit = self._clock and self._limit_of(self._clock)
        self.is_found = self._is_even() and self._is_twice()

    def _limit_of(self, clock):
        """Return the node of the number that the loop counts up to, a constant or its Enter."""
        for less, place in self._view.consumers(clock.merged):
            if less.op == "Less" and place == 0:
                return self._view.nodes[less.input[1].split(":")[0]]
        return None

    def _is_even(self):
        """Whether the loop counts up to a constant, or to a number less its odd one."""
        view, limit = self._view, self._limit
        if limit is None or limit.op == "Const":
            return limit is not None and int(view.constant(limit.name)) % 2 == 0
        even = view.node(limit.name)
        if even.op != "Sub":
            return False
        number, odd = view.inputs(even)
        odd = view.node(odd)
        return odd.op == "FloorMod" and view.inputs(odd)[0] == number

    def _is_twice(self):
        """Whether both halves of the turn compute the same step."""
        view = self._view
        middle = next(t for t in view.inputs(view.node(self._clock.new)) if self._is_middle(t))
        self._once = {self._clock.inside: middle}  # the values after the first half
        for variable in self.variables:
            write = view.node(variable.new)
            if write.op == "TensorArrayWriteV3":
                before = view.node(view.inputs(write)[3])
                if before.op != "TensorArrayWriteV3":
                    return False
                self._once[variable.inside] = before.name + ":0"
                values = (view.inputs(node)[2] for node in (before, write))
                if not self._alike(*values):
                    return False
        if set(self._once) != set(self._by_inside):
            return False
        pairs = [(self._once[v.inside], v.new) for v in self.variables]
        return all(self._alike(first, second) for first, second in pairs)

    def _is_middle(self, tensor):
        return after_one(self._view, tensor) == self._clock.inside

    def _alike(self, first, second):
        def leaves(a, b):
            if a not in self._by_inside:
                return None
            return self._once.setdefault(a, b) == b

        return matched(self._view, first, second, leaves) is not None

    def shorten(self):
        """Remove the second half of the turn."""
        for variable in self.variables:
            self._view.nodes[variable.back].input[0] = self._once[variable.inside]

    def rest(self, turns):
        """Let the loop run over all steps; return what after it is no longer needed.

        Args:
            turns: all `_Turn`s of the graph.

        Returns:
            A dict of tensors to those that are equal to them now.
        """
        exits = {v.exits[0]: v for v in self.variables if v.exits}
        if self._limit.op == "Enter":
            even = self._view.node(self._limit.input[0])
            self._limit.input[0] = even.input[0]
            follower = next((t for t in turns if self._is_followed_by(t, exits)), None)
            carried = follower.variables if follower else []
            return {name: v.initial for v in carried for name in v.exits}
        last = self._last_step(exits)
        if last:
            value = tf.make_ndarray(self._limit.attr["value"].tensor)
            self._limit.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value + 1))
        return last

    def _is_followed_by(self, other, exits):
        return other is not self and any(v.initial in exits for v in other.variables)

    def _last_step(self, exits):
        """Return the results of a single step after the loop, by what they are equal to."""
        view, found = self._view, {}
        outside = {exits[name].inside: name for name in exits}
        for name, variable in exits.items():
            write = next(
                (n for n, place in view.uses(name) if n.op == "TensorArrayWriteV3" and place == 3),
                None,
            )
            if write is None:
                continue
            first = view.inputs(view.node(self._once[variable.inside]))[2]
            pairs = matched(
                view,
                first,
                view.inputs(write)[2],
                lambda a, b: outside.get(a) == b if a in self._by_inside else None,
            )
            if pairs is None:
                continue
            found[write.name + ":0"] = name
            for inside, after in self._once.items():
                if after in pairs and inside in outside:
                    found[pairs[after]] = outside[inside]
        return found
