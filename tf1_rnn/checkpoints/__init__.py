"""Recognises the variables of a TensorFlow checkpoint and restores them into a graph."""
