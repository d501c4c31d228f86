"""The baseline: recorded results of TensorFlow 1.15.5, and tools to compare with them.

`tf1-rnn baseline` lists the recorded cases, checks this installation, exports the traces, and
compares a port with them. Importing this package imports no TensorFlow.
"""
