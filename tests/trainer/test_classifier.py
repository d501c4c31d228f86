"""The head reads what it should, weights start from seed and name, names are TensorFlow 1's."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tf1_rnn.graphs import GRAPHS
from tf1_rnn.trainer import classifier, loops

SIZES = {"num_units": 4, "multi_units": (5, 3), "output_channels": 3, "kernel_shape": (3, 3)}


def build(cell, lengths=True, seed=0, nn=tf.nn, time_steps=6, n_classes=3, target="class"):
    step_shape = (5, 7, 2) if cell == "conv_lstm" else (2,)
    options = {name: SIZES[name] for name in GRAPHS[cell].arguments if name in SIZES}
    specification = classifier.Specification(
        cell, time_steps, step_shape, n_classes, 0.01, options, lengths, seed, target
    )
    return classifier.Classifier(specification, nn), step_shape


def probabilities(cell, x, lengths, time_steps=6):
    with tf.Graph().as_default(), tf.Session() as session:
        model, _ = build(cell, lengths is not None, time_steps=time_steps)
        session.run(tf.global_variables_initializer())
        feed = dict(zip(model.inputs, [x, lengths], strict=False))
        return session.run(model.predictions, feed)


@pytest.mark.parametrize("cell", ["basic_lstm", "bilstm", "conv_lstm"])
def test_padding_changes_nothing(cell):
    # Each sequence padded to six steps gives what the sequence gives without padding.
    random = np.random.RandomState(0)
    shape = (5, 7, 2) if cell == "conv_lstm" else (2,)
    x, lengths = random.randn(3, 6, *shape).astype(np.float32), np.array([6, 2, 4])
    padded = probabilities(cell, x, lengths)
    for n, length in enumerate(lengths[1:], 1):
        alone = probabilities(cell, x[n : n + 1, :length], None, time_steps=length)
        np.testing.assert_allclose(padded[n : n + 1], alone, rtol=1e-5)
    assert np.abs(padded[0] - padded[1]).max() > 1e-4


@pytest.mark.parametrize("cell", ["lstm", "bilstm", "conv_lstm"])
def test_an_empty_sequence_is_read_as_zeros(cell):
    with tf.Graph().as_default(), tf.Session() as session:
        model, shape = build(cell)
        session.run(tf.global_variables_initializer())
        with tf.variable_scope("softmax", reuse=True):
            biases = tf.get_variable("biases")
        session.run(biases.assign([1.0, 2.0, 3.0]))
        x = np.random.RandomState(0).randn(2, 6, *shape)
        result = session.run(model.predictions, {model.x: x, model.sequence_length: [0, 3]})
    expected = np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum()
    np.testing.assert_allclose(result[0], expected, rtol=1e-6)
    assert np.abs(result[1] - expected).max() > 1e-3


def test_the_head_of_bilstm_reads_each_direction_at_its_own_end():
    outputs = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
    with tf.Graph().as_default(), tf.Session() as session:
        tensor = tf.constant(outputs)
        whole = session.run(classifier._last_relevant(tensor, None, two_ways=True))
        some = session.run(classifier._last_relevant(tensor, tf.constant([1, 3]), two_ways=True))
        one_way = session.run(classifier._last_relevant(tensor, tf.constant([1, 3]), False))
    np.testing.assert_array_equal(whole, [[8, 9, 2, 3], [20, 21, 14, 15]])
    np.testing.assert_array_equal(some, [[0, 1, 2, 3], [20, 21, 14, 15]])
    np.testing.assert_array_equal(one_way, [[0, 1, 2, 3], [20, 21, 22, 23]])


def initial_values(cell, seed=0, nn=tf.nn):
    with tf.Graph().as_default(), tf.Session() as session:
        build(cell, seed=seed, nn=nn)
        session.run(tf.global_variables_initializer())
        return {v.op.name: session.run(v) for v in tf.trainable_variables()}


@pytest.mark.parametrize(
    "cell, other", [("basic_lstm", loops.as_dynamic), ("bilstm", loops.as_static)]
)
def test_initial_values_depend_only_on_seed_and_name(cell, other):
    values, same = initial_values(cell), initial_values(cell, nn=other(tf.nn))
    assert values.keys() == same.keys()
    for name in values:
        np.testing.assert_array_equal(values[name], same[name])
    kernel = next(name for name in values if name.endswith("kernel"))
    assert not np.array_equal(values[kernel], initial_values(cell, seed=1)[kernel])


def test_no_two_variables_start_alike_and_biases_start_as_they_did():
    values = initial_values("bilstm")
    fw, bw = (values[f"bidirectional_rnn/{way}/lstm_cell/kernel"] for way in ("fw", "bw"))
    assert not np.array_equal(fw, bw)
    # Glorot's uniform limit, from the kernel's own shape.
    limit = np.sqrt(6 / (fw.shape[0] + fw.shape[1]))
    assert 0.9 * limit < np.abs(fw).max() <= limit
    assert not values["bidirectional_rnn/fw/lstm_cell/bias"].any()
    assert (initial_values("gru")["rnn/gru_cell/gates/bias"] == 1).all()


@pytest.mark.parametrize("cell", ["basic_lstm", "bilstm", "conv_lstm"])
def test_a_class_a_step_is_read_at_every_step_and_padding_counts_for_nothing(cell):
    random, lengths = np.random.RandomState(0), np.array([6, 2, 0])
    with tf.Graph().as_default(), tf.Session() as session:
        model, shape = build(cell, target="step classes")
        session.run(tf.global_variables_initializer())
        x, y = random.randn(3, 6, *shape), np.eye(3)[random.randint(0, 3, [3, 6])]
        feed = {model.x: x, model.y: y, model.sequence_length: lengths}
        p, losses, loss, correct = session.run(
            [model.predictions, model.losses, model.loss, model.answers], feed
        )
        gradient = session.run(tf.gradients(model.loss, model.x)[0], feed)
        valid = np.arange(6) < lengths[:, None]
        assert p.shape == (3, 6, 3) and losses.shape == correct.shape == (3, 6)
        np.testing.assert_allclose(losses, -np.log((p * y).sum(-1)), rtol=1e-5)
        np.testing.assert_allclose(loss, losses[valid].mean(), rtol=1e-5)
        np.testing.assert_array_equal(correct, p.argmax(-1) == y.argmax(-1))
        assert not gradient[~valid].any() and gradient[valid].any()
        # Each step has weights of the same head, not of its own.
        names = {v.op.name: v.shape.as_list() for v in tf.trainable_variables()}
        assert names["softmax/biases"] == [3]


def test_numbers_are_learned_by_their_squared_error():
    random = np.random.RandomState(0)
    with tf.Graph().as_default(), tf.Session() as session:
        model, shape = build("gru", n_classes=2, target="number")
        session.run(tf.global_variables_initializer())
        feed = {model.x: random.randn(4, 6, *shape), model.y: random.randn(4, 2)}
        feed[model.sequence_length] = [6, 3, 1, 2]
        found, losses, loss = session.run([model.predictions, model.losses, model.loss], feed)
        np.testing.assert_allclose(losses, ((found - feed[model.y]) ** 2).mean(1), rtol=1e-5)
        np.testing.assert_allclose(loss, losses.mean(), rtol=1e-6)
        for _ in range(300):
            session.run(model.train_op, feed)
        assert session.run(model.loss, feed) < 0.05 * loss


def test_loss_accuracy_and_a_step_of_adam():
    with tf.Graph().as_default(), tf.Session() as session:
        model, _ = build("gru", lengths=False)
        session.run(tf.global_variables_initializer())
        random = np.random.RandomState(0)
        feed = {model.x: random.randn(8, 6, 2), model.y: np.eye(3)[random.randint(0, 3, 8)]}
        p, losses, loss, correct = session.run(
            [model.predictions, model.losses, model.loss, model.answers], feed
        )
        np.testing.assert_allclose(losses, -np.log(p[feed[model.y] == 1]), rtol=1e-5)
        np.testing.assert_array_equal(correct, p.argmax(1) == feed[model.y].argmax(1))
        np.testing.assert_allclose(loss, losses.mean(), rtol=1e-6)
        before = session.run(tf.trainable_variables())
        session.run(model.train_op, feed)
        # Adam's first step moves every weight that has a gradient by the learning rate.
        moved = [
            np.abs(a - b).max()
            for a, b in zip(before, session.run(tf.trainable_variables()), strict=True)
        ]
        np.testing.assert_allclose(moved, 0.01, rtol=1e-3)
        assert session.run(model.global_step) == 1
        assert classifier.parameters() == 6 * 8 + 8 + 6 * 4 + 4 + 4 * 3 + 3


def made(cell="gru", nn=tf.nn, **training):
    """Build a small classifier that is trained in some way, its variables initialised."""
    specification = classifier.Specification(
        cell, 6, (2,), 3, 0.01, {name: SIZES[name] for name in GRAPHS[cell].arguments
                                 if name in SIZES}, **training
    )  # fmt: skip
    model = classifier.Classifier(specification, nn)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    random = np.random.RandomState(0)
    feed = {model.x: random.randn(8, 6, 2), model.y: np.eye(3)[random.randint(0, 3, 8)]}
    return model, session, feed


@pytest.mark.parametrize("cell", ["basic_lstm", "multi_lstm", "bilstm"])
def test_dropout_depends_only_on_seed_and_step(cell):
    def losses(first_step):
        with tf.Graph().as_default():
            model, session, feed = made(cell, dropout=0.4, seed=7)
            with session:
                session.run(model.global_step.assign(first_step))
                return session.run([model.loss, model.train_op], {**feed, model.keep_prob: 0.6})[0]

    assert losses(3) == losses(3)  # in another session, as after a resumption
    assert losses(3) != losses(4)


def test_dropout_happens_only_in_training():
    with tf.Graph().as_default():
        model, session, feed = made(dropout=0.4)
        with session:
            loss = session.run(model.loss, feed)
            assert session.run(model.loss, {**feed, model.keep_prob: 0.6}) != loss
    with tf.Graph().as_default():
        model, session, feed = made()
        with session:
            assert session.run(model.loss, feed) == loss and model.keep_prob is None


def test_gradients_are_clipped_to_a_global_norm():
    # Adam's first moment after one step is a tenth of the gradient.
    def moments(**training):
        with tf.Graph().as_default():
            model, session, feed = made(**training)
            with session:
                norm, _ = session.run([model.gradient_norm, model.train_op], feed)
                slots = [v for v in tf.global_variables() if v.op.name.endswith("/Adam")]
                squares = [np.sum(np.square(value)) for value in session.run(slots)]
                return norm, 10 * np.sqrt(sum(squares))

    norm, applied = moments()
    np.testing.assert_allclose(applied, norm, rtol=1e-4)
    again, clipped = moments(clip_norm=float(norm) / 4)
    assert again == norm
    np.testing.assert_allclose(clipped, norm / 4, rtol=1e-4)


def test_the_learning_rate_decays_after_each_epoch():
    with tf.Graph().as_default():
        model, session, feed = made(decay=0.5, steps_per_epoch=2)
        with session:
            rates = [session.run([model.learning_rate, model.train_op], feed)[0] for _ in range(5)]
    np.testing.assert_allclose(rates, [0.01, 0.01, 0.005, 0.005, 0.0025], rtol=1e-6)


def test_class_weights_change_only_the_loss():
    with tf.Graph().as_default():
        model, session, feed = made(class_weights=(0.5, 2.0, 1.0))
        with session:
            loss, losses = session.run([model.loss, model.losses], feed)
    weights = np.array([0.5, 2, 1])[feed[model.y].argmax(1)]
    np.testing.assert_allclose(loss, (weights * losses).mean(), rtol=1e-6)
