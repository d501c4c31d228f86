"""The folder that `PYTHONPATH` begins with in the children of an old program."""
