"""Runs and ports old programs: one rule for their imports, `tf1_rnn.v1` for `tensorflow`.

`imports` holds the rule and `finder` says to which modules it is applied while a program runs;
`process` makes every change to the process, and undoes them. `numpy1` brings back the names that
NumPy 2 removed, `habits` what it no longer does, `python37` the names that Python removed.
`program` runs a script or a module, and `tracebacks` shows its exceptions. `check` says beforehand
what will work, `rewrite` writes the rule into a copy. `tf1_rnn.run` is the command over all.
"""
