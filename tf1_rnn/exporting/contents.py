"""What an exported file cannot hold, in words: Python, tables, queues, and the like."""

_CAUSES = {
    ("PyFunc", "EagerPyFunc"): "runs Python",
    ("HashTable", "MutableHashTable", "MutableDenseHashTable", "LookupTable"): "looks up a table",
    ("ParseExample", "ParseSingleExample", "ParseSequenceExample"): "parses tf.train.Example",
    ("Iterator", "OneShotIterator"): "reads a tf.data iterator",
    ("FIFOQueue", "PaddingFIFOQueue", "RandomShuffleQueue", "QueueDequeue"): "reads a queue",
    ("Assign", "ScatterUpdate", "ScatterAdd"): "writes to a variable",
    ("CudnnRNN",): "is a layer of cuDNN",
}
# The format that runs in TensorFlow holds what TensorFlow itself has a kernel for.
_HELD = {"SavedModel": ("looks up a table", "parses tf.train.Example", "is a layer of cuDNN")}


def check(graph_def, kind):
    """Check that a format can hold the operations of a graph.

    Args:
        graph_def: a frozen GraphDef without what its outputs do not need.
        kind: the format's name.

    Raises:
        ValueError: in one line, if it cannot.
    """
    for node in graph_def.node:
        for names, cause in _CAUSES.items():
            if node.op.startswith(names) and cause not in _HELD.get(kind, ()):
                raise ValueError(
                    f"{node.name} ({node.op}) {cause}, for which {kind} has no form; expected "
                    "--inputs after it, or --outputs that do not need it"
                )
