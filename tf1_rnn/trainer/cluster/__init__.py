"""Training by many processes, on TensorFlow's own distributed runtime.

One graph spans the cluster: parameter servers hold the variables, every worker computes a share of
each batch, and the chief, the only client, feeds the batches and runs the steps. The other
processes are TensorFlow's servers and know nothing of the training, so that whichever of them dies,
only the chief notices, waits for it, and resumes from the last checkpoint.
"""
