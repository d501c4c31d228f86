"""Run one layer of a checkpoint in ONNX Runtime, a step at a time: FILE.onnx LAYER CELL

LAYER is the name of a module as `tf1-rnn checkpoint --to=onnx` prints it, CELL the scope
of its cell, which returns states and takes them.
"""

import sys

import numpy as np
import onnxruntime

file, layer, cell = sys.argv[1:]
onnxruntime.set_default_logger_severity(3)  # it warns of every input that has a default
session = onnxruntime.InferenceSession(file)
names = [each.name for each in session.get_outputs() if each.name.startswith(cell + "/final_")]
shapes = {each.name: each.shape for each in session.get_overridable_initializers()}
shapes.update((each.name, each.shape) for each in session.get_inputs())
state = {}
for step in range(3):
    x = np.random.rand(1, 1, shapes[layer + "/x"][-1]).astype(np.float32)
    outputs, *states = session.run([layer + "/outputs", *names], {layer + "/x": x, **state})
    state = {n.replace("/final_", "/initial_"): s for n, s in zip(names, states, strict=True)}
    print(step, outputs[0, 0, :4])
