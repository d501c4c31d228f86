"""What turns a TensorFlow 1 script into one that runs today: one rule for its imports.

`imports` holds the rule and applies it while a script runs, `rewrite` writes it into a copy of
the script, and `check` says beforehand what will work. `numpy1` brings back the names that NumPy 2
removed, `habits` what it no longer does, `python37` the names that Python removed. `tf1_rnn.run`
is the command over all of them.
"""
