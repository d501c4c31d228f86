"""TensorFlow 1.x's tutorials that its scripts import."""
