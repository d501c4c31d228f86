"""`tf.contrib.tensorboard` of TensorFlow 1.x."""
