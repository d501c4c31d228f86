"""Recurrent estimators: the variables, cells and optimisers that are asked for."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

contrib = tf.contrib.estimator
column = tf.contrib.feature_column
VALUES = tf.SparseTensorValue([[0, 0], [0, 1], [1, 0]], [1.0, 2.0, 3.0], [2, 2])


def sequences():
    return [column.sequence_numeric_column("x")]


def inputs(labels=True, step_labels=False):
    def input_fn():
        features = {"x": tf.SparseTensor(*VALUES), "c": tf.constant([[1.0], [2.0]])}
        if not labels:
            return features
        return features, tf.constant([[[0.0], [1]], [[1], [0]]] if step_labels else [[0], [1]])

    return input_fn


def shapes(estimator):
    """Return the shapes of the model's variables by name, the optimiser's left out."""
    names = estimator.get_variable_names()
    return {
        name: list(np.shape(estimator.get_variable_value(name)))
        for name in names
        if name != "global_step" and "Adagrad" not in name and "/t_" not in name
    }


# The logits' kernel of 1.15.5.
KERNEL = [-0.97342235, -0.44891191, -0.54949439, -0.23439729]
LOGITS = {"rnn/logits/dense/kernel": [4, 1], "rnn/logits/dense/bias": [1]}


@pytest.mark.parametrize(
    "options, cells",
    [
        ({"num_units": [4]}, {"basic_rnn_cell/kernel": [5, 4], "basic_rnn_cell/bias": [4]}),
        (
            {"num_units": [4], "cell_type": "lstm"},
            {"basic_lstm_cell/kernel": [5, 16], "basic_lstm_cell/bias": [16]},
        ),
        (
            {"num_units": [3, 4], "cell_type": tf.nn.rnn_cell.BasicRNNCell},
            {
                "multi_rnn_cell/cell_0/basic_rnn_cell/kernel": [4, 3],
                "multi_rnn_cell/cell_0/basic_rnn_cell/bias": [3],
                "multi_rnn_cell/cell_1/basic_rnn_cell/kernel": [7, 4],
                "multi_rnn_cell/cell_1/basic_rnn_cell/bias": [4],
            },
        ),
        (
            {"rnn_cell_fn": lambda mode: tf.nn.rnn_cell.BasicRNNCell(4, name=mode[:4])},
            {"trai/kernel": [5, 4], "trai/bias": [4]},
        ),
    ],
)
def test_variables_have_1_15_5s_names(tmp_path, options, cells):
    made = contrib.RNNClassifier(sequences(), model_dir=str(tmp_path), **options)
    made.train(inputs(), steps=1)
    expected = {**LOGITS, **{f"rnn/rnn/{name}": shape for name, shape in cells.items()}}
    assert shapes(made) == expected
    assert "rnn/logits/dense/kernel/t_0/Adagrad" in made.get_variable_names()


def test_variables_start_as_under_1_15_5(tmp_path):
    # The logits' kernel is drawn after the loop and the choice of each sequence's last output.
    estimator = contrib.RNNEstimator(
        contrib.regression_head(),
        sequences(),
        rnn_cell_fn=lambda mode: tf.nn.rnn_cell.GRUCell(4),
        optimizer=tf.train.GradientDescentOptimizer(0.0),
        model_dir=str(tmp_path),
        config=tf.estimator.RunConfig(tf_random_seed=5, save_summary_steps=1),
    )
    estimator.train(inputs(), steps=1)
    kernel = estimator.get_variable_value("rnn/logits/dense/kernel")
    np.testing.assert_allclose(kernel.ravel(), KERNEL, rtol=1e-6)
    (events,) = tmp_path.glob("events*")
    tags = {v.tag for event in tf.train.summary_iterator(str(events)) for v in event.summary.value}
    assert "rnn/sequence_input_layer/sequence_length" in tags


@pytest.mark.parametrize("context", [False, True])
@pytest.mark.parametrize("classes", [2, 3])
def test_context_is_added_to_every_step(tmp_path, context, classes):
    columns = [tf.feature_column.numeric_column("c")] if context else None
    made = contrib.RNNClassifier(
        sequences(), columns, [4], model_dir=str(tmp_path), n_classes=classes
    )
    made.train(inputs(), steps=1)
    found = shapes(made)
    assert found["rnn/rnn/basic_rnn_cell/kernel"] == [5 + context, 4]
    assert found["rnn/logits/dense/bias"] == [1 if classes == 2 else classes]
    assert {"class_ids", "probabilities"} <= set(next(made.predict(inputs(False))))


@pytest.mark.parametrize("whole", [False, True])
def test_a_head_of_the_last_step_or_of_all(tmp_path, whole):
    head = contrib.regression_head()
    made = contrib.RNNEstimator(
        head, sequences(), num_units=[4], return_sequences=whole, model_dir=str(tmp_path)
    )
    made.train(inputs(step_labels=whole), steps=1)
    row = next(made.predict(inputs(False)))
    assert row["predictions"].shape == ((2, 1) if whole else (1,))


@pytest.mark.parametrize(
    "optimizer", ["SGD", "Adam", tf.train.FtrlOptimizer(0.1), lambda: tf.train.AdamOptimizer(0.1)]
)
def test_optimisers_by_name_object_and_function(tmp_path, optimizer):
    made = contrib.RNNClassifier(
        sequences(), num_units=[4], model_dir=str(tmp_path), optimizer=optimizer
    )
    made.train(inputs(), steps=1)
    assert not any("Adagrad" in name for name in made.get_variable_names())


@pytest.mark.parametrize(
    "options, words",
    [
        ({"rnn_cell_fn": len, "num_units": [4]}, "must not be specified when using rnn_cell_fn"),
        ({"rnn_cell_fn": len, "cell_type": "gru"}, "must not be specified when using rnn_cell_fn"),
        ({"num_units": [4], "cell_type": "cnn"}, "The cell_type 'cnn' is not supported; expected"),
        ({"num_units": [4], "optimizer": "Adadelta"}, "Unsupported optimizer name: Adadelta"),
    ],
)
def test_misuse(tmp_path, options, words):
    with pytest.raises(ValueError, match=words):
        contrib.RNNClassifier(sequences(), model_dir=str(tmp_path), **options).train(inputs())
