"""What the variables of a TensorFlow checkpoint are, and how a graph takes them."""
