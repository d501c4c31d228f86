"""What turns a TensorFlow 1 script into one that runs today: one rule for its imports.

`imports` holds the rule and applies it while a script runs, `rewrite` writes it into a copy of
the script, `check` says beforehand what will work, and `numpy1` brings back the names that
NumPy 2 removed. `tf1_rnn.run` is the command over all of them.
"""
