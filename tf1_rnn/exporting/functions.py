"""Functions of TensorFlow 2 as plain operations: calls put in place, loops as TensorFlow 1's.

`tf.function` and Keras save functions that call functions, and loops whose condition and body are
functions. All else here reads TensorFlow 1's graphs: one list of operations, and loops made of
Enter, Merge, Switch, NextIteration and Exit.
"""

import tensorflow.compat.v1 as tf

from tf1_rnn.exporting.graph_view import followed
from tf1_rnn.exporting.likeness import data_inputs

# TensorFlow has no public list of its operators' outputs, by whose names a function refers to them.
from tensorflow.python.framework import op_def_registry  # isort: skip

CALLS = ("PartitionedCall", "StatefulPartitionedCall")
_LOOPS = ("While", "StatelessWhile")
_BRANCHES = ("If", "StatelessIf")


def inlined(graph_def):
    """Return a GraphDef that calls no function and has no functional loop or branch.

    Both branches of an `If` are computed, and one is chosen. Nothing is left of what functions run
    for its effects alone.

    Args:
        graph_def: a frozen GraphDef.
    """
    if not any(node.op in (*CALLS, *_LOOPS, *_BRANCHES) for node in graph_def.node):
        return graph_def
    return _Inliner(graph_def).graph_def()


class _Inliner:
    """A graph that is written anew, with the bodies of its functions."""

    def __init__(self, graph_def):
        self._given = graph_def
        self._functions = {each.signature.name: each for each in graph_def.library.function}
        self._added = []
        self._results = {}  # of a call's outputs, the tensors that they are
        self._beside = []  # inputs of what has no others, so that it belongs to a loop

    def graph_def(self):
        for node in self._given.node:
            self._add(node)
        there = {node.name for node in self._added}
        found = tf.GraphDef(versions=self._given.versions)
        for node in self._added:
            names = [followed(name, self._results) for name in node.input]
            node.input[:] = [n for n in names if not n.startswith("^") or n[1:] in there]
        found.node.extend(self._added)
        found.library.function.extend(self._needed())
        return found

    def _needed(self):
        """Return the functions that are left, those of branches and what they call."""
        found, waiting = {}, list(self._added)
        while waiting:
            node = waiting.pop()
            named = [f.name for value in node.attr.values() for f in (value.func, *value.list.func)]
            for name in [node.op, *named]:
                if name in self._functions and name not in found:
                    found[name] = self._functions[name]
                    waiting += found[name].node_def
        return [found[name] for name in sorted(found)]

    def _add(self, node):
        if node.op in CALLS or node.op in self._functions:
            function = node.attr["f"].func.name if node.op in CALLS else node.op
            results = self._body(function, data_inputs(node), node.name)
        elif node.op in _LOOPS:
            results = self._loop(node)
        elif node.op in _BRANCHES and tf.variant.as_datatype_enum not in _types(node, "Tout"):
            results = self._chosen(node)
        else:
            self._added.append(tf.NodeDef())
            self._added[-1].CopyFrom(node)
            return
        for index, result in enumerate(results):
            self._results[f"{node.name}:{index}"] = result

    def _new(self, name, op, inputs, **attributes):
        node = tf.NodeDef(name=name, op=op, input=inputs)
        for key, value in attributes.items():
            node.attr[key].CopyFrom(value)
        self._added.append(node)
        return name + ":0"

    def _body(self, function, given, scope, beside=None):
        """Add the operations of a function.

        Args:
            function: its name.
            given: the tensors that it is called with.
            scope: what the names of the operations begin with.
            beside: of a loop, the inputs of operations that have no others.

        Returns:
            The tensors that it returns.
        """
        before, self._beside = self._beside, self._beside if beside is None else beside
        function = self._functions[function]
        names = [each.name for each in function.signature.input_arg]
        known = dict(zip(names, given, strict=True))
        nodes = {node.name: node for node in function.node_def}

        def tensor(name):
            if name in known:
                return known[name]
            node, _, output = name.partition(":")
            return f"{scope}/{node}:{self._place(nodes[node], output)}"

        for node in function.node_def:
            copied = tf.NodeDef()
            copied.CopyFrom(node)
            copied.name = f"{scope}/{node.name}"
            copied.device = ""
            copied.attr.pop("_class", None)  # names of nodes to be beside, which may have others
            copied.input[:] = [tensor(name) for name in data_inputs(node)] or self._beside
            if node.op == "Identity":
                self._results[copied.name + ":0"] = copied.input[0]
            else:
                self._add(copied)
        self._beside = before
        return [tensor(function.ret[each.name]) for each in function.signature.output_arg]

    def _place(self, node, output):
        """Return which output of a node one is that a function calls `name:place`."""
        wanted, _, place = output.partition(":")
        called = self._functions.get(node.op)
        definition = called.signature if called else op_def_registry.get(node.op)
        before = 0
        for each in definition.output_arg:
            if each.name == wanted:
                return before + int(place)
            if each.number_attr:
                before += node.attr[each.number_attr].i
            elif each.type_list_attr:
                before += len(node.attr[each.type_list_attr].list.type)
            else:
                before += 1
        raise ValueError(f"the graph has no tensor {node.name}:{output}")

    def _loop(self, node):
        """Add a loop; return the tensors of its last values."""
        # What follows a loop has names in its scope.
        scope, last = f"{node.name}/plain", data_inputs(node)
        body, types = node.attr["body"].func.name, _types(node, "T")
        kept = [self._is_kept(body, place) for place in range(len(last))]
        merged = [
            self._entered(scope, place, initial, kept[place], types[place])
            for place, initial in enumerate(last)
        ]
        carried = [place for place, is_kept in enumerate(kept) if not is_kept]
        beside = [f"^{scope}/Merge_{carried[0]}"]
        (condition,) = self._body(node.attr["cond"].func.name, merged, f"{scope}/cond", beside)
        decides = self._new(f"{scope}/LoopCond", "LoopCond", [condition])
        states = list(merged)
        for place in carried:
            dtype = tf.AttrValue(type=types[place])
            switch = f"{scope}/Switch_{place}"
            self._new(switch, "Switch", [merged[place], decides], T=dtype)
            name = f"{scope}/Identity_{place}"
            states[place] = self._new(name, "Identity", [switch + ":1"], T=dtype)
            last[place] = self._new(f"{scope}/Exit_{place}", "Exit", [switch], T=dtype)
        beside = [f"^{scope}/Identity_{carried[0]}"]
        after = self._body(body, states, f"{scope}/body", beside)
        for place in carried:
            name, dtype = f"{scope}/NextIteration_{place}", tf.AttrValue(type=types[place])
            self._new(name, "NextIteration", [after[place]], T=dtype)
        return last

    def _entered(self, scope, place, initial, is_kept, dtype):
        """Add the entry of a loop's variable, or of what is the same in all steps."""
        dtype = tf.AttrValue(type=dtype)
        entered = self._new(
            f"{scope}/Enter_{place}",
            "Enter",
            [initial],
            T=dtype,
            frame_name=tf.AttrValue(s=scope.encode()),
            is_constant=tf.AttrValue(b=is_kept),
            parallel_iterations=tf.AttrValue(i=10),
        )
        if is_kept:
            return entered
        both = [entered, f"{scope}/NextIteration_{place}"]
        return self._new(f"{scope}/Merge_{place}", "Merge", both, T=dtype, N=tf.AttrValue(i=2))

    def _chosen(self, node):
        """Add both branches; return the tensors that are the results of the one to take."""
        condition, *given = data_inputs(node)
        results = [
            self._body(node.attr[branch].func.name, given, f"{node.name}/{branch}")
            for branch in ("then_branch", "else_branch")
        ]
        return [
            self._new(
                f"{node.name}/{place}", "SelectV2", [condition, *pair], T=tf.AttrValue(type=dtype)
            )
            for place, (dtype, *pair) in enumerate(zip(_types(node, "Tout"), *results, strict=True))
        ]

    def _is_kept(self, function, place):
        """Whether a function returns one of what it is given at the same place."""
        function = self._functions[function]
        names = [each.name for each in function.signature.input_arg]
        nodes = {node.name: node for node in function.node_def}
        name = function.ret[function.signature.output_arg[place].name]
        while name not in names:
            node, _, output = name.partition(":")
            node = nodes[node]
            if node.op == "Identity":
                name = data_inputs(node)[0]
            elif node.op in _LOOPS:
                inner = self._place(node, output)
                if not self._is_kept(node.attr["body"].func.name, inner):
                    return False
                name = data_inputs(node)[inner]
            else:
                return False
        return name == names[place]


def _types(node, attribute):
    return list(node.attr[attribute].list.type)
