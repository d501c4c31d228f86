"""ONNX: a checkpoint's layers as one graph, each layer or both its directions one node.

A module (a stack, a layer or a dense layer) has an input `NAME/x` `[batch, time, D]`, and an
output `NAME/outputs`. All other inputs have defaults and may be left out: `NAME/sequence_length`
`[batch]`, and each cell's state, `CELL/initial_h` and `CELL/initial_c`, which are zeros unless
given, as `[batch, H]` or one `[1, H]` for all. The states are returned as `CELL/final_h` and
`CELL/final_c`. Where there are several modules, `NAME/x` has a default too, so that one can be run
without the others.
"""

import numpy as np

from tf1_rnn.exporting import onnx_builder, onnx_cells
from tf1_rnn.exporting.cells import quoted
from tf1_rnn.exporting.onnx_builder import Builder, value

KEEPS_OTHERS = False
EQUAL_DIRECTIONS, STACKS = True, "any"
REVERSES, ONLY_FLOAT32 = True, True
LAYERS = "ONNX"
LACKS = {"layer normalisation": "ONNX's LSTM has no layer normalisation inside"}
BY_HAND = "convert its graph with tf1-rnn export, which writes its steps as a Scan"

_FLOAT, _INT32 = np.dtype("float32"), np.dtype("int32")
_NO_END = np.iinfo(np.int32).max


def model(modules):
    """Return a ModelProto with modules.

    Args:
        modules: a list of `modules.Module`.
    """
    builder, inputs, outputs = Builder(), [], []
    for module in modules:
        add = _dense if _is_dense(module) else _recurrent
        add(builder, module, inputs, outputs, is_alone=len(modules) == 1)
    metadata = {module.name: "; ".join(module.notes) for module in modules}
    return onnx_builder.model(builder.graph("layers", inputs, outputs), metadata)


def _is_dense(module):
    return module.levels[0][0].family == "dense"


def _input(builder, inputs, name, shape, default, dtype=_FLOAT):
    """Add an input of the graph; with a default, one that may be left out."""
    inputs.append(value(name, dtype, shape))
    if default is not None:
        builder.constant(np.asarray(default, dtype), name)
    return name


def _dense(builder, module, inputs, outputs, is_alone):
    ((cell,),) = module.levels
    default = None if is_alone else np.zeros([1, cell.inputs])
    x = _input(builder, inputs, module.name + "/x", ["rows", cell.inputs], default)
    kernel = builder.constant(np.asarray(cell.input_kernel, np.float32), module.name + "/kernel")
    out = value(module.name + "/outputs", _FLOAT, ["rows", cell.units])
    outputs.append(out)
    if cell.bias is None:
        builder.node("MatMul", [x, kernel], [out.name], module.name)
        return
    bias = builder.constant(np.asarray(cell.bias, np.float32), module.name + "/bias")
    product = builder.node("MatMul", [x, kernel], name=module.name)
    builder.node("Add", [product, bias], [out.name], module.name)


def _recurrent(builder, module, inputs, outputs, is_alone):
    first = module.levels[0][0]
    space = first.input_kernel.ndim - 2
    axes = [f"space_{axis}" for axis in range(space)]
    batch, time = f"{module.name}/batch", f"{module.name}/time"
    ones = [1] * (2 + space)
    default = None if is_alone else np.zeros([*ones, first.inputs])
    shape = [batch, time, *axes, first.inputs]
    x = _input(builder, inputs, module.name + "/x", shape, default)
    sizes = builder.node("Shape", [x])
    batch_size, time_steps = (
        builder.node("Gather", [sizes, builder.ints(axis)], axis=0) for axis in (0, 1)
    )
    lengths = _lengths(builder, module, inputs, batch_size, time_steps)
    # Space comes last inside, where ONNX's convolutions want it.
    flow = builder.node("Transpose", [x], perm=[1, 0, space + 2, *range(2, space + 2)])
    for level in module.levels:
        states = [_initial(builder, cell, inputs, batch_size, sizes, space) for cell in level]
        name = level[0].layer.scope if len(level) == 1 else _name_of_pair(level)
        flow, final = onnx_cells.recurrent(builder, level, flow, lengths, states, name)
        for cell, own in zip(level, final, strict=True):
            for state, last in own.items():
                outputs.append(_state(builder, cell, state, last, space))
    out = [batch, time, *axes, sum(cell.width for cell in module.levels[-1])]
    outputs.append(value(module.name + "/outputs", _FLOAT, out))
    builder.node(
        "Transpose",
        [flow],
        [module.name + "/outputs"],
        perm=[1, 0, *range(3, space + 3), 2],
    )


def _name_of_pair(level):
    return level[0].layer.scope.replace("fw", "fw_bw", 1)


def _lengths(builder, module, inputs, batch_size, time_steps):
    """Add the input of the lengths; return one `[batch]` of at most as many steps as there are."""
    shape = [f"{module.name}/lengths"]
    given = _input(builder, inputs, module.name + "/sequence_length", shape, [_NO_END], _INT32)
    most = builder.node("Cast", [time_steps], to=onnx_builder.INT32)
    return builder.node("Expand", [builder.node("Min", [given, most]), batch_size])


def _initial(builder, cell, inputs, batch_size, sizes, space):
    """Add the inputs of a cell's initial state; return their names, for every sequence one."""
    found = {}
    for state in onnx_cells.state_names(cell):
        width = cell.width if state == "h" else cell.units
        axes = [f"{cell.layer.scope}/space_{axis}" for axis in range(space)]
        shape = [f"{cell.layer.scope}/states", *axes, width]
        name = f"{cell.layer.scope}/initial_{state}"
        given = _input(builder, inputs, name, shape, np.zeros([*[1] * (space + 1), width]))
        if not space:
            found[state] = builder.node("Expand", [given, _joined(builder, batch_size, width)])
            continue
        given = builder.node("Transpose", [given], perm=[0, space + 1, *range(1, space + 1)])
        extent = builder.node("Slice", [sizes, builder.ints(2), builder.ints(2 + space)])
        found[state] = builder.node("Expand", [given, _joined(builder, batch_size, width, extent)])
    return found


def _joined(builder, batch_size, width, *more):
    return builder.node("Concat", [batch_size, builder.ints(width), *more], axis=0)


def _state(builder, cell, state, last, space):
    """Name a final state as an output of the graph."""
    name = f"{cell.layer.scope}/final_{state}"
    width = cell.width if state == "h" else cell.units
    perm = [0, *range(2, space + 2), 1]
    builder.node("Transpose", [last], [name], perm=perm if space else [0, 1])
    axes = [f"{cell.layer.scope}/space_{axis}" for axis in range(space)]
    return value(name, _FLOAT, [f"{cell.layer.scope}/states", *axes, width])


def header(file):
    """Lines that load the file."""
    return [
        "import numpy as np",
        "import onnxruntime",
        "",
        "onnxruntime.set_default_logger_severity(3)  # it warns of every input that has a default",
        f"session = onnxruntime.InferenceSession({quoted(file)})",
    ]


def lines(module):
    """Lines that run a module on zeros."""
    shape = [1] if _is_dense(module) else [1, 10]
    first = module.levels[0][0]
    shape += [1] * (first.input_kernel.ndim - 2) + [first.inputs]
    return [
        f"feed = {{{quoted(module.name + '/x')}: np.zeros({shape}, np.float32)}}",
        f"(outputs,) = session.run([{quoted(module.name + '/outputs')}], feed)",
    ]


def arrays(module):
    """Name to array, as `model` writes them but for their layout."""
    return {
        f"{cell.layer.scope}/{name}": array
        for level in module.levels
        for cell in level
        for name, array in cell._asdict().items()
        if isinstance(array, np.ndarray)
    }


def write(file, exported):
    """Write the modules to an open file."""
    file.write(onnx_builder.serialized(model(exported.modules)))
