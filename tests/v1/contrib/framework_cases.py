"""What `contrib.framework` had of its own, here and under TensorFlow 1.15.5.

Runs under Python 3.7 and TensorFlow 1.15.5 too, which writes `framework.json`:

    .oracle/bin/python tests/v1/contrib/framework_cases.py
"""

import importlib
import json
import os
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(HERE, "framework.json")


def cases(tf):
    """Return {name: function that builds and returns what is run}."""
    framework = tf.contrib.framework
    constant, default = tf.constant, tf.placeholder_with_default

    def unknown(value, shape=None):
        return default(value, shape)

    matrix = [[1.0, 2.0], [3.0, 4.0]]
    ones = [[1.0], [2.0]]
    return {
        "scalar int": lambda: framework.assert_scalar_int(constant(3)),
        "scalar float": lambda: framework.assert_scalar_int(constant(3.0, name="f")),
        "int of a vector": lambda: framework.assert_scalar_int(constant([3])),
        "shape": lambda: framework.with_shape([2, 2], constant(matrix)),
        "another shape": lambda: framework.with_shape([2, 3], constant(matrix, name="m")),
        "shape of unknown": lambda: framework.with_shape([2, 2], unknown(matrix)),
        "static shape of unknown": lambda: _shape(framework.with_shape([2, 2], unknown(matrix))),
        "another shape of unknown": lambda: framework.with_shape([2, 3], unknown(matrix)),
        "another rank of unknown": lambda: framework.with_shape([2], unknown(matrix)),
        "shape of one as a scalar": lambda: framework.with_shape([], constant([5.0])),
        "tensor as shape": lambda: framework.with_shape(constant([2, 2]), constant(matrix)),
        "tensor as another shape": lambda: framework.with_shape(constant([2, 1]), constant(matrix)),
        "shape of rank 2": lambda: framework.with_shape([[2, 2]], constant(matrix, name="m")),
        "float shape": lambda: framework.with_shape([2.0, 2.0], constant(matrix, name="m")),
        "int64 tensor as shape": lambda: framework.with_shape(
            constant([2, 2], tf.int64, name="s"), constant(matrix, name="m")
        ),
        "sparse": lambda: framework.with_shape([1], tf.SparseTensor([[0]], [1], [1])),
        "same shape": lambda: framework.with_same_shape(constant(matrix), unknown(matrix)),
        "same unknown shape": lambda: framework.with_same_shape(unknown(matrix), constant(matrix)),
        "not the same shape": lambda: framework.with_same_shape(constant(ones), unknown(matrix)),
        "sum": lambda: framework.reduce_sum_n([constant(matrix), constant([1.0]), constant(0.5)]),
        "sum of one": lambda: framework.reduce_sum_n([constant(matrix)]),
        "sum of none": lambda: framework.reduce_sum_n([]),
        "squeezed": lambda: framework.remove_squeezable_dimensions(constant(ones), constant([1])),
        "labels squeezed": lambda: framework.remove_squeezable_dimensions(
            constant([1.0]), constant([[1]])
        ),
        "not squeezed": lambda: framework.remove_squeezable_dimensions(
            constant(ones), constant(ones)
        ),
        "squeezed at run time": lambda: framework.remove_squeezable_dimensions(
            unknown(ones), constant([1, 2])
        ),
        "labels squeezed at run time": lambda: framework.remove_squeezable_dimensions(
            constant([1.0, 2.0]), unknown(ones)
        ),
        "placeholders": lambda: _names(
            framework.get_placeholders,
            [tf.placeholder(tf.float32, name="a"), tf.placeholder(tf.int32, name="b")][0].graph,
        ),
        "placeholders of none": lambda: framework.get_placeholders(3),
        "zeros": lambda: framework.zero_initializer(tf.get_variable("v", [2, 2])),
        "printed": lambda: _printing(tf)(constant([True, False]), [constant(2.0)], "said:"),
        "nothing printed": lambda: _printing(tf)(None),
        "smart cond": lambda: framework.smart_cond(
            constant(True), lambda: constant(1), lambda: constant(2)
        ),
        "smart cond of no tensor": lambda: framework.smart_cond(False, lambda: 1, lambda: 2) + 0,
        "smart constant": lambda: str(framework.smart_constant_value(constant(False))),
        "scopes": lambda: " ".join(
            [framework.prepend_name_scope("a/b", "s"), framework.strip_name_scope("s/a/b", "s")]
        ),
        "orthogonal": lambda: _gram(tf, framework.convolutional_orthogonal_1d()),
        "delta orthogonal": lambda: _gram(tf, framework.convolutional_delta_orthogonal()),
        "graph": lambda: str(
            framework.get_graph_from_inputs([constant(1)]) is tf.get_default_graph()
        ),
        "bounded spec": lambda: str(
            framework.BoundedTensorSpec([3], tf.float32, 0, 1).maximum.tolist()
        ),
        "embedding": lambda: tf.get_variable(
            "e",
            [5, 2],
            initializer=framework.load_embedding_initializer(
                initializer=lambda shape, *_, **options: tf.fill(shape, -1.0),
                **_vocabularies(tf, 4, 1),
            ),
        ),
        "biases": lambda: tf.get_variable(
            "b",
            [5, 1],
            initializer=framework.load_linear_multiclass_bias_initializer(
                _saved(tf), "biases", 4, *_files(), num_class_oov_buckets=1
            ),
        ),
        "slot": lambda: framework.load_variable_slot_initializer(
            _saved(tf), "matrix", None, 4, 2, *_files(), initializer=tf.ones_initializer()
        )([4, 2], tf.float32),
    }


def _printing(tf):
    path = tf.__name__ + ".contrib.framework.python.ops.prettyprint_ops"
    return importlib.import_module(path).print_op


def _shape(tensor):
    return str(tensor.shape)


def _names(function, graph):
    return " ".join(each.name for each in function(graph))


def _gram(tf, initializer):
    """Return the product of a kernel with itself, over all but its last dimension."""
    kernel = tf.reshape(initializer([3, 4, 4], tf.float32), [-1, 4])
    return tf.round(tf.matmul(kernel, kernel, transpose_a=True) * 100) / 100


def _files():
    """Return files with old and new names of rows."""
    folder = tempfile.mkdtemp()
    paths = []
    for name, words in (("old", "a b c"), ("new", "c d a b")):
        paths.append(os.path.join(folder, name))
        with open(paths[-1], "w") as file:
            file.write("\n".join(words.split()) + "\n")
    return paths


def _saved(tf):
    """Return the path of a checkpoint."""
    with tf.Graph().as_default(), tf.Session() as session:
        rows = np.arange(6, dtype=np.float32).reshape(3, 2)
        tf.get_variable("matrix", initializer=rows)
        tf.get_variable("biases", initializer=rows[:, :1] + 10)
        session.run(tf.global_variables_initializer())
        return tf.train.Saver().save(session, os.path.join(tempfile.mkdtemp(), "model.ckpt"))


def _vocabularies(tf, size, more):
    old, new = _files()
    return {
        "ckpt_path": _saved(tf),
        "embedding_tensor_name": "matrix",
        "new_vocab_size": size,
        "embedding_dim": 2,
        "old_vocab_file": old,
        "new_vocab_file": new,
        "num_oov_buckets": more,
    }


def result(tf, name):
    """Return what a case gives, or the kind of its error and, where it is Python's, its words."""
    with tf.Graph().as_default(), tf.Session() as session:
        try:
            found = cases(tf)[name]()
            if isinstance(found, (str, int)):
                return found
            if name != "zeros":
                session.run(tf.global_variables_initializer())
            return [np.asarray(each).tolist() for each in session.run(tf.nest.flatten(found))]
        except tf.errors.OpError as error:
            return type(error).__name__
        except Exception as error:  # which one is what is compared
            return f"{type(error).__name__}: {str(error).splitlines()[0]}"


if __name__ == "__main__":
    import tensorflow

    tensorflow.compat.v1.logging.set_verbosity(tensorflow.compat.v1.logging.ERROR)
    with open(RECORDED, "w") as file:
        json.dump({name: result(tensorflow, name) for name in cases(tensorflow)}, file, indent=1)
        file.write("\n")
