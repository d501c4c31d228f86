"""Anyone's graph as a frozen one, and inputs to try it on."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.errors import UsageError
from tf1_rnn.exporting import loading, saved_model
from tf1_rnn.exporting.frozen_model import FrozenModel


def build():
    x = tf.placeholder(tf.float32, [None, 5, 2], "net/x")
    n = tf.placeholder_with_default(np.int32([5]), [None], "n")
    w = tf.get_variable("w", [2, 3], initializer=tf.ones_initializer())
    tf.placeholder(tf.float32, [], "unused")
    return tf.identity(tf.tensordot(x, w, 1), "net/y"), n


@pytest.fixture
def saved(tmp_path):
    """Return a folder with one graph in every form."""
    with tf.Graph().as_default(), tf.Session() as session:
        build()
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, str(tmp_path / "model"))
        frozen = tf.graph_util.convert_variables_to_constants(
            session, session.graph.as_graph_def(), ["net/y"]
        )
    (tmp_path / "frozen.pb").write_bytes(frozen.SerializeToString())
    model = loading.load(str(tmp_path / "frozen.pb"))
    saved_model.write(str(tmp_path / "saved"), model)
    return tmp_path


@pytest.mark.parametrize(
    "name, how",
    [
        ("frozen.pb", {}),
        ("saved", {}),
        ("model.meta", {"outputs": ["net/y"]}),
        ("model.meta", {"outputs": ["net/y:0"], "inputs": ["net/x"]}),
    ],
)
def test_every_form_gives_the_same_under_short_names(saved, name, how):
    model = loading.load(str(saved / name), **how)
    assert set(model.inputs) == {"x"} and set(model.outputs) == {"y"}
    found = model.run({"x": np.ones([1, 5, 2], "f")})["y"]
    np.testing.assert_array_equal(found, np.full([1, 5, 3], 2))


@pytest.mark.parametrize("checkpoint", ["model", "."])
def test_a_meta_graph_with_a_checkpoint_elsewhere(saved, checkpoint):
    (saved / "model.meta").rename(saved / "graph.meta")
    path, where = str(saved / "graph.meta"), str(saved / checkpoint)
    assert loading.load(path, outputs=["net/y"], checkpoint=where).outputs
    with pytest.raises(ValueError, match="there is no checkpoint .*graph; expected --checkpoint="):
        loading.load(path, outputs=["net/y"])


@pytest.mark.parametrize(
    "name, how, words",
    [
        ("model.meta", {}, "many unused tensors; expected --outputs=TENSOR"),
        ("frozen.pb", {"outputs": ["net/yy"]}, "no tensor net/yy; did you mean net/y?"),
        ("frozen.pb", {"inputs": ["net/x:1"]}, "no tensor net/x:1"),
        ("frozen.pb", {"outputs": ["::"]}, "no tensor ::"),
        ("none.pb", {}, "none.pb: no such file"),
        ("model.index", {}, "is not a graph; expected"),
    ],
)
def test_what_does_not_fit_is_one_line(saved, name, how, words):
    with pytest.raises(UsageError if "tensor" in words else ValueError) as caught:
        loading.load(str(saved / name), **how)
    assert words.replace("\\", "") in str(caught.value) and "\n" not in str(caught.value)


def test_names_that_are_taken_keep_their_scopes(saved):
    model = loading.load(str(saved / "frozen.pb"), outputs=["net/y"], inputs=["net/x", "net/x:0"])
    assert list(model.inputs) == ["x", "net/x"]


@pytest.mark.parametrize("batch_size", [None, 7])
def test_random_inputs_fit_the_placeholders(batch_size):
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float64, [None, 5, 2], "x")
        n = tf.placeholder(tf.int32, [None], "n")
        ids = tf.placeholder(tf.int64, [3, 5], "ids")
        keep = tf.placeholder(tf.float32, [], "keep")
        rows_of_state = tf.placeholder(tf.int32, [], "rows")
        is_training = tf.placeholder(tf.bool, [], "is_training")
    tensors = (x, n, ids, keep, rows_of_state, is_training)
    inputs = {tensor.op.name: tensor.name for tensor in tensors}
    model = FrozenModel(graph.as_graph_def(), inputs, {}, {})
    feed = loading.random_feed(model, batch_size)
    rows = batch_size or loading.UNKNOWN_SIZE
    assert feed["x"].shape == (rows, 5, 2) and feed["x"].dtype == np.float64
    # Lengths: one sequence has all steps, none more.
    assert feed["n"].shape == (rows,) and feed["n"].max() == feed["n"][0] == 5
    assert feed["n"].min() > 0  # attention asks for that
    assert (feed["keep"], feed["rows"], feed["is_training"]) == (1.0, rows, False)
    assert feed["ids"].shape == (3, 5) and set(feed["ids"].ravel()) <= {0, 1}
    again = loading.random_feed(model, batch_size)
    assert all((feed[name] == again[name]).all() for name in feed)


def test_a_number_with_a_default_is_no_input_and_one_without_can_be_set(tmp_path):
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [2], "x")
        keep, factor = (
            tf.placeholder_with_default(0.5, [], "keep"),
            tf.placeholder("float", [], "k"),
        )
        tf.multiply(x * keep, factor, name="y")
    path = tmp_path / "g.pb"
    path.write_bytes(graph.as_graph_def().SerializeToString())
    assert list(loading.load(str(path)).inputs) == ["x", "k"]
    model = loading.load(str(path), fixed={"k": "3"})
    assert list(model.inputs) == ["x"] and model.run({"x": [2, 4]})["y"].tolist() == [3, 6]
    model = loading.load(str(path), ["x", "keep"], fixed={"k": "3"})
    assert model.run({"x": [2, 4], "keep": 1.0})["y"].tolist() == [6, 12]
    with pytest.raises(UsageError, match="the outputs need k too; expected --inputs .* or --set="):
        loading.load(str(path), ["x"])


def test_outputs_of_one_operation_have_names_of_their_own(tmp_path):
    with tf.Graph().as_default() as graph:
        low, high = tf.split(tf.placeholder("float", [4]), 2, name="net/parts")
        tf.subtract(high, low, "y")
    path = tmp_path / "g.pb"
    path.write_bytes(graph.as_graph_def().SerializeToString())
    model = loading.load(str(path), ["net/parts:0", "net/parts:1"])
    assert list(model.inputs) == ["parts", "parts_1"]
    assert model.run({"parts": [1, 2], "parts_1": [5, 5]})["y"].tolist() == [4, 3]


def test_an_operation_that_tensorflow_has_no_more_is_named(tmp_path):
    node = tf.NodeDef(name="y", op="GatherTree")
    (tmp_path / "g.pb").write_bytes(tf.GraphDef(node=[node]).SerializeToString())
    with pytest.raises(ValueError, match="current TensorFlow has no operation GatherTree"):
        loading.load(str(tmp_path / "g.pb"))


@pytest.mark.parametrize("dtype, words", [("float", "the rank of x is"), ("string", "x takes str")])
def test_an_unknown_rank_needs_samples(dtype, words):
    with tf.Graph().as_default() as graph:
        tf.placeholder(dtype, name="x")
    model = FrozenModel(graph.as_graph_def(), {"x": "x:0"}, {}, {})
    with pytest.raises(UsageError, match=f"{words}.*; expected --samples=FILE.npz"):
        loading.random_feed(model)
