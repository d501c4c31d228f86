"""Classify with an exported model in ONNX Runtime: python run_onnx.py FILE.onnx"""

import json
import sys

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1])
classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
x = np.random.rand(5, *session.get_inputs()[0].shape[1:]).astype(np.float32)
(probabilities,) = session.run(["probabilities"], {"x": x})
print([classes[best] for best in probabilities.argmax(1)])
