"""Data larger than memory: shards that are read piece by piece, by `tf.data`.

A first pass over all shards (`surveying`) reads each of them once: it checks every value, hashes
the content, and keeps of each sequence a few bytes, where it lies, how long it is and what its
label is (`index`). Everything else is decided on these: which sequences are for training and which
are held out, and the order of an epoch (`order`), which depends on the seed and the epoch's number
alone. A run that resumes inside an epoch therefore skips the batches that are done.

An epoch reads the data in blocks of neighbouring sequences, in a new order, and mixes the sequences
of as many blocks as fit into a buffer: Xu et al., "In-Database Machine Learning with CorgiPile"
(SIGMOD 2022), show that this learns as a full shuffle does, at the speed of reading in order.

A `StreamedSplit` is to a run what a `Split` in memory is: it yields batches, each a `Split`.
"""
