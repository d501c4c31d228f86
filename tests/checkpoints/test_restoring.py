"""Checkpoints of other people's scripts: scopes, heads and optimisers of their own."""

import contextlib
import csv
import io
import re

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.checkpoints import restoring
from tf1_rnn.console import Console
from tf1_rnn.errors import RunError
from tf1_rnn.trainer import keeper, plan
from tf1_rnn.trainer.session import Run
from tf1_rnn.trainer.settings import Settings
from tf1_rnn.v1.contrib import rnn

UNITS, STEPS, SAMPLES, CLASSES = 3, 4, 20, 2


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    random = np.random.RandomState(0)
    path = tmp_path_factory.mktemp("data") / "data.npz"
    y = random.randint(0, CLASSES, SAMPLES)
    x = random.randn(SAMPLES, STEPS, 2) + y[:, None, None]
    np.savez(path, x_train=x, y_train=y, x_test=x, y_test=y)
    return str(path)


def softmax_head(features):
    with tf.variable_scope("softmax"):
        weights = tf.get_variable("weights", [UNITS, CLASSES], features.dtype)
        return features @ weights + tf.get_variable("biases", [CLASSES], features.dtype)


def plain_head(features):
    weights = tf.Variable(tf.random_normal([UNITS, CLASSES]))
    return features @ weights + tf.Variable(tf.zeros([CLASSES]))


def deep_head(features):
    hidden = features @ tf.Variable(tf.random_normal([UNITS, UNITS]))
    return plain_head(hidden)


def write(
    folder,
    data,
    head=softmax_head,
    scope="",
    cell=None,
    loop_scope=None,
    optimizer=None,
    step="int64",
    only_model=False,
    file="model.ckpt",
    number=2,
    dtype="float32",
):
    """Train as a script of TensorFlow 1 did, save, and return its loss on the data."""
    arrays = np.load(data)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(1)
        x, y = tf.placeholder(dtype, [None, STEPS, 2]), tf.placeholder("int64", [None])
        with tf.variable_scope(scope) if scope else contextlib.nullcontext():
            layer = (cell or rnn.GRUCell)(UNITS)
            outputs, _ = tf.nn.dynamic_rnn(layer, x, dtype=dtype, scope=loop_scope)
            logits = head(outputs[:, -1])
            loss = tf.losses.sparse_softmax_cross_entropy(y, logits)
            count = (
                tf.Variable(0, dtype=step, name="global_step", trainable=False) if step else None
            )
            train = (optimizer or tf.train.AdamOptimizer)(0.01).minimize(loss, count)
        session.run(tf.global_variables_initializer())
        feed = {x: arrays["x_test"], y: arrays["y_test"]}
        for _ in range(2):
            session.run(train, feed)
        saver = tf.train.Saver(tf.trainable_variables() if only_model else None)
        saver.save(session, str(folder / file), number, write_meta_graph=False)
        return session.run(loss, feed)


def run(data, folder, mode="eval", cell="gru", epochs=3, options=None):
    said = io.StringIO()
    settings = Settings(
        cell=cell,
        data=data,
        mode=mode,
        model_dir=str(folder),
        epochs=epochs,
        batch_size=SAMPLES,
        **(options or {"num_units": UNITS}),
    )
    Run(plan.settle(settings), Console(said)).carry_out()
    return said.getvalue()


def loss_of(said):
    return float(re.search(r"test loss ([\d.]+)", said).group(1))


STRANGERS = {
    "a scope and a plain head": (
        {"head": plain_head, "scope": "net/model"},
        ["rnn/* is taken from net/model/rnn/*", "from net/model/Variable and net/model/Variable_1"],
    ),
    "a scope of the loop, another optimizer": (
        {"loop_scope": "encoder", "optimizer": tf.train.GradientDescentOptimizer},
        ["rnn/* is taken from encoder/*", "Adam's state is reinitialised"],
    ),
    "a short step": ({"step": "int32"}, []),
    "only a model": ({"only_model": True}, ["Adam's state is reinitialised", "counting from 2"]),
    "no number": ({"step": None, "number": None}, ["no global_step in it: counting from 0"]),
}


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_foreign_checkpoint_is_evaluated_and_resumed(kind, data, tmp_path):
    changes, notes = STRANGERS[kind]
    loss = write(tmp_path, data, **changes)
    (tmp_path / "checkpoint").unlink()
    assert loss_of(run(data, tmp_path)) == pytest.approx(loss, abs=2e-6)
    said = run(data, tmp_path, "train", epochs=4)
    assert all(note in said for note in notes) and (notes or " is taken " not in said)
    assert loss_of(said) < loss  # it went on from what the script had learned


def test_a_foreign_index_is_read_once(data, tmp_path, monkeypatch):
    write(tmp_path, data)
    read, prefixes = tf.train.load_checkpoint, []
    monkeypatch.setattr(
        restoring.tf.train, "load_checkpoint", lambda path: prefixes.append(path) or read(path)
    )
    run(data, tmp_path)
    assert prefixes == [str(tmp_path / "model.ckpt-2")]


def test_foreign_checkpoints_are_never_deleted(data, tmp_path, monkeypatch):
    monkeypatch.setattr(keeper, "SECONDS_BETWEEN_CHECKPOINTS", 0)
    write(tmp_path, data)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("model*")}
    for epochs in (4, 8):
        run(data, tmp_path, "train", epochs=epochs)
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    assert sorted(path.name for path in tmp_path.glob("*.index")) == [
        f"model.ckpt-{step}.index" for step in (2, 7, 8)
    ]


def test_adam_goes_on_where_the_script_left_it(data, tmp_path):
    def train_loss(folder):
        run(data, folder, "train", epochs=6)
        with open(folder / "history.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))[-1]["train_loss"]

    ends = []
    for scope in ("", "outer"):  # there its slots are outer/outer/rnn/.../Adam
        folder = tmp_path / f"in {scope}"
        folder.mkdir()
        write(folder, data, scope=scope)
        ends.append(train_loss(folder))
    write(tmp_path, data, only_model=True)
    assert ends[0] == ends[1] != train_loss(tmp_path)


REFUSED = {
    "another size": (
        {},
        {"options": {"num_units": 4}},
        r"gates/kernel \[6, 8\], the checkpoint it as \[5, 6\]",
    ),
    "another cell": ({}, {"cell": "lstm"}, "the checkpoint none of that name.*tf1-rnn checkpoint"),
    "a stack": (
        {"cell": lambda n: rnn.MultiRNNCell([rnn.GRUCell(n), rnn.GRUCell(n)])},
        {},
        "cell_0/gru_cell/gates/kernel and .*cell_1/gru_cell/gates/kernel, the graph one rnn/gru",
    ),
    "half a graph": (
        {"cell": lambda n: rnn.MultiRNNCell([rnn.LSTMCell(n), rnn.LSTMCell(n)])},
        {"cell": "multi_lstm", "options": {"multi_units": (UNITS,)}},
        r"it also has rnn/multi_rnn_cell/cell_1/lstm_cell/bias \[12\]",
    ),
    "a deep head": ({"head": deep_head}, {}, r"cannot be recognised.*found Variable \[3, 3\], "),
    "doubles": ({"dtype": "float64"}, {}, "is float64 in the checkpoint, the graph has float32"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_another_graph_is_refused_in_one_line(kind, data, tmp_path):
    changes, asked, words = REFUSED[kind]
    write(tmp_path, data, **changes)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for mode in ("eval", "train"):
        with pytest.raises(RunError, match=words) as error:
            run(data, tmp_path, mode, **asked)
        assert "\n" not in str(error.value) and "does not fit" in str(error.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_checkpoint_given_for_its_folder(data, tmp_path):
    write(tmp_path, data)
    with pytest.raises(RunError, match="is a checkpoint; expected the folder it is in"):
        run(data, tmp_path / "model.ckpt-2")
