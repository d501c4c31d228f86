"""A graph as LiteRT: numbers, names, metadata, quantisation, and what it lacks."""

import io
import json
import zipfile

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tf1_rnn.exporting import frozen_model, lite

X = np.random.RandomState(0).uniform(-1, 1, [4, 16]).astype("f")


def model(function=lambda x, w: tf.nn.relu(x @ w), metadata=None, batch=None):
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [batch, 16])
        w = tf.get_variable("w", [16, 64], initializer=tf.random_uniform_initializer(-1, 1, 1))
        y = function(x, w)
        session.run(tf.global_variables_initializer())
        return frozen_model.freeze(session, {"in": x}, {"out": y}, metadata)


def run(tmp_path, content, x=X):
    path = tmp_path / "model.tflite"
    path.write_bytes(content)
    return lite.run(str(path), {"in": x})["out"]


@pytest.mark.parametrize("quantize, limit", [(None, 1e-5), ("float16", 1e-2), ("int8", 0.1)])
def test_numbers_by_name(tmp_path, quantize, limit):
    made = model(batch=4)
    samples = [{"in": X}] * 8 if quantize == "int8" else None
    content = lite.convert(made, quantize, samples)
    expected = made.run({"in": X})["out"]
    found = run(tmp_path, content)
    assert found.shape == expected.shape and np.abs(found - expected).max() < limit
    if quantize:
        assert len(content) < len(lite.convert(made))


def test_another_batch_than_it_was_made_with(tmp_path):
    made = model()
    found = run(tmp_path, lite.convert(made), X[:3])
    np.testing.assert_allclose(found, made.run({"in": X[:3]})["out"], rtol=0, atol=1e-5)


def test_metadata_are_an_archive_after_it_the_same_each_time(tmp_path):
    made = model(metadata={"classes": "größer"})
    content = lite.convert(made)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert json.loads(archive.read(lite.METADATA)) == {"classes": "größer"}
    assert content.endswith(lite._archive(made.metadata)) and lite._archive({}) == b""
    assert run(tmp_path, content).shape == (4, 64)


@pytest.mark.parametrize(
    "function",
    [
        lambda x, w: tf.sign(tf.cast(x * 3.0, tf.int64)),
        lambda x, w: tf.squeeze(tf.transpose(x[:, None] @ w, [1, 0, 2]), [0]),
    ],
)
def test_other_forms_of_what_litert_lacks(function, tmp_path):
    made = model(function)
    found, expected = run(tmp_path, lite.convert(made)), made.run({"in": X})["out"]
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("dtype, limit", [(tf.float64, 1e-6), (tf.float16, 1e-2)])
def test_it_computes_in_float32(dtype, limit, tmp_path):
    made = model(lambda x, w: tf.cast(x, dtype) @ tf.cast(w, dtype) + tf.ones([64], dtype))
    found, expected = run(tmp_path, lite.convert(made)), made.run({"in": X})["out"]
    assert found.dtype == np.float32 and expected.dtype == dtype.as_numpy_dtype
    np.testing.assert_allclose(found, expected, rtol=0, atol=limit)


def test_what_litert_lacks_is_one_line():
    with pytest.raises(ValueError, match="^the graph cannot be written for LiteRT: ") as caught:
        lite.convert(model(lambda x, w: tf.linalg.svd(x @ w)[0], batch=4))
    assert "\n" not in str(caught.value)
