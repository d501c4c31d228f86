import numpy as np
import tensorflow as tf
from old_cells import MinimalCell
from oldmetrics.text import running
import old_attention

x = tf.constant(np.random.RandomState(1).randn(2, 3, 2), tf.float32)
out, _ = tf.nn.dynamic_rnn(MinimalCell(2), x, dtype=tf.float32)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    print(session.run(out).round(4).tolist())
print(running([1, 2, 3, 4], [1, 2, 0, 4]))
memory = tf.constant(np.random.RandomState(2).randn(1, 4, 3), tf.float32)
print(old_attention.alignments(memory, tf.constant([[1., 2., -1.]])).round(4).tolist())
