"""One file a format: each returns what a data file holds, unchecked, or says why it cannot."""
