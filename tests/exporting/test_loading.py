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
    inputs = {tensor.op.name: tensor.name for tensor in (x, n, ids)}
    model = FrozenModel(graph.as_graph_def(), inputs, {}, {})
    feed = loading.random_feed(model, batch_size)
    rows = batch_size or loading.UNKNOWN_SIZE
    assert feed["x"].shape == (rows, 5, 2) and feed["x"].dtype == np.float64
    # Lengths: one sequence has all steps, none more.
    assert feed["n"].shape == (rows,) and feed["n"].max() == feed["n"][0] == 5
    assert feed["ids"].shape == (3, 5) and set(feed["ids"].ravel()) <= {0, 1}
    again = loading.random_feed(model, batch_size)
    assert all((feed[name] == again[name]).all() for name in feed)


def test_an_unknown_rank_needs_samples():
    with tf.Graph().as_default() as graph:
        tf.placeholder(tf.float32, name="x")
    model = FrozenModel(graph.as_graph_def(), {"x": "x:0"}, {}, {})
    with pytest.raises(UsageError, match="the rank of x is unknown; expected --samples=FILE.npz"):
        loading.random_feed(model)
