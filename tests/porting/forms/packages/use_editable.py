import numpy as np
import tensorflow as tf
import char_model
from forecaster import gru
from old_tagger.layers import score

with tf.Graph().as_default(), tf.Session() as session:
    print(np.round(char_model.CharModel().value(session), 4).tolist())
print(np.round(score(np.random.RandomState(1).randn(2, 3, 4), [[0, 1, 2], [3, 3, 0]]), 4))
print(gru.forecast(np.sin(np.arange(6, dtype=np.float32)), 2).round(4).tolist())
