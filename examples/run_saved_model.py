"""Classify with an exported model in TensorFlow: python run_saved_model.py FOLDER"""

import sys

import numpy as np
import tensorflow as tf

serve = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
_, inputs = serve.structured_input_signature
x = np.random.rand(5, *inputs["x"].shape[1:]).astype(np.float32)
print(serve(x=tf.constant(x))["probabilities"].numpy().argmax(1))
