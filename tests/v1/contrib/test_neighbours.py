"""What libraries of the extra answer for, and what stands beside it, gives 1.15.5's numbers."""

import numpy as np
import pytest

import tf1_rnn.v1 as tf

pytest.importorskip("tf_slim")
pytest.importorskip("tf_keras")

X = np.sin(np.arange(24.0)).reshape(2, 4, 3).astype(np.float32)
IDS = [[1, 2, 0, 3], [3, 3, 0, 0]]


def losses(tf):
    """Return losses, one of each kind, and what the graph's collection adds up to."""
    loss = tf.contrib.losses
    logits, labels = tf.constant(X[0]), tf.constant(np.eye(3, dtype=np.float32)[[0, 2, 1, 1]])
    return [
        loss.softmax_cross_entropy(logits, labels, weights=0.5, label_smoothing=0.1),
        loss.sparse_softmax_cross_entropy(logits, tf.constant([0, 2, 1, 1])),
        loss.sigmoid_cross_entropy(logits, labels),
        loss.mean_squared_error(logits, labels, weights=[[1.0], [0.0], [2.0], [1.0]]),
        loss.absolute_difference(logits, labels),
        loss.log_loss(tf.abs(logits), labels),
        loss.hinge_loss(logits, labels),
        loss.cosine_distance(logits, labels, dim=1),
        loss.get_total_loss(),
    ]


def metrics(tf):
    """Return the values of streaming metrics after one update each."""
    metric = tf.contrib.metrics
    predictions, labels = tf.constant([1, 0, 2, 1]), tf.constant([1, 1, 2, 0])
    floats = tf.constant([0.1, 0.6, 0.8, 0.3]), tf.constant([False, True, True, False])
    streams = [
        metric.streaming_accuracy(predictions, labels, weights=[1.0, 2.0, 1.0, 1.0]),
        metric.streaming_mean(X),
        metric.streaming_precision(predictions > 0, labels > 0),
        metric.streaming_recall(predictions > 0, labels > 0),
        metric.streaming_auc(*floats),
        metric.streaming_mean_squared_error(*tf.unstack(X)),
        metric.streaming_root_mean_squared_error(*tf.unstack(X)),
        metric.streaming_mean_iou(predictions, labels, 3),
    ]
    return [update for _, update in streams] + [
        metric.accuracy(predictions, labels),
        metric.confusion_matrix(labels, predictions),
    ]


def embeddings(tf):
    """Return lookups of embeddings, and the gradient of one."""
    layers = tf.contrib.layers
    made = tf.constant_initializer(np.cos(np.arange(12.0)))
    with tf.variable_scope("layers"):
        bow = layers.bow_encoder(IDS, 4, 3, initializer=made)
        dense = layers.bow_encoder(IDS, 4, 3, sparse_lookup=False, initializer=made, scope="all")
        sequence = layers.embed_sequence(IDS, 4, 3, initializer=made)
        table = tf.get_variable("table", [4, 3], initializer=made)
    unique = layers.embedding_lookup_unique(table, IDS)
    gradient = tf.gradients(tf.reduce_sum(unique * X), table)[0]
    return [bow, dense, sequence, unique, tf.convert_to_tensor(gradient)]


def keras(tf):
    """Return what tf.keras makes of a tensor in a graph."""
    layer, constant = tf.keras.layers, tf.keras.initializers.Constant(0.2)
    made = {"kernel_initializer": constant, "recurrent_initializer": constant}
    x = tf.constant(X)
    return [
        layer.LSTM(2, **made)(x),
        layer.LSTM(2, return_sequences=True, unit_forget_bias=False, **made)(x),
        layer.GRU(2, **made)(x),
        layer.SimpleRNN(2, **made)(x),
        layer.Bidirectional(layer.LSTM(2, **made))(x),
        layer.RNN([layer.LSTMCell(2, **made), layer.GRUCell(2, **made)])(x),
        layer.TimeDistributed(layer.Dense(2, kernel_initializer=constant))(x),
        layer.Embedding(4, 2, embeddings_initializer=constant)(tf.constant(IDS)),
    ]


# What each of these functions gives under TensorFlow 1.15.5.
EXPECTED = {
    "embeddings": [
        [[-0.3136508, -0.246271, 0.0475293], [-0.9111302, -0.8390715, 0.0044257]],
        [[0.0147619, -0.0496276, -0.0683897], [0.0444349, -0.1493846, -0.2058606]],
        [
            [
                [-0.9899925, -0.6536436, 0.2836622],
                [0.9601703, 0.7539023, -0.1455],
                [1.0, 0.5403023, -0.4161468],
                [-0.9111302, -0.8390715, 0.0044257],
            ],
            [
                [-0.9111302, -0.8390715, 0.0044257],
                [-0.9111302, -0.8390715, 0.0044257],
                [1.0, 0.5403023, -0.4161468],
                [1.0, 0.5403023, -0.4161468],
            ],
        ],
        [
            [
                [-0.9899925, -0.6536436, 0.2836622],
                [0.9601703, 0.7539023, -0.1455],
                [1.0, 0.5403023, -0.4161468],
                [-0.9111302, -0.8390715, 0.0044257],
            ],
            [
                [-0.9111302, -0.8390715, 0.0044257],
                [-0.9111302, -0.8390715, 0.0044257],
                [1.0, 0.5403023, -0.4161468],
                [1.0, 0.5403023, -0.4161468],
            ],
        ],
        [
            [-0.193747, 0.7980125, 1.056083],
            [0.0, 0.841471, 0.9092974],
            [0.14112, -0.7568025, -0.9589243],
            [0.5258334, -0.4117574, -0.9707803],
        ],
    ],
    "keras": [
        [[0.0061058, 0.0061058], [0.016874, 0.016874]],
        [
            [
                [0.1080228, 0.1080228],
                [-0.0145719, -0.0145719],
                [0.0696783, 0.0696783],
                [-0.0146959, -0.0146959],
            ],
            [
                [0.0493929, 0.0493929],
                [-0.0016405, -0.0016405],
                [0.0152765, 0.0152765],
                [0.0080783, 0.0080783],
            ],
        ],
        [[-0.0852997, -0.0852997], [0.0109738, 0.0109738]],
        [[-0.1456057, -0.1456057], [0.0131685, 0.0131685]],
        [[0.0061058, 0.0061058, 0.0645638, 0.0645638], [0.016874, 0.016874, 0.0344216, 0.0344216]],
        [[0.0160504, 0.0160504], [0.0087382, 0.0087382]],
        [
            [
                [0.3501537, 0.3501537],
                [-0.3149213, -0.3149213],
                [0.2733859, 0.2733859],
                [-0.2263786, -0.2263786],
            ],
            [
                [0.1748403, 0.1748403],
                [-0.1198026, -0.1198026],
                [0.0623671, 0.0623671],
                [-0.0036832, -0.0036832],
            ],
        ],
        [
            [[0.2, 0.2], [0.2, 0.2], [0.2, 0.2], [0.2, 0.2]],
            [[0.2, 0.2], [0.2, 0.2], [0.2, 0.2], [0.2, 0.2]],
        ],
    ],
    "losses": [
        0.7227822,
        1.47014,
        0.8413906,
        0.9375378,
        0.847961,
        3.3270218,
        [
            [1.0, 1.841471, 1.9092975],
            [1.14112, 0.2431975, 1.9589243],
            [0.7205845, 0.3430134, 1.9893582],
            [1.4121184, 1.5440211, 9.8e-06],
        ],
        1.2114897,
        9.3583231,
    ],
    "metrics": [
        0.4,
        0.0408252,
        0.6666667,
        0.6666667,
        0.9999995,
        0.1605671,
        0.4007083,
        [[0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        0.5,
        [[0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    ],
}


@pytest.mark.parametrize("function", [losses, metrics, embeddings, keras])
def test_gives_the_numbers_of_1_15_5(function):
    with tf.Graph().as_default(), tf.Session() as session:
        results = function(tf)
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        for array, expected in zip(session.run(results), EXPECTED[function.__name__], strict=True):
            np.testing.assert_allclose(array, expected, rtol=2e-6, atol=2e-6)
