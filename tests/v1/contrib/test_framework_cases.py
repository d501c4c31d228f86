"""`contrib.framework`'s own functions give and refuse what 1.15.5's did."""

import json

import numpy as np
import pytest

import tf1_rnn.v1 as tf
from tests.v1.contrib import framework_cases

with open(framework_cases.RECORDED, encoding="utf-8") as _file:
    EXPECTED = json.load(_file)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_1_15_5_gave(name):
    assert framework_cases.result(tf, name) == EXPECTED[name]


def test_what_is_printed(capfd):
    with tf.Graph().as_default(), tf.Session() as session:
        bools = tf.constant([False, True], name="bools")
        session.run(tf.contrib.framework.python.ops.print_op(bools, [tf.constant(2.5)], "said: "))
    said = capfd.readouterr().err
    assert "said: [Name: bools:0][Type: Tensor (bool)][Shape: [Dimension(2)]]" in said
    assert "[First True in Boolean tensor at:][1][Value:][0 1]" in said and "[2.5]" in said


def test_sound_is_read(tmp_path):
    from tf1_rnn.v1.contrib.framework.python.ops import audio_ops

    with tf.Graph().as_default(), tf.Session() as session:
        wave = np.sin(np.arange(800) / 5).astype(np.float32)[:, None] / 2
        decoded = audio_ops.decode_wav(audio_ops.encode_wav(wave, 8000), desired_channels=1)
        spectrogram = audio_ops.audio_spectrogram(
            decoded.audio, window_size=200, stride=100, magnitude_squared=True
        )
        features = audio_ops.mfcc(spectrogram, decoded.sample_rate, dct_coefficient_count=5)
        audio, features = session.run([decoded.audio, features])
    np.testing.assert_allclose(audio, wave, atol=1e-4)
    assert features.shape == (1, 7, 5) and np.isfinite(features).all()
