"""Checkpoints, SavedModels and frozen graphs are read by the same names."""

import os

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn import checkpoint
from tf1_rnn.checkpoints import reading
from tf1_rnn.v1.contrib import rnn


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A checkpoint, a SavedModel, a frozen graph, and one without its reads, of one graph."""
    path = tmp_path_factory.mktemp("saved")
    with tf.Graph().as_default() as graph, tf.Session() as session:
        x = tf.placeholder("float", [None, 4, 3], name="x")
        outputs, _ = tf.nn.dynamic_rnn(rnn.LSTMCell(2, use_peepholes=True), x, dtype="float32")
        y = tf.identity(tf.layers.dense(outputs[:, -1], 5), "y")
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, str(path / "model.ckpt"))
        tf.saved_model.simple_save(session, str(path / "model"), {"x": x}, {"y": y})
        frozen = tf.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), ["y"])
    (path / "frozen.pb").write_bytes(frozen.SerializeToString())
    (path / "graph.pb").write_bytes(graph.as_graph_def().SerializeToString())
    reads = {node.name: node.input[0] for node in frozen.node if node.name.endswith("/read")}
    for node in frozen.node:
        for index, name in enumerate(node.input):
            node.input[index] = reads.get(name, name)
    kept = [node for node in frozen.node if node.name not in reads]
    del frozen.node[:]
    frozen.node.extend(kept)
    (path / "optimised.pb").write_bytes(frozen.SerializeToString())
    return path


@pytest.mark.parametrize("file", ["frozen.pb", "optimised.pb", "model", "model/saved_model.pb"])
def test_other_files_hold_what_the_checkpoint_holds(saved, file):
    found, arrays = reading.read(str(saved / "model.ckpt"))
    there, same = reading.read(str(saved / file))
    assert [layer for layer in there.layers] == [layer for layer in found.layers]
    assert [layer.key for layer in found.layers] == ["lstm_cell", "dense"]
    assert set(arrays) <= set(same)
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, same[name])


def test_the_command_describes_a_frozen_graph(saved, capsys):
    assert checkpoint.main([str(saved / "frozen.pb")]) == 0
    out = capsys.readouterr().out
    assert "rnn/lstm_cell: LSTMCell" in out and "peepholes yes" in out
    assert "not recognised" not in out


@pytest.mark.parametrize(
    "file, why",
    [("graph.pb", "a graph without its variables"), ("odd.pb", "is not a frozen graph")],
)
def test_another_pb_is_named_as_what_it_is(saved, file, why, capsys):
    (saved / "odd.pb").write_bytes(b"\x0a\x03abc")
    assert checkpoint.main([str(saved / file)]) == 1
    err = capsys.readouterr().err
    assert why in err and err.count("\n") == 1 and str(saved / file) in err


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.95])
@pytest.mark.parametrize("ending", [".index", ".data-00000-of-00001"])
def test_a_checkpoint_that_ends_too_early_is_one_line(saved, tmp_path, ending, share):
    for file in saved.glob("model.ckpt.*"):
        content = file.read_bytes()
        cut = content[: int(len(content) * share)] if file.name.endswith(ending) else content
        (tmp_path / file.name).write_bytes(cut)
    with pytest.raises(ValueError, match="is not a readable checkpoint: ") as caught:
        reading.read(str(tmp_path / "model.ckpt"))
    assert "\n" not in str(caught.value)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("ending", [".index", ".data-00000-of-00001"])
def test_a_checkpoint_of_which_a_file_is_a_pipe_is_refused(saved, tmp_path, ending):
    for file in saved.glob("model.ckpt.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / f"model.ckpt{ending}").unlink()
    os.mkfifo(tmp_path / f"model.ckpt{ending}")
    with pytest.raises(ValueError, match=f"ckpt{ending}: a pipe or device; expected a regular"):
        reading.read(str(tmp_path / "model.ckpt"))
