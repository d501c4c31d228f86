"""A denoising autoencoder of sequences, with variational dropout and tied noise."""

import numpy as np
import tensorflow as tf

np.random.seed(0)
tf.set_random_seed(213)

x = tf.placeholder(tf.float32, [5, 6, 4])
noisy = x + 0.2 * tf.random_normal(tf.shape(x), seed=3) * tf.cast(
    tf.random_uniform(tf.shape(x)) > 0.5, tf.float32
)
cell = tf.contrib.rnn.DropoutWrapper(
    tf.contrib.rnn.LSTMCell(8),
    output_keep_prob=0.9,
    state_keep_prob=0.9,
    variational_recurrent=True,
    dtype=tf.float32,
)
_, code = tf.nn.static_rnn(cell, tf.unstack(noisy, axis=1), dtype=tf.float32, scope="encoder")
with tf.variable_scope("decoder"):
    decoder = tf.contrib.rnn.LSTMCell(8)
    outputs, state, current = [], code, tf.zeros([5, 4])
    for step in range(6):
        if step:
            tf.get_variable_scope().reuse_variables()
        h, state = decoder(current, state)
        current = tf.layers.dense(h, 4, name="frame")
        outputs.append(current)
decoded = tf.stack(outputs, 1)
loss = tf.losses.mean_squared_error(x, decoded) + tf.losses.absolute_difference(x, decoded)
images = tf.reshape(decoded, [5, 6, 4, 1])
up = tf.layers.conv2d_transpose(images, 2, [2, 2], strides=2)
loss += 0.1 * tf.reduce_mean(tf.square(up))
train = tf.train.AdamOptimizer(0.02).minimize(loss)
tail = tf.layers.dense(code.h, 2, name="tail")
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    data = np.random.randn(5, 6, 4)
    print(
        "tail", sess.run(tf.reduce_sum(tf.get_default_graph().get_tensor_by_name("tail/kernel:0")))
    )
    for i in range(18):
        print("step %d loss %.5f" % (i, sess.run([loss, train], {x: data})[0]))
