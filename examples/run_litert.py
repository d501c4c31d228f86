"""Classify with an exported model in LiteRT: python run_litert.py FILE.tflite"""

import sys

import numpy as np

try:
    from ai_edge_litert.interpreter import Interpreter
except ImportError:  # TensorFlow still has it
    import tensorflow as tf

    Interpreter = tf.lite.Interpreter

interpreter = Interpreter(sys.argv[1])
(given,), (found,) = interpreter.get_input_details(), interpreter.get_output_details()
shape = [5, *given["shape"][1:]]
interpreter.resize_tensor_input(given["index"], shape)
interpreter.allocate_tensors()
interpreter.set_tensor(given["index"], np.random.rand(*shape).astype(np.float32))
interpreter.invoke()
print(interpreter.get_tensor(found["index"]).argmax(1))
