"""The baseline: what TensorFlow 1.15.5 said, and how anyone can be held against it.

`python -m tf1_rnn.baseline` lists the recorded cases, checks this installation, exports the
traces, and compares somebody's port. Importing this package imports no TensorFlow.
"""
