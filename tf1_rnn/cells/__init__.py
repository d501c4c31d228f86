"""The recurrences, one family a file, on `tensorflow.compat.v1` alone."""
