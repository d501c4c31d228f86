"""Where the v1 API's modules lead: own files, what carries them on, or one clear line."""

import importlib

import numpy as np
import pytest

import tf1_rnn.v1 as tf


@pytest.mark.parametrize(
    "path",
    [
        "keras.layers",
        "python.keras.layers",
        "contrib.keras.layers",
        "contrib.keras.python.keras.layers",
        "contrib.keras.api.keras.layers",
    ],
)
def test_every_path_to_keras_is_the_keras_of_graphs(path):
    pytest.importorskip("tf_keras")
    layers = importlib.import_module(f"tf1_rnn.v1.{path}")
    assert layers.LSTM is tf.keras.layers.LSTM
    assert layers.LSTM.__module__.startswith("tf_keras.")


@pytest.mark.parametrize(
    "path, public",
    [
        ("contrib.seq2seq.python.ops.attention_wrapper", "contrib.seq2seq._attention"),
        ("contrib.seq2seq.python.ops.attention_wrapper", "contrib.seq2seq._monotonic"),
        ("contrib.seq2seq.python.ops.beam_search_decoder", "contrib.seq2seq._beam_search"),
        ("contrib.seq2seq.python.ops.decoder", "contrib.seq2seq._decoder"),
        ("contrib.seq2seq.python.ops.helper", "contrib.seq2seq._helpers"),
        ("contrib.seq2seq.python.ops.helper", "contrib.seq2seq._scheduled"),
        ("contrib.training.python.training.training", "contrib.training"),
        ("contrib.learn.python.learn.preprocessing.text", "contrib.learn.preprocessing"),
        ("contrib.learn.python.learn.estimators.model_fn", "contrib.learn"),
        ("python.estimator.model_fn", "estimator"),
        ("python.ops.rnn_cell", "contrib.rnn"),
    ],
)
def test_a_private_module_has_the_names_of_the_public_one(path, public):
    private = importlib.import_module(f"tf1_rnn.v1.{path}")
    public = importlib.import_module(f"tf1_rnn.v1.{public}")
    names = [name for name in dir(public) if name[0].isupper()]
    assert names
    assert all(getattr(private, name) is getattr(public, name) for name in names)


def test_private_layers_are_the_public_ones():
    pytest.importorskip("tf_keras")
    from tf1_rnn.v1.python.layers.core import Dense
    from tf1_rnn.v1.python.layers.normalization import batch_normalization

    assert Dense is tf.layers.Dense
    with tf.Graph().as_default():
        x = tf.layers.dense(tf.zeros([2, 3]), 4)
        batch_normalization(Dense(5)(x))
        names = [variable.op.name for variable in tf.global_variables()]
    # As 1.15.5 names them: one count for both.
    assert [name for name in names if "kernel" in name] == ["dense/kernel", "dense_1/kernel"]


@pytest.mark.parametrize(
    "path, public",
    [
        ("contrib.signal.stft", "signal.stft"),
        ("contrib.metrics.confusion_matrix", "math.confusion_matrix"),
        ("pywrap_tensorflow.NewCheckpointReader", "train.NewCheckpointReader"),
    ],
)
def test_what_is_elsewhere_now(path, public):
    if "metrics" in path:
        pytest.importorskip("tf_slim")
    old, new = tf, tf
    for part in path.split("."):
        old = getattr(old, part)
    for part in public.split("."):
        new = getattr(new, part)
    assert old is new


def test_slim_has_its_networks():
    pytest.importorskip("tf_slim")
    from tf1_rnn.v1.contrib.slim.nets import vgg
    from tf1_rnn.v1.contrib.slim.python.slim.nets.inception_v3 import inception_v3_base

    assert tf.contrib.slim.nets.vgg.vgg_16 is vgg.vgg_16
    with tf.Graph().as_default():
        end, _ = inception_v3_base(tf.zeros([1, 80, 80, 3]), final_endpoint="Conv2d_2b_3x3")
        assert end.shape.as_list() == [1, 37, 37, 64]


def test_the_loops_private_functions_are_tensorflows_own():
    from tf1_rnn.v1.python.ops.rnn import _reverse_seq, _rnn_step, dynamic_rnn

    assert dynamic_rnn is tf.nn.dynamic_rnn
    assert callable(_rnn_step)
    with tf.Graph().as_default(), tf.Session() as session:
        steps = [tf.constant([[1.0], [2.0]]), tf.constant([[3.0], [4.0]])]
        backwards = session.run(_reverse_seq(steps, [2, 1]))
    assert [step.ravel().tolist() for step in backwards] == [[3.0, 2.0], [1.0, 4.0]]


def test_a_missing_name_of_a_private_module_is_no_module():
    with pytest.raises(ImportError, match="decoder._no_such_function is not supported"):
        from tf1_rnn.v1.contrib.seq2seq.python.ops.decoder import _no_such_function  # noqa: F401


def test_what_moved_is_in_its_old_place():
    assert tf.estimator.ModeKeys.PREDICT == "infer"
    assert tf.contrib.util.constant_value(tf.constant(3)) == 3
    with pytest.raises(
        AttributeError, match="tf.estimator.DNNClassifier is not supported: tf.estimator supports"
    ):
        tf.estimator.DNNClassifier  # noqa: B018


def test_private_modules_that_moved_as_a_whole():
    from tf1_rnn.v1.python.training.checkpointable import base
    from tf1_rnn.v1.python.training.tracking import util

    assert util.CheckpointV1 is tf.train.Checkpoint
    assert isinstance(tf.train.Checkpoint(), base.Trackable)


def test_a_network_of_keras_is_a_model():
    pytest.importorskip("tf_keras")
    from tf1_rnn.v1.python.keras.engine import network

    assert network.Network is tf.keras.Model


def test_contrib_data_drops_the_remainder():
    with tf.Graph().as_default(), tf.Session() as session:
        numbers = tf.data.Dataset.range(5)
        pairs = numbers.apply(tf.contrib.data.batch_and_drop_remainder(2))
        rows = numbers.map(lambda n: tf.fill([n], n))
        padded = rows.apply(tf.contrib.data.padded_batch_and_drop_remainder(2, [None]))
        for dataset, expected in (
            (pairs, [[[0, 1]], [[2, 3]]]),
            (padded, [[[[0], [1]]], [[[2, 2, 0], [3, 3, 3]]]]),
        ):
            batch = tf.data.make_one_shot_iterator(dataset).get_next()
            assert [[session.run(batch).tolist()] for _ in range(2)] == expected
            with pytest.raises(tf.errors.OutOfRangeError):
                session.run(batch)


@pytest.mark.parametrize(
    "path, names",
    [
        ("nn", "dynamic_rnn rnn_cell softmax"),
        ("contrib.data", "shuffle_and_repeat"),
        ("contrib.framework", "nest get_global_step"),
        ("contrib.training", "HParams bucket"),
        ("python.ops.math_ops", "matmul sigmoid"),
        ("python.ops.rnn_cell_impl", "LSTMCell RNNCell array_ops math_ops nest vs"),
        ("contrib.rnn.python.ops.core_rnn_cell", "EmbeddingWrapper math_ops"),
        ("contrib.seq2seq.python.ops.attention_wrapper", "AttentionWrapper safe_cumprod"),
    ],
)
def test_an_import_of_all_names(path, names):
    found = {}
    exec(f"from tf1_rnn.v1.{path} import *", found)
    assert set(names.split()) <= set(found)
    assert not [name for name in found if name[0] == "_" and name != "__builtins__"]


@pytest.mark.parametrize(
    "path, names",
    [
        ("keras.layers", "LSTM Dense"),
        ("contrib.layers", "fully_connected xavier_initializer"),
        ("contrib.layers.python.layers.layers", "batch_norm"),
        ("contrib.framework", "arg_scope get_variables_to_restore"),
        ("contrib.training", "create_train_op"),
        ("layers", "dense"),
    ],
)
def test_an_import_of_all_names_that_the_extra_has(path, names):
    pytest.importorskip("tf_keras")
    pytest.importorskip("tf_slim")
    found = {}
    exec(f"from tf1_rnn.v1.{path} import *", found)
    assert set(names.split()) <= set(found)


def test_private_functions_of_the_cells_and_decoders():
    impl = importlib.import_module("tf1_rnn.v1.python.ops.rnn_cell_impl")
    with tf.Graph().as_default():
        impl._check_rnn_cell_input_dtypes([tf.zeros([2]), (tf.zeros([2], tf.float64),)])
        impl._check_supported_dtypes(None)
        for check, wrong in (
            (impl._check_supported_dtypes, tf.int32),
            (impl._check_rnn_cell_input_dtypes, [tf.zeros([2]), (tf.zeros([2], tf.int32),)]),
        ):
            with pytest.raises(ValueError, match="only supports floating point"):
                check(wrong)
        assert impl._hasattr(impl, "LSTMCell") and not impl._hasattr(impl, "nothing")
        decoder = importlib.import_module("tf1_rnn.v1.contrib.seq2seq.python.ops.decoder")
        zeros = decoder._create_zero_outputs((3, tf.TensorShape([2, 2])), (tf.float32, tf.int32), 4)
        assert [z.shape[1:].as_list() for z in zeros] == [[3], [2, 2]]
        assert [z.dtype for z in zeros] == [tf.float32, tf.int32]
        attention = importlib.import_module(
            "tf1_rnn.v1.contrib.seq2seq.python.ops.attention_wrapper"
        )
        query, keys = tf.constant([[1.0, 2.0]]), tf.constant([[[3.0, 4.0], [0.0, 1.0]]])
        scores = attention._luong_score(query, keys, None), attention._luong_score(query, keys, 2.0)
        additive = attention._bahdanau_score(query, keys - 1, tf.ones([2]))
        with tf.Session() as session:
            (once, twice), tanh = session.run([scores, additive])
    assert once.tolist() == [[11, 2]] and twice.tolist() == [[22, 4]]
    assert tanh[0] == pytest.approx(np.tanh([[3, 5], [0, 2]]).sum(1))


def test_what_is_imported_and_never_used_does_no_harm():
    from tf1_rnn.v1.contrib import image, tpu

    assert tf.contrib.image is image and not hasattr(tpu, "TPUEstimator")
    with pytest.raises(AttributeError, match="contrib.image.rotate is not supported"):
        _ = tf.contrib.image.rotate
    with pytest.raises(ImportError, match="contrib.tpu.TPUEstimator is not supported: use tf.tpu"):
        from tf1_rnn.v1.contrib.tpu import TPUEstimator  # noqa: F401


def test_a_function_does_not_hide_its_module():
    from tf1_rnn.v1.contrib.recurrent.python.ops import functional_rnn

    assert functional_rnn.functional_rnn is tf.contrib.recurrent.functional_rnn


def test_arg_scope_hides_its_module():
    pytest.importorskip("tf_slim")
    package = importlib.import_module("tf1_rnn.v1.contrib.framework.python.ops")
    vars(package).pop("arg_scope", None)  # the module, where something imported it
    assert package.arg_scope is tf.contrib.framework.arg_scope
    module = importlib.import_module("tf1_rnn.v1.contrib.framework.python.ops.arg_scope")
    assert module.arg_scope is tf.contrib.framework.arg_scope


def test_cells_are_of_one_library_on_every_path():
    from tf1_rnn.v1.python.ops.nn import rnn_cell
    from tf1_rnn.v1.python.ops.rnn import rnn_cell_impl

    for module in (rnn_cell, rnn_cell_impl):
        assert module.LSTMCell is tf.nn.rnn_cell.LSTMCell


def test_nest_has_the_names_of_1_15_5():
    nest = tf.contrib.framework.nest
    assert nest.is_sequence([1]) and nest.is_sequence({}) and not nest.is_sequence("ab")
    assert nest.map_structure_up_to([0, 0], lambda x: len(x), [[1, 2], [3]]) == [2, 1]
    assert nest.flatten_with_joined_string_paths({"a": [1, 2]}) == [("a/0", 1), ("a/1", 2)]
    assert list(nest.yield_flat_paths([1, [2]])) == [(0,), (1, 0)]


@pytest.mark.parametrize("path", ["contrib.compiler.jit", "contrib.eager.python.tfe"])
def test_absent_modules_can_be_imported(path):
    module = importlib.import_module(f"tf1_rnn.v1.{path}")
    with pytest.raises(AttributeError, match=f"tf.{path}.experimental_jit_scope is not supported"):
        _ = module.experimental_jit_scope


def test_the_modules_of_tf_slim_keep_their_own_names():
    pytest.importorskip("tf_slim")
    from tf1_rnn.v1.contrib.layers.python.layers import encoders, layers, utils
    from tf1_rnn.v1.contrib.slim.python.slim import learning

    assert callable(utils.channel_dimension) and callable(learning.create_train_op)
    assert layers.batch_norm is tf.contrib.layers.batch_norm
    assert encoders.embed_sequence is tf.contrib.layers.embed_sequence
