"""TensorFlow 1.x's examples that its scripts import."""
