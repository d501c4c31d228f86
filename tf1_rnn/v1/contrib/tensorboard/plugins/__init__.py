"""`tf.contrib.tensorboard.plugins` of TensorFlow 1.x."""
