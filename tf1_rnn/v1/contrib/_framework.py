"""What `contrib.framework` had of its own: checks of shapes, initializers from checkpoints."""

import numpy as np
import tensorflow.compat.v1 as tf

from . import _private


def assert_scalar_int(tensor, name=None):
    """Return a tensor that has no dimensions and an integer type; ValueError for any other."""
    with tf.name_scope(name, "assert_scalar_int", [tensor]) as scope:
        tensor = tf.convert_to_tensor(tensor)
        if not tensor.dtype.base_dtype.is_integer:
            raise ValueError(
                f"Expected integer type for {tensor.name}, received type: {tensor.dtype}."
            )
        return tf.debugging.assert_scalar(tensor, name=scope)


def with_shape(expected_shape, tensor):
    """Return a tensor that has a shape: checked now, or when it is run.

    Args:
        expected_shape: list of ints, or int32 tensor `[rank]`.
        tensor: the tensor; one of shape `[1]` becomes a scalar where that is expected.

    Raises:
        ValueError: the tensor's static shape is another, or the expected one has a wrong type.
    """
    if isinstance(tensor, tf.SparseTensor):
        raise ValueError("SparseTensor not supported.")
    expected = _as_shape(expected_shape, tensor)
    is_known = not tf.is_tensor(expected)
    if is_known and not len(expected) and tensor.shape.is_compatible_with([1]):
        return tf.reshape(tensor, [])
    if is_known and tensor.shape.is_fully_defined():
        if not tensor.shape.is_compatible_with(expected):
            raise ValueError(
                f"Invalid shape for tensor {tensor.name}, expected {expected}, got {tensor.shape}."
            )
        return tensor
    found = tf.shape(tensor)
    check = tf.debugging.Assert(
        _same_shape(expected, found),
        [f"Wrong shape for {tensor.name} [expected] [actual].", expected, found],
    )
    with tf.control_dependencies([check]):
        result = tf.identity(tensor)
    if is_known:
        result.set_shape(expected)
    return result


def _as_shape(shape, tensor):
    """Return a shape as an array or a tensor; ValueError where it is none of int32."""
    if not tf.is_tensor(shape):
        shape = np.asarray(shape)
        if shape.dtype == np.int64 or not shape.size:
            shape = shape.astype(np.int32)
        if shape.ndim > 1:
            raise ValueError(
                f"Invalid rank {shape.ndim} for shape {shape} expected of tensor {tensor.name}."
            )
    if tf.as_dtype(shape.dtype).base_dtype != tf.int32:
        raise ValueError(
            f"Invalid dtype {shape.dtype} for shape {shape} expected of tensor {tensor.name}."
        )
    return shape


def _same_shape(expected, found):
    """Return a bool scalar: whether two shapes are equal."""
    same_rank = tf.equal(tf.size(expected), tf.size(found))
    return tf.cond(
        same_rank, lambda: tf.reduce_all(tf.equal(expected, found)), lambda: tf.constant(False)
    )


def with_same_shape(expected_tensor, tensor):
    """Return a tensor that has the shape of another; see `with_shape`."""
    shape = expected_tensor.shape
    known = shape.as_list() if shape.is_fully_defined() else tf.shape(expected_tensor)
    return with_shape(known, tensor)


def reduce_sum_n(tensors, name=None):
    """Return the sum of all numbers in a list of tensors; ValueError where it is empty."""
    if not tensors:
        raise ValueError("No tensors provided.")
    with tf.name_scope(name, "reduce_sum_n", tensors) as scope:
        sums = [tf.reduce_sum(tensor, name=f"{tensor.op.name}/sum") for tensor in tensors]
        return sums[0] if len(sums) == 1 else tf.add_n(sums, name=scope)


def remove_squeezable_dimensions(predictions, labels, name=None):
    """Return predictions and labels of the same rank: one loses its last dimension, of size 1.

    Args:
        predictions: tensor.
        labels: tensor whose rank may differ by one.
        name: of the operations.
    """
    with tf.name_scope(name, "remove_squeezable_dimensions", [predictions, labels]):
        predictions, labels = tf.convert_to_tensor(predictions), tf.convert_to_tensor(labels)
        return _squeezed(predictions, labels), _squeezed(labels, predictions)


def _squeezed(tensor, other):
    """Return a tensor without its last dimension where that is one more than another has."""
    ranks = tensor.shape.rank, other.shape.rank
    if None not in ranks:
        return tf.squeeze(tensor, [-1]) if ranks[0] == ranks[1] + 1 else tensor
    if ranks[0] is not None and tf.dimension_value(tensor.shape[-1]) not in (None, 1):
        return tensor
    is_longer = tf.equal(tf.rank(tensor) - tf.rank(other), 1)
    return tf.cond(is_longer, lambda: tf.squeeze(tensor, [-1]), lambda: tensor)


def get_placeholders(graph):
    """Return the placeholders of a graph, a list of tensors."""
    if not isinstance(graph, tf.Graph):
        raise TypeError(f"Input graph needs to be a Graph: {graph}")
    return [each.outputs[0] for each in graph.get_operations() if each.type == "Placeholder"]


def zero_initializer(ref, use_locking=True, name="zero_initializer"):
    """Return an operation that fills a variable with zeros.

    Args:
        ref: a variable.
        use_locking: not used.
        name: of the operation.
    """
    return tf.assign(ref, tf.zeros(ref.shape, ref.dtype.base_dtype), name=name)


def load_linear_multiclass_bias_initializer(
    ckpt_path,
    bias_tensor_name,
    new_class_vocab_size,
    old_class_vocab_file,
    new_class_vocab_file,
    num_class_oov_buckets=0,
    initializer=None,
    max_rows_in_memory=-1,
):
    """Return an initializer of the biases `[classes, 1]` that a checkpoint has for other classes.

    Args:
        ckpt_path: path of the checkpoint.
        bias_tensor_name: name of the biases in it.
        new_class_vocab_size: number of classes in the new file.
        old_class_vocab_file: file with the names of the checkpoint's classes.
        new_class_vocab_file: file with the names of the new classes.
        num_class_oov_buckets: classes more than the file has, at the end.
        initializer: of classes that the checkpoint lacks, by default zeros.
        max_rows_in_memory: rows read at once; all where it is not above 0.
    """
    return _private.load_and_remap_matrix_initializer(
        ckpt_path=ckpt_path,
        old_tensor_name=bias_tensor_name,
        new_row_vocab_size=new_class_vocab_size,
        new_col_vocab_size=1,
        old_row_vocab_file=old_class_vocab_file,
        new_row_vocab_file=new_class_vocab_file,
        num_row_oov_buckets=num_class_oov_buckets,
        initializer=initializer or tf.zeros_initializer(),
        max_rows_in_memory=max_rows_in_memory,
    )


def load_variable_slot_initializer(
    ckpt_path,
    old_tensor_name,
    primary_partition_info,
    new_row_vocab_size,
    new_col_vocab_size,
    old_row_vocab_file=None,
    new_row_vocab_file=None,
    old_col_vocab_file=None,
    new_col_vocab_file=None,
    num_row_oov_buckets=0,
    num_col_oov_buckets=0,
    initializer=None,
    max_rows_in_memory=-1,
):
    """Return an initializer of an optimiser's slot of a partitioned variable.

    Args:
        ckpt_path: path of the checkpoint.
        old_tensor_name: name of the slot in it.
        primary_partition_info: the partition of the variable that the slot belongs to.
        new_row_vocab_size: number of rows in the new file.
        new_col_vocab_size: number of columns in the new file.
        old_row_vocab_file: file with the names of the checkpoint's rows.
        new_row_vocab_file: file with the names of the new rows.
        old_col_vocab_file: file with the names of the checkpoint's columns.
        new_col_vocab_file: file with the names of the new columns.
        num_row_oov_buckets: rows more than the file has, at the end.
        num_col_oov_buckets: columns more than the file has, at the end.
        initializer: of values that the checkpoint lacks, by default zeros.
        max_rows_in_memory: rows read at once; all where it is not above 0.
    """
    initialise = _private.load_and_remap_matrix_initializer(
        ckpt_path=ckpt_path,
        old_tensor_name=old_tensor_name,
        new_row_vocab_size=new_row_vocab_size,
        new_col_vocab_size=new_col_vocab_size,
        old_row_vocab_file=old_row_vocab_file,
        new_row_vocab_file=new_row_vocab_file,
        old_col_vocab_file=old_col_vocab_file,
        new_col_vocab_file=new_col_vocab_file,
        num_row_oov_buckets=num_row_oov_buckets,
        num_col_oov_buckets=num_col_oov_buckets,
        initializer=initializer,
        max_rows_in_memory=max_rows_in_memory,
    )

    def initialise_slot(shape, dtype=tf.float32, partition_info=None):
        return initialise(shape, dtype, partition_info=primary_partition_info)

    return initialise_slot


def print_op(
    input_,
    data=None,
    message=None,
    first_n=None,
    summarize=20,
    print_tensor_name=True,
    print_tensor_type=True,
    print_shape=True,
    summarize_indicator_vector=True,
    name=None,
):
    """Return a tensor that prints itself and others to the standard error when it is run.

    Args:
        input_: the tensor.
        data: other tensors.
        message: printed first.
        first_n: how often to print; None for always.
        summarize: how many elements of each to print.
        print_tensor_name: whether to print each tensor's name.
        print_tensor_type: whether to print its type.
        print_shape: whether to print its shape.
        summarize_indicator_vector: whether to print the index of the first true one of bools.
        name: of the operation.

    Raises:
        ValueError: `input_` is no tensor and no variable.
    """
    if not isinstance(input_, (tf.Tensor, tf.Variable)):
        raise ValueError("input_ must be of type Tensor, SparseTensor or TensorArray")
    said = []
    for tensor in (input_, *(data or ())):
        if print_tensor_name and isinstance(tensor, tf.Tensor):
            said.append(f"Name: {tensor.name}")
        if print_tensor_type:
            kind = "Tensor" if isinstance(tensor, tf.Tensor) else "Variable"
            said.append(f"Type: {kind} ({tensor.dtype.name})")
        if print_shape and isinstance(tensor, tf.Tensor):
            said.append(f"Shape: {tensor.shape.dims}")
        if summarize_indicator_vector and tensor.dtype == tf.bool:
            first = tf.argmax(tf.cast(tensor, tf.uint8), 0)
            said += ["First True in Boolean tensor at:", first]
        if isinstance(tensor, tf.Tensor):
            said += ["Value:", tensor]
    return tf.Print(input_, said, message, first_n, summarize, name)


def load_checkpoint(filepattern):
    """Return a reader of a checkpoint, or of a folder's latest."""
    return tf.train.load_checkpoint(filepattern)


def load_variable(checkpoint_dir, name):
    """Return the value of a variable in a checkpoint, or in a folder's latest."""
    return tf.train.load_variable(checkpoint_dir, name)


def list_variables(checkpoint_dir):
    """Return the names and shapes of all variables in a checkpoint, or in a folder's latest."""
    return tf.train.list_variables(checkpoint_dir)


def init_from_checkpoint(checkpoint_dir, assignment_map):
    """Let variables start from a checkpoint's; see `tf.train.init_from_checkpoint`."""
    tf.train.init_from_checkpoint(checkpoint_dir, assignment_map)


def py_func(
    func,
    args=(),
    kwargs=None,
    output_types=None,
    output_shapes=None,
    stateful=True,
    name=None,
):
    """Call a Python function of arrays in the graph; `tf.py_func` with structures and shapes.

    Args:
        func: function of arrays, of the structures of `args` and `kwargs`.
        args: list or tuple of structures of tensors.
        kwargs: dict of structures of tensors.
        output_types: structure of types like what `func` returns, or a function of `args` and
            `kwargs` that returns it.
        output_shapes: the same of shapes; None for unknown ones.
        stateful: whether two calls with equal arguments may differ.
        name: of the operation.

    Returns:
        A structure of tensors like `output_types`.

    Raises:
        TypeError: `args` is no list or tuple, or `kwargs` no dict.
    """
    kwargs = {} if kwargs is None else kwargs
    if not isinstance(args, (list, tuple)):
        raise TypeError(f"args must be a list or a tuple, but got {args!r} of {type(args)}.")
    if not isinstance(kwargs, dict):
        raise TypeError(f"kwargs must be a dict, but got {kwargs!r} of {type(kwargs)}.")
    types, shapes = (
        made(*args, **kwargs) if callable(made) else made for made in (output_types, output_shapes)
    )
    given = (tuple(args), kwargs)

    def of_flat(*arrays):
        positional, named = tf.nest.pack_sequence_as(given, arrays)
        returned = func(*positional, **named)
        tf.nest.assert_same_structure(types, returned)
        return tf.nest.flatten(returned)

    flat_types = tf.nest.flatten(types)
    results = tf.py_func(of_flat, tf.nest.flatten(given), flat_types, stateful=stateful, name=name)
    if shapes is not None:
        for result, shape in zip(results, _each_shape(types, shapes), strict=True):
            result.set_shape(shape)
    return tf.nest.pack_sequence_as(types, results)


def _each_shape(types, shapes):
    """Return the shapes, themselves perhaps lists, that stand where the types do."""
    if isinstance(types, dict):
        return [each for key in sorted(types) for each in _each_shape(types[key], shapes[key])]
    if isinstance(types, (list, tuple)):
        pairs = zip(types, shapes, strict=True)
        return [each for pair in pairs for each in _each_shape(*pair)]
    return [tf.TensorShape(shapes)]
